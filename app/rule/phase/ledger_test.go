package phase_test

import (
	"fmt"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/phase"
)

// book keeps a ledger as those do who decide: what is approved is added with its restatements.
type book struct {
	rows    []phase.Recorded
	changes map[string]phase.Decided
}

var pension = phase.Scope{Procedure: phase.Any, Item: "pension", Municipality: "998010"}

func day(n int) time.Time { return time.Date(2026, 4, n, 0, 0, 0, 0, time.UTC) }

func says(to string, on int) phase.Row {
	return phase.Row{Procedure: pension.Procedure, Item: pension.Item, Municipality: pension.Municipality, Phase: to, From: day(on)}
}

func (b *book) ledger() *phase.Ledger { return phase.NewLedger(b.rows, b.changes) }

// decide adds a change's rows; the first of them, or all but of a suspension, are decided.
func (b *book) decide(change string, suspension bool, rows ...phase.Row) {
	d := phase.Decided{Suspension: suspension}
	for i := range rows {
		rows[i].ID = fmt.Sprint(change, i)
		d.Rows = append(d.Rows, rows[i].ID)
	}
	restated := []phase.Row(nil)
	if !suspension {
		restated = b.ledger().Restatements(rows, rows)
	}
	b.add(change, append(rows, restated...)...)
	b.changes[change] = d
}

func (b *book) add(change string, rows ...phase.Row) {
	for _, r := range rows {
		b.rows = append(b.rows, phase.Recorded{Row: r, Change: change})
	}
}

func (b *book) approve(change string, rows ...phase.Row) { b.decide(change, false, rows...) }

// suspend imposes a suspension from a day on: at each later instant of the scope a row keeps it from ending.
func (b *book) suspend(change string, on int) (superseded []string) {
	l := b.ledger()
	rows := []phase.Row{says(phase.Suspended, on)}
	for _, t := range l.Instants(pension, day(on)) {
		if t.After(day(on)) {
			row := rows[0]
			row.From = t
			rows = append(rows, row)
		}
	}
	superseded = l.SupersededBy(pension, day(on))
	b.decide(change, true, rows...)
	return superseded
}

// lift ends a suspension on a day: the scope says from then on what it said before it.
func (b *book) lift(change, suspension string, began, on int) {
	b.approve(change, says(b.ledger().Before(suspension, pension, day(began)), on))
}

// cancel takes an approved change back that is not in effect yet.
func (b *book) cancel(change string, rows ...phase.Row) {
	b.add(change, b.ledger().Without(change).Restatements(rows, nil)...)
	delete(b.changes, change)
}

// The life of a scope in sentences: what was decided, and what it says afterwards, day by day.
func TestTheLedgerTellsItsStory(t *testing.T) {
	for _, c := range []struct {
		story string
		tell  func(t *testing.T, b *book)
		says  map[int]string // by day of April
	}{
		{"What nobody has approved says nothing.",
			func(*testing.T, *book) {},
			map[int]string{1: phase.Inherit, 30: phase.Inherit}},
		{"What was approved counts from its instant on.",
			func(_ *testing.T, b *book) { b.approve("a", says(phase.Trial, 5), says(phase.Full, 20)) },
			map[int]string{4: phase.Inherit, 5: phase.Trial, 19: phase.Trial, 20: phase.Full}},
		{"Of two changes with one instant the one that was approved later counts.",
			func(_ *testing.T, b *book) { b.approve("a", says(phase.Trial, 5)); b.approve("b", says(phase.Full, 5)) },
			map[int]string{5: phase.Full}},
		{"A change that is cancelled never was: its scope says what it would have said without it.",
			func(_ *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5))
				b.approve("b", says(phase.Full, 20))
				b.cancel("b", says(phase.Full, 20))
			},
			map[int]string{5: phase.Trial, 20: phase.Trial, 30: phase.Trial}},
		{"What a cancelled change said does not come back through a restatement when an earlier change follows.",
			func(_ *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5))
				b.approve("b", says(phase.Full, 20))
				b.cancel("b", says(phase.Full, 20)) // restates the trial on the 20th
				b.approve("c", says(phase.NotStarted, 10))
			},
			map[int]string{9: phase.Trial, 10: phase.NotStarted, 20: phase.NotStarted}},
		{"A suspension holds until it is lifted, whatever was to come.",
			func(t *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5), says(phase.Full, 20))
				if got := b.suspend("s", 10); len(got) != 1 || got[0] != "a" {
					t.Errorf("superseded %v", got)
				}
			},
			map[int]string{9: phase.Trial, 10: phase.Suspended, 20: phase.Suspended, 30: phase.Suspended}},
		{"The lift gives back what the scope said before; what the suspension superseded is gone for good (P2).",
			func(_ *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5), says(phase.Full, 20))
				b.suspend("s", 10)
				b.lift("l", "s", 10, 15)
			},
			map[int]string{14: phase.Suspended, 15: phase.Trial, 20: phase.Trial, 30: phase.Trial}},
		{"A suspension supersedes nothing that was in effect before it.",
			func(t *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5))
				if got := b.suspend("s", 10); got != nil {
					t.Errorf("superseded %v", got)
				}
			},
			map[int]string{5: phase.Trial, 10: phase.Suspended}},
		{"A lift that is cancelled leaves the suspension as it was.",
			func(t *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5))
				b.suspend("s", 10)
				b.lift("l", "s", 10, 15)
				b.cancel("l", says(phase.Trial, 15))
				if !b.ledger().SuspendedBy("s", pension, day(12)) {
					t.Error("it is not that suspension by which it is suspended")
				}
			},
			map[int]string{12: phase.Suspended, 15: phase.Suspended, 30: phase.Suspended}},
		{"After a lift the next change counts as any other.",
			func(_ *testing.T, b *book) {
				b.approve("a", says(phase.Trial, 5))
				b.suspend("s", 10)
				b.lift("l", "s", 10, 15)
				b.approve("b", says(phase.Full, 25))
			},
			map[int]string{15: phase.Trial, 25: phase.Full}},
		{"Imported history holds without a change.",
			func(_ *testing.T, b *book) {
				row := says(phase.Trial, 1)
				row.ID = "imported"
				b.rows = append(b.rows, phase.Recorded{Row: row, Imported: true})
				b.approve("a", says(phase.Full, 20))
				b.cancel("a", says(phase.Full, 20))
			},
			map[int]string{1: phase.Trial, 20: phase.Trial}},
	} {
		t.Run(c.story, func(t *testing.T) {
			b := &book{changes: map[string]phase.Decided{}}
			c.tell(t, b)
			for on, want := range c.says {
				if got := pension.Says(b.ledger().Rows(), day(on)); got != want {
					t.Errorf("on day %d it says %s, want %s", on, got, want)
				}
			}
		})
	}
}

// Another scope's rows are nobody's business.
func TestTheLedgerKeepsScopesApart(t *testing.T) {
	b := &book{changes: map[string]phase.Decided{}}
	b.approve("a", says(phase.Trial, 5))
	other := says(phase.Full, 20)
	other.Item = "disability"
	b.approve("b", other)
	if got := b.suspend("s", 10); got != nil {
		t.Errorf("superseded %v", got)
	}
	if got := other.Scope().Says(b.ledger().Rows(), day(20)); got != phase.Full {
		t.Errorf("the other scope says %s", got)
	}
	if b.ledger().SuspendedBy("s", other.Scope(), day(20)) || !b.ledger().SuspendedBy("s", pension, day(20)) {
		t.Error("suspended at the wrong scope")
	}
}

func TestAScopeCoversWhatItSpeaksOf(t *testing.T) {
	one := phase.Scope{Procedure: "p", Item: "i", Municipality: "998010"}
	for _, c := range []struct {
		of     phase.Scope
		covers bool
	}{{one, true}, {phase.Scope{Procedure: "*", Item: "*", Municipality: "*"}, true}, {phase.Scope{Procedure: "p", Item: "*", Municipality: "998010"}, true},
		{phase.Scope{Procedure: "q", Item: "*", Municipality: "*"}, false}, {phase.Scope{Procedure: "*", Item: "j", Municipality: "*"}, false},
		{phase.Scope{Procedure: "*", Item: "*", Municipality: "998028"}, false}} {
		if got := c.of.Covers(one); got != c.covers {
			t.Errorf("%v covers %v: %v", c.of, one, got)
		}
	}
	if one.Covers(phase.Scope{Procedure: "p", Item: "i", Municipality: "*"}) {
		t.Error("a municipality covers the country")
	}
}
