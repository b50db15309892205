package question

import (
	"encoding/json"
	"strings"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/source"
	"pgregory.net/rapid"
)

// questionOf is a question of a type as a catalogue would have it.
func questionOf(kind string) *Question {
	q := &Question{Name: "x", Type: kind, Future: kind == Month}
	switch kind {
	case Choose:
		q.Choices = []Choice{{Value: "a"}, {Value: "b"}}
	case Listing:
		q.Max, q.Of, q.Optional = 2, &Question{Type: Text}, true
	case Object:
		q.Fields = []*Question{{Name: "y", Type: Boolean}}
	case Boolean, Municipality:
	default:
		q.Max = 20
	}
	return q
}

func compiled(t rapid.TB, top string, questions ...*Question) *List {
	t.Helper()
	var faults source.List
	l := Compile(top, questions, &faults)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return l
}

// take checks one answer; the code is that of its fault.
func take(t rapid.TB, q *Question, answer any, opt Options) (out any, code string, faults []fault.Detail) {
	t.Helper()
	l := compiled(t, "", q)
	tree, faults := Tree(map[string]any{"x": answer}, "/top")
	if len(faults) > 0 {
		return nil, faults[0].Code, faults
	}
	c := Checker{Options: opt}
	c.Numbers(tree, At("top"))
	r := c.Record(l, tree, At("top"))
	if len(c.Faults) > 0 {
		return nil, c.Faults[0].Code, c.Faults
	}
	return r.Plain()["x"], "", nil
}

// TestKinds has good and bad answers of every type: a code is expected, or else the normalised answer.
func TestKinds(t *testing.T) {
	for kind, cases := range map[string][]struct{ in, code, want string }{
		"text": {{`" ひなた "`, "", `"ひなた"`}, {`"か\u3099"`, "", `"が"`}, {`"ＡＢＣ"`, "", `"ＡＢＣ"`}, {`"a\nb"`, "control-character", ""},
			{`"a\tb"`, "control-character", ""}, {`"a\u0000b"`, "control-character", ""}, {`"a\u200fb"`, "control-character", ""},
			{`"a\ufffdb"`, "control-character", ""}, {`"123456789012345678901"`, "too-long", ""}, {`true`, "wrong-type", ""}, {`[]`, "wrong-type", ""}},
		"long-text": {{`"a\r\nb"`, "", `"a\nb"`}, {`"a\u0007b"`, "control-character", ""},
			{`"1234 5678 9018\n5月"`, "individual-number", ""}, {`"1234\n5678\n9018"`, "", `"1234\n5678\n9018"`}},
		"name": {{`"𠮷田"`, "", `"𠮷田"`}, {`"葛󠄀城"`, "", `"葛󠄀城"`}, {`"ﾔﾏﾀﾞ"`, "", `"ﾔﾏﾀﾞ"`}, {`"①髙"`, "", `"①髙"`}, {`" "`, "", `null`},
			{`"` + strings.Repeat("𠮷", 20) + `"`, "", `"` + strings.Repeat("𠮷", 20) + `"`}, {`"` + strings.Repeat("𠮷", 21) + `"`, "too-long", ""}},
		"kana": {{`"やまだ"`, "", `"ヤマダ"`}, {`"ﾔﾏﾀﾞ"`, "", `"ヤマダ"`}, {`"山田"`, "not-kana", ""}, {`"Nguyễn  Ｖăn"`, "", `"NGUYỄN VĂN"`}, {`"Yamada 花"`, "not-kana", ""},
			{`"YAMADA 1"`, "not-kana", ""}},
		"date": {{`"令和8年5月1日"`, "", `"2026-05-01"`}, {`"H31/4/30"`, "", `"2019-04-30"`}, {`"２０２６年５月１日"`, "", `"2026-05-01"`},
			{`"平成31年5月1日"`, "", `"2019-05-01"`}, {`"6/5/1"`, "year-unclear", ""}, {`"令和元年4月1日"`, "invalid-date", ""},
			{`"2026-02-29"`, "invalid-date", ""}, {`"2026-06-02"`, "date-in-future", ""}, {`"1700-01-01"`, "invalid-date", ""}, {`20260501`, "wrong-type", ""}},
		"month": {{`"2026-06"`, "", `"2026-06"`}, {`"令和8年6月"`, "", `"2026-06"`}, {`"R8.6"`, "", `"2026-06"`}, {`"2026-13"`, "invalid-month", ""}, {`"1899-12"`,
			"invalid-month", ""}},
		"time": {{`"8:30"`, "", `"08:30"`}, {`"８時３０分"`, "", `"08:30"`}, {`"24:00"`, "invalid-time", ""}, {`"08:60"`, "invalid-time", ""}, {`"8"`,
			"invalid-time", ""}, {`"8時"`, "", `"08:00"`}, {`"8:3"`, "invalid-time", ""}, {`"+8:30"`, "invalid-time", ""}},
		"postal-code": {{`"〒９９８ー０００１"`, "", `"998-0001"`}, {`"9980001"`, "", `"998-0001"`}, {`"998-001"`, "invalid-postal-code", ""}},
		"phone": {{`"０９０ー０００0ー0000"`, "", `"090-0000-0000"`}, {`"+81 90 0000 0000"`, "", `"09000000000"`}, {`"110"`, "invalid-phone", ""},
			{`"190-0000-0000"`, "invalid-phone", ""}},
		"email": {{`"ａ＠ｅｘａｍｐｌｅ．ｊｐ"`, "", `"a@example.jp"`}, {`"a@b"`, "invalid-email", ""}, {`"A <a@b.jp>"`, "invalid-email", ""}, {`"a@b.jp, c@d.jp"`,
			"invalid-email", ""}},
		"integer": {{`0`, "", `0`}, {`20`, "", `20`}, {`21`, "out-of-range", ""}, {`-1`, "out-of-range", ""}, {`1.5`, "number-form", ""}, {`"三人"`, "number-form", ""},
			{`"3"`, "wrong-type",
				""}, {`1e300`, "number-form", ""}, {`1e15`, "out-of-range", ""}},
		"municipality": {{`" ９９８０１０"`, "", `"998010"`}, {`"998011"`, "invalid-municipality", ""}, {`"abroad"`, "invalid-municipality", ""}, {`998010`, "wrong-type",
			""}},
		"boolean": {{`false`, "", `false`}, {`"true"`, "wrong-type", ""}, {`1`, "wrong-type", ""}},
		"choice":  {{`"b"`, "", `"b"`}, {`"B"`, "invalid-choice", ""}, {`["a"]`, "wrong-type", ""}},
		"list": {{`["b","a"]`, "", `["b","a"]`}, {`[" "," a"]`, "", `["a"]`}, {`["a","b","c"]`, "too-many", ""}, {`"a"`, "wrong-type", ""}, {`[{}]`,
			"wrong-type", ""}},
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
			out, code, faults := take(t, questionOf(kind), in, Options{FiledOn: exampleDay})
			if code != "" || c.code != "" {
				if code != c.code || len(faults) != 1 {
					t.Errorf("%s %s: %v %v, want %s", kind, c.in, out, faults, c.code)
					continue
				}
				if faults[0].Reason != fault.Answer(code).Reason() {
					t.Errorf("%s names the sentence %s", code, faults[0].Reason)
				}
				continue
			}
			if got, _ := json.Marshal(out); string(got) != c.want {
				t.Errorf("%s %s: %s, want %s", kind, c.in, got, c.want)
			}
		}
	}
	for kind := range kinds {
		if _, code, _ := take(t, questionOf(kind), map[string]any{"z": 1}, Options{FiledOn: exampleDay}); kind != Object && code != "wrong-type" {
			t.Errorf("%s takes an object: %v", kind, code)
		}
	}
}

// TestNormalisedTwiceIsNormalisedOnce holds for whatever each type takes.
func TestNormalisedTwiceIsNormalisedOnce(t *testing.T) {
	words := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ぁ-んァ-ヶｦ-ﾟー・ 　0-9０-９年月日/:.+〒(-]{0,20}`),
		rapid.StringMatching(`(R|令和|平成)?[0-9]{1,4}[-/年.][0-9]{1,2}([-/月.][0-9]{1,2}日?)?`), rapid.StringMatching(`[ 0-9０-９-]{1,12}`))
	for kind := range kinds {
		t.Run(kind, rapid.MakeCheck(func(t *rapid.T) {
			once, code, _ := take(t, questionOf(kind), words.Draw(t, "text"), Options{})
			if code != "" || once == nil {
				return
			}
			for _, exact := range []bool{false, true} { // what is saved is what a plan takes
				if twice, code, _ := take(t, questionOf(kind), once, Options{Exact: exact}); code != "" || twice != once {
					t.Fatalf("%q became %q: %v", once, twice, code)
				}
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
		if faults := FreeText("/reason", text); len(faults) > 0 {
			if got = faults[0].Code; len(faults) > 1 || faults[0].Pointer != "/reason" {
				t.Errorf("%.20q: %v", text, faults)
			}
		}
		if got != want {
			t.Errorf("%.20q: %q, want %q", text, got, want)
		}
	}
}
