package wording_test

import (
	"testing"

	"kosodate.example/onestop/app/wording"
)

func TestMarks(t *testing.T) {
	for marks, want := range map[string]string{
		"<h3>{{.Name}} （{{.Whose}}）</h3>":              "<h3>{{.Name}} ({{.Whose}})</h3>",
		"{{.Name}}（{{.Place}}）{{with .Until}}：{{end}}": "{{.Name}} ({{.Place}}){{with .Until}}: {{end}}",
		"、": ", ", " ・ ": " · ", "・": " · ",
	} {
		if got := wording.Marks(marks, wording.English); got != want {
			t.Errorf("%q in English is %q, want %q", marks, got, want)
		}
		for _, lang := range []string{wording.Japanese, wording.Plain} {
			if got := wording.Marks(marks, lang); got != marks {
				t.Errorf("%q in %s is %q", marks, lang, got)
			}
		}
	}
}
