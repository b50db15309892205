package form

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadNamesTheLineOfTheField(t *testing.T) {
	const label = "label: {ja: x, plain: x, en: x}"
	group := "a:\n  " + label + "\n  fields:\n    - {key: ok, type: text, " + label + ", example: x}\n    - "
	for field, want := range map[string]string{
		"{key: n, type: integer, " + label + ", example: 1}":                                  "an integer has min and max",
		"{key: n, type: integer, max: 100000000000, " + label + ", example: 1}":               "no more than eleven digits",
		"{key: n, type: integer, min: 5, max: 4, " + label + ", example: 5}":                  "an integer has min and max",
		"{key: l, type: list, max: 51, " + label + ", example: [x]}":                          "its most entries, up to 50",
		"{key: t, type: text, autocomplete: surname, " + label + ", example: x}":              `autocomplete has no token "surname"`,
		"{key: t, type: text, example_days: 3, " + label + ", example: x}":                    "example_days is for a date",
		"{key: d, type: date, example_days: 3, " + label + ", example: \"2020-01-01\"}":       "example_days is for a date",
		"{key: d, type: date, " + label + ", example: \"2020-02-30\"}":                        "its example is refused: invalid-date",
		"{key: t, type: text, " + label + ", help: {ja: x, en: x}, example: x}":               "the help is missing in a language",
		"{key: t, type: text, " + label + "}":                                                 "the example is missing",
		"{key: ok, type: text, " + label + ", example: x}":                                    "field ok stands twice",
		"{key: a/b, type: text, " + label + ", example: x}":                                   "not plain",
		"{key: t, type: text, required_when: other, " + label + ", example: x}":               `required_when names no field of the group: "other"`,
		"{key: c, type: choice, " + label + ", example: x}":                                   "a choice, and nothing else, has choices",
		"{key: c, type: choice, " + label + ", example: x, choices: [{value: x, label: {}}]}": "a choice has no value, or its label is missing",
		"{key: t, type: text, " + label + ", example: \"1234 5678 9018\"}":                    "its example is refused: individual-number",
	} {
		lib, err := Load(fstest.MapFS{File: &fstest.MapFile{Data: []byte(group + field + "\n")}})
		if lib != nil || err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "_form.yaml:5: group a: ") {
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
