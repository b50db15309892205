package present_test

import (
	"testing"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/wording"
)

func TestAFactIsWrittenForPeople(t *testing.T) {
	for _, c := range []struct {
		compare, lang string
		value         any
		want          string
	}{
		{catalogue.CompareAmount, wording.Japanese, 2640000.0, "2,640,000円"},
		{catalogue.CompareAmount, wording.English, 2640000.0, "2,640,000 yen"},
		{catalogue.CompareAmount, wording.Plain, "2640000", "2640000"}, // as it was typed
		{catalogue.CompareEqual, wording.Japanese, 2.0, "2"},
		{catalogue.CompareEqual, wording.Japanese, 12345678901.0, "12345678901"},
		{catalogue.CompareEqual, wording.Japanese, 0.5, "0.5"},
		{catalogue.CompareEqual, wording.Japanese, true, "はい"},
		{catalogue.CompareEqual, wording.English, false, "No"},
		{catalogue.CompareDate, wording.Japanese, "2026-04-01", "2026年4月1日"},
		{catalogue.CompareDate, wording.Japanese, "昨日", "昨日"},
		{catalogue.CompareEqual, wording.Japanese, []any{"子", "孫"}, "子、孫"},
		{catalogue.CompareEqual, wording.Japanese, nil, ""},
	} {
		if got := present.Fact(c.compare, c.value, c.lang); got != c.want {
			t.Errorf("%v of %s in %s: %q, want %q", c.value, c.compare, c.lang, got, c.want)
		}
	}
}
