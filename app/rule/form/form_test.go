package form

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

func library(t testing.TB) *Library {
	t.Helper()
	lib, err := Load(os.DirFS("../../../configs/procedures"))
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// exampleDay is a filing date on which every example of the library is valid.
var exampleDay = jp.Date{Year: 2026, Month: 6, Day: 1}

func always(Use) bool   { return true }
func one1(string) int   { return 1 }
func final() Options    { return Options{Final: true, FiledOn: exampleDay} }
func draftOpt() Options { return Options{FiledOn: exampleDay} }
func codes(d []fault.Detail) (out []string) {
	for _, x := range d {
		out = append(out, x.Code+" "+x.Pointer)
	}
	return out
}

func claim(t testing.TB) *Form {
	t.Helper()
	f, err := library(t).Compile([]Use{{Group: "applicant"}, {Group: "child", Each: "children"}, {Group: "payee"}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEveryGroupsExampleIsValidAndStaysSo(t *testing.T) {
	for name := range library(t).groups {
		f, err := library(t).Compile([]Use{{Group: name}})
		if err != nil {
			t.Fatal(err)
		}
		example := f.Example(exampleDay, always, one1)
		once, faults := f.Validate(example, always, one1, final())
		if len(faults) > 0 {
			t.Errorf("%s: %v", name, codes(faults))
			continue
		}
		raw, err := json.Marshal(once)
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]any
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		twice, faults := f.Validate(back, always, one1, final())
		again, _ := json.Marshal(twice)
		if len(faults) > 0 || string(again) != string(raw) {
			t.Errorf("%s: normalised twice it changes: %v\n%s\n%s", name, codes(faults), raw, again)
		}
	}
}

func TestAnswers(t *testing.T) {
	f := claim(t)
	for name, c := range map[string]struct{ group, member, in, code, want string }{
		"a rare character":                {"applicant", "family_name", `"𠮷田"`, "", "𠮷田"},
		"a variation selector":            {"applicant", "family_name", `"葛󠄀城"`, "", "葛󠄀城"},
		"hiragana":                        {"applicant", "family_kana", `"ひなた"`, "", "ヒナタ"},
		"kanji for kana":                  {"applicant", "family_kana", `"日向"`, "not-kana", ""},
		"an era date":                     {"applicant", "birth_date", `"平成4年4月10日"`, "", "1992-04-10"},
		"a day that does not exist":       {"applicant", "birth_date", `"1992-02-30"`, "invalid-date", ""},
		"born in the future":              {"applicant", "birth_date", `"2026-06-02"`, "date-in-future", ""},
		"a postal code":                   {"applicant", "postal_code", `"９９８０００１"`, "", "998-0001"},
		"a wrong postal code":             {"applicant", "postal_code", `"99800"`, "invalid-postal-code", ""},
		"a wrong mail address":            {"applicant", "email", `"hana@"`, "invalid-email", ""},
		"an individual number in a text":  {"applicant", "address", `"番号 1234-5678-9018"`, "individual-number", ""},
		"an individual number as a phone": {"applicant", "phone", `"123456789018"`, "individual-number", ""},
		"a control character":             {"applicant", "given_name", "\"花\\u0007子\"", "control-character", ""},
		"a text that turns direction":     {"applicant", "given_name", "\"花\\u202e子\"", "control-character", ""},
		"a number for a text":             {"applicant", "given_name", `5`, "wrong-type", ""},
		"too long":                        {"applicant", "given_name", `"` + strings.Repeat("あ", 101) + `"`, "too-long", ""},
		"an unknown choice":               {"applicant", "sex", `"x"`, "invalid-choice", ""},
		"an unknown field":                {"applicant", "nickname", `"x"`, "unknown-field", ""},
		"an object for a text":            {"applicant", "given_name", `{"a":{"b":{"c":{"d":{"e":1}}}}}`, "wrong-type", ""},
		"a short account number":          {"payee", "account_number", `"12345"`, "", "0012345"},
		"somebody else's account":         {"payee", "account_holder", `"ﾐﾅﾄ ｼﾞﾛｳ"`, "holder-mismatch", ""},
		"the holder in full width":        {"payee", "account_holder", `"ヒナタ　ハナコ"`, "", "ﾋﾅﾀ ﾊﾅｺ"},
	} {
		answers := f.Example(exampleDay, always, one1)
		var value any
		if err := json.Unmarshal([]byte(c.in), &value); err != nil {
			t.Fatal(name, err)
		}
		answers[c.group].(map[string]any)[c.member] = value
		out, faults := f.Validate(answers, always, one1, final())
		if c.code != "" {
			if want := c.code + " /form/" + c.group + "/" + c.member; len(faults) != 1 || codes(faults)[0] != want {
				t.Errorf("%s: %v, want %s", name, codes(faults), want)
			}
			continue
		}
		if len(faults) > 0 || out[c.group].(map[string]any)[c.member] != c.want {
			t.Errorf("%s: %v %v, want %s", name, out[c.group], codes(faults), c.want)
		}
	}
}

func TestJapanPostIsConverted(t *testing.T) {
	f := claim(t)
	answers := f.Example(exampleDay, always, one1)
	answers["payee"] = map[string]any{"kind": "japan-post", "post_symbol": "１２３４０", "post_number": "12345671", "account_holder": "ヒナタ ハナコ"}
	out, faults := f.Validate(answers, always, one1, final())
	if len(faults) > 0 {
		t.Fatal(codes(faults))
	}
	p := out["payee"].(map[string]any)
	if p["bank_code"] != "9900" || p["branch_code"] != "238" || p["account_number"] != "1234567" {
		t.Errorf("converted to %v", p)
	}
}

func TestWhatIsMissingIsNamedWhenFiled(t *testing.T) {
	f := claim(t)
	if out, faults := f.Validate(map[string]any{"applicant": map[string]any{"given_name": ""}}, always, one1, draftOpt()); len(faults) > 0 {
		t.Errorf("a draft: %v %v", out, codes(faults))
	}
	_, faults := f.Validate(map[string]any{}, always, func(string) int { return 2 }, final())
	got := strings.Join(codes(faults), "\n")
	for _, want := range []string{"required /form/applicant/family_name", "required /form/children/0/given_kana", "required /form/children/1/relationship",
		"required /form/payee/kind"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not named in\n%s", want, got)
		}
	}
	never := func(u Use) bool { return u.Group != "payee" }
	_, faults = f.Validate(f.Example(exampleDay, always, one1), never, one1, final())
	if len(faults) != 1 || faults[0].Code != "not-applicable" || faults[0].Pointer != "/form/payee" {
		t.Errorf("a group that is not called for: %v", codes(faults))
	}
}

// TestEveryFaultIsSaid draws single wrong answers: each is told with a text and its place.
func TestEveryFaultIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := fuzzForm
		answers := map[string]any{"applicant": map[string]any{rapid.SampledFrom([]string{"birth_date", "email", "sex", "phone", "x"}).Draw(t, "key"): rapid.OneOf(
			rapid.Just[any](nil), rapid.Map(rapid.String(), func(s string) any { return s }), rapid.Just[any](1.5), rapid.Just[any]([]any{1})).Draw(t, "value")}}
		_, faults := f.Validate(answers, always, one1, final())
		for _, d := range faults {
			if d.Reason != fault.Answer(d.Code).Reason() || !strings.HasPrefix(d.Pointer, "/form/") {
				t.Fatalf("%+v", d)
			}
		}
	})
}

var fuzzForm = func() *Form {
	lib, err := Load(os.DirFS("../../../configs/procedures"))
	if err != nil {
		panic(err)
	}
	f, err := lib.Compile([]Use{{Group: "applicant"}, {Group: "child", Each: "children"}, {Group: "payee"}, {Group: "enrolment"}, {Group: "pregnancy"}})
	if err != nil {
		panic(err)
	}
	return f
}()

func FuzzValidate(f *testing.F) {
	f.Add(`{"applicant":{"birth_date":"R8.5.1"}}`)
	f.Add(`{"children":[{"family_name":"𠮷"},null,5]}`)
	f.Add(`{"payee":{"kind":"japan-post","post_symbol":"1","post_number":"1"}}`)
	f.Fuzz(func(t *testing.T, in string) {
		var answers map[string]any
		if json.Unmarshal([]byte(in), &answers) != nil {
			return
		}
		for _, opt := range []Options{draftOpt(), final()} {
			out, faults := fuzzForm.Validate(answers, always, one1, opt)
			if (out == nil) == (len(faults) == 0) {
				t.Fatalf("%v with %v", out, codes(faults))
			}
			if out != nil {
				if again, faults := fuzzForm.Validate(out, always, one1, opt); len(faults) > 0 {
					t.Fatalf("normalised, it is refused: %v %v", again, codes(faults))
				}
			}
		}
	})
}

func TestLoadNamesTheFault(t *testing.T) {
	const label = "label: {ja: x, plain: x, en: x}"
	for in, want := range map[string]string{
		"a:\n  label: {ja: x, plain: x}\n":     "_form.yaml:2: label.en is missing",
		"a:\n  " + label + "\n":                "_form.yaml:2: group a has no fields",
		"a:\n  " + label + "\n  colour: red\n": `_form.yaml:3: unknown key "colour"`,
		"a:\n  " + label + "\n  holder: children\n  fields:\n  - {name: k, type: text, " + label + ", example: x}\n": "a holder stands with the rule account",
		"a:\n  " + label + "\n  rule: none\n  fields:\n  - {name: k, type: text, " + label + ", example: x}\n":       `there is no rule "none"`,
		"a:\n  " + label + "\n  fields:\n  - {name: k, type: number, " + label + ", example: 1}\n":                   `there is no type "number"`,
		"a:\n  " + label + "\n  fields:\n  - {name: k, type: kana, " + label + ", example: 漢}\n":                     "its example is refused: not-kana",
		"a:\n  " + label + "\n  fields:\n  - {name: k, type: text, " + label + ", example: x, when: facts.k}\n":      "undeclared reference to 'facts'",
	} {
		_, err := Load(fstest.MapFS{"_form.yaml": &fstest.MapFile{Data: []byte(in)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
