package retention

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// Period is how long something is kept, counted on the calendar in Japan: whole years, months and days, as a law says it.
type Period struct{ Years, Months, Days int }

// The most that a period may have of each unit: a misspelt one is refused rather than believed.
const mostYears, mostMonths, mostDays = 100, 1200, 36500

// ParsePeriod reads "7y", "18m", "30d" or several of them from the longest to the shortest unit: "1y6m".
func ParsePeriod(s string) (Period, error) {
	var p Period
	rest := s
	for _, unit := range []struct {
		letter string
		to     *int
		most   int
	}{{"y", &p.Years, mostYears}, {"m", &p.Months, mostMonths}, {"d", &p.Days, mostDays}} {
		number, after, found := strings.Cut(rest, unit.letter)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil || int(n) > unit.most {
			return Period{}, notAPeriod(s)
		}
		*unit.to, rest = int(n), after
	}
	if rest != "" || s == "" {
		return Period{}, notAPeriod(s)
	}
	return p, nil
}

func notAPeriod(s string) error {
	return fmt.Errorf("%q is no period: write 7y, 18m, 30d or 1y6m (years, months, days)", s)
}

// String writes a period as ParsePeriod reads it.
func (p Period) String() string {
	var b strings.Builder
	for _, u := range []struct {
		n      int
		letter string
	}{{p.Years, "y"}, {p.Months, "m"}, {p.Days, "d"}} {
		if u.n > 0 {
			fmt.Fprintf(&b, "%d%s", u.n, u.letter)
		}
	}
	if b.Len() == 0 {
		return "0d"
	}
	return b.String()
}

// months are the years and months together.
func (p Period) months() int { return p.Years*12 + p.Months }

// IsZero says whether it is no time at all.
func (p Period) IsZero() bool { return p == Period{} }

// LastDay is the last day on which something that happened at the instant is still kept. Months are counted first; where
// the month has no such day, the first of the next month counts: never a day less, and what happens later never ends
// earlier.
func (p Period) LastDay(from time.Time) jp.Date {
	d := jp.DateIn(from)
	total := d.Year*12 + int(d.Month) - 1 + p.months()
	year, month, day := total/12, time.Month(total%12+1), d.Day
	if last := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day(); day > last {
		month, day = month+1, 1
	}
	return jp.DateOf(time.Date(year, month, day+p.Days, 0, 0, 0, 0, time.UTC))
}

// Before is the instant before which something must have happened for its period to be over at now: of rows that are
// taken away by their age alone.
func (p Period) Before(now time.Time) time.Time {
	d := jp.DateIn(now)
	return time.Date(d.Year-p.Years, d.Month-time.Month(p.Months), d.Day-p.Days, 0, 0, 0, 0, jp.JST)
}
