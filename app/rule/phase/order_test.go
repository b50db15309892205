package phase

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
)

func scopeOf(r Row) [3]string { return [3]string{r.Procedure, r.Item, r.Municipality} }

// Only the order of rows of one scope and one instant counts: neighbours that differ in either may change places.
func TestOrderOfUnrelatedRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(rowGen), 2, 14).Draw(t, "rows")
		at := epoch.Add(time.Duration(rapid.IntRange(-1, 6).Draw(t, "at")) * time.Hour)
		moved := append([]Row{}, rows...)
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, len(rows)-2), 0, 40).Draw(t, "exchanges") {
			if a, b := moved[n], moved[n+1]; scopeOf(a) != scopeOf(b) || !a.From.Equal(b.From) {
				moved[n], moved[n+1] = b, a
			}
		}
		for _, p := range procedures {
			for _, i := range items {
				for _, m := range places {
					got, want := InForce(moved, p, i, m, at), InForce(rows, p, i, m, at)
					if got.Phase != want.Phase || (got.Row == nil) != (want.Row == nil) || got.Row != nil && scopeOf(*got.Row) != scopeOf(*want.Row) {
						t.Fatalf("%s/%s/%s: %+v, in the other order %+v", p, i, m, want, got)
					}
				}
			}
		}
	})
}

// The row that decided says the phase that was decided, has begun, and matches.
func TestTheRowThatDecided(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(rowGen), 0, 14).Draw(t, "rows")
		at := epoch.Add(time.Duration(rapid.IntRange(-1, 6).Draw(t, "at")) * time.Hour)
		d := InForce(rows, procedures[0], items[0], places[0], at)
		switch {
		case d.Phase == Inherit:
			t.Fatal("inherit is in force")
		case d.Row == nil && d.Phase != NotStarted:
			t.Fatalf("%s without a row", d.Phase)
		case d.Row != nil && (d.Row.Phase != d.Phase || d.Row.From.After(at) || slot(d.Row, procedures[0], items[0], places[0]) < 0):
			t.Fatalf("%s by %+v", d.Phase, *d.Row)
		}
	})
}

// At one scope inherit leaves what would be without the rows of that scope.
func TestInheritDropsItsScope(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(rowGen), 0, 14).Draw(t, "rows")
		last := rowGen(t)
		last.Phase, last.From = Inherit, epoch.Add(10*time.Hour)
		var without []Row
		for _, r := range rows {
			if scopeOf(r) != scopeOf(last) {
				without = append(without, r)
			}
		}
		for _, p := range procedures {
			for _, m := range places {
				if got, want := InForce(append(rows, last), p, items[0], m, last.From).Phase, InForce(without, p, items[0], m, last.From).Phase; got != want {
					t.Fatalf("%s, without the scope %s", got, want)
				}
			}
		}
	})
}

func TestEdgesOfInForce(t *testing.T) {
	from := time.Date(2026, 4, 1, 0, 0, 0, 0, time.FixedZone("", 9*3600))
	row := Row{Procedure: Any, Item: Any, Municipality: Any, Phase: Full, From: from}
	for at, want := range map[time.Time]string{from.Add(-time.Nanosecond): NotStarted, from: Full, from.UTC(): Full} {
		if got := InForce([]Row{row}, procedures[0], items[0], places[0], at).Phase; got != want {
			t.Errorf("at %v: %s, want %s", at, got, want)
		}
	}
	unknown := row
	unknown.Procedure, unknown.Phase = "child-allowance-claim ", Suspended
	if got := InForce([]Row{row, unknown}, procedures[0], items[0], places[0], from).Phase; got != Full {
		t.Errorf("a row of an unknown procedure made it %s", got)
	}
	later := row
	later.Phase = Trial
	if got := InForce([]Row{row, later}, procedures[0], items[0], places[0], from).Phase; got != Trial {
		t.Errorf("of two rows with one instant the later counts, not %s", got)
	}
	rows := []Row{row, later}
	if n := testing.AllocsPerRun(100, func() { InForce(rows, procedures[0], items[0], places[0], from) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzParseInstant(f *testing.F) {
	for _, s := range []string{"2026-04-01T00:00:00+09:00", "2026-04-01t00:00:00.5z", "2016-12-31T23:59:60Z", "2026-02-30T00:00:00Z", "2026-04-01T00:00:00-00:00",
		"", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, err := ParseInstant(s)
		if err != nil {
			return
		}
		if again, err := ParseInstant(at.Format(time.RFC3339Nano)); err != nil || !again.Equal(at) {
			t.Errorf("%q is %v, written again %v %v", s, at, again, err)
		}
	})
}

func FuzzDecodeRows(f *testing.F) {
	f.Add([]byte(`[{"procedure":"*","item":"*","municipality":"*","phase":"full","from":"2026-04-01T00:00:00Z"}]`))
	for _, s := range []string{`null`, `[]`, `[null]`, `[[]]`, `{`, ``, ` [ {} ] `, `[{"procedure":1}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		rows, err := DecodeRows(raw)
		if err == nil {
			for _, r := range rows {
				if r.Phase == "" || r.From.Location() == nil {
					t.Errorf("%q: %+v", raw, r)
				}
			}
			return
		}
		if e := fault.As(err); e == nil || e.Code != fault.CodeInvalidPhase || len(e.Details) != 1 || len(e.Details[0].Pointer) < len("/phases") {
			t.Errorf("%q: %v", raw, err)
		}
	})
}

func TestNullIsNoList(t *testing.T) {
	if rows, err := DecodeRows([]byte("null")); err == nil {
		t.Errorf("null is %d rows", len(rows))
	}
	if rows, err := DecodeRows([]byte("[]")); err != nil || len(rows) != 0 {
		t.Errorf("an empty list: %v %v", rows, err)
	}
}
