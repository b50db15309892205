package evidence_test

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

// published gives every published case that has a plan, as input of Make.
func published(t testing.TB, c *catalogue.Catalogue) []evidence.Input {
	t.Helper()
	var out []evidence.Input
	for _, line := range vectors(t) {
		in, ok := input(t, line)
		if !ok {
			continue
		}
		if _, err := evidence.Make(c, in); err == nil {
			out = append(out, in)
		}
	}
	return out
}

// anyRow draws a row that has a good chance to matter to the case.
func anyRow(t *rapid.T, in evidence.Input, phases ...string) phase.Row {
	if len(phases) == 0 {
		phases = []string{phase.NotStarted, phase.Trial, phase.Full, phase.Full, phase.Suspended, phase.Inherit}
	}
	pick := func(name string, values ...string) string { return rapid.SampledFrom(values).Draw(t, name) }
	return phase.Row{
		Procedure:    pick("procedure", "*", "*", in.Procedure, "no-such-procedure"),
		Item:         pick("item", "*", "resident-record", "local-tax", "pension", "disability", "no-such-item"),
		Municipality: pick("municipality", "*", "*", in.Municipality, "131016"),
		Phase:        pick("phase", phases...),
		From:         in.FiledAt.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "hours")) * time.Hour),
	}
}

func anyCase(t *rapid.T, cases []evidence.Input) evidence.Input {
	in := rapid.SampledFrom(cases).Draw(t, "case")
	in.Phases = nil
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		in.Phases = append(in.Phases, anyRow(t, in))
	}
	in.Consents = rapid.SliceOfN(rapid.SampledFrom([]string{"local-tax", "local-tax/guardian-1", "local-tax/applicant", "pension", "local-tax/guardian-2"}), 0, 2).
		Draw(t, "consents")
	return in
}

func decide(t interface{ Fatal(...any) }, c *catalogue.Catalogue, in evidence.Input) evidence.Plan {
	plan, err := evidence.Make(c, in)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// shown is what a person sees of a plan; which row decided is left out.
func shown(p evidence.Plan) evidence.Plan {
	p.Requirements = slices.Clone(p.Requirements)
	for i := range p.Requirements {
		p.Requirements[i].Row = nil
	}
	return p
}

func attached(p evidence.Plan) []string {
	var out []string
	for _, r := range p.Requirements {
		if r.Decision == evidence.Attach {
			out = append(out, r.Name())
		}
	}
	return out
}

// TestSuspendedAlwaysWins is P2: one row that matches stops an item, whatever else is said.
func TestSuspendedAlwaysWins(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		for _, r := range decide(t, c, in).Requirements {
			if r.Item == "" {
				continue
			}
			// At the instant itself and last in the list, so that no other row of its scope comes after it.
			stop := phase.Row{Procedure: in.Procedure, Item: r.Item, Municipality: in.Municipality, Phase: phase.Suspended, From: in.FiledAt}
			for _, general := range []func(*phase.Row){func(r *phase.Row) { r.Procedure = "*" }, func(r *phase.Row) { r.Item = "*" },
				func(r *phase.Row) { r.Municipality = "*" }} {
				if rapid.Bool().Draw(t, "general") {
					general(&stop)
				}
			}
			with := in
			with.Phases = append(slices.Clone(in.Phases), stop)
			for _, s := range decide(t, c, with).Requirements {
				if s.Name() == r.Name() && (s.Decision != evidence.Attach || s.Reason != evidence.ReasonSuspended || s.Inquire) {
					t.Fatalf("%s is %s by %s", s.Name(), s.Decision, s.Reason)
				}
			}
		}
	})
}

// TestFullNeverAddsADocument: to switch to full operation can only spare papers (R8).
func TestFullNeverAddsADocument(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		before := attached(decide(t, c, in))
		in.Phases = append(slices.Clone(in.Phases), anyRow(t, in, phase.Full))
		for _, name := range attached(decide(t, c, in)) {
			if !slices.Contains(before, name) {
				t.Fatalf("%s was added", name)
			}
		}
	})
}

// TestOrderOfRowsMatters only between rows of one scope and one instant.
func TestOrderOfRowsMatters(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		seen := map[phase.Row]bool{}
		in.Phases = slices.DeleteFunc(in.Phases, func(r phase.Row) bool {
			r.Phase = ""
			defer func() { seen[r] = true }()
			return seen[r]
		})
		before := shown(decide(t, c, in))
		in.Phases = slices.Clone(in.Phases)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(in.Phases), func(i, j int) { in.Phases[i], in.Phases[j] = in.Phases[j], in.Phases[i] })
		if after := shown(decide(t, c, in)); !reflect.DeepEqual(before, after) {
			t.Fatalf("%+v became %+v", before, after)
		}
	})
}

// TestUnrelatedIsIgnored: consents that nobody needs, and rows of other procedures, items, municipalities, or the future.
func TestUnrelatedIsIgnored(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		before := shown(decide(t, c, in))
		in.Consents = append(
			slices.Clone(in.Consents),
			rapid.SliceOf(rapid.SampledFrom([]string{"", "/", "pension", "disability/guardian-1", "resident-record", "no-such-item/child-1",
				"local-tax/child-1", "local-tax/guardian-99", "local-taxes", "local"})).Draw(t, "more")...)
		other := anyRow(t, in)
		switch rapid.IntRange(0, 3).Draw(t, "unrelated") {
		case 0:
			other.Procedure = "child-allowance-clai"
		case 1:
			other.Item = "local-ta"
		case 2:
			other.Municipality = "472018"
		default:
			other.From = in.FiledAt.Add(time.Nanosecond)
		}
		in.Phases = slices.Insert(slices.Clone(in.Phases), rapid.IntRange(0, len(in.Phases)).Draw(t, "place"), other)
		if after := shown(decide(t, c, in)); !reflect.DeepEqual(before, after) {
			t.Fatalf("%+v became %+v", before, after)
		}
	})
}

// TestPlanIsSortedAndTheSameAgain: by document, then subject, by code point, each name once; and from decoded facts the
// same plan as from JSON.
func TestPlanIsSortedAndTheSameAgain(t *testing.T) {
	c := load(t)
	cases := published(t, c)
	rapid.Check(t, func(t *rapid.T) {
		in := anyCase(t, cases)
		plan := decide(t, c, in)
		for i := 1; i < len(plan.Requirements); i++ {
			a, b := plan.Requirements[i-1], plan.Requirements[i]
			if a.Document > b.Document || a.Document == b.Document && a.Subject >= b.Subject {
				t.Fatalf("%s stands before %s", a.Name(), b.Name())
			}
		}
		needs, err := evidence.Assess(c, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Facts, in.JSON = needs.Facts, nil
		if again := decide(t, c, in); !reflect.DeepEqual(plan, again) {
			t.Fatalf("%+v became %+v", plan, again)
		}
	})
}

// TestChildTenBeforeChildTwo: code points, not numbers.
func TestChildTenBeforeChildTwo(t *testing.T) {
	c := load(t)
	child := `{"birth_date":"2018-05-02","relationship":"other","lives_with_applicant":true}`
	facts := `{"direction":"increase","parents_abroad_designation":false,"children":[` + strings.Repeat(child+",", 19) + child + `]}`
	plan := decide(
		t,
		c,
		evidence.Input{Procedure: "child-allowance-revision", Municipality: "998010", FiledAt: instant(t, "2020-01-01T00:00:00Z"), JSON: []byte(facts)},
	)
	var subjects []string
	for _, r := range plan.Requirements {
		subjects = append(subjects, r.Subject)
	}
	if len(subjects) != 20 || subjects[0] != "child-1" || subjects[1] != "child-10" || subjects[11] != "child-2" || subjects[12] != "child-20" ||
		subjects[19] != "child-9" {
		t.Errorf("subjects are %v", subjects)
	}
}

// FuzzAnswer: every line gets exactly one line of JSON, and twice the same.
func FuzzAnswer(f *testing.F) {
	c := load(f)
	for _, line := range vectors(f)[:60] {
		f.Add(line)
	}
	f.Add([]byte(caseText))
	f.Add([]byte(``))
	f.Add([]byte(`{"id":"\ud800","procedure":"\u0000"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		var once, twice bytes.Buffer
		evidence.Answer(c, named, line, &once)
		evidence.Answer(c, named, line, &twice)
		text := once.Bytes()
		if bytes.Count(text, []byte("\n")) != 1 || !bytes.HasSuffix(text, []byte("}\n")) || !bytes.HasPrefix(text, []byte(`{"id":`)) {
			t.Fatalf("%q gave %q", line, text)
		}
		if !bytes.Equal(text, twice.Bytes()) {
			t.Fatalf("%q gave %q and %q", line, text, twice.Bytes())
		}
		if bytes.Contains(text, []byte(`"code":"internal"`)) {
			t.Fatalf("%q gave %q", line, text)
		}
	})
}
