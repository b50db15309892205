package residents

import (
	"fmt"
	"strings"
)

// OfLogin is the id of the resident behind a sign-in at the demo's identity provider, "provider/subject": the personas
// parent-1 and parent-2 are named residents of ひなた市, anybody else is one of the generated parents, always the same.
func OfLogin(login string) string {
	subject := login[strings.LastIndexByte(login, '/')+1:]
	switch subject {
	case "parent-1":
		return ID("998010", PersonaParent1)
	case "parent-2":
		return ID("998010", PersonaParent2)
	}
	var load int
	if _, err := fmt.Sscanf(subject, "load-%d", &load); err != nil || load < 1 || load > Generated/householdSize {
		load = 1 + spread("login", login)%(Generated/householdSize)
	}
	return ID("998010", (load-1)*householdSize+1)
}
