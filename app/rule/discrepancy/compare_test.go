package discrepancy_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
)

func fieldOf(kind string) []catalogue.ComparedField {
	return []catalogue.ComparedField{{Name: "x", Compare: kind}}
}

var kinds = []string{catalogue.CompareEqual, catalogue.CompareNormalised, catalogue.CompareName, catalogue.CompareAmount, catalogue.CompareDate}

func compare(t testing.TB, kind string, document, answer any) []discrepancy.Difference {
	t.Helper()
	out, err := discrepancy.Compare(fieldOf(kind), map[string]any{"x": document}, map[string]any{"x": answer})
	if err != nil {
		t.Fatalf("%s %#v %#v: %v", kind, document, answer, err)
	}
	return out
}

// TestSameInAnotherWriting: each pair counts as the same, from both sides.
func TestSameInAnotherWriting(t *testing.T) {
	for kind, pairs := range map[string][][2]any{
		catalogue.CompareEqual: {
			{"employees", "employees"}, {2, 2.0}, {"2", 2.0}, {int64(2), json.Number("2.0")}, {" ひ-0001 ", "ひ-0001"}, {true, "true"}, {"か\u3099", "が"},
			{math.Copysign(0, -1), 0}, {0.5, "0.5"}, {"２", "2"}, {"第12号", "12"}, {"No.12", "第 １２ 号"}, {"2人", 2.0}, {"二人", "２名"}, {"第ひ-0001号", "ひー0001"},
			{json.Number("12345678901234567"), int64(12345678901234567)},
		},
		catalogue.CompareNormalised: {
			{"ヤマダ　ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ"}, {"やまだ はなこ", "ヤマダハナコ"}, {"ABC", "ＡＢＣ"}, {"1丁目2ー3", "１丁目２－３"}, {"1‐2—3", "1-2−3"},
			{"令和3年4月1日", "2021-04-01"}, {"R3.4.1", "2021年4月1日"}, {"㋿３年４月１日", "令和3年4月1日"}, {"2級", "２級"}, {"一級", "第1級"}, {2.0, "２"},
			{"サービス", "サ-ビス"}, {"ｻｰﾋﾞｽ", "サービス"}, {"辻\U000e0100", "辻"}, {"1-2-3 101", "1-2-3-101"}, {"か゛", "ガ"}, {"わ\u3099", "ヷ"},
			{"もり村\u200b一丁目", "もり村 一丁目"},
		},
		catalogue.CompareAmount: {
			{"1,234円", 1234.0}, {"１，２３４円", 1234}, {"¥1,234", "1234"}, {"¥1,234-", 1234}, {"金1,234円也", 1234}, {"＊＊1,234", 1234}, {"金 1,234円整", 1234},
			{"￥1234", int64(1234)}, {"0円", 0.0}, {"△500", -500.0}, {"▲500円", "−500"},
			{json.Number("1234"), "1,234"}, {"1,234,567", "1234567 円"}, {"-0", 0},
		},
		catalogue.CompareDate: {
			{"令和3年4月1日", "2021-04-01"}, {"令和三年四月一日生", "2021-04-01"}, {"20210401", "2021-04-01"}, {"令3.4.1", "2021-04-01"}, {"昭64・1・7", "1989-01-07"},
			{"R3.4.1", "2021-04-01"}, {"平成31年4月30日", "2019-04-30"}, {"令和元年５月１日", "2019/5/1"}, {"昭和64年1月7日", "1989-01-07"},
			{"Ｒ３．４．１", "2021年4月1日"}, {" 2024-02-29 ", "令和6年2月29日"},
		},
	} {
		for _, p := range pairs {
			for _, pair := range [][2]any{p, {p[1], p[0]}} {
				if d := compare(t, kind, pair[0], pair[1]); d != nil && d[0].Result != discrepancy.Written {
					t.Errorf("%s: %#v differs from %#v", kind, pair[0], pair[1])
				}
			}
		}
	}
}

// TestDifferences: what differs is given with both sides as they were; an answer that cannot be read differs.
func TestDifferences(t *testing.T) {
	for kind, pairs := range map[string][][2]any{
		catalogue.CompareEqual: {{"employees", "national"}, {2, 3.0}, {"第12号", "第13号"}, {"12人", "2人"}, {"三人", "二人"}, {"102", "12"},
			{"a", nil}, {"a", ""}, {"a", []any{}}, {"12 3", "123"}, {"A", "a"}},
		catalogue.CompareNormalised: {{"やまだ", "やまた"}, {"1-2-3 101", "1-2-3101"}, {"ひなた市一丁目1番1号", "ひなた市一丁目1番1号101号室"}, {"1〜3", "1-3"}, {"辻", nil}, {"x",
			map[string]any{}}},
		catalogue.CompareAmount: {{"126,000円", 84_000.0}, {1, nil}, {1, "一円"}, {1, 1.5}, {0, nil}, {0, ""}, {1, true}, {1, "1,2"}, {500, "△500"}},
		catalogue.CompareDate:   {{"令和3年4月1日", "2021-04-02"}, {"2021-04-01", nil}, {"2021-04-01", "2021-02-30"}, {"2021-04-01", 20210401.0}, {"2021-04-01", "令和3年度"}},
	} {
		for _, p := range pairs {
			want := []discrepancy.Difference{{Field: "x", Kind: kind, Result: discrepancy.Different, Document: p[0], Answer: p[1]}}
			if d := compare(t, kind, p[0], p[1]); !reflect.DeepEqual(d, want) {
				t.Errorf("%s: %#v and %#v: %+v", kind, p[0], p[1], d)
			}
		}
	}
}

// TestWhatTheDocumentDoesNotSay is not compared; what the answer lacks is.
func TestWhatTheDocumentDoesNotSay(t *testing.T) {
	fields := []catalogue.ComparedField{
		{Name: "b", Compare: catalogue.CompareDate},
		{Name: "a", Compare: catalogue.CompareEqual},
		{Name: "c", Compare: catalogue.CompareAmount},
	}
	answer := map[string]any{"a": "1", "b": "2021-04-01", "c": 5.0, "other": "x"}
	for _, document := range []map[string]any{nil, {}, {"a": nil, "b": "", "c": " 　"}, {"other": "y"}} {
		if d, err := discrepancy.Compare(fields, document, answer); err != nil || d != nil {
			t.Errorf("%v: %+v %v", document, d, err)
		}
	}
	d, err := discrepancy.Compare(fields, map[string]any{"a": "2", "b": "2021-04-01", "c": 6}, map[string]any{"b": "R3.4.1"})
	want := []discrepancy.Difference{{Field: "a", Kind: "equal", Result: "different", Document: "2"},
		{Field: "c", Kind: "amount", Result: "different", Document: 6}}
	if err != nil || !reflect.DeepEqual(d, want) {
		t.Errorf("%+v %v", d, err)
	}
	text, err := json.Marshal(d)
	if err != nil || string(text) != `[{"field":"a","kind":"equal","result":"different","document":"2","answer":null},`+
		`{"field":"c","kind":"amount","result":"different","document":6,"answer":null}]` {
		t.Errorf("%s %v", text, err)
	}
}

// TestReadingThatCannotBeRead is refused with a pointer, and told what to do.
func TestReadingThatCannotBeRead(t *testing.T) {
	for kind, values := range map[string]map[string][]any{
		catalogue.CompareDate: {"not-a-day": {"2021-02-29", "令和3年2月30日", "R0.1.1", "令和元年4月8日", "きょう", 20210401.0, true, []any{}, strings.Repeat("1", 9_000)}},
		catalogue.CompareAmount: {"not-an-amount": {"千円", "1,2", "1.5", 1.5, true, "1円2", "12,34", math.NaN(), "9007199254740993", "99999999999999999999",
			[]any{}, json.Number("x")}},
		catalogue.CompareNormalised: {"not-a-text": {[]any{}, map[string]any{"a": 1}, math.Inf(1)}, "reading-too-long": {strings.Repeat("あ", 2_000)}},
		catalogue.CompareEqual:      {"not-a-text": {[]any{"a"}, struct{}{}}, "reading-too-long": {strings.Repeat("a", 5_000)}},
	} {
		for code, list := range values {
			for _, v := range list {
				out, err := discrepancy.Compare(fieldOf(kind), map[string]any{"x": v}, map[string]any{"x": "1"})
				f := fault.As(err)
				if out != nil || f == nil || f.Kind != fault.Refused || f.Code != fault.CodeInvalidRequest || len(f.Details) != 1 ||
					f.Details[0].Code != code || f.Details[0].Pointer != "/facts/x" || f.Details[0].Reason == "" {
					t.Errorf("%s %.20v: %+v %+v", kind, v, out, f)
				}
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	n := func(n int64) *int64 { return &n }
	type o = catalogue.Outcome
	for name, test := range map[string]struct {
		document, answer o
		kind, want       string
	}{
		"agree":                    {o{Eligible: true, Category: "taxed", Amount: n(5)}, o{Eligible: true, Category: "taxed", Amount: n(5)}, "amount", ""},
		"eligibility":              {o{Eligible: true}, o{}, "eligibility", "eligibility"},
		"eligibility, always":      {o{Eligible: true, Amount: n(1)}, o{Amount: n(1)}, "amount", "eligibility"},
		"category":                 {o{Category: "taxed"}, o{Category: "non-taxed"}, "category", "category"},
		"category, normalised":     {o{Category: "２級"}, o{Category: "2級"}, "category", ""},
		"category not given":       {o{}, o{Category: "taxed"}, "category", ""},
		"category not answered":    {o{Category: "taxed"}, o{}, "category", "category"},
		"category not what counts": {o{Category: "a", Amount: n(1)}, o{Category: "b", Amount: n(2)}, "eligibility", ""},
		"amount":                   {o{Amount: n(126_000), Category: "a"}, o{Amount: n(84_000), Category: "b"}, "amount", "amount"},
		"amount not given":         {o{}, o{Amount: n(1)}, "amount", ""},
		"amount not answered":      {o{Amount: n(0)}, o{}, "amount", "amount"},
		"two":                      {o{Eligible: true, Amount: n(1)}, o{Amount: n(2)}, "amount", "eligibility amount"},
	} {
		var fields []string
		for _, d := range discrepancy.Outcomes(test.document, test.answer, test.kind) {
			fields = append(fields, d.Field)
			if d.Kind != string(models.DiscrepancyOutcome) || reflect.DeepEqual(d.Document, d.Answer) {
				t.Errorf("%s: %+v", name, d)
			}
		}
		if got := strings.Join(fields, " "); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// written are ways of writing that one normal form has to hold together, and some that it has to keep apart.
var written = rapid.Custom(func(t *rapid.T) string {
	piece := rapid.SampledFrom(
		[]string{"あ", "ア", "ｱ", "が", "ｶﾞ", "か\u3099", "ー", "-", "‐", "―", "−", " ", "　", "\t", "1", "１", "①", "令和", "㋿", "R", "年", "月", "日", "4",
			"山", "辻\U000e0100", "\u200b", "A", "ａ", "゛", "ゝ", "\u3099", "/", ".", "〜", "\u00b4", "㍻", "\x80", "한"},
	)
	return strings.Join(rapid.SliceOfN(piece, 0, 14).Draw(t, "pieces"), "")
})

// TestNormaliseIsANormalForm: once normalised nothing changes any more, and comparing does not depend on the side.
func TestNormaliseIsANormalForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := written.Draw(t, "a"), written.Draw(t, "b")
		n := discrepancy.Normalise(a)
		if again := discrepancy.Normalise(n); again != n {
			t.Fatalf("%q: %q, then %q", a, n, again)
		}
		for _, kind := range kinds {
			there, err1 := discrepancy.Compare(fieldOf(kind), map[string]any{"x": a}, map[string]any{"x": b})
			back, err2 := discrepancy.Compare(fieldOf(kind), map[string]any{"x": b}, map[string]any{"x": a})
			if err1 != nil || err2 != nil || strings.TrimSpace(a) == "" || strings.TrimSpace(b) == "" {
				continue
			}
			if len(there) != len(back) || len(there) > 0 && there[0].Result != back[0].Result {
				t.Fatalf("%s: %q and %q differ from one side only", kind, a, b)
			}
			if same, _ := discrepancy.Compare(fieldOf(kind), map[string]any{"x": a}, map[string]any{"x": a}); len(same) > 0 {
				t.Fatalf("%s: %q differs from itself", kind, a)
			}
		}
	})
}

// FuzzCompare: no text makes comparing panic; a value that can be read agrees with itself; what cannot be read is refused
// from the reading's side and a difference from the answer's.
func FuzzCompare(f *testing.F) {
	for _, s := range []string{"", "令和3年4月1日", "R3.4.1", "1,234円", "△５", "ﾔﾏﾀﾞ", "1 2", "\xff\xfe", "゛゜", "か\u3099", "2021 4 1", "\U000e0100"} {
		f.Add(s, "1234")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, kind := range kinds {
			_, err := discrepancy.Compare(fieldOf(kind), map[string]any{"x": a}, map[string]any{"x": b})
			if err != nil && fault.As(err).Code != fault.CodeInvalidRequest {
				t.Fatalf("%s %q: %v", kind, a, err)
			}
			if same, err2 := discrepancy.Compare(fieldOf(kind), map[string]any{"x": a}, map[string]any{"x": a}); (err == nil) != (err2 == nil) || len(same) > 0 {
				t.Fatalf("%s %q: %+v %v", kind, a, same, err2)
			}
			if err == nil || strings.TrimSpace(a) == "" {
				continue
			}
			readable := map[string]any{"equal": "1", "normalised": "1", "name": "1", "amount": "1", "date": "2021-04-01"}[kind]
			if d, err := discrepancy.Compare(fieldOf(kind), map[string]any{"x": readable}, map[string]any{"x": a}); err != nil || len(d) != 1 {
				t.Fatalf("%s: the answer %q: %+v %v", kind, a, d, err)
			}
		}
		if n := discrepancy.Normalise(a); discrepancy.Normalise(n) != n {
			t.Fatalf("%q: %q", a, n)
		}
	})
}

// TestTheFourAnswers: the same (no difference at all), written in another way, for a person to judge, different (P12).
func TestTheFourAnswers(t *testing.T) {
	for _, test := range []struct {
		kind             string
		document, answer any
		want             string
	}{
		{"address", "みなと町あおば1-2-3", "みなと町あおば1-2-3", ""},
		{"address", "みなと町あおば1-2-3", "静岡県みなと町あおば一丁目２番３号", discrepancy.Written},
		{"address", "みなと町あおば1-2-3", "みなと町あおば1丁目2番4号", discrepancy.Different},
		{"address", "みなと町あおば1-2-3", "みなと町あおば1-2-3-401", discrepancy.Unsure},
		{"address", "みなと町あおば1-2-3", nil, discrepancy.Different},
		{"address", "", "みなと町あおば1-2-3", ""},
		{"name", "渡邊 花子", "渡邊 花子", ""},
		{"name", "渡邊　花子", "渡辺花子", discrepancy.Written},
		{"name", "澤田 榮", "沢田 栄", discrepancy.Written},
		{"name", "ﾋﾅﾀ", "ひなた", discrepancy.Written},
		{"name", "ヒナタハナコ", "ヒナタ", discrepancy.Unsure},
		{"name", "キヨウコ", "キョウコ", discrepancy.Unsure},
		{"name", "ヒナ", "ヒナタ", discrepancy.Different},
		{"name", "斎藤", "斉藤", discrepancy.Different},
		{"name", "𠮷田 惠", "吉田恵", discrepancy.Written},
		{"name", "佐佐木", "佐々木", discrepancy.Written},
		{"name", "グエン・ティ・マイ", "グエン ティ マイ", discrepancy.Written},
		{"name", "Nguyen Thi Mai", "NGUYEN, THI MAI", discrepancy.Written},
		{"equal", "ひ-0012", "ひ-12", discrepancy.Unsure},
		{"equal", "12", "第12号", discrepancy.Written},
		{"name", "ヒナタ", "", discrepancy.Different},
		{"name", "ヒナタ", nil, discrepancy.Different},
		{"normalised", "２級", "2級", discrepancy.Written},
		{"normalised", "2級", "3級", discrepancy.Different},
		{"date", "R3.4.1", "2021-04-01", ""},
		{"amount", "1,234円", 1234.0, ""},
	} {
		got := ""
		if d := compare(t, test.kind, test.document, test.answer); d != nil {
			got = d[0].Result
		}
		if got != test.want {
			t.Errorf("%s: %v | %v: %q, want %q", test.kind, test.document, test.answer, got, test.want)
		}
	}
}

// TestTheFamilyNameOfAWholeName: papers print the whole; the part is found by what the case knows, else by the space.
func TestTheFamilyNameOfAWholeName(t *testing.T) {
	for _, test := range [][4]string{ // typed, the family and the given name of the case, what is compared
		{"ヒナタ", "ヒナタ", "ハナコ", "ヒナタ"},
		{"ヒナタ ハナコ", "ヒナタ", "ハナコ", "ヒナタ"},
		{"ヒナタハナコ", "ヒナタ", "ハナコ", "ヒナタ"},
		{"ﾋﾅﾀ ﾊﾅｺ", "ヒナタ", "ハナコ", "ﾋﾅﾀ"},
		{"ひなた　はなこ ", "ヒナタ", "ハナコ", "ひなた"},
		{"ミナトハナコ", "ヒナタ", "ハナコ", "ミナト"}, // another family name on the paper is what it says
		{"ヒナタ タロウ", "ヒナタ", "ハナコ", "ヒナタ"},
		{"ミナト タロウ", "ヒナタ", "ハナコ", "ミナト"},
		{"ミナトタロウ", "ヒナタ", "ハナコ", "ミナトタロウ"},
		{"デ ラ クルス マリア", "デ ラ クルス", "マリア", "デ ラ クルス"},
		{"デ ラ クルス", "デ ラ クルス", "マリア", "デ ラ クルス"},
		{"マリア テレサ", "", "マリアテレサ", "マリア テレサ"}, // one name
		{"ミナト タロウ", "", "", "ミナト"},
		{"", "ヒナタ", "ハナコ", ""},
		{"ハナコ", "ヒナタ", "ハナコ", "ハナコ"},
	} {
		if got := discrepancy.FirstPart(test[0], test[1], test[2]); got != test[3] {
			t.Errorf("%q of %s, %s: %q, want %q", test[0], test[1], test[2], got, test[3])
		}
	}
}

// TestCheckReading: what may be typed, with a pointer for each thing that is wrong.
func TestCheckReading(t *testing.T) {
	n := func(n int64) *int64 { return &n }
	fields := []catalogue.ComparedField{{Name: "birth_date", Compare: "date"}, {Name: "levy", Compare: "amount"}}
	right := map[string]any{"birth_date": "R3.4.1"}
	for name, test := range map[string]struct {
		fields  []catalogue.ComparedField
		kind    string
		facts   map[string]any
		outcome catalogue.Outcome
		want    []string // code@pointer
	}{
		"right":            {fields, "eligibility", right, catalogue.Outcome{Eligible: true}, nil},
		"not eligible":     {fields, "amount", right, catalogue.Outcome{}, nil},
		"amount":           {fields, "amount", right, catalogue.Outcome{Eligible: true, Amount: n(0)}, nil},
		"amount missing":   {fields, "amount", right, catalogue.Outcome{Eligible: true}, []string{"required@/outcome/amount"}},
		"amount beyond":    {fields, "amount", right, catalogue.Outcome{Amount: n(math.MaxInt64)}, []string{"not-an-amount@/outcome/amount"}},
		"category missing": {fields, "category", right, catalogue.Outcome{Eligible: true, Category: " "}, []string{"required@/outcome/category"}},
		"category long":    {fields, "category", right, catalogue.Outcome{Category: strings.Repeat("級", 101)}, []string{"reading-too-long@/outcome/category"}},
		"nothing":          {fields, "eligibility", map[string]any{"levy": nil, "birth_date": " "}, catalogue.Outcome{}, []string{"nothing-read@/facts"}},
		"all wrong": {fields, "eligibility", map[string]any{"birth_date": "R3.2.30", "levy": "x", "a/b": 1, "~": nil}, catalogue.Outcome{},
			[]string{"not-a-day@/facts/birth_date", "not-an-amount@/facts/levy", "not-compared@/facts/a~1b", "not-compared@/facts/~0"}},
		"nothing to compare": {nil, "eligibility", nil, catalogue.Outcome{Eligible: true}, nil},
		"facts of no use":    {nil, "eligibility", right, catalogue.Outcome{}, []string{"not-compared@/facts/birth_date"}},
		"unknown only, so two": {fields, "eligibility", map[string]any{"name": "x"}, catalogue.Outcome{}, []string{"not-compared@/facts/name",
			"nothing-read@/facts"}},
	} {
		var got []string
		err := discrepancy.CheckReading(test.fields, test.kind, test.facts, test.outcome)
		if f := fault.As(err); f != nil {
			for _, d := range f.Details {
				got = append(got, d.Code+"@"+d.Pointer)
				if len(test.fields) > 0 && strings.HasPrefix(d.Code, "not-compared") &&
					d.Param("fields") != "birth_date, levy" {
					t.Errorf("%s: %+v", name, d)
				}
			}
			if f.Kind != fault.Refused || f.Code != fault.CodeInvalidRequest {
				t.Errorf("%s: %v", name, f)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
