package evidence_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
)

// foreseers makes one for each version, once.
func foreseers(t testing.TB) func(v *catalogue.Version) *evidence.Foreseer {
	known := map[*catalogue.Version]*evidence.Foreseer{}
	return func(v *catalogue.Version) *evidence.Foreseer {
		if known[v] == nil {
			f, err := evidence.NewForeseer(v)
			if err != nil {
				t.Fatal(err)
			}
			known[v] = f
		}
		return known[v]
	}
}

func foresee(t testing.TB, f *evidence.Foreseer, in evidence.Input) *evidence.Foresight {
	t.Helper()
	out, err := f.Foresee(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// without takes answers away at random, at every depth; a list goes as a whole or keeps its entries.
func without(r *rand.Rand, answers map[string]any, share float64) map[string]any {
	out := map[string]any{}
	for name, v := range answers {
		switch v := v.(type) {
		case map[string]any:
			out[name] = without(r, v, share)
			continue
		case []any:
			entries := []any{}
			for _, entry := range v {
				if inner, ok := entry.(map[string]any); ok {
					entry = any(without(r, inner, share))
				}
				entries = append(entries, entry)
			}
			if r.Float64() >= share {
				out[name] = entries
			}
			continue
		}
		if r.Float64() >= share {
			out[name] = v
		}
	}
	return out
}

// TestForesightIsThePlan: of every published case, with all answers nothing is open and the plan is the one that filing makes; with some
// of them, what is certain is in that plan, and what is in that plan is certain, open, or what nobody brings.
func TestForesightIsThePlan(t *testing.T) {
	c, of, r := load(t), foreseers(t), rand.New(rand.NewPCG(1, 2))
	for _, in := range published(t, c) {
		needs, err := evidence.Assess(c, in)
		if err != nil {
			t.Fatal(err)
		}
		plan, f := needs.At(in.Phases, in.FiledAt), of(needs.Version)
		in.JSON = needs.Facts.JSON()
		all := foresee(t, f, in)
		if len(all.Open) > 0 || len(all.Asks) > 0 || len(all.Wrong) > 0 {
			t.Fatalf("%s %s: all is answered, open are %v", in.Procedure, in.JSON, all.Asks)
		}
		if want, got := shown(plan), shown(all.Plan); !reflect.DeepEqual(want.Requirements, got.Requirements) && len(want.Requirements)+len(got.Requirements) > 0 {
			t.Fatalf("%s %s:\nwant %+v\ngot  %+v", in.Procedure, in.JSON, want.Requirements, got.Requirements)
		}
		if slices.ContainsFunc(in.Consents, func(c string) bool { return strings.Contains(c, "/") }) {
			continue // consent of one of several who are not named yet says nothing of the others
		}
		var answers map[string]any
		if err := json.Unmarshal(in.JSON, &answers); err != nil {
			t.Fatal(err)
		}
		for _, share := range []float64{0.1, 0.3, 0.6, 1} {
			if in.JSON, err = json.Marshal(without(r, answers, share)); err != nil {
				t.Fatal(err)
			}
			agrees(t, string(in.JSON), plan, foresee(t, f, in))
		}
	}
}

// agrees holds what was foreseen to the plan that came out.
func agrees(t *testing.T, answers string, plan evidence.Plan, seen *evidence.Foresight) {
	t.Helper()
	for _, q := range seen.Plan.Requirements {
		same := func(p evidence.Requirement) bool {
			return p.Document == q.Document && (p.Subject == q.Subject && p.Decision == q.Decision)
		}
		if !slices.ContainsFunc(plan.Requirements, same) && !strings.HasSuffix(q.Subject, "-1") { // a list that is not answered has one entry
			t.Fatalf("%s: %s is certain and not in the plan %+v", answers, q.Name(), plan.Requirements)
		}
	}
	for _, p := range plan.Requirements {
		kind, _, _ := strings.Cut(p.Subject, "-")
		certain := slices.ContainsFunc(seen.Plan.Requirements, func(q evidence.Requirement) bool {
			return q.Document == p.Document && (q.Subject == p.Subject || strings.HasPrefix(q.Subject, kind))
		})
		open := slices.ContainsFunc(seen.Open, func(d evidence.Doubt) bool {
			return d.Rule.Document == p.Document && (d.Subject == p.Subject || strings.HasPrefix(d.Subject, kind))
		})
		if p.Decision == evidence.Attach && !certain && !open {
			t.Fatalf("%s: %s has to be brought, and nobody foresaw it", answers, p.Name())
		}
	}
}

// TestWhatIsAskedIsWhatDecides: only what can change what has to be brought here and now, and each of it.
func TestWhatIsAskedIsWhatDecides(t *testing.T) {
	c, of := load(t), foreseers(t)
	in := evidence.Input{Procedure: "childcare-certification", Municipality: "998010", FiledAt: instant(t, "2026-06-01T00:00:00Z"), JSON: []byte(`{}`)}
	v := c.Version(in.Procedure, jp.DateIn(in.FiledAt))
	row := phase.Row{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: phase.Trial, From: instant(t, "2017-07-18T00:00:00Z")}
	in.Phases, in.Consents = []phase.Row{row}, v.Consents
	trial := foresee(t, of(v), in)
	in.Phases[0].Phase = phase.Full
	full := foresee(t, of(v), in)
	if len(full.Open) >= len(trial.Open) || len(full.Reads) >= len(trial.Reads) || len(full.Asks) == 0 {
		t.Errorf("in full operation %d documents by %d answers are open, on trial %d by %d", len(full.Open), len(full.Reads), len(trial.Open), len(trial.Reads))
	}
	for _, p := range c.Procedures() {
		v := p.Latest()
		in.Procedure, in.Phases[0].Phase, in.Consents = p.Code, phase.Trial, v.Consents
		seen := foresee(t, of(v), in)
		if len(seen.Open) > 0 && len(seen.Asks) == 0 {
			t.Errorf("%s: %d documents are open, and nothing is asked", p.Code, len(seen.Open))
		}
		for _, ask := range seen.Asks {
			if !slices.ContainsFunc(seen.Reads, func(at string) bool { return at == ask || strings.HasPrefix(at, ask+"/") }) {
				t.Errorf("%s asks %s, of which nothing is read: %v", p.Code, ask, seen.Reads)
			}
		}
	}
}

func TestAWrongAnswerIsNoAnswer(t *testing.T) {
	c, of := load(t), foreseers(t)
	in := evidence.Input{Procedure: "child-allowance-claim", Municipality: "998010", FiledAt: instant(t, "2026-06-01T00:00:00Z"),
		JSON: []byte(`{"divorce_in_progress":"perhaps","children":[{"birth_date":"令和5年4月2日"}]}`)}
	seen := foresee(t, of(c.Version(in.Procedure, jp.DateIn(in.FiledAt))), in)
	if len(seen.Wrong) != 1 || seen.Wrong[0].Pointer != "/facts/divorce_in_progress" || !slices.Contains(seen.Asks, "divorce_in_progress") {
		t.Errorf("%+v, asks %v", seen.Wrong, seen.Asks)
	}
	in.JSON = []byte(`[]`)
	if _, err := of(c.Version(in.Procedure, jp.DateIn(in.FiledAt))).Foresee(in); err == nil {
		t.Error("a list was taken for answers")
	}
}

func BenchmarkForesee(b *testing.B) {
	c := load(b)
	v := c.Procedure("single-parent-annual").Latest()
	b.Run("New", func(b *testing.B) {
		for b.Loop() {
			if _, err := evidence.NewForeseer(v); err != nil {
				b.Fatal(err)
			}
		}
	})
	f := foreseers(b)(v)
	in := evidence.Input{Procedure: v.Procedure.Code, Municipality: "998010", FiledAt: instant(b, "2026-06-01T00:00:00Z"), JSON: []byte(`{}`)}
	b.Run("Foresee", func(b *testing.B) {
		for b.Loop() {
			foresee(b, f, in)
		}
	})
}
