package evidence_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

func requirement(document, subject, decision string) evidence.Requirement {
	return evidence.Requirement{Document: document, Subject: subject, Decision: decision}
}

func TestDiff(t *testing.T) {
	before := evidence.Plan{Requirements: []evidence.Requirement{
		requirement("a", "applicant", evidence.Attach), requirement("b", "child-1", evidence.Attach),
		requirement("b", "child-2", evidence.Omit), requirement("d", "applicant", evidence.Attach)}}
	after := evidence.Plan{Requirements: []evidence.Requirement{
		requirement("b", "child-1", evidence.Omit), requirement("b", "child-2", evidence.Attach), requirement("c", "applicant", evidence.Attach),
		requirement("d", "applicant", evidence.Attach), requirement("d", "spouse", evidence.Omit)}}
	var got []string
	for _, c := range evidence.Diff(before, after) {
		if (c.Before == nil) != (c.Kind == evidence.Added) || (c.After == nil) != (c.Kind == evidence.Removed) {
			t.Errorf("%s has the wrong sides", c.Kind)
		}
		got = append(got, c.Kind+" "+c.Requirement().Name())
	}
	want := []string{"removed a/applicant", "now-omitted b/child-1", "now-needed b/child-2", "added c/applicant", "added d/spouse"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if n := len(evidence.Diff(after, after)); n != 0 {
		t.Errorf("%d changes between a plan and itself", n)
	}
}

func TestChangesAt(t *testing.T) {
	c := load(t)
	row := func(p, i, m, phase_, from string) phase.Row {
		return phase.Row{Procedure: p, Item: i, Municipality: m, Phase: phase_, From: instant(t, from)}
	}
	trial := row("*", "*", "*", phase.Trial, "2019-01-01T00:00:00Z")
	full := row("*", "local-tax", "*", phase.Full, "2021-01-01T00:00:00Z")
	in := evidence.Input{Procedure: "childcare-annual", Municipality: "998010", FiledAt: instant(t, "2020-01-01T00:00:00Z"), Consents: []string{"local-tax"},
		JSON: []byte(`{"guardians":[{"relation":"mother","need":"none","has_disability_certificate":false,"jan1_municipality":"131016"}]}`)}
	for _, test := range []struct {
		name string
		rows []phase.Row
		want string
	}{
		{"no row", nil, "none"},
		{"nothing to come", []phase.Row{trial}, "none"},
		{"the switch", []phase.Row{trial, full}, "2021-01-01T00:00:00Z"},
		{"an item that the case does not need", []phase.Row{trial, row("*", "pension", "*", phase.Full, "2020-06-01T00:00:00Z")}, "none"},
		{"another municipality", []phase.Row{trial, row("*", "*", "998028", phase.Suspended, "2020-06-01T00:00:00Z")}, "none"},
		{"a row that changes nothing comes first", []phase.Row{trial, row("*", "*", "998010", phase.Full, "2020-06-01T00:00:00Z"), full}, "2021-01-01T00:00:00Z"},
		{"held back here", []phase.Row{trial, row("*", "*", "998010", phase.Trial, "2019-06-01T00:00:00Z"), full}, "none"},
		{"stopped", []phase.Row{trial, full, row("childcare-annual", "*", "998010", phase.Suspended, "2020-03-01T00:00:00Z")}, "2020-03-01T00:00:00Z"},
	} {
		in.Phases = test.rows
		at, ok, err := evidence.ChangesAt(c, in)
		if err != nil {
			t.Fatal(err)
		}
		got := "none"
		if ok {
			got = at.UTC().Format("2006-01-02T15:04:05Z07:00")
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	in.JSON = nil
	if _, _, err := evidence.ChangesAt(c, in); err == nil {
		t.Error("facts that are not there were accepted")
	}
}

// TestChangesAtIsTheFirst: at that instant the plan is another, and at no row before it.
func TestChangesAtIsTheFirst(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		needs, err := evidence.Assess(c, in)
		if err != nil {
			t.Fatal(err)
		}
		text := func(p evidence.Plan) (out string) {
			for _, r := range p.Requirements {
				out += fmt.Sprintln(r.Name(), r.Decision, r.Reason, r.Inquire)
			}
			return out
		}
		now := text(needs.At(in.Phases, in.FiledAt))
		at, ok := needs.ChangesAt(in.Phases, in.FiledAt)
		if ok && text(needs.At(in.Phases, at)) == now {
			t.Fatalf("nothing changes at %v", at)
		}
		for _, r := range in.Phases {
			if r.From.After(in.FiledAt) && (!ok || r.From.Before(at)) && text(needs.At(in.Phases, r.From)) != now {
				t.Fatalf("the plan changes at %v, before %v", r.From, at)
			}
		}
	})
}
