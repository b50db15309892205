package guide

import (
	"slices"

	"kosodate.example/onestop/app/rule/jp"
)

// band is for which children a category of procedures is: up to the 31 March after the child has reached an age, as the
// laws count it (児童手当法 第3条, 児童扶養手当法 第3条; childcare ends when school begins).
type band struct {
	until  int  // years of age; the band ends with that fiscal year
	under  int  // in the place of until: years of age that the child has not reached
	unborn bool // also, or only, before the birth
}

// bands by category, and by procedure where one differs from its category. A category that is not here fits every child.
var bands = map[string]band{
	"child-allowance": {until: 18},
	"childcare":       {until: 6, unborn: true}, // places are applied for before the birth
	"single-parent":   {until: 18},
	"maternal-health": {until: -1, unborn: true},

	"infant-support-certification": {under: 3},
	"pregnancy-support-benefit":    {under: 2, unborn: true}, // both may be claimed for two years, which begin before the birth
	"pregnancy-support-count":      {under: 2, unborn: true},
}

// bestFirst is which category matters most to a child who is not born yet, and to one below school age.
var (
	bestUnborn = []string{"maternal-health", "childcare"}
	bestSmall  = []string{"child-allowance", "childcare"}
)

// fitting keeps what fits the child's age on a day; sorted: what fits best first, in the given order otherwise.
func fitting(found []Found, birth, today jp.Date, sorted bool) []Found {
	unborn := birth.After(today)
	kept := slices.DeleteFunc(found, func(f Found) bool { return !fits(bandOf(f), birth, today, unborn) })
	if !sorted {
		return kept
	}
	best := bestSmall
	if unborn {
		best = bestUnborn
	}
	rank := func(f Found) int {
		if i := slices.Index(best, f.Category.Code); i >= 0 {
			return i
		}
		return len(best)
	}
	slices.SortStableFunc(kept, func(a, b Found) int { return rank(a) - rank(b) })
	return kept
}

// bandOf is the key of a procedure's band.
func bandOf(f Found) string {
	if code := f.Version.Procedure.Code; bands[code] != (band{}) {
		return code
	}
	return f.Category.Code
}

func fits(key string, birth, today jp.Date, unborn bool) bool {
	b, known := bands[key]
	switch {
	case !known:
		return true
	case unborn:
		return b.unborn
	case b.until < 0:
		return false
	case b.under > 0:
		return jp.Age(birth, today) < b.under
	}
	return !today.After(lastDay(birth, b.until))
}

// lastDay is the 31 March at or after the day on which a child reaches an age: the day before the birthday (年齢計算に
// 関する法律), so that a child born on 1 April belongs to the older year.
func lastDay(birth jp.Date, age int) jp.Date {
	reached := jp.Date{Year: birth.Year + age, Month: birth.Month, Day: birth.Day}.AddDays(-1)
	return jp.Date{Year: jp.FiscalYear(reached) + 1, Month: 3, Day: 31}
}
