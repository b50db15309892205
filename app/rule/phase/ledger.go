package phase

import (
	"slices"
	"time"
)

// Rows are only ever added, so a row that must not count any more is overtaken by another at its instant. That other row
// is a restatement: it says what the scope says there as things stand, and nobody decided it. When things change, by a
// change with an earlier instant or by taking back the one that it repeats, it would count again. Therefore each decision
// looks at the rows that hold: those that somebody decided and that nothing has ended. Restatements are added wherever
// what is recorded would say anything else.

// Scope is what a row speaks of; each member may be Any.
type Scope struct{ Procedure, Item, Municipality string }

// Scope is the row's scope.
func (r Row) Scope() Scope { return Scope{r.Procedure, r.Item, r.Municipality} }

// Covers says whether what is said of this scope is said of another one too; a member that is Any covers every one.
func (s Scope) Covers(o Scope) bool {
	covers := func(mine, other string) bool { return mine == Any || mine == other }
	return covers(s.Procedure, o.Procedure) && covers(s.Item, o.Item) && covers(s.Municipality, o.Municipality)
}

// Says is what a scope itself says at an instant by these rows, Inherit if nothing.
func (s Scope) Says(rows []Row, at time.Time) string {
	return Said(rows, s.Procedure, s.Item, s.Municipality, at)
}

// Recorded is a row as it was added.
type Recorded struct {
	Row
	Change   string // the change that added it, as decided or as a restatement; empty for none
	Imported bool   // from before the service: it holds without a change
}

// Decided is a change as the ledger knows it: the ids of the rows that somebody decided, in the order of the change.
type Decided struct {
	Suspension bool
	Rows       []string
}

// Ledger is every row and every decided change: approved, superseded, or a suspension. One that was cancelled is none.
type Ledger struct {
	rows    []Recorded // in the order of adding
	changes map[string]Decided
}

// NewLedger takes the rows in the order of adding, and the decided changes by id.
func NewLedger(rows []Recorded, changes map[string]Decided) *Ledger {
	return &Ledger{rows: rows, changes: changes}
}

// Without is the ledger as if a change had never been decided: none of its rows holds any more.
func (l *Ledger) Without(change string) *Ledger {
	out := &Ledger{rows: l.rows, changes: map[string]Decided{}}
	for id, c := range l.changes {
		if id != change {
			out.changes[id] = c
		}
	}
	return out
}

// Rows are all recorded rows, in the order of adding.
func (l *Ledger) Rows() []Row { return plain(l.rows) }

// Holding are the rows that still hold, in the order of adding: somebody decided them, and no suspension has superseded
// them for good (P2).
func (l *Ledger) Holding() []Recorded {
	decided := map[string]bool{}
	for _, c := range l.changes {
		for i, id := range c.Rows {
			// Of a suspension the first row holds; those at later instants keep it from ending by itself.
			decided[id] = decided[id] || i == 0 || !c.Suspension
		}
	}
	var out []Recorded
	for i, r := range l.rows {
		if (r.Imported || decided[r.ID]) && !l.superseded(i, decided) {
			out = append(out, r)
		}
	}
	return out
}

// superseded says whether a suspension of its scope was imposed after a row was known and before it took effect.
func (l *Ledger) superseded(row int, decided map[string]bool) bool {
	r := l.rows[row]
	return slices.ContainsFunc(l.rows[row+1:], func(s Recorded) bool {
		return s.Phase == Suspended && (s.Imported || decided[s.ID]) && s.Scope() == r.Scope() && r.From.After(s.From)
	})
}

// Restatements gives the rows to add so that each scope of a change's rows says what holds, from the change's first
// instant there on. added are rows that are about to be added, and hold.
func (l *Ledger) Restatements(own, added []Row) []Row {
	holding := append(plain(l.Holding()), added...)
	recorded := append(plain(l.rows), added...)
	var out []Row
	for scope, first := range firsts(own) {
		for _, t := range l.Instants(scope, first) {
			said := scope.Says(holding, t)
			if scope.Says(recorded, t) == said {
				continue
			}
			row := Row{Procedure: scope.Procedure, Item: scope.Item, Municipality: scope.Municipality, Phase: said, From: t}
			out, recorded = append(out, row), append(recorded, row)
		}
	}
	return out
}

// Instants are the instants of a scope's rows from one on, in order, each once.
func (l *Ledger) Instants(scope Scope, first time.Time) []time.Time {
	var out []time.Time
	for _, r := range l.rows {
		if r.Scope() == scope && !r.From.Before(first) {
			out = append(out, r.From)
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

// SuspendedBy says whether a scope is suspended at an instant by that very suspension, not by a later one.
func (l *Ledger) SuspendedBy(suspension string, scope Scope, at time.Time) bool {
	var said *Recorded
	for i := range l.rows {
		r := &l.rows[i]
		if r.Scope() == scope && !r.From.After(at) && (said == nil || !r.From.Before(said.From)) {
			said = r
		}
	}
	return said != nil && said.Phase == Suspended && said.Change == suspension
}

// Before is what a scope said before a change: by the rows of others whose instants lie before the change's own.
func (l *Ledger) Before(change string, scope Scope, start time.Time) string {
	var rows []Row
	for _, r := range l.rows {
		if r.Change != change && r.From.Before(start) {
			rows = append(rows, r.Row)
		}
	}
	return scope.Says(rows, start)
}

// SupersededBy are the changes of which rows hold at a scope after the instant of a suspension of it, in the order of
// adding, each once.
func (l *Ledger) SupersededBy(scope Scope, start time.Time) []string {
	var out []string
	for _, r := range l.Holding() {
		if r.Scope() == scope && r.From.After(start) && r.Change != "" && !slices.Contains(out, r.Change) {
			out = append(out, r.Change)
		}
	}
	return out
}

func plain(rows []Recorded) []Row {
	out := make([]Row, len(rows))
	for i, r := range rows {
		out[i] = r.Row
	}
	return out
}

// firsts is the first instant of the rows of each scope.
func firsts(rows []Row) map[Scope]time.Time {
	out := map[Scope]time.Time{}
	for _, r := range rows {
		if first, ok := out[r.Scope()]; !ok || r.From.Before(first) {
			out[r.Scope()] = r.From
		}
	}
	return out
}
