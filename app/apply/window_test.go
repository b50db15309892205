package apply

import (
	"testing"

	"kosodate.example/onestop/app/rule/jp"
)

// The report of a fiscal year has one deadline, on whatever day of the year it is filed.
func TestTheEndOfAWindow(t *testing.T) {
	for day, c := range map[string]struct{ to, end string }{
		"2026-04-01": {"06-30", "2026-06-30"},
		"2026-06-30": {"06-30", "2026-06-30"},
		"2026-07-01": {"06-30", "2026-06-30"},
		"2026-12-31": {"06-30", "2026-06-30"},
		"2027-01-01": {"06-30", "2026-06-30"},
		"2027-03-31": {"08-31", "2026-08-31"},
		"2027-04-01": {"08-31", "2027-08-31"},
		"2026-05-01": {"02-15", "2027-02-15"},
		"2027-02-16": {"02-15", "2027-02-15"},
	} {
		on, err := jp.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := windowEnd(c.to, on); err != nil || got.String() != c.end {
			t.Errorf("on %s the window until %s ends on %s (%v), want %s", day, c.to, got, err, c.end)
		}
	}
}
