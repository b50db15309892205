package wording_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"kosodate.example/onestop/app/wording"
)

// shown writes a text with its readings: 手続[てつづき]を.
func shown(text string) string {
	var b strings.Builder
	for _, s := range wording.Ruby(text) {
		b.WriteString(s.Text)
		if s.Reading != "" {
			b.WriteString("[" + s.Reading + "]")
		}
	}
	return b.String()
}

func TestRubyReadsTheLongestWord(t *testing.T) {
	for text, want := range map[string]string{
		"手続を 出して ください。": "手続[てつづき]を 出[だ]して ください。",
		"市区町村に 出ます":     "市区町村[しくちょうそん]に 出[で]ます",
		"取り下げ":          "取[と]り下[さ]げ",
		"お金と 赤ちゃん":      "お金[かね]と 赤[あか]ちゃん",
		"2026年6月1日から":   "2026年[ねん]6月[がつ]1日[ついたち]から",
		"1日":            "1日[いちにち]",
		"14日までに 24日":    "14日[じゅうよっか]までに 24日[にじゅうよっか]",
		"34日":           "34日[にち]",
		"10分 2分 0分":     "10分[ぷん] 2分[ふん] 0分[れいふん]",
		"1人と 3人":        "1人[ひとり]と 3人[にん]",
		"つぎの 月の 分から 分かりません": "つぎの 月[つき]の 分[ぶん]から 分[わ]かりません",
		"カタカナと ひらがな":        "カタカナと ひらがな",
		"":                  "",
		"人山 川人":             "人山 川人", // no word, and no single kanji by itself
	} {
		if want = strings.ReplaceAll(want, "月[がつ]1日[ついたち]", "月1日[がつついたち]"); shown(text) != want {
			t.Errorf("%s is read %s, want %s", text, shown(text), want)
		}
	}
}

func TestABrokenReadingIsNamed(t *testing.T) {
	for source, wrong := range map[string]string{
		"出す: ダス":          "not in hiragana",
		"出す: でる":          "cannot be read",
		"出[す]: だ\n出す: だす": "there twice",
		"出す:":             "not in hiragana",
	} {
		if err := wording.CheckReadings([]byte(source)); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: %v", source, err)
		}
	}
}

func BenchmarkRuby(b *testing.B) {
	for b.Loop() {
		wording.Ruby("なおす ところが あります。2026年6月1日までに、書類を もう一度 出して ください。")
	}
}

func TestRubyKeepsTheText(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("手続申請書出入年月日人0123456789しまるかお金 ")))).Draw(r, "text")
		var b strings.Builder
		for _, s := range wording.Ruby(text) {
			b.WriteString(s.Text)
		}
		if b.String() != string([]rune(text)) {
			r.Fatalf("%q became %q", text, b.String())
		}
	})
}

// Every plain text that the service can say has a reading for each of its kanji.
func TestEveryKanjiOfPlainJapaneseHasAReading(t *testing.T) {
	texts := map[string]string{}
	for _, folder := range []string{"../../configs/procedures", "texts", "../web"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" || folder == "../web" && filepath.Base(filepath.Dir(path)) != "texts" {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var node yaml.Node
			if err := yaml.Unmarshal(raw, &node); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			plainTexts(&node, path, "", texts)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) < 900 {
		t.Errorf("there are %d plain texts only", len(texts))
	}
	for at, text := range texts {
		for _, piece := range wording.Unread(text) {
			t.Errorf("%s: no reading in ruby.yaml for the kanji of “%s” (%s)", at, piece, text)
		}
	}
}

// plainTexts finds what stands under "plain", by file, line and the key above.
func plainTexts(n *yaml.Node, path, key string, into map[string]string) {
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			plainTexts(c, path, key, into)
		}
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		if name == wording.Plain && value.Kind == yaml.ScalarNode {
			into[fmt.Sprintf("%s:%d %s", path, value.Line, key)] = value.Value
			continue
		}
		plainTexts(value, path, name, into)
	}
}
