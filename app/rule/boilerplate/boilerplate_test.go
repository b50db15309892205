package boilerplate_test

import (
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/boilerplate"
)

func TestAnUnknownPlaceholderIsFound(t *testing.T) {
	for _, test := range []struct {
		kind          boilerplate.Kind
		text, unknown string
	}{
		{boilerplate.Correction, "{氏名}様、{期限}までに（{受付番号}）。", ""},
		{boilerplate.Correction, "｛氏名｝様、{ 期限 }までに。", ""},
		{boilerplate.Correction, "{名前}様", "{名前}"},
		{boilerplate.Correction, "{理由}", "{理由}"},
		{boilerplate.Reason, "{期限}", "{期限}"},
		{boilerplate.Approved, "{金額}を支給します。{理由}", ""},
		{boilerplate.Message, "{氏名}様", "{氏名}"}, // goes to many
		{boilerplate.Message, "{市区町村}　{担当課}", ""},
		{boilerplate.Reason, "{}", "{}"},
		{boilerplate.Reason, "波括弧{を閉じない", ""},
	} {
		if got := test.kind.Unknown(test.text); got != test.unknown {
			t.Errorf("%s %q: %q, not %q", test.kind, test.text, got, test.unknown)
		}
	}
}

// TestWhatIsFilledIsNotUnfilled: every placeholder that a kind may have can be filled, in either width, and nothing else of the text changes.
func TestWhatIsFilledIsNotUnfilled(t *testing.T) {
	for _, kind := range boilerplate.Kinds {
		values, text, want := map[string]string{}, "", ""
		for _, name := range kind.Placeholders() {
			values[name] = "＜" + name + "＞"
			text, want = text+"前{"+name+"}後｛"+name+"｝", want+"前＜"+name+"＞後＜"+name+"＞"
		}
		if got := boilerplate.Fill(text, values); got != want || boilerplate.Unfilled(got) != "" || kind.Unknown(text) != "" {
			t.Errorf("%s: %q", kind, got)
		}
		if left := boilerplate.Fill(text, nil); left != text || boilerplate.Unfilled(left) == "" {
			t.Errorf("%s: without values it is %q", kind, left)
		}
		if !kind.Valid() || len(kind.Fields()) == 0 || boilerplate.Kind(strings.ToUpper(string(kind))).Valid() {
			t.Errorf("%s", kind)
		}
	}
	if !slices.Contains(boilerplate.Correction.Placeholders(), boilerplate.Due) {
		t.Error("a correction has no day")
	}
}

func TestASampleIsNotOnesOwn(t *testing.T) {
	for text, sample := range map[string]string{"ひなた市長に対して": "", "○○市長に対して": "○○", "{市区町村}長に": "{市区町村}", "【文例：置き換えてください】": "文例", "3か月以内に審査請求をすることができます。": ""} {
		if got := boilerplate.Sample(text); got != sample {
			t.Errorf("%q: %q, not %q", text, got, sample)
		}
	}
}
