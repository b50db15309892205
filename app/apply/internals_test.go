package apply

import (
	"testing"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/gateway/sign"
)

// A certificate has capitals and no room for variation selectors; one name is a whole name.
func TestWhoseCertificateItIs(t *testing.T) {
	for name, c := range map[string]struct {
		card, family, given string
		want                bool
	}{
		"two names": {"日向　花子", "日向", "花子", true}, "a variant": {"葛城 花", "葛\U000e0100城", "花", true}, "another": {"日向 太郎", "日向", "花子", false},
		"one name": {"SUHARTO", "", "Suharto", true}, "Latin": {"ＤＥＬＡ ＣＲＵＺ MARIA", "Dela Cruz", "María", false}, "Latin with marks": {"DELA CRUZ MARÍA",
			"Dela Cruz", "María", true},
	} {
		applicant := map[string]any{"given_name": c.given, "birth_date": "1992-04-10"}
		if c.family != "" {
			applicant["family_name"] = c.family
		}
		content := &dossier.Content{Form: map[string]any{"applicant": applicant}}
		if isApplicant(sign.Holder{Name: c.card, BirthDate: "1992-04-10"}, content) != c.want {
			t.Errorf("%s: want %v", name, c.want)
		}
	}
}
