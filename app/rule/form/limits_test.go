package form

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/individual"
)

const individualNumber = "123456789018" // the right check digit, of nobody

// changed is the example of the claim with one change, as a client's JSON gives it.
func changed(t testing.TB, f *Form, change func(a map[string]any)) map[string]any {
	t.Helper()
	answers := f.Example(exampleDay, always, one1)
	change(answers)
	raw, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	var back map[string]any
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestAnIndividualNumberIsNamedAndNeverRepeated(t *testing.T) {
	f := claim(t)
	applicant := func(key string, value any) func(map[string]any) {
		return func(a map[string]any) { a["applicant"].(map[string]any)[key] = value }
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   string
	}{
		"as a member of the form":    {func(a map[string]any) { a[individualNumber] = 1 }, "/form"},
		"as a member of a group":     {applicant("1234-5678-9018", "x"), "/form/applicant"},
		"in an unknown member":       {func(a map[string]any) { a["memo"] = "番号 " + individualNumber }, "/form/memo"},
		"deep in an unknown member":  {applicant("memo", []any{map[string]any{"a": individualNumber}}), "/form/applicant/memo"},
		"as a number for a text":     {applicant("address", 123456789018), "/form/applicant/address"},
		"for a choice":               {applicant("sex", individualNumber), "/form/applicant/sex"},
		"for a date":                 {applicant("birth_date", individualNumber), "/form/applicant/birth_date"},
		"for kana":                   {applicant("family_kana", "１２３４ ５６７８ ９０１８"), "/form/applicant/family_kana"},
		"in a text for a group":      {func(a map[string]any) { a["payee"] = individualNumber }, "/form/payee"},
		"in a text for a list":       {func(a map[string]any) { a["children"] = individualNumber }, "/form/children"},
		"in a text that is too long": {applicant("address", strings.Repeat("あ", 300)+individualNumber), "/form/applicant/address"},
	} {
		for _, opt := range []Options{draftOpt(), final()} {
			out, faults := f.Validate(changed(t, f, c.change), always, one1, opt)
			said, err := json.Marshal(faults)
			if err != nil {
				t.Fatal(err)
			}
			if out != nil || len(faults) == 0 || faults[0].Code != "individual-number" || faults[0].Pointer != c.want {
				t.Errorf("%s: %v, want individual-number %s", name, codes(faults), c.want)
			}
			if individual.InText(string(said)) {
				t.Errorf("%s: it is repeated in %s", name, said)
			}
		}
	}
}

func TestWhatIsTooLargeIsRefusedAsAWhole(t *testing.T) {
	f := claim(t)
	var deep any = "x"
	for range 10 {
		deep = map[string]any{"a": deep}
	}
	many := []any{}
	for range 5000 {
		many = append(many, 1)
	}
	for name, c := range map[string]struct {
		value any
		want  string
	}{
		"ten deep":             {deep, "too-deep"},
		"ten deep in a list":   {[]any{deep}, "too-deep"},
		"two megabytes":        {strings.Repeat("a", 2<<20), "too-large"},
		"a name of 2 MB":       {map[string]any{strings.Repeat("a", 2<<20): 1}, "too-large"},
		"five thousand values": {many, "too-large"},
	} {
		for _, opt := range []Options{draftOpt(), final()} {
			_, faults := f.Validate(changed(t, f, func(a map[string]any) { a["applicant"].(map[string]any)["address"] = c.value }), always, one1, opt)
			if got := codes(faults); len(got) != 1 || got[0] != c.want+" /form" || faults[0].Reason == "" {
				t.Errorf("%s: %v, want %s /form", name, got, c.want)
			}
		}
	}
	unknown := changed(t, f, func(a map[string]any) {
		for i := range 300 {
			a[fmt.Sprint("member-", i, strings.Repeat("x", 100))] = 1
		}
	})
	if _, faults := f.Validate(unknown, always, one1, draftOpt()); len(faults) != 100 || len(faults[0].Pointer) > 80 {
		t.Errorf("%d faults, the first at %s", len(faults), faults[0].Pointer)
	}
	if _, faults := f.Validate(map[string]any{}, always, func(string) int { return 1_000_000 }, final()); len(faults) != 100 {
		t.Errorf("%d faults for a million children", len(faults))
	}
}

func TestARequiredListNeedsAnEntry(t *testing.T) {
	for code, value := range map[string]any{"required": nil, "too-few": []any{}, "too-few /": []any{" ", nil}} {
		answers := changed(t, fuzzForm, func(a map[string]any) { a["enrolment"].(map[string]any)["facilities"] = value })
		_, faults := fuzzForm.Validate(answers, always, one1, final())
		if got := codes(faults); len(got) != 1 || got[0] != strings.TrimSuffix(code, " /")+" /form/enrolment/facilities" {
			t.Errorf("%v: %v", value, got)
		}
		if _, faults := fuzzForm.Validate(answers, always, one1, draftOpt()); len(faults) > 0 {
			t.Errorf("%v in a draft: %v", value, codes(faults))
		}
	}
	answers := changed(t, fuzzForm, func(a map[string]any) {
		a["enrolment"].(map[string]any)["facilities"] = []any{"1", nil, 3}
	})
	if _, faults := fuzzForm.Validate(answers, always, one1, draftOpt()); len(faults) != 1 || faults[0].Pointer != "/form/enrolment/facilities/2" {
		t.Errorf("a number among the facilities: %v", codes(faults))
	}
	answers = changed(t, fuzzForm, func(a map[string]any) {
		a["enrolment"].(map[string]any)["facilities"] = []any{"1", "2", "3", "4", "5", "6"}
	})
	if _, faults := fuzzForm.Validate(answers, always, one1, draftOpt()); len(faults) != 1 || faults[0].Code != "too-many" {
		t.Errorf("six facilities: %v", codes(faults))
	}
}

func TestADraftKeepsWhatIsNotCalledForNow(t *testing.T) {
	f := claim(t)
	without := func(u Use) bool { return u.Group != "payee" }
	out, faults := f.Validate(f.Example(exampleDay, always, one1), without, one1, draftOpt())
	if len(faults) > 0 || out["payee"] == nil {
		t.Errorf("%v %v", out, codes(faults))
	}
}

func TestHolders(t *testing.T) {
	for name, c := range map[string]struct {
		held, person string
		want         bool
	}{
		"the same":                         {"ﾋﾅﾀ ﾊﾅｺ", "ﾋﾅﾀ ﾊﾅｺ", true},
		"without the space":                {"ﾋﾅﾀﾊﾅｺ", "ﾋﾅﾀ ﾊﾅｺ", true},
		"with middle dots":                 {"ｼﾞﾖﾝ.ｽﾐｽ", "ｼﾞﾖﾝ ｽﾐｽ", true},
		"cut where the record ends":        {strings.Repeat("ｱ", 30), strings.Repeat("ｱ", 40), true},
		"cut before":                       {strings.Repeat("ｱ", 29), strings.Repeat("ｱ", 40), false},
		"somebody else of the same family": {"ﾋﾅﾀ ﾀﾛｳ", "ﾋﾅﾀ ﾊﾅｺ", false},
		"given and family name exchanged":  {"ﾊﾅｺ ﾋﾅﾀ", "ﾋﾅﾀ ﾊﾅｺ", false},
		"a name and more":                  {"ﾋﾅﾀ ﾊﾅｺｺ", "ﾋﾅﾀ ﾊﾅｺ", false},
	} {
		if got := sameHolder(c.held, c.person); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// anyJSON draws arbitrary JSON, with members that the form has among its names.
func anyJSON(depth int) *rapid.Generator[any] {
	leaf := rapid.OneOf(
		rapid.Just[any](nil), rapid.Just[any](individualNumber), rapid.Just[any]("平成4年4月10日"),
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.Float64(), func(n float64) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }))
	if depth == 0 {
		return leaf
	}
	names := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"applicant", "children", "payee", "enrolment", "facilities", "kind",
		"post_symbol", "post_number", "birth_date", "family_name", "family_kana", "account_holder", individualNumber}))
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(anyJSON(depth-1), 0, 4), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(names, anyJSON(depth-1), 0, 6), func(m map[string]any) any { return m }))
}

func TestWhateverIsSentIsAnsweredAndKeptTheSameTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answers, ok := anyJSON(4).Draw(t, "form").(map[string]any)
		if !ok {
			return
		}
		opt := Options{Final: rapid.Bool().Draw(t, "final"), FiledOn: exampleDay}
		before, errBefore := json.Marshal(answers)
		out, faults := fuzzForm.Validate(answers, always, one1, opt)
		if after, err := json.Marshal(answers); err == nil && errBefore == nil && string(after) != string(before) {
			t.Fatalf("the answers themselves were changed")
		}
		for _, d := range faults {
			if d.Reason == "" || d.Pointer != "/form" && !strings.HasPrefix(d.Pointer, "/form/") || individual.InText(d.Pointer+fmt.Sprint(d.Params)) {
				t.Fatalf("%+v", d)
			}
		}
		if out == nil {
			return
		}
		again, faults := fuzzForm.Validate(out, always, one1, opt)
		a, _ := json.Marshal(out)
		b, _ := json.Marshal(again)
		if len(faults) > 0 || string(a) != string(b) {
			t.Fatalf("normalised once more: %v\n%s\n%s", codes(faults), a, b)
		}
	})
}
