package wording_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"

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

// latin are words in Latin letters that a Japanese sentence of a refusal has: kinds of files, sizes, an address to copy, and what is for programs.
var latin = regexp.MustCompile(`\.?(PDF|pdf|CSV|UTF-8|SHA-256|MB|KB|hana@example\.jp)|\{\w+\}`)

// TestRefusalsInJapaneseSayWhatToType: no English word stands in them, and what is wrong with an answer ends with what to do. The sentence is
// shown after the field's name (「電話番号」は、…): it does not name the field a second time.
func TestRefusalsInJapaneseSayWhatToType(t *testing.T) {
	text, err := os.ReadFile("texts/fault.yaml")
	var all map[string]map[string]string
	if err == nil {
		err = yaml.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	programs := []string{"answer-unknown-field", "answer-repeated", "answer-too-deep"} // no page can send them
	does := regexp.MustCompile(`(ください|いいです)(（例 .+）)?。$`)
	named := regexp.MustCompile(`^(電話番号|郵便番号|メールアドレス|口座番号|支店の ?番号|銀行の ?番号|年月)[はを]`)
	for name, said := range all {
		for _, lang := range []string{wording.Japanese, wording.Plain} {
			if rest := latin.ReplaceAllString(said[lang], ""); regexp.MustCompile(`[A-Za-z]{2}`).MatchString(rest) {
				t.Errorf("%s, %s: English: %s", name, lang, said[lang])
			}
			if !strings.HasPrefix(name, "answer-") || slices.Contains(programs, name) {
				continue
			}
			if !does.MatchString(said[lang]) || named.MatchString(said[lang]) {
				t.Errorf("%s, %s: it names the field again, or does not say what to do: %s", name, lang, said[lang])
			}
		}
	}
}

func TestFillLeavesBracesOfAValueAlone(t *testing.T) {
	if got := wording.Fill("{a} {b} {c}", "a", "{b}", "b", "x"); got != "{b} x {c}" {
		t.Errorf("got %q", got)
	}
}
