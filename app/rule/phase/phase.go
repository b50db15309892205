// Package phase says which phase (運用段階) is in force for a procedure, a linkage item and a municipality at an instant
// (R1, R9, P2; evidence.md, "Phase"). It is pure: the rows and the instant are arguments.
package phase

import "time"

// The phases. Inherit is what a row says to say nothing from then on; it is never in force.
const (
	NotStarted = "not-started"
	Trial      = "trial"
	Full       = "full"
	Suspended  = "suspended"
	Inherit    = "inherit"
)

// Any stands in a row for every procedure, item or municipality.
const Any = "*"

// Row says what one scope is from an instant on. Rows are only ever added; of two with the same instant the one later in
// the list counts.
type Row struct {
	ID           string // of the stored row; empty for a row that is not stored
	Procedure    string // code or Any
	Item         string // code or Any
	Municipality string // code or Any
	Phase        string
	From         time.Time
}

// Decision is the phase in force and the row that decided it, nil if none did.
type Decision struct {
	Phase string
	Row   *Row
}

// rank orders the phases a municipality may hold back in.
func rank(phase string) int {
	switch phase {
	case Trial:
		return 1
	case Full:
		return 2
	}
	return 0
}

// scopes are the eight scope triples that can match: four of the country, four of the municipality, each from the most
// specific to the least: (p,i), (p,*), (*,i), (*,*).
type scopes [8]*Row

// slot is the place of a row among the scopes, -1 if it does not match.
func slot(r *Row, procedure, item, municipality string) int {
	k := 0
	switch r.Municipality {
	case Any:
	case municipality:
		k = 4
	default:
		return -1
	}
	switch r.Procedure {
	case procedure:
	case Any:
		k += 2
	default:
		return -1
	}
	switch r.Item {
	case item:
	case Any:
		k++
	default:
		return -1
	}
	return k
}

// InForce decides by the five steps of evidence.md. With municipality Any it is the national phase.
func InForce(rows []Row, procedure, item, municipality string, at time.Time) Decision {
	var s scopes
	for n := range rows {
		r := &rows[n]
		k := slot(r, procedure, item, municipality)
		if k < 0 || r.From.After(at) {
			continue
		}
		if s[k] == nil || !r.From.Before(s[k].From) {
			s[k] = r
		}
	}
	return s.decide()
}

func (s *scopes) decide() Decision {
	for k, r := range s {
		if r == nil {
			continue
		}
		switch r.Phase {
		case Suspended: // P2: stopping wins over everything
			return Decision{Suspended, r}
		case Inherit:
			s[k] = nil
		}
	}
	national := first(s[:4], Decision{Phase: NotStarted})
	municipal := first(s[4:], national)
	// A municipality can hold back; it cannot run ahead of the country.
	if rank(municipal.Phase) < rank(national.Phase) {
		return municipal
	}
	return national
}

// first is the most specific scope that says something.
func first(level []*Row, otherwise Decision) Decision {
	for _, r := range level {
		if r != nil {
			return Decision{r.Phase, r}
		}
	}
	return otherwise
}

// NextChange is the next instant after one at which the phase in force becomes another by the rows known now.
func NextChange(rows []Row, procedure, item, municipality string, after time.Time) (time.Time, bool) {
	now := InForce(rows, procedure, item, municipality, after).Phase
	for {
		var next time.Time
		found := false
		for n := range rows {
			r := &rows[n]
			if slot(r, procedure, item, municipality) >= 0 && r.From.After(after) && (!found || r.From.Before(next)) {
				next, found = r.From, true
			}
		}
		if !found {
			return time.Time{}, false
		}
		if InForce(rows, procedure, item, municipality, next).Phase != now {
			return next, true
		}
		after = next
	}
}

// Said is what a scope itself says at an instant, Inherit if it says nothing: what a suspension or a change is undone to
// (evidence.md, "To end a suspension").
func Said(rows []Row, procedure, item, municipality string, at time.Time) string {
	var said *Row
	for n := range rows {
		r := &rows[n]
		if r.Procedure == procedure && r.Item == item && r.Municipality == municipality && !r.From.After(at) &&
			(said == nil || !r.From.Before(said.From)) {
			said = r
		}
	}
	if said == nil {
		return Inherit
	}
	return said.Phase
}
