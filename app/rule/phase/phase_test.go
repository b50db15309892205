package phase

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/fault"
)

var (
	procedures = []string{"child-allowance-claim", "childcare-annual"}
	items      = []string{"pension", "local-tax"}
	places     = []string{"998010", "998028"}
	epoch      = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
)

func rowGen(t *rapid.T) Row {
	pick := func(from []string, name string) string {
		return rapid.SampledFrom(append([]string{Any}, from...)).Draw(t, name)
	}
	return Row{Procedure: pick(procedures, "procedure"), Item: pick(items, "item"), Municipality: pick(places, "municipality"),
		Phase: rapid.SampledFrom([]string{NotStarted, Trial, Full, Suspended, Inherit}).Draw(t, "phase"),
		From:  epoch.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "hour")) * time.Hour)}
}

// byTheLetter is evidence.md step by step, slow and plain.
func byTheLetter(rows []Row, p, i, m string, at time.Time) string {
	said := func(p, i, m string) string {
		in := Inherit
		var since time.Time
		for _, r := range rows {
			if r.Procedure == p && r.Item == i && r.Municipality == m && !r.From.After(at) && (since.IsZero() || !r.From.Before(since)) {
				in, since = r.Phase, r.From
			}
		}
		return in
	}
	level := func(m, otherwise string) string {
		for _, s := range [][2]string{{p, i}, {p, Any}, {Any, i}, {Any, Any}} {
			if got := said(s[0], s[1], m); got != Inherit {
				return got
			}
		}
		return otherwise
	}
	for _, m := range []string{Any, m} {
		for _, s := range [][2]string{{p, i}, {p, Any}, {Any, i}, {Any, Any}} {
			if said(s[0], s[1], m) == Suspended {
				return Suspended
			}
		}
	}
	order := []string{NotStarted, Trial, Full}
	national := level(Any, NotStarted)
	municipal := level(m, national)
	return order[min(slices.Index(order, national), slices.Index(order, municipal))]
}

func TestInForceByTheLetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(rowGen), 0, 14).Draw(t, "rows")
		p, i, m := rapid.SampledFrom(procedures).Draw(t, "p"), rapid.SampledFrom(items).Draw(t, "i"), rapid.SampledFrom(places).Draw(t, "m")
		at := epoch.Add(time.Duration(rapid.IntRange(-1, 6).Draw(t, "at")) * time.Hour)
		got := InForce(rows, p, i, m, at)
		if want := byTheLetter(rows, p, i, m, at); got.Phase != want {
			t.Fatalf("%s, want %s", got.Phase, want)
		}
		if rank(got.Phase) > rank(InForce(rows, p, i, Any, at).Phase) {
			t.Fatal("a municipality ran ahead of the country")
		}
		// Rows of another municipality never matter, wherever they stand.
		other := append([]Row{{Procedure: Any, Item: Any, Municipality: "131016", Phase: Suspended, From: epoch.Add(-time.Hour)}}, rows...)
		if InForce(other, p, i, m, at).Phase != got.Phase {
			t.Fatal("a row of another municipality mattered")
		}
		// A suspended row in force wins over whatever else is added at other scopes.
		stopped := append(append([]Row{}, rows...), Row{Procedure: p, Item: i, Municipality: m, Phase: Suspended, From: at})
		if InForce(stopped, p, i, m, at).Phase != Suspended {
			t.Fatal("a suspension did not win")
		}
		if next, ok := NextChange(rows, p, i, m, at); ok {
			if !next.After(at) || byTheLetter(rows, p, i, m, next) == got.Phase {
				t.Fatalf("the next change %v is none", next)
			}
		} else if last := epoch.Add(time.Hour * 24); byTheLetter(rows, p, i, m, last) != got.Phase {
			t.Fatal("a change was not seen")
		}
	})
}

func TestUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(rowGen), 0, 8).Draw(t, "rows")
		change := rowGen(t)
		change.Phase, change.From = Suspended, epoch.Add(10*time.Hour)
		back := change
		back.Phase = Said(rows, change.Procedure, change.Item, change.Municipality, change.From)
		at := change.From.Add(time.Hour)
		for _, p := range procedures {
			for _, m := range places {
				before := InForce(rows, p, items[0], m, at).Phase
				if got := InForce(append(append([]Row{}, rows...), change, back), p, items[0], m, at).Phase; got != before {
					t.Fatalf("undone it is %s, it was %s", got, before)
				}
			}
		}
	})
}

func TestParseInstant(t *testing.T) {
	for in, ok := range map[string]bool{
		"2026-04-01T00:00:00+09:00": true, "2026-04-01T00:00:00Z": true, "2026-04-01T00:00:00.123456789Z": true, "2026-04-01t00:00:00z": false,
		"2026-04-01T00:00:00": false, "2026-04-01": false, "2026-04-01T00:00:00,5Z": false, "2026-04-01T0:00:00Z": false, "2026-04-01T00:00:00.Z": false,
		"2026-04-01T24:00:00Z": false, "2026-02-30T00:00:00Z": false, "2026-04-01T00:00:00+9:00": false, "2026-04-01T00:00:00+0900": false,
		"2026-04-01T00:00:00+24:00": false, "2026-04-01T00:00:00+09:60": false, "2026-04-01 00:00:00Z": false, "": false, "2026-04-01T00:00:00Zx": false,
	} {
		if _, err := ParseInstant(in); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestDecodeRowsNamesTheMember(t *testing.T) {
	good := `{"procedure":"*","item":"*","municipality":"*","phase":"full","from":"2026-04-01T00:00:00Z","note":1}`
	for in, at := range map[string]string{
		`{}`: "/phases", `[1]`: "/phases/0", `[null]`: "/phases/0", `[` + good + `,{}]`: "/phases/1/procedure",
		`[{"procedure":"*","item":1,"municipality":"*","phase":"full","from":"x"}]`:                      "/phases/0/item",
		`[{"procedure":"*","item":"*","municipality":null,"phase":"full","from":"x"}]`:                   "/phases/0/municipality",
		`[{"procedure":"*","item":"*","municipality":"*","phase":"done","from":"x"}]`:                    "/phases/0/phase",
		`[{"procedure":"*","item":"*","municipality":"*","phase":"full","from":"2026-04-01"}]`:           "/phases/0/from",
		`[{"procedure":"*","item":"*","municipality":"*","phase":"full"}]`:                               "/phases/0/from",
		`[{"procedure":"*","item":"*","municipality":"*","Phase":"full","from":"2026-04-01T00:00:00Z"}]`: "/phases/0/phase",
		`[{"procedure":"*","item":"*","municipality":"*","phase":"full","from":1754000000}]`:             "/phases/0/from",
		`[{"procedure":"*","item":"*","municipality":"*","phase":"Full","from":"2026-04-01T00:00Z"}]`:    "/phases/0/phase",
	} {
		_, err := DecodeRows([]byte(in))
		f := fault.As(err)
		if f == nil || f.Code != fault.CodeInvalidPhase || f.Details[0].Pointer != at {
			t.Errorf("%s: %v, want a pointer to %s", in, f, at)
		}
	}
	rows, err := DecodeRows([]byte(`[` + good + `]`))
	if err != nil || len(rows) != 1 || rows[0].Phase != Full {
		t.Errorf("%v %v", rows, err)
	}
}

func BenchmarkInForce(b *testing.B) {
	rows := make([]Row, 0, 200)
	for n := range 200 {
		rows = append(rows, Row{Procedure: procedures[n%2], Item: items[n%2], Municipality: places[n%2], Phase: Trial, From: epoch})
	}
	b.ReportAllocs()
	for b.Loop() {
		InForce(rows, procedures[0], items[0], places[0], epoch)
	}
}
