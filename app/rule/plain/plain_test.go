package plain_test

import (
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/plain"
)

func TestWhatMakesATextHardToRead(t *testing.T) {
	for text, want := range map[string]string{
		"子どもが 生まれた 日を 書いて ください。":                  "",
		"児童扶養手当の 証書の 番号":                          "", // the name of a paper
		"{document}を 出して ください。":                   "",
		"必要な 書類を 出して ください。":                       "hard-word 必要",
		"子どもが生まれたときは出してください。":                     "no-spaces 子どもが生まれたときは出してください",
		"書類を  出して ください。":                          "double-space ",
		"書類を　出して ください。":                           "double-space ",
		strings.Repeat("子どもを そだてて いて、", 7) + "です": "long-sentence ",
		"児童手当 認定請求書 添付書類 一覧表 確認 済証明書 発行 番号を":      "many-kanji ",
	} {
		var codes []string
		for _, f := range plain.Check(text) {
			codes = append(codes, f.Code+" "+f.Word)
		}
		got := strings.Join(codes, ", ")
		if want == "" && got != "" || !strings.HasPrefix(got, want) || want != "" && got == "" {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
