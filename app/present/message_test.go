package present_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/wording"
)

// machine is what nobody reads who is not an engineer: days as programs write them, ids, codes, names of values.
var machine = regexp.MustCompile(`\d{4}-\d{2}|[0-9a-f]{8}-[0-9a-f]{4}|[{}]|[a-z]+-[a-z]+|（受付番号 ）|number \)`)

var latin = regexp.MustCompile(`[A-Za-z]{2,}`)

// TestEveryMessageIsInPeoplesWords: of every kind, in every language: with the days of people, no code, no id, and no English in Japanese.
func TestEveryMessageIsInPeoplesWords(t *testing.T) {
	c, err := catalogue.Load(os.DirFS("../../configs/procedures"))
	if err != nil {
		t.Fatal(err)
	}
	params := map[string]string{"procedure": "child-allowance-claim", "receipt_number": "K26-ABCD-0001", "document": "employment-certificate", "due": "2026-12-04",
		"subject": "child-1", "number": "14", "file": "0193a7c0-0000-7000-8000-000000000000"}
	for _, lang := range wording.Languages {
		kinds := wording.Group("message-", lang)
		if len(kinds) < 11 {
			t.Fatalf("%d kinds of message", len(kinds))
		}
		for kind, raw := range kinds {
			text := present.Message(c, kind, params, "ひなた市", lang)
			if text == "" {
				t.Errorf("%s, %s: no text", kind, lang)
			}
			said := strings.ReplaceAll(text, params["receipt_number"], "K")
			if found := machine.FindString(said); found != "" {
				t.Errorf("%s, %s: %q in %q", kind, lang, found, text)
			}
			if found := latin.FindString(said); found != "" && lang != wording.English {
				t.Errorf("%s, %s: %q in %q", kind, lang, found, text)
			}
			if strings.Contains(raw, "{due}") && !strings.Contains(text, map[bool]string{true: "4 December 2026", false: "2026年12月4日"}[lang == wording.English]) {
				t.Errorf("%s, %s: no day in %q", kind, lang, text)
			}
		}
	}
}
