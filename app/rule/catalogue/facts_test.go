package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
)

const claim2017 = `{"applicant":{"jan1_municipality":"998010","pension":"employees"},"has_spouse":true,"spouse":{"jan1_municipality":"abroad"},` +
	`"children":[{"birth_date":"2017-07-10","relationship":"child","lives_with_applicant":false,"studying_abroad":false,"municipality":"131016"}],` +
	`"divorce_in_progress":false,"dv_evacuation":false,"parents_abroad_designation":false,"payee":{"use_public_account":true},"left_public_office":false}`

// TestFactsAreStrict replaces one thing in facts that are right, and expects one fault with its pointer.
func TestFactsAreStrict(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[0]
	tests := map[string]struct{ old, replacement, code, pointer string }{
		"missing":               {`"divorce_in_progress":false,`, "", "required", "/facts/divorce_in_progress"},
		"missing deep":          {`,"pension":"employees"`, "", "required", "/facts/applicant/pension"},
		"missing in a list":     {`"studying_abroad":false,`, "", "required", "/facts/children/0/studying_abroad"},
		"unknown":               {`{"applicant"`, `{"x/y~z":1,"applicant"`, "unknown-field", "/facts/x~1y~0z"},
		"unknown deep":          {`"use_public_account":true`, `"use_public_account":true,"":0`, "unknown-field", "/facts/payee/"},
		"case of a name":        {`"has_spouse"`, `"Has_spouse":true,"has_spouse"`, "unknown-field", "/facts/Has_spouse"},
		"of another version":    {`{"applicant"`, `{"older_siblings_18_22":0,"applicant"`, "unknown-field", "/facts/older_siblings_18_22"},
		"twice":                 {`"has_spouse":true`, `"has_spouse":true,"has_spouse":true`, "repeated", "/facts/has_spouse"},
		"spouse refused":        {`"has_spouse":true`, `"has_spouse":false`, "not-applicable", "/facts/spouse"},
		"spouse missing":        {`"spouse":{"jan1_municipality":"abroad"},`, "", "required", "/facts/spouse"},
		"has_spouse wrong":      {`"has_spouse":true`, `"has_spouse":"true"`, "wrong-type", "/facts/has_spouse"},
		"boolean as number":     {`"lives_with_applicant":false`, `"lives_with_applicant":1`, "wrong-type", "/facts/children/0/lives_with_applicant"},
		"null":                  {`"lives_with_applicant":false`, `"lives_with_applicant":null`, "wrong-type", "/facts/children/0/lives_with_applicant"},
		"17.5 for a text":       {`"relationship":"child"`, `"relationship":17.5`, "number-form", "/facts/children/0/relationship"},
		"no such choice":        {`"employees"`, `"Employees"`, "invalid-choice", "/facts/applicant/pension"},
		"choice as object":      {`"employees"`, `{}`, "wrong-type", "/facts/applicant/pension"},
		"no such day":           {`2017-07-10`, `2017-02-29`, "invalid-date", "/facts/children/0/birth_date"},
		"day in another form":   {`2017-07-10`, `2017-7-10`, "invalid-date", "/facts/children/0/birth_date"},
		"instant for a day":     {`2017-07-10`, `2017-07-10T00:00:00Z`, "invalid-date", "/facts/children/0/birth_date"},
		"full-width digits":     {`2017-07-10`, `２０１７-07-10`, "invalid-date", "/facts/children/0/birth_date"},
		"born after filing":     {`2017-07-10`, `2017-07-19`, "date-in-future", "/facts/children/0/birth_date"},
		"check digit":           {`"131016"`, `"131017"`, "invalid-municipality", "/facts/children/0/municipality"},
		"municipality number":   {`"131016"`, `131016`, "wrong-type", "/facts/children/0/municipality"},
		"abroad for a child":    {`"131016"`, `"abroad"`, "invalid-municipality", "/facts/children/0/municipality"},
		"no child":              {claim2017[strings.Index(claim2017, `[{"birth`) : strings.Index(claim2017, `}],`)+2], `[]`, "too-few", "/facts/children"},
		"children as object":    {claim2017[strings.Index(claim2017, `[{"birth`) : strings.Index(claim2017, `}],`)+2], `{}`, "wrong-type", "/facts/children"},
		"where at home":         {`"lives_with_applicant":false`, `"lives_with_applicant":true`, "not-applicable", "/facts/children/0/studying_abroad"},
		"an element not object": {`[{"birth`, `[0,{"birth`, "wrong-type", "/facts/children/0"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(claim2017, test.old, test.replacement, 1)
			if text == claim2017 {
				t.Fatal("nothing was replaced")
			}
			f, faults := v.DecodeFacts([]byte(text), day(t, "2017-07-18"))
			if f != nil || len(faults) != 1 || faults[0].Code != test.code || faults[0].Pointer != test.pointer || faults[0].Reason == "" {
				t.Errorf("got %+v", faults)
			}
		})
	}
}

func TestFactsAccepted(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[0]
	for old, replacement := range map[string]string{
		"":                 "",
		`"2017-07-10"`:     `"2017-07-18"`, // born on the day of filing
		`"applicant":{"j`:  ` "applicant" : { "j`,
		`"payee"`:          `"p\u0061yee"`,
		`"998010"`:         `"abroad"`,
		`"relationship":"`: "\"relationship\"\t:\n\"",
	} {
		f, faults := v.DecodeFacts([]byte(strings.Replace(claim2017, old, replacement, 1)), day(t, "2017-07-18"))
		if len(faults) > 0 {
			t.Errorf("%s: %+v", replacement, faults)
			continue
		}
		if f.Count("children") != 1 || f.Count("guardians") != 0 || !f.Has("spouse") || f.Has("supporters") || f.Version() != v {
			t.Errorf("%s: facts are %+v", replacement, f)
		}
	}
}

// TestFactsReportsEverything: the API shows every fault, numbers first, then in the order in which facts are asked.
func TestFactsReportsEverything(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[1]
	_, faults := v.DecodeFacts([]byte(`{"x":1,"older_siblings_18_22":1.0,"applicant":{},"children":[]}`), day(t, "2024-10-01"))
	var got []string
	for _, f := range faults {
		got = append(got, f.Code+" "+f.Pointer)
	}
	want := []string{"number-form /facts/older_siblings_18_22", "required /facts/applicant/pension", "too-few /facts/children",
		"required /facts/divorce_in_progress", "required /facts/dv_evacuation", "required /facts/parents_abroad_designation",
		"required /facts/left_public_office", "required /facts/payee", "unknown-field /facts/x"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	for _, text := range []string{"", "{", "[]", "null", "\"\xff\""} {
		if _, faults := v.DecodeFacts([]byte(text), day(t, "2024-10-01")); len(faults) != 1 || faults[0].Pointer != "/facts" {
			t.Errorf("%q: %+v", text, faults)
		}
	}
}

// TestManyFaultsAreCutOff: a hostile text does not make an answer larger than itself.
func TestManyFaultsAreCutOff(t *testing.T) {
	v := load(t).Procedure("pregnancy-notification").Versions[0]
	var b strings.Builder
	for i := range 5000 {
		b.WriteString(`,"f` + strings.Repeat("x", i%7) + `":1.5`)
	}
	_, faults := v.DecodeFacts([]byte("{"+b.String()[1:]+"}"), day(t, "2024-10-01"))
	if n := len(faults); n == 0 || n > 100 {
		t.Errorf("%d faults", n)
	}
}

func TestHoldOn(t *testing.T) {
	c := load(t)
	old, current := c.Procedure("child-allowance-claim").Versions[0], c.Procedure("child-allowance-claim").Versions[1]
	f, faults := old.DecodeFacts([]byte(claim2017), day(t, "2017-07-18"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if !f.HoldOn(old, day(t, "2017-07-10")) || f.HoldOn(old, day(t, "2017-07-09")) || f.HoldOn(current, day(t, "2024-10-01")) {
		t.Error("facts hold where they do not, or not where they do")
	}
	if string(f.JSON()) != claim2017 {
		t.Error("the JSON is another")
	}
}

// TestExamples: an example is complete, and calls for no paper wherever the catalogue allows that, whichever
// municipality it is filed with.
func TestExamples(t *testing.T) {
	always := map[string]string{"child-allowance-unpaid": "bank-passbook", "single-parent-claim": "family-register-copy"}
	for _, p := range load(t).Procedures() {
		for _, v := range p.Versions {
			for _, municipality := range []string{"998010", "998028", "998036"} {
				facts := v.ExampleFacts(municipality)
				f, faults := v.DecodeFacts(facts, day(t, "2026-04-01"))
				if len(faults) > 0 {
					t.Fatalf("%s: %+v", facts, faults)
				}
				needed, err := v.Applicable(f, municipality, day(t, "2026-04-01"))
				if err != nil {
					t.Fatal(err)
				}
				if len(needed) > 1 || len(needed) == 1 && needed[0].Rule.Document != always[p.Code] {
					t.Errorf("%s %s: the example needs %d documents", p.Code, v.Effective, len(needed))
				}
			}
			if text := string(v.ExampleFacts("no code")); strings.Contains(text, "{municipality}") || strings.Contains(text, "no code") {
				t.Errorf("%s: %s", p.Code, text)
			}
		}
	}
}

// TestFormGroups: the groups follow the facts.
func TestFormGroups(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[0]
	groups := func(text string) string {
		f, faults := v.DecodeFacts([]byte(text), day(t, "2017-07-18"))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		uses, err := v.FormGroups(f, "998010", day(t, "2017-07-18"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, u := range uses {
			names = append(names, u.Group+u.Each)
		}
		return strings.Join(names, " ")
	}
	if got := groups(claim2017); got != "applicant spouse childchildren event-claim" {
		t.Error(got)
	}
	if got := groups(strings.Replace(claim2017, `account":true`, `account":false`, 1)); got != "applicant spouse childchildren event-claim payee" {
		t.Error(got)
	}
}

// TestExampleCases: facts and form together can be filed as they stand, on any day.
func TestExampleCases(t *testing.T) {
	for _, p := range load(t).Procedures() {
		for _, v := range p.Versions {
			for _, on := range []string{v.Effective, "2026-04-01"} {
				facts, answers, err := v.ExampleCase("998028", day(t, on))
				if err != nil {
					t.Fatalf("%s %s: %v", p.Code, v.Effective, err)
				}
				f, faults := v.DecodeFacts(facts, day(t, on))
				if len(faults) > 0 {
					t.Fatalf("%s %s: %+v", p.Code, v.Effective, faults)
				}
				uses, err := v.FormGroups(f, "998028", day(t, on))
				if err != nil {
					t.Fatal(err)
				}
				active := func(u form.Use) bool { return slices.Contains(uses, u) }
				if _, faults := v.FormRules().Validate(answers, active, f.Count, form.Options{Final: true, FiledOn: day(t, on)}); len(faults) > 0 {
					t.Errorf("%s %s on %s: %+v", p.Code, v.Effective, on, faults)
				}
			}
		}
	}
}

func TestAsksAndItems(t *testing.T) {
	c := load(t)
	claim, annual := c.Procedure("child-allowance-claim"), c.Procedure("single-parent-annual").Latest()
	for _, test := range []struct {
		document, subject string
		want              bool
	}{
		{"household-resident-record", "child-1", true}, {"household-resident-record", "child-12", true}, {"household-resident-record", "child", false},
		{"household-resident-record", "child-0", false}, {"household-resident-record", "child-01", false}, {"household-resident-record", "child--1", false},
		{"household-resident-record", "applicant", false}, {"bank-passbook", "applicant", true}, {"income-certificate", "spouse", true},
		{"no-such-document", "applicant", false}, {"facility-notice", "child-1", false},
	} {
		if got := claim.Versions[0].Asks(test.document, test.subject); got != test.want {
			t.Errorf("%s/%s: %v", test.document, test.subject, got)
		}
	}
	if got := strings.Join(claim.Versions[1].Items(), " "); got != "pension resident-record" {
		t.Errorf("items are %s", got)
	}
	if !annual.NeedsConsent("local-tax") || annual.NeedsConsent("pension") || claim.Versions[0].NeedsConsent("local-tax") {
		t.Error("consent is needed elsewhere")
	}
	if len(c.Procedure("pregnancy-notification").Latest().Items()) != 0 || c.Item("pension").Code == "" || len(c.Items()) != 7 ||
		!slices.Contains(c.Documents(), "placement-notice") {
		t.Error("items or documents are missing")
	}
}

// TestTakeFacts: at the door facts are taken as people write them, and what is saved is what a plan takes.
func TestTakeFacts(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[0]
	for old, replacement := range map[string]string{
		`"2017-07-10"`:   `"平成29年7月10日"`,
		`"2017-07-10",`:  `"H29.7.10",`,
		`"2017-07-10","`: `" ２０１７/7/１０ ","`,
		`"131016"`:       `"１３１０１６"`,
	} {
		text := []byte(strings.Replace(claim2017, old, replacement, 1))
		f, normal, faults := v.TakeFacts(text, day(t, "2017-07-18"))
		if len(faults) > 0 || f == nil || string(f.JSON()) != string(normal) {
			t.Errorf("%s: %v", replacement, faults)
			continue
		}
		if _, faults := v.DecodeFacts(text, day(t, "2017-07-18")); len(faults) != 1 {
			t.Errorf("%s: a plan takes it too: %v", replacement, faults)
		}
		exact, faults := v.DecodeFacts(normal, day(t, "2017-07-18"))
		if len(faults) > 0 || exact.HoldOn(v, day(t, "2017-07-09")) || !strings.Contains(string(normal), `"birth_date":"2017-07-10"`) {
			t.Errorf("%s became %s: %v", replacement, normal, faults)
		}
	}
	f, normal, faults := v.TakeFacts([]byte(`{"has_spouse":null,"applicant":{"pension":"employees"},"children":[{"birth_date":""}]}`), day(t, "2017-07-18"))
	if f != nil || string(normal) != `{"applicant":{"pension":"employees"},"children":[{}]}` {
		t.Errorf("a draft became %s", normal)
	}
	for _, d := range faults {
		if d.Code != "required" {
			t.Errorf("a draft: %+v", d)
		}
	}
	for _, text := range []string{"", "[]", "null"} {
		if f, normal, faults := v.TakeFacts([]byte(text), day(t, "2017-07-18")); f != nil || normal != nil || len(faults) != 1 {
			t.Errorf("%q: %v", text, faults)
		}
	}
}

// TestAnAbsentFactReadsAsItsDefault: a condition of a document may read the spouse of a person who has none.
func TestAnAbsentFactReadsAsItsDefault(t *testing.T) {
	const unguarded = "other(facts.spouse.jan1_municipality)"
	c, err := catalogue.Load(changed(t, "_child-allowance.yaml", "when: facts.has_spouse && "+unguarded, "when: "+unguarded))
	if err != nil {
		t.Fatal(err)
	}
	v := c.Procedure("child-allowance-claim").Versions[0]
	without := strings.Replace(strings.Replace(claim2017, `"has_spouse":true`, `"has_spouse":false`, 1), `"spouse":{"jan1_municipality":"abroad"},`, "", 1)
	f, faults := v.DecodeFacts([]byte(without), day(t, "2017-07-18"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	needed, err := v.Applicable(f, "998010", day(t, "2017-07-18"))
	if err != nil || slices.ContainsFunc(needed, func(a catalogue.Applicable) bool { return a.Subject == "spouse" }) {
		t.Errorf("%v %v", needed, err)
	}
}
