package guide

import (
	"testing"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

func date(t *testing.T, s string) jp.Date {
	t.Helper()
	d, err := jp.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A child born on 1 April belongs to the school year of those born before: the year of age is reached the day before.
func TestTheLastDayOfAnAge(t *testing.T) {
	for birth, want := range map[string]string{"2008-04-01": "2026-03-31", "2008-04-02": "2027-03-31", "2008-03-31": "2026-03-31",
		"2008-12-31": "2027-03-31", "2008-02-29": "2026-03-31"} {
		if got := lastDay(date(t, birth), 18); got != date(t, want) {
			t.Errorf("born %s: 18 until %s, want %s", birth, got, want)
		}
	}
}

func TestWhatFitsAChild(t *testing.T) {
	today := date(t, "2026-06-01")
	for _, c := range []struct {
		category, birth string
		want            bool
	}{
		{"childcare", "2024-01-01", true}, {"childcare", "2020-04-01", false}, {"childcare", "2020-04-02", true}, {"childcare", "2026-09-01", true},
		{"child-allowance", "2026-09-01", false}, {"child-allowance", "2010-01-01", true}, {"child-allowance", "2008-04-01", false},
		{"maternal-health", "2026-09-01", true}, {"maternal-health", "2026-05-31", false}, {"single-parent", "2009-01-01", true}, {"another", "1990-01-01", true},
		{"infant-support-certification", "2023-06-03", true}, {"infant-support-certification", "2023-06-02", false},
		{"infant-support-certification", "2026-09-01", false}, {"pregnancy-support-count", "2026-09-01", true},
		{"pregnancy-support-count", "2024-06-03", true}, {"pregnancy-support-benefit", "2024-06-01", false},
	} {
		birth := date(t, c.birth)
		if got := fits(c.category, birth, today, birth.After(today)); got != c.want {
			t.Errorf("%s for a child born %s: %v", c.category, c.birth, got)
		}
	}
}

// Every category of the catalogue was thought about: one without a band would fit every age.
func TestEveryCategoryHasABand(t *testing.T) {
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cat.Categories() {
		if _, ok := bands[c.Code]; !ok {
			t.Errorf("the category %s has no ages", c.Code)
		}
	}
}
