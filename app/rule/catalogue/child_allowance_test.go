package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

const claim2024 = `{"applicant":{"pension":"employees"},` +
	`"children":[{"birth_date":"2017-07-10","relationship":"child","lives_with_applicant":false,"studying_abroad":true,` +
	`"residence_before_abroad":"here","left_japan_on":"2023-04-01","with_parents_abroad":false}],"divorce_in_progress":false,"dv_evacuation":false,` +
	`"parents_abroad_designation":false,"older_siblings_18_22":0,"payee":{"use_public_account":true},"left_public_office":false}`

// TestFactsOfTheVersionOf2024AreStrict: numbers, and what is asked of a child who studies abroad alone.
func TestFactsOfTheVersionOf2024AreStrict(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[1]
	for name, test := range map[string]struct{ old, replacement, code, pointer string }{
		"3.0":                   {`22":0`, `22":3.0`, "number-form", "/facts/older_siblings_18_22"},
		"1e1":                   {`22":0`, `22":1e1`, "number-form", "/facts/older_siblings_18_22"},
		"minus zero":            {`22":0`, `22":-0`, "number-form", "/facts/older_siblings_18_22"},
		"negative":              {`22":0`, `22":-1`, "negative", "/facts/older_siblings_18_22"},
		"very negative":         {`22":0`, `22":-99999999999999999999`, "negative", "/facts/older_siblings_18_22"},
		"more than anybody has": {`22":0`, `22":10000`, "out-of-range", "/facts/older_siblings_18_22"},
		"integer as text":       {`22":0`, `22":"3"`, "wrong-type", "/facts/older_siblings_18_22"},
		"integer as boolean":    {`22":0`, `22":true`, "wrong-type", "/facts/older_siblings_18_22"},
		"no day of leaving":     {`"left_japan_on":"2023-04-01",`, ``, "required", "/facts/children/0/left_japan_on"},
		"left after the filing": {`2023-04-01`, `2024-10-02`, "date-in-future", "/facts/children/0/left_japan_on"},
		"no residence before":   {`"residence_before_abroad":"here",`, ``, "required", "/facts/children/0/residence_before_abroad"},
		"a municipality in Japan": {`"residence_before_abroad"`, `"municipality":"998010","residence_before_abroad"`, "not-applicable",
			"/facts/children/0/municipality"},
		"a spouse, who is not asked": {`"divorce_`, `"has_spouse":false,"divorce_`, "unknown-field", "/facts/has_spouse"},
	} {
		text := strings.Replace(claim2024, test.old, test.replacement, 1)
		if text == claim2024 {
			t.Fatal(name, ": nothing was replaced")
		}
		f, faults := v.DecodeFacts([]byte(text), day(t, "2024-10-01"))
		if f != nil || len(faults) != 1 || faults[0].Code != test.code || faults[0].Pointer != test.pointer {
			t.Errorf("%s: got %+v", name, faults)
		}
	}
	if _, faults := v.DecodeFacts([]byte(claim2024), day(t, "2024-10-01")); len(faults) > 0 {
		t.Errorf("%+v", faults)
	}
}

// TestFormGroupsFollowWhatHappened: names are asked of those whom the facts do not ask about, and no group in vain.
func TestFormGroupsFollowWhatHappened(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ procedure, facts, want string }{
		{"child-allowance-revision", `{"event":"child-removed"}`, "applicant child removed-children event-revision"},
		{"child-allowance-revision", `{"event":"sibling-ended"}`, "applicant child ended-siblings event-revision"},
		{"child-allowance-revision", `{"event":"sibling-counted","children_already_paid":2,"older_siblings_18_22":1}`,
			"applicant child older-siblings event-revision"},
		{"child-allowance-revision", `{"event":"sibling-changed","children_already_paid":2,"older_siblings_18_22":0}`, "applicant child event-revision"},
		{"child-allowance-change", `{"changes":["child-name"]}`, "applicant event-change changed-child renamed-children"},
		{"child-allowance-change", `{"changes":["spouse","account"],"payee":{"use_public_account":false}}`,
			"applicant event-change changed-child changed-spouse payee"},
		{"child-allowance-change", `{"changes":["account"],"payee":{"use_public_account":true}}`, "applicant event-change changed-child"},
		{"child-allowance-unpaid", `{"deceased":{"municipality":"998010"},"children":[{"birth_date":"2012-01-01"}]}`,
			"applicant deceased child new-carer payee-child"},
	} {
		v, on := c.Procedure(test.procedure).Latest(), day(t, "2026-06-01")
		f, faults := v.DecodeFacts([]byte(test.facts), on)
		if len(faults) > 0 {
			t.Fatalf("%s: %+v", test.facts, faults)
		}
		uses, err := v.FormGroups(f, "998010", on)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, u := range uses {
			names = append(names, u.Group)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%s: %s", test.facts, got)
		}
	}
}

// TestTheHealthInsuranceCard: it proves a pension until 2025-12-01. The version of the next day changes the texts alone.
func TestTheHealthInsuranceCard(t *testing.T) {
	c := load(t)
	for _, code := range []string{"child-allowance-claim", "child-allowance-change", "child-allowance-annual"} {
		p := c.Procedure(code)
		for _, v := range p.Versions {
			for _, r := range v.Documents {
				if r.Document != "pension-enrolment" {
					continue
				}
				for _, text := range []catalogue.Text{r.Definition().Help, r.Definition().Obtain} {
					if card := strings.Contains(text.Ja, "健康保険証"); card != (v.Effective < "2025-12-02") || card != strings.Contains(text.Plain, "健康保険証") {
						t.Errorf("%s %s: %s", code, v.Effective, text.Ja)
					}
				}
			}
		}
		last, before := p.Latest(), p.Versions[len(p.Versions)-2]
		if !last.TextsOnly || last.Name != before.Name || last.Who != before.Who || len(last.Documents) != len(before.Documents) {
			t.Errorf("%s: the last version changes more than texts", code)
		}
	}
}

// TestTheDayAsOfWhichAnAddressCounts: 1 January of the year, from January to May of the year before.
func TestTheDayAsOfWhichAnAddressCounts(t *testing.T) {
	v := load(t).Procedure("child-allowance-claim").Versions[0]
	for _, path := range [][]string{{"applicant", "jan1_municipality"}, {"spouse", "jan1_municipality"}} {
		q := question.Find(v.Facts, path...)
		for filed, want := range map[string]string{"2023-05-31": "2022-01-01", "2023-06-01": "2023-01-01"} {
			if got, ok := q.Day(nil, nil, day(t, filed)); !ok || got.String() != want {
				t.Errorf("%v, filed on %s: %s", path, filed, got)
			}
		}
	}
}

// TestWhoWrites is catalogue.md, "Who writes it": what the applicant writes is asked as questions, and two papers are forms that
// somebody else fills in; so is the notice of parents abroad.
func TestWhoWrites(t *testing.T) {
	c := load(t)
	want := map[string][]string{
		catalogue.WriterApplicant: {"abandonment-statement", "care-proof", "child-support-declaration", "cohabiting-parent-statement",
			"dependants-16-18-statement", "guardianship-statement", "job-seeking-report", "job-seeking-statement", "need-statement",
			"partial-suspension-exemption", "self-employment-report", "separate-custody-statement", "study-abroad-statement",
			"support-cost-confirmation", "support-statement"},
		catalogue.WriterThirdParty: {"designated-person-notice", "employment-certificate", "upbringing-statement"},
	}
	got := map[string][]string{}
	for _, code := range c.Documents() {
		d := c.Document(code)
		if d.Writer != catalogue.WriterOffice {
			got[d.Writer] = append(got[d.Writer], code)
		}
		if (d.Statement() != nil) != (d.Writer == catalogue.WriterApplicant) {
			t.Errorf("%s, written by %s: questions or none", code, d.Writer)
		}
	}
	for writer, codes := range want {
		if !slices.Equal(got[writer], codes) {
			t.Errorf("%s writes %v", writer, got[writer])
		}
	}
}
