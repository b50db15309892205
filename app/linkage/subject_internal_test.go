package linkage

import (
	"testing"

	"kosodate.example/onestop/app/dossier"
)

// Who has one name only is asked about by it; the directory refuses a question that names no family.
func TestOneNameIsAskedAbout(t *testing.T) {
	c := &dossier.Content{Facts: []byte(`{}`), Form: map[string]any{"applicant": map[string]any{"single_name": true, "given_name": "Suryani",
		"given_kana": "SURYANI",
		"birth_date": "1990-12-24", "address": "ひなた市さくら台3丁目3番3号"}}}
	if q := query("998010", c, "applicant"); q.FamilyName != "Suryani" || q.FamilyKana != "SURYANI" || q.GivenName+q.GivenKana != "" {
		t.Errorf("%+v", q)
	}
}
