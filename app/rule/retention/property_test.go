package retention

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/rule/jp"

	"kosodate.example/onestop/models"
)

func instant(t *rapid.T, name string) time.Time {
	return time.Date(2026, 1, 1, 0, 0, 0, 0, jp.JST).Add(time.Duration(rapid.Int64Range(0, 40*366*24*60).Draw(t, name)) * time.Minute)
}

func period(t *rapid.T, name string) Period {
	return Period{
		Years:  rapid.IntRange(0, 12).Draw(t, name+" years"),
		Months: rapid.IntRange(0, 20).Draw(t, name+" months"),
		Days:   rapid.IntRange(1, 400).Draw(t, name+" days"),
	}
}

func periods(t *rapid.T) Periods {
	p := Periods{ExpiredDraft: period(t, "expired"), Withdrawn: period(t, "withdrawn"), Transferred: period(t, "transferred"), Decided: period(t, "decided"),
		Exchange: period(t, "exchange"), Discrepancy: period(t, "discrepancy")}
	p.Exchange.Years = max(p.Exchange.Years, ExchangeYears)
	return p
}

func someCase(t *rapid.T) Case {
	c := Case{State: rapid.SampledFrom([]models.ApplicationState{"decided", "withdrawn", "expired", "transferred"}).Draw(t, "state"), EndedAt: instant(t, "ended")}
	if rapid.Bool().Draw(t, "asked") {
		c.LastExchange = instant(t, "exchange")
	}
	if rapid.Bool().Draw(t, "differed") {
		c.DiscrepancyClosed = instant(t, "closed")
	}
	return c
}

func TestNeverWithinSevenYearsOfAnExchange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p, now := someCase(t), periods(t), instant(t, "now")
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		if c.LastExchange.IsZero() {
			c.LastExchange = instant(t, "last exchange")
		}
		if v := Decide(c, p, now); v.Erasable && now.Before(c.LastExchange.In(jp.JST).AddDate(ExchangeYears, 0, 0)) {
			t.Fatalf("erased at %v, exchange at %v", now, c.LastExchange)
		}
	})
}

func TestAnExchangeNeverMakesItEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p := someCase(t), periods(t)
		before := Decide(c, p, c.EndedAt)
		if later := instant(t, "another"); later.After(c.LastExchange) {
			c.LastExchange = later
		}
		if after := Decide(c, p, c.EndedAt); after.LastDay.Before(before.LastDay) {
			t.Fatalf("%v, then %v", before.LastDay, after.LastDay)
		}
	})
}

func TestALongerPeriodNeverMakesItEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p := someCase(t), periods(t)
		before := Decide(c, p, c.EndedAt)
		for _, one := range []*Period{&p.ExpiredDraft, &p.Withdrawn, &p.Transferred, &p.Decided, &p.Exchange, &p.Discrepancy} {
			one.Years += rapid.IntRange(0, 3).Draw(t, "years")
			one.Months += rapid.IntRange(0, 13).Draw(t, "months")
			one.Days += rapid.IntRange(0, 40).Draw(t, "days")
		}
		if after := Decide(c, p, c.EndedAt); after.LastDay.Before(before.LastDay) {
			t.Fatalf("%v, then %v", before.LastDay, after.LastDay)
		}
	})
}

// What is erasable stays so, and what is too young for a look is never erasable.
func TestTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p, now := someCase(t), periods(t), instant(t, "now")
		v := Decide(c, p, now)
		if v.Erasable && !Decide(c, p, now.Add(time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "later"))*time.Minute)).Erasable {
			t.Fatal("it was erasable before")
		}
		if v.Erasable && !c.EndedAt.Before(p.Shortest(now)) {
			t.Fatalf("erasable, ended %v, and only what ended before %v is looked at", c.EndedAt, p.Shortest(now))
		}
	})
}
