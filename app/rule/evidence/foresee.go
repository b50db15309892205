package evidence

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
)

// Foresight is what can be said of the documents of a case of which only some questions are answered.
type Foresight struct {
	Plan  Plan     // what is certain already, sorted as a plan; LookUp too
	Open  []Doubt  // documents that may have to be brought, by answers that are not there yet
	Asks  []string // the questions of the first level that decide about Open, what decides about most documents first
	Reads []string // the paths of all answers that can decide what has to be brought here and now: children/relationship
	Wrong []fault.Detail
}

// Doubt is a document of which nobody can say yet whether it has to be brought.
type Doubt struct {
	Rule    *catalogue.Rule
	Subject string // child-1; the kind of subject where it is not known whether there is one
}

// Foreseer foresees the documents of one version. It holds the conditions of its rules, taken apart and compiled, and never changes:
// making one takes some milliseconds.
type Foreseer struct {
	version *catalogue.Version
	rules   []foreseen
}

type foreseen struct {
	rule              *catalogue.Rule
	when, replaceable *part
}

// NewForeseer takes the conditions of a version apart. An error is a fault of the catalogue.
func NewForeseer(v *catalogue.Version) (*Foreseer, error) {
	compiler, err := v.Conditions()
	if err != nil {
		return nil, err
	}
	out := &Foreseer{version: v}
	for _, rule := range v.Documents {
		f := foreseen{rule: rule}
		if f.when, err = parted(compiler, rule.When, rule.Subject); err == nil {
			f.replaceable, err = parted(compiler, rule.Replaceable, rule.Subject)
		}
		if err != nil {
			return nil, err
		}
		out.rules = append(out.rules, f)
	}
	return out, nil
}

// Foresee says what is certain of a case. The answers (in.JSON) may be incomplete; what is wrong in them counts as not answered, and is
// named. Once nothing is open, the plan is that of Make. Errors: invalid-facts for what is no object.
func (f *Foreseer) Foresee(in Input) (*Foresight, error) {
	known, err := knownOf(f.version, in, jp.DateIn(in.FiledAt))
	if err != nil {
		return nil, err
	}
	out := &Foresight{Plan: Plan{Version: f.version.Effective}, Wrong: known.wrong}
	counts := map[string]int{}
	for _, r := range f.rules {
		if f.bringable(r, in) {
			out.Reads = append(out.Reads, r.when.paths()...)
			out.Reads = append(out.Reads, r.replaceable.paths()...)
		}
		for _, s := range known.subjects(r.rule) {
			for _, ask := range f.one(out, known, in, r, s) {
				counts[ask]++
			}
		}
	}
	out.Reads = known.withGates(out.Reads)
	slices.SortFunc(out.Plan.Requirements, func(a, b Requirement) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Subject, b.Subject))
	})
	slices.SortFunc(out.Plan.LookUp, func(a, b LookUp) int {
		return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Subject, b.Subject))
	})
	for _, q := range f.version.Facts {
		if counts[q.Name] > 0 {
			out.Asks = append(out.Asks, q.Name)
		}
	}
	slices.SortStableFunc(out.Asks, func(a, b string) int { return counts[b] - counts[a] })
	return out, nil
}

// one adds what is known of a rule for one subject, and gives the questions that it still waits for.
func (f *Foreseer) one(out *Foresight, known *known, in Input, r foreseen, s subject) []string {
	holds, open := known.truth(r.when, s)
	if s.maybe {
		holds, open = holds.and(unknown), append(open, s.waits...)
	}
	switch {
	case holds == no:
		return nil
	case r.rule.Waived != nil:
		if holds == yes {
			out.Plan.LookUp = append(out.Plan.LookUp, LookUp{Document: r.rule.Document, Subject: s.name, Rule: r.rule})
		}
		return nil
	}
	q := Requirement{Document: r.rule.Document, Subject: s.name, Rule: r.rule, Decision: Attach, Reason: ReasonNotReplaceable}
	if r.rule.Item != "" {
		replaceable, waits := known.truth(r.replaceable, s)
		consent := !f.version.NeedsConsent(r.rule.Item) || consented(in.Consents, r.rule.Item, s.name)
		found := phase.InForce(in.Phases, in.Procedure, r.rule.Item, in.Municipality, in.FiledAt)
		decision, reason, inquire := outcome(found.Phase, consent)
		switch {
		case replaceable == yes, replaceable == unknown && decision == Attach:
			q.Item, q.Phase, q.Row, q.Decision, q.Reason, q.Inquire = r.rule.Item, found.Phase, found.Row, decision, reason, inquire
		case replaceable == unknown:
			holds, open = unknown, append(open, waits...)
		}
	}
	switch {
	case holds == yes:
		out.Plan.Requirements = append(out.Plan.Requirements, q)
		return nil
	case q.Decision == Omit: // nobody brings it, whatever the answers
		return nil
	}
	out.Open = append(out.Open, Doubt{Rule: r.rule, Subject: s.name})
	return firsts(open)
}

// bringable says whether the document of a rule can have to be brought at all, here and now, by any answer.
func (f *Foreseer) bringable(r foreseen, in Input) bool {
	if r.rule.Waived != nil || r.rule.Item == "" || r.replaceable != nil {
		return r.rule.Waived == nil
	}
	consent := !f.version.NeedsConsent(r.rule.Item) || slices.Contains(in.Consents, r.rule.Item)
	decision, _, _ := outcome(phase.InForce(in.Phases, in.Procedure, r.rule.Item, in.Municipality, in.FiledAt).Phase, consent)
	return decision == Attach
}

// firsts are the questions of the first level to which paths lead, each once.
func firsts(paths []string) []string {
	var out []string
	for _, path := range paths {
		first, _, _ := strings.Cut(path, "/")
		if !slices.Contains(out, first) {
			out = append(out, first)
		}
	}
	return out
}

// knownOf reads the answers. Objects that are asked are there, empty, as a page sends them; lists have the entries that they have at least.
func knownOf(v *catalogue.Version, in Input, filing jp.Date) (*known, error) {
	first, wrong := v.PartFacts(in.JSON, filing)
	if first == nil {
		return nil, catalogue.InvalidFacts(wrong)
	}
	given := first.Plain()
	raw, err := json.Marshal(framed(v.Facts, given))
	if err != nil {
		return nil, fault.New(fault.Internal, fault.CodeInternal, "").Because(err)
	}
	facts, _ := v.PartFacts(raw, filing)
	return &known{version: v, facts: facts, given: given, municipality: in.Municipality, filing: filing, wrong: wrong}, nil
}
