package catalogue_test

import (
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// TestVersionsOfTextsAlone: what a parent relies on changes on its day, and nothing else does.
func TestVersionsOfTextsAlone(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ on, name, next string }{
		{"2018-03-31", "支給認定の申請", "支給認定証を送ります"},
		{"2018-04-01", "支給認定の申請", "希望した人にだけ"},
		{"2019-09-30", "支給認定の申請", "希望した人にだけ"},
		{"2019-10-01", "教育・保育給付認定の申請", "希望した人にだけ"},
	} {
		v := c.Version("childcare-certification", day(t, test.on))
		if v.Name.Ja != test.name || !strings.Contains(v.Next.Ja, test.next) || len(v.Facts) != 4 {
			t.Errorf("on %s: %s, %s", test.on, v.Name.Ja, v.Next.Ja)
		}
	}
	for on, want := range map[string]bool{"2017-07-18": true, "2025-12-01": true, "2025-12-02": false} {
		v := c.Version("single-parent-annual", day(t, on))
		if got := strings.Contains(rule(t, v, "work-proof", "applicant").Definition().Help.Ja, "健康保険証"); got != want {
			t.Errorf("on %s the health insurance card is proof of work: %v", on, got)
		}
	}
}

func rule(t *testing.T, v *catalogue.Version, document, subject string) *catalogue.Rule {
	t.Helper()
	for _, r := range v.Documents {
		if r.Document == document && r.Subject == subject {
			return r
		}
	}
	t.Fatalf("%s %s asks no %s of %s", v.Procedure.Code, v.Effective, document, subject)
	return nil
}

// TestFamilyRegistersByTheNetwork: they are asked for before and after, and the network has them from 2024-03-01.
func TestFamilyRegistersByTheNetwork(t *testing.T) {
	claim := load(t).Procedure("single-parent-claim")
	for i, item := range []string{"", "family-register"} {
		for _, which := range [][2]string{{"family-register-copy", "applicant"}, {"family-register-copy", "child"}, {"parents-register", "child"}} {
			if got := rule(t, claim.Versions[i], which[0], which[1]).Item; got != item {
				t.Errorf("%s: %s is replaced by %q", claim.Versions[i].Effective, which, got)
			}
		}
		for _, subject := range []string{"applicant", "child"} {
			if got := rule(t, claim.Versions[i], "foreign-family-proof", subject).Item; got != "" {
				t.Errorf("%s: the proof of another country is replaced by %s", claim.Versions[i].Effective, got)
			}
		}
	}
}

// TestDaysAskedFor: the 1 January that is shown beside the question for an address.
func TestDaysAskedFor(t *testing.T) {
	c := load(t)
	for _, test := range []struct{ procedure, list, start, filed, want string }{
		{"childcare-certification", "guardians", "2026-08", "2026-04-01", "2025-01-01"},
		{"childcare-certification", "guardians", "2026-09", "2026-04-01", "2026-01-01"},
		{"childcare-enrolment", "guardians", "2027-04", "2026-11-20", "2026-01-01"},
		{"facility-use-certification", "guardians", "2026-12", "2026-11-20", "2026-01-01"},
		{"infant-support-certification", "guardians", "2026-05", "2026-04-01", "2025-01-01"},
		{"childcare-annual", "guardians", "", "2026-03-31", "2025-01-01"},
		{"childcare-annual", "guardians", "", "2026-04-01", "2026-01-01"},
		{"single-parent-annual", "applicant", "", "2026-08-01", "2026-01-01"},
		{"single-parent-annual", "supporters", "", "2026-08-31", "2026-01-01"},
		{"single-parent-claim", "applicant", "", "2026-09-30", "2025-01-01"},
		{"single-parent-claim", "supporters", "", "2026-10-01", "2026-01-01"},
	} {
		q := question.Find(c.Procedure(test.procedure).Latest().Facts, test.list, "jan1_municipality")
		top := map[string]any{}
		if test.start != "" {
			top["start_month"] = test.start
		}
		if got, ok := q.Day(map[string]any{}, top, day(t, test.filed)); !ok || got.String() != test.want {
			t.Errorf("%s of %s filed on %s: %s, want %s", test.procedure, test.list, test.filed, got, test.want)
		}
	}
}

// TestStatements: what the applicant writes is a handful of questions, and their examples together are a statement that is
// complete.
func TestStatements(t *testing.T) {
	c := load(t)
	for _, code := range c.Documents() {
		d := c.Document(code)
		if d.Writer != catalogue.WriterApplicant {
			continue
		}
		if n := len(d.Questions); n < 3 || n > 8 {
			t.Errorf("%s has %d questions", code, n)
		}
		for _, q := range d.Questions {
			if q.Example == nil || q.Help.Ja == "" {
				t.Errorf("%s: %s has no example, or no help", code, q.Name)
			}
		}
		on := day(t, "2026-11-20")
		tree, faults := question.Tree(d.Statement().Example(on), "/statement")
		if len(faults) > 0 {
			t.Fatalf("%s: %+v", code, faults)
		}
		checker := question.Checker{Options: question.Options{FiledOn: on, Final: true}}
		if checker.Record(d.Statement(), tree, question.At("statement")); len(checker.Faults) > 0 {
			t.Errorf("%s: %+v", code, checker.Faults)
		}
	}
}
