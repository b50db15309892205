package edition_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/edition"
)

// TestInForce: of each scope the latest row counts, of two at one instant the later in the list; a municipality can give its own up.
func TestInForce(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 4, day, 0, 0, 0, 0, time.UTC) }
	rows := []edition.Row{
		{Scope: edition.National, Digest: "n1", From: at(1)},
		{Scope: edition.National, Digest: "n3", From: at(20)},
		{Scope: edition.National, Digest: "n2", From: at(10)},
		{Scope: edition.National, Digest: "n2b", From: at(10)},
		{Scope: "998010", Digest: "l1", From: at(5)},
		{Scope: "998010", Digest: "", From: at(15)},
	}
	for _, test := range []struct {
		day             int
		national, local string
		change          int // the day on which another edition is in force there; 0: none is known
	}{
		{day: 1, national: "n1", change: 5}, {day: 5, national: "n1", local: "l1", change: 10}, {day: 10, national: "n2b", local: "l1", change: 15},
		{day: 15, national: "n2b", change: 20}, {day: 20, national: "n3"},
	} {
		got, ok := edition.InForce(rows, "998010", at(test.day))
		if !ok || got != (edition.Ref{National: test.national, Local: test.local}) {
			t.Errorf("day %d: %+v", test.day, got)
		}
		if other, _ := edition.InForce(rows, "998028", at(test.day)); other != (edition.Ref{National: test.national}) {
			t.Errorf("day %d elsewhere: %+v", test.day, other)
		}
		next, known := edition.NextChange(rows, "998010", at(test.day))
		if known != (test.change > 0) || known && !next.Equal(at(test.change)) {
			t.Errorf("after day %d: %v %v", test.day, next, known)
		}
	}
	if _, ok := edition.InForce(rows, "998010", at(1).Add(-time.Nanosecond)); ok {
		t.Error("something is in force before the first edition")
	}
}

// TestLatestOf: the same edition published twice came into force at the first instant for what was decided then, whatever was told of the past since.
func TestLatestOf(t *testing.T) {
	at := func(day int) time.Time { return time.Date(2026, 4, day, 0, 0, 0, 0, time.UTC) }
	rows := []edition.Row{
		{ID: "first", Scope: "998010", Digest: "l1", From: at(1), Edition: "a"},
		{ID: "between", Scope: "998010", Digest: "l2", From: at(5), Edition: "b"},
		{ID: "cancelled", Scope: "998010", Digest: "l1", From: at(8), Edition: "c"},
		{ID: "cancels", Scope: "998010", Digest: "l1", From: at(8), Edition: "c", Cancels: true},
		{ID: "again", Scope: "998010", Digest: "l1", From: at(10), Edition: "d"},
		{ID: "imported", Scope: "998010", Digest: "l3", From: at(2)},
		{ID: "elsewhere", Scope: "998028", Digest: "l1", From: at(3), Edition: "e"},
	}
	for day, want := range map[int]string{1: "first", 3: "first", 9: "first", 10: "again"} {
		if got := edition.LatestOf(rows, "998010", "l1", at(day)); got == nil || got.ID != want {
			t.Errorf("day %d: %+v, want %s", day, got, want)
		}
	}
	if got := edition.LatestOf(rows, "998010", "l1", at(1).Add(-time.Nanosecond)); got != nil {
		t.Errorf("before: %+v", got)
	}
}
