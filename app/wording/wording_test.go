package wording_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"kosodate.example/onestop/app/wording"
)

func TestEveryTextStandsInThreeLanguages(t *testing.T) {
	if got := wording.In("state-draft", wording.Plain); !strings.HasPrefix(got, "下書き") {
		t.Errorf("state-draft: %q", got)
	}
	if got := wording.In("state-draft", "fr"); got != wording.In("state-draft", wording.Japanese) {
		t.Errorf("another language gets %q", got)
	}
	if got := wording.In("no-such-text", wording.English); got != "" {
		t.Errorf("an unknown name gives %q", got)
	}
}

func TestABrokenTextIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ yaml, wrong string }{
		"a language is missing":         {"a: {ja: あ, en: a}", "texts/x.yaml: a: a text is needed"},
		"a placeholder differs":         {"a: {ja: 'あ{n}', plain: 'あ{n}', en: a}", "texts/x.yaml: a: the placeholders"},
		"it stands in two files":        {"twice: {ja: あ, plain: あ, en: a}", "texts/y.yaml: twice stands in another file"},
		"a member is misspelt":          {"a: {ja: あ, plian: あ, en: a}", "texts/x.yaml"},
		"a name stands twice in a file": {"a: {ja: あ, plain: あ, en: a}\na: {ja: あ, plain: あ, en: a}", "texts/x.yaml"},
	} {
		files := fstest.MapFS{"texts/x.yaml": {Data: []byte(c.yaml)}, "texts/y.yaml": {Data: []byte("twice: {ja: あ, plain: あ, en: a}")}}
		if _, err := wording.Read(files, "texts"); err == nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := wording.Read(fstest.MapFS{}, "texts"); err == nil {
		t.Error("no file at all is fine")
	}
}

func TestFillLeavesBracesOfAValueAlone(t *testing.T) {
	if got := wording.Fill("{a} {b} {c}", "a", "{b}", "b", "x"); got != "{b} x {c}" {
		t.Errorf("got %q", got)
	}
}
