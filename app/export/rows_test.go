package export

import (
	"slices"
	"testing"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
)

// Who has one name only has no blank in front of it, and the child is in the row wherever a procedure has it.
func TestWhoARowIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		applicant map[string]any
		facts     string
		child     any
		want      []string
	}{
		"two names, two children": {map[string]any{"family_name": "日向", "given_name": "花子", "family_kana": "ヒナタ", "given_kana": "ハナコ", "birth_date": "1992-04-10",
			"address": "ひなた市"}, `{"children":[{"birth_date":"2018-05-10"},{"birth_date":"2020-01-01"}]}`, nil,
			[]string{"日向 花子", "ヒナタ ハナコ", "1992-04-10", "ひなた市", "2018-05-10 2020-01-01"}},
		"one name, a child of the facts": {map[string]any{"given_name": "Suharto", "given_kana": "SUHARTO"}, `{"child":{"birth_date":"2025-05-10"}}`,
			map[string]any{"given_kana": "ソラ"}, []string{"Suharto", "SUHARTO", "", "", "2025-05-10"}},
		"a child of the form": {map[string]any{}, `{}`, map[string]any{"birth_date": "2024-08-15"}, []string{"", "", "", "", "2024-08-15"}},
	} {
		content := &dossier.Content{Facts: []byte(c.facts), Form: map[string]any{"applicant": c.applicant}}
		if c.child != nil {
			content.Form["child"] = c.child
		}
		if got := person(&models.Application{State: models.StateArrived}, content); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
