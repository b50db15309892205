package page

import (
	"html/template"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
)

func texted(t *testing.T, yaml string) (texts, error) {
	t.Helper()
	return readTexts([]Area{{Name: "x", Files: fstest.MapFS{"texts/x.yaml": {Data: []byte(yaml)}}}})
}

func TestTextsAreRefused(t *testing.T) {
	for name, yaml := range map[string]string{
		"a language is missing":      "a.b: {ja: x, plain: y}",
		"an empty text":              "a.b: {ja: x, plain: y, en: ' '}",
		"a value in one language":    "a.b: {ja: 'x {n}', plain: 'y {n}', en: z}",
		"an unknown language":        "a.b: {ja: x, plain: y, en: z, fr: w}",
		"the same key twice in one":  "a.b: {ja: x, plain: y, en: z}\na.b: {ja: x, plain: y, en: z}",
		"something that is no texts": "- a",
	} {
		if _, err := texted(t, yaml); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestValuesAreEscapedAndNeeded(t *testing.T) {
	all, err := texted(t, "a.b: {ja: '<{name}>さん', plain: '{name}さん', en: 'Dear {name}'}")
	if err != nil {
		t.Fatal(err)
	}
	got, err := all.markup(Japanese, "a.b", "name", "<script>𠮷")
	if err != nil || got != "&lt;&lt;script&gt;𠮷&gt;さん" {
		t.Errorf("markup %q %v", got, err)
	}
	if got, err := all.markup(English, "a.b", "name", template.HTML("<b>x</b>")); err != nil || got != "Dear <b>x</b>" {
		t.Errorf("HTML as a value: %q %v", got, err)
	}
	age := 3
	if got, err := all.plainText(English, "a.b", "name", &age); err != nil || got != "Dear 3" {
		t.Errorf("a number that may be missing: %q %v", got, err)
	}
	if _, err := all.markup(English, "a.b"); err == nil {
		t.Error("a text without its value was shown")
	}
	if _, err := all.plainText(English, "a.c"); err == nil {
		t.Error("a text that is not there was shown")
	}
}

func TestDatesAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[[3]string]string{
		{"2026", "5", "1"}: "2026-05-01", {"令和8", "5", "1"}: "2026-05-01", {"R8", "05", "01"}: "2026-05-01", {"２０２６", "１２", "３１"}: "2026-12-31",
		{"平成31年", "4", "30"}: "2019-04-30", {"", "", ""}: "", {"2026", "2", "30"}: "2026-2-30",
		{"2026", "", ""}: "2026", {"令和6年5月1日", "", ""}: "2024-05-01", {"ﾚｲﾜ6年", "5月", "1日"}: "2024-05-01", {"6", "5", "1"}: "6-5-1", {"6/5/1", "", ""}: "6/5/1",
		{"x", "1", "1"}: "x-1-1",
	} {
		got := DateOf(url.Values{"d-y": {typed[0]}, "d-m": {typed[1]}, "d-d": {typed[2]}}, "d")
		if got != want {
			t.Errorf("%v: %q, not %q", typed, got, want)
		}
	}
}

func TestOnlyPathsOfThisSiteAreReturnedTo(t *testing.T) {
	for path, ok := range map[string]bool{"/": true, "/applications/1?x=y": true, "//evil.example": false, "https://evil.example/": false, `/\evil.example`: false,
		"": false, "applications": false} {
		if local(path) != ok {
			t.Errorf("%q: %t", path, !ok)
		}
	}
}

func TestADayInEachLanguage(t *testing.T) {
	for lang, want := range map[string]string{Japanese: "2026年11月23日", Plain: "2026年11月23日", English: "23 November 2026"} {
		if got, err := written(lang, "2026-11-23", false); err != nil || got != want {
			t.Errorf("%s: %q %v", lang, got, err)
		}
	}
	if _, err := written(Japanese, "2026-13-01", false); err == nil || !strings.Contains(err.Error(), "2026-13-01") {
		t.Error("a day that is none was written")
	}
}
