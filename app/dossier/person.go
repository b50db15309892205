package dossier

import (
	"encoding/json"

	"kosodate.example/onestop/app/rule/catalogue"
)

// Person is what the form says of a subject ("applicant", "child-2"), and what the facts say of it.
func (c *Content) Person(subject string) (form, facts map[string]any) {
	var all map[string]any
	_ = json.Unmarshal(c.Facts, &all) // filed facts are an object
	if subject == "household" {       // asked about through who applies
		subject = "applicant"
	}
	return catalogue.PersonIn(c.Form, subject), catalogue.PersonIn(all, subject)
}
