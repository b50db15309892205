package evidence

import (
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/phase"
)

// The kinds of change between two plans, as a person sees them.
const (
	Added      = "added"       // asked for now, and not before
	Removed    = "removed"     // not asked for any more
	NowOmitted = "now-omitted" // the document need not be brought any more
	NowNeeded  = "now-needed"  // the document has to be brought again
)

// Change is what became different for the person between two plans (P5).
type Change struct {
	Kind   string
	Before *Requirement // nil for Added
	After  *Requirement // nil for Removed
}

// Requirement is the newer side of the change.
func (c Change) Requirement() *Requirement {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Diff gives what changed for the person from one plan to another, sorted as the plans are. A change of reason or
// inquiry alone is none: the person still does the same. A document that is added or removed while the network
// replaces it is one, since the network will be asked about somebody else.
func Diff(before, after Plan) []Change {
	var out []Change
	i, j := 0, 0
	for i < len(before.Requirements) || j < len(after.Requirements) {
		switch order(before.Requirements, i, after.Requirements, j) {
		case -1:
			out = append(out, Change{Kind: Removed, Before: &before.Requirements[i]})
			i++
		case 1:
			out = append(out, Change{Kind: Added, After: &after.Requirements[j]})
			j++
		default:
			b, a := &before.Requirements[i], &after.Requirements[j]
			switch {
			case b.Decision == Attach && a.Decision == Omit:
				out = append(out, Change{Kind: NowOmitted, Before: b, After: a})
			case b.Decision == Omit && a.Decision == Attach:
				out = append(out, Change{Kind: NowNeeded, Before: b, After: a})
			}
			i++
			j++
		}
	}
	return out
}

// order says which of two sorted plans goes on first: -1 the one before, 1 the one after, 0 both with the same name.
func order(before []Requirement, i int, after []Requirement, j int) int {
	switch {
	case i == len(before):
		return 1
	case j == len(after):
		return -1
	case before[i].Document != after[j].Document:
		if before[i].Document < after[j].Document {
			return -1
		}
		return 1
	case before[i].Subject < after[j].Subject:
		return -1
	case before[i].Subject > after[j].Subject:
		return 1
	default:
		return 0
	}
}

// ChangesAt is the first instant after FiledAt at which a row that is known already changes a decision, a reason or
// an inquiry of this plan, all else being equal; false if none does. The errors are those of Make.
func ChangesAt(c *catalogue.Catalogue, in Input) (time.Time, bool, error) {
	needs, err := Assess(c, in)
	if err != nil {
		return time.Time{}, false, err
	}
	at, ok := needs.ChangesAt(in.Phases, in.FiledAt)
	return at, ok, nil
}

// ChangesAt is ChangesAt for a case that is assessed already.
func (n *Needs) ChangesAt(rows []phase.Row, after time.Time) (time.Time, bool) {
	items := n.Items()
	now := n.At(rows, after)
	for at := after; ; {
		next, ok := n.nextRow(rows, items, at)
		if !ok {
			return time.Time{}, false
		}
		if differs(now, n.At(rows, next)) {
			return next, true
		}
		at = next
	}
}

// nextRow is the first `from` after an instant of a row that matches this case.
func (n *Needs) nextRow(rows []phase.Row, items []string, at time.Time) (next time.Time, ok bool) {
	for i := range rows {
		r := &rows[i]
		if !r.From.After(at) || ok && !r.From.Before(next) {
			continue
		}
		if either(r.Procedure, n.procedure) && either(r.Municipality, n.municipality) && matchesAny(r.Item, items) {
			next, ok = r.From, true
		}
	}
	return next, ok
}

func either(scope, value string) bool { return scope == phase.Any || scope == value }

func matchesAny(scope string, items []string) bool {
	for _, item := range items {
		if either(scope, item) {
			return true
		}
	}
	return false
}

// differs compares two plans of the same needs, which have the same requirements in the same order.
func differs(a, b Plan) bool {
	for i := range a.Requirements {
		x, y := &a.Requirements[i], &b.Requirements[i]
		if x.Decision != y.Decision || x.Reason != y.Reason || x.Inquire != y.Inquire {
			return true
		}
	}
	return false
}
