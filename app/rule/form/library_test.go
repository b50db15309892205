package form

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadNamesTheLineOfTheField(t *testing.T) {
	const label = "label: {ja: x, plain: x, en: x}"
	group := "a:\n  " + label + "\n  fields:\n    - {name: ok, type: text, " + label + ", example: x}\n    - "
	for field, want := range map[string]string{
		"{name: n, type: integer, " + label + ", example: 1}":                                  "a number and a list of a form have a max",
		"{name: n, type: integer, max: 100000000000, " + label + ", example: 1}":               "no more than eleven digits",
		"{name: n, type: integer, min: 5, max: 4, " + label + ", example: 5}":                  "an integer has a max no smaller than its min",
		"{name: l, type: list, of: {type: text}, max: 51, " + label + ", example: [x]}":        "its most entries, up to 50",
		"{name: t, type: text, autocomplete: surname, " + label + ", example: x}":              `autocomplete has no token "surname"`,
		"{name: t, type: text, example_days: 3, " + label + ", example: x}":                    "example_days is for a date",
		"{name: d, type: date, example_days: 3, " + label + ", example: \"2020-01-01\"}":       "example_days is for a date",
		"{name: d, type: date, " + label + ", example: \"2020-02-30\"}":                        "its example is refused: invalid-date",
		"{name: t, type: text, " + label + ", help: {ja: x, en: x}, example: x}":               "help.plain is missing",
		"{name: t, type: text, " + label + "}":                                                 "the example is missing",
		"{name: ok, type: text, " + label + ", example: x}":                                    "question ok: it stands twice",
		"{name: a/b, type: text, " + label + ", example: x}":                                   "small letters, digits and _",
		"{name: t, type: text, required_when: other, " + label + ", example: x}":               "undeclared reference to 'other'",
		"{name: c, type: choice, " + label + ", example: x}":                                   "choices is given exactly where the type asks for it",
		"{name: c, type: choice, " + label + ", example: x, choices: [{value: x, label: {}}]}": "label.ja is missing",
		"{name: t, type: text, " + label + ", example: \"1234 5678 9018\"}":                    "its example is refused: individual-number",
	} {
		lib, err := Load(fstest.MapFS{"_form.yaml": &fstest.MapFile{Data: []byte(group + field + "\n")}})
		if lib != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "_form.yaml:5: ") {
			t.Errorf("%s: %v, want line 5, %s", field, err, want)
		}
	}
}

func TestCompileRefuses(t *testing.T) {
	lib := library(t)
	for want, uses := range map[string][]Use{
		`there is no group "nobody"`:          {{Group: "nobody"}},
		`two groups share the member "event"`: {{Group: "event-claim"}, {Group: "event-end"}},
		`two groups share the member "list"`:  {{Group: "child", Each: "list"}, {Group: "guardian", Each: "list"}},
	} {
		if f, err := lib.Compile(uses); f != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
