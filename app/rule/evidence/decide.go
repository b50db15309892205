package evidence

import (
	"strings"
	"time"

	"kosodate.example/onestop/app/rule/phase"
)

// At is the plan under the phase rows in force at an instant. The facts are not looked at again.
func (n *Needs) At(rows []phase.Row, at time.Time) Plan {
	plan := Plan{Version: n.Version.Effective, Requirements: make([]Requirement, 0, len(n.documents)), LookUp: n.lookUp}
	var known [4]inForce // documents of one item stand side by side or nearly so
	phases := known[:0]
	for i := range n.documents {
		d := &n.documents[i]
		r := Requirement{Document: d.Rule.Document, Subject: d.Subject, Rule: d.Rule}
		if !d.Replaceable {
			r.Decision, r.Reason = Attach, ReasonNotReplaceable
			plan.Requirements = append(plan.Requirements, r)
			continue
		}
		r.Item = d.Rule.Item
		var decision phase.Decision
		decision, phases = n.inForce(phases, rows, r.Item, at)
		r.Phase, r.Row = decision.Phase, decision.Row
		consent := !n.Version.NeedsConsent(r.Item) || consented(n.consents, r.Item, r.Subject)
		r.Decision, r.Reason, r.Inquire = outcome(r.Phase, consent)
		plan.Requirements = append(plan.Requirements, r)
	}
	return plan
}

// outcome is the decision table of evidence.md for a document that an item can replace. consent is whether it was
// given, or is not needed (P6).
func outcome(inForce string, consent bool) (decision, reason string, inquire bool) {
	switch {
	case inForce == phase.Full && consent:
		return Omit, ReasonFullOperation, true
	case inForce == phase.Full:
		return Attach, ReasonConsentRefused, false
	case inForce == phase.Trial:
		return Attach, ReasonTrial, consent
	case inForce == phase.Suspended:
		return Attach, ReasonSuspended, false
	default:
		return Attach, ReasonNotStarted, false
	}
}

// inForce is the phase of an item, looked up once a plan.
type inForce struct {
	item     string
	decision phase.Decision
}

func (n *Needs) inForce(known []inForce, rows []phase.Row, item string, at time.Time) (phase.Decision, []inForce) {
	for i := range known {
		if known[i].item == item {
			return known[i].decision, known
		}
	}
	d := phase.InForce(rows, n.procedure, item, n.municipality, at)
	return d, append(known, inForce{item: item, decision: d})
}

// consented looks for the item (for all subjects) or item/subject.
func consented(consents []string, item, subject string) bool {
	for _, c := range consents {
		rest, ok := strings.CutPrefix(c, item)
		if ok && (rest == "" || rest[0] == '/' && rest[1:] == subject) {
			return true
		}
	}
	return false
}

// Items gives the linkage items on whose phase this case depends, sorted by the documents that need them.
func (n *Needs) Items() []string {
	var out []string
	seen := map[string]bool{}
	for _, d := range n.documents {
		if d.Replaceable && !seen[d.Rule.Item] {
			seen[d.Rule.Item] = true
			out = append(out, d.Rule.Item)
		}
	}
	return out
}
