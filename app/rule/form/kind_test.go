package form

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// fieldOf is a field of a type as the library would have it.
func fieldOf(kind string) *Field {
	f := &Field{Key: "x", Type: kind, Max: 20}
	if kind == "choice" {
		f.Choices = []Choice{{Value: "a"}, {Value: "b"}}
	}
	if kind == "list" {
		f.Max = 2
	}
	return f
}

// TestKinds has good and bad answers of every type: a code is expected, or else the normalised answer.
func TestKinds(t *testing.T) {
	for kind, cases := range map[string][]struct{ in, code, want string }{
		"text": {{`" ひなた "`, "", `"ひなた"`}, {`"か\u3099"`, "", `"が"`}, {`"ＡＢＣ"`, "", `"ＡＢＣ"`}, {`"a\nb"`, "control-character", ""},
			{`"a\tb"`, "control-character", ""}, {`"a\u0000b"`, "control-character", ""}, {`"a\u200fb"`, "control-character", ""},
			{`"a\ufffdb"`, "control-character", ""}, {`"123456789012345678901"`, "too-long", ""}, {`true`, "wrong-type", ""}, {`[]`, "wrong-type", ""}},
		"long-text": {{`"a\r\nb"`, "", `"a\nb"`}, {`"a\u0007b"`, "control-character", ""}, {`"1234\n5678\n9018"`, "individual-number", ""}},
		"name": {{`"𠮷田"`, "", `"𠮷田"`}, {`"葛󠄀城"`, "", `"葛󠄀城"`}, {`"ﾔﾏﾀﾞ"`, "", `"ﾔﾏﾀﾞ"`}, {`"①髙"`, "", `"①髙"`}, {`" "`, "", `""`},
			{`"` + strings.Repeat("𠮷", 20) + `"`, "", `"` + strings.Repeat("𠮷", 20) + `"`}, {`"` + strings.Repeat("𠮷", 21) + `"`, "too-long", ""}},
		"kana": {{`"やまだ"`, "", `"ヤマダ"`}, {`"ﾔﾏﾀﾞ"`, "", `"ヤマダ"`}, {`"山田"`, "not-kana", ""}, {`"Yamada"`, "not-kana", ""}},
		"date": {{`"令和8年5月1日"`, "", `"2026-05-01"`}, {`"H31/4/30"`, "", `"2019-04-30"`}, {`"２０２６年５月１日"`, "", `"2026-05-01"`}, {`"平成31年5月1日"`, "invalid-date", ""},
			{`"2026-02-29"`, "invalid-date", ""}, {`"2026-06-02"`, "date-in-future", ""}, {`"1700-01-01"`, "invalid-date", ""}, {`20260501`, "wrong-type", ""}},
		"month":       {{`"2026-06"`, "", `"2026-06"`}, {`"令和8年6月"`, "", `"2026-06"`}, {`"R8.6"`, "", `"2026-06"`}, {`"2026-13"`, "invalid-month", ""}},
		"time":        {{`"8:30"`, "", `"08:30"`}, {`"８時３０分"`, "", `"08:30"`}, {`"24:00"`, "invalid-time", ""}, {`"08:60"`, "invalid-time", ""}, {`"8"`, "invalid-time", ""}, {`"8時"`, "", `"08:00"`}, {`"8:3"`, "invalid-time", ""}, {`"+8:30"`, "invalid-time", ""}},
		"postal-code": {{`"〒９９８ー０００１"`, "", `"998-0001"`}, {`"9980001"`, "", `"998-0001"`}, {`"998-001"`, "invalid-postal-code", ""}},
		"phone": {{`"０９０ー０００0ー0000"`, "", `"090-0000-0000"`}, {`"+81 90 0000 0000"`, "", `"09000000000"`}, {`"110"`, "invalid-phone", ""},
			{`"190-0000-0000"`, "invalid-phone", ""}},
		"email":          {{`"ａ＠ｅｘａｍｐｌｅ．ｊｐ"`, "", `"a@example.jp"`}, {`"a@b"`, "invalid-email", ""}, {`"A <a@b.jp>"`, "invalid-email", ""}, {`"a@b.jp, c@d.jp"`, "invalid-email", ""}},
		"integer":        {{`0`, "", `0`}, {`20`, "", `20`}, {`21`, "out-of-range", ""}, {`-1`, "out-of-range", ""}, {`1.5`, "wrong-type", ""}, {`"3"`, "wrong-type", ""}, {`1e300`, "wrong-type", ""}},
		"boolean":        {{`false`, "", `false`}, {`"true"`, "wrong-type", ""}, {`1`, "wrong-type", ""}},
		"choice":         {{`"b"`, "", `"b"`}, {`"B"`, "invalid-choice", ""}, {`["a"]`, "wrong-type", ""}},
		"list":           {{`["b","a"]`, "", `["b","a"]`}, {`[" "," a"]`, "", `["a"]`}, {`["a","b","c"]`, "too-many", ""}, {`"a"`, "wrong-type", ""}, {`[{}]`, "wrong-type", ""}},
		"bank-code":      {{`"０００１"`, "", `"0001"`}, {`"001"`, "invalid-bank-code", ""}, {`"000a"`, "invalid-bank-code", ""}, {`"+001"`, "invalid-bank-code", ""}},
		"branch-code":    {{`"001"`, "", `"001"`}, {`"0001"`, "invalid-branch-code", ""}},
		"account-number": {{`"12345"`, "", `"0012345"`}, {`"12345678"`, "invalid-account-number", ""}, {`"123"`, "invalid-account-number", ""}},
		"account-holder": {{`"ジョン・スミス"`, "", `"ｼﾞﾖﾝ.ｽﾐｽ"`}, {`"山田"`, "not-kana", ""}},
		"post-symbol":    {{`"１２３４０"`, "", `"12340"`}, {`"12340-1"`, "", `"12340"`}, {`"22340"`, "invalid-post-symbol", ""}, {`"1234"`, "invalid-post-symbol", ""}},
		"post-number":    {{`"12345671"`, "", `"12345671"`}, {`"1-1"`, "", `"11"`}, {`"12345672"`, "invalid-post-number", ""}, {`"1"`, "invalid-post-number", ""}},
	} {
		for _, c := range cases {
			var in any
			if err := json.Unmarshal([]byte(c.in), &in); err != nil {
				t.Fatal(kind, c.in, err)
			}
			out, p := kinds[kind].check(fieldOf(kind), in, draftOpt())
			if p != nil || c.code != "" {
				if p == nil || string(p.code) != c.code {
					t.Errorf("%s %s: %v %v, want %s", kind, c.in, out, p, c.code)
				}
				continue
			}
			if got, _ := json.Marshal(out); string(got) != c.want {
				t.Errorf("%s %s: %s, want %s", kind, c.in, got, c.want)
			}
		}
	}
	for kind := range kinds {
		if _, p := kinds[kind].check(fieldOf(kind), map[string]any{}, draftOpt()); p == nil || p.code != "wrong-type" {
			t.Errorf("%s takes an object: %v", kind, p)
		}
	}
}

// TestNormalisedTwiceIsNormalisedOnce holds for whatever each type takes.
func TestNormalisedTwiceIsNormalisedOnce(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ぁ-んァ-ヶｦ-ﾟー・ 　0-9０-９年月日/:.+〒(-]{0,20}`),
		rapid.StringMatching(`(R|令和|平成)?[0-9]{1,4}[-/年.][0-9]{1,2}([-/月.][0-9]{1,2}日?)?`), rapid.StringMatching(`[ 0-9０-９-]{1,12}`))
	for kind := range kinds {
		t.Run(kind, rapid.MakeCheck(func(t *rapid.T) {
			f := fieldOf(kind)
			once, p := kinds[kind].check(f, any(words.Draw(t, "text")), Options{})
			if p != nil {
				return
			}
			twice, p := kinds[kind].check(f, once, Options{})
			if p != nil || twice != once {
				t.Fatalf("%q became %q: %v", once, twice, p)
			}
		}))
	}
}

func TestFreeText(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "後で送ります。\n5月に届く予定です。": "", strings.Repeat("あ", 2000): "", strings.Repeat("あ", 2001): "too-long",
		"番号は 1234-5678-9018": "individual-number", "a\x00": "control-character", "\xff": "control-character", "a\u202eb": "control-character",
		strings.Repeat("あ", 3000) + "1234 5678 9018": "individual-number",
	} {
		got := ""
		if faults := FreeTextFaults("/reason", text); len(faults) > 0 {
			if got = faults[0].Code; len(faults) > 1 || faults[0].Pointer != "/reason" {
				t.Errorf("%.20q: %v", text, codes(faults))
			}
		}
		if got != want {
			t.Errorf("%.20q: %q, want %q", text, got, want)
		}
	}
}
