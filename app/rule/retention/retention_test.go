package retention

import (
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, jp.JST)
	if err != nil {
		panic(err)
	}
	return t
}

func usual() Periods {
	return Periods{ExpiredDraft: Period{Days: 30}, Withdrawn: Period{Years: 1}, Transferred: Period{Years: 1}, Decided: Period{Years: 5},
		Exchange: Period{Years: 7}, Discrepancy: Period{Years: 7}}
}

func TestDecide(t *testing.T) {
	ended := at("2027-03-10 23:59")
	for _, c := range []struct {
		name, now string
		c         Case
		want      string // the rule with its last day, or why not
		erasable  bool
	}{
		{"the last day", "2032-03-10 23:59", Case{State: "decided", EndedAt: ended}, "decided 2032-03-10 kept", false},
		{"the day after", "2032-03-11 00:00", Case{State: "decided", EndedAt: ended}, "decided 2032-03-10 ", true},
		{"an exchange keeps it", "2032-03-11 00:00", Case{State: "decided", EndedAt: ended, LastExchange: at("2027-02-01 10:00")}, "exchange 2034-02-01 kept", false},
		{"the exchange's day", "2034-02-01 23:59", Case{State: "decided", EndedAt: ended, LastExchange: at("2027-02-01 10:00")}, "exchange 2034-02-01 kept", false},
		{"seven years after the exchange", "2034-02-02 00:00", Case{State: "decided", EndedAt: ended, LastExchange: at("2027-02-01 10:00")}, "exchange 2034-02-01 ",
			true},
		{"a discrepancy closed late", "2034-02-02 00:00", Case{State: "decided", EndedAt: ended, LastExchange: at("2027-02-01 10:00"),
			DiscrepancyClosed: at("2027-03-09 09:00")}, "discrepancy 2034-03-09 kept", false},
		{"an open discrepancy", "2099-01-01 00:00", Case{State: "decided", EndedAt: ended, OpenDiscrepancies: 1}, "decided 2032-03-10 open-discrepancy", false},
		{"an open inquiry", "2099-01-01 00:00", Case{State: "withdrawn", EndedAt: ended, OpenInquiries: 1}, "withdrawn 2028-03-10 open-inquiry", false},
		{"withdrawn", "2028-03-11 00:00", Case{State: "withdrawn", EndedAt: ended}, "withdrawn 2028-03-10 ", true},
		{"withdrawn after an exchange", "2028-03-11 00:00", Case{State: "withdrawn", EndedAt: ended, LastExchange: ended}, "exchange 2034-03-10 kept", false},
		{"transferred", "2028-03-11 00:00", Case{State: "transferred", EndedAt: ended}, "transferred 2028-03-10 ", true},
		{"expired", "2027-04-10 00:00", Case{State: "expired", EndedAt: ended}, "expired-draft 2027-04-09 ", true},
		{"in Japan's time", "2027-04-10 00:00", Case{State: "expired", EndedAt: ended.Add(time.Minute)}, "expired-draft 2027-04-10 kept", false},
		{"nobody knows since when", "2099-01-01 00:00", Case{State: "decided"}, " 0000-00-00 unknown-end", false},
		{"a state that nobody knows", "2099-01-01 00:00", Case{State: "lost", EndedAt: ended}, " 0000-00-00 open", false},
	} {
		v := Decide(c.c, usual(), at(c.now))
		if got := v.Rule + " " + v.LastDay.String() + " " + v.Why; got != c.want || v.Erasable != c.erasable {
			t.Errorf("%s: %q, %v; want %q, %v", c.name, got, v.Erasable, c.want, c.erasable)
		}
	}
}

// Every state of the lifecycle is either over, and has a rule, or never erased.
func TestEveryState(t *testing.T) {
	over := map[models.ApplicationState]bool{models.StateDecided: true, models.StateWithdrawn: true, models.StateExpired: true, models.StateTransferred: true}
	for _, s := range lifecycle.States {
		v := Decide(Case{State: s, EndedAt: at("2027-01-01 00:00")}, usual(), at("2999-01-01 00:00"))
		if v.Erasable != over[s] {
			t.Errorf("%s: %+v", s, v)
		}
	}
}

func TestCheck(t *testing.T) {
	if err := usual().Check(); err != nil {
		t.Error(err)
	}
	for key, change := range map[string]func(*Periods){
		"retention.exchange":      func(p *Periods) { p.Exchange = Period{Years: 6, Months: 11, Days: 300} },
		"retention.decided":       func(p *Periods) { p.Decided = Period{} },
		"retention.expired_draft": func(p *Periods) { p.ExpiredDraft = Period{} },
	} {
		p := usual()
		change(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
	p := usual()
	p.Exchange = Period{Months: 84}
	if err := p.Check(); err != nil {
		t.Error(err)
	}
}

func TestPeriod(t *testing.T) {
	for s, want := range map[string]Period{"7y": {Years: 7}, "18m": {Months: 18}, "30d": {Days: 30}, "1y6m": {Years: 1, Months: 6}, "1y2m3d": {1, 2, 3},
		"0d": {}} {
		if p, err := ParsePeriod(s); err != nil || p != want {
			t.Errorf("%s: %v, %v", s, p, err)
		}
	}
	for _, s := range []string{"", "7", "y", "-1y", "1m1y", "7 y", "7years", "101y", "1.5y", "1y1y", "99999d", "7y "} {
		if p, err := ParsePeriod(s); err == nil {
			t.Errorf("%q is %v", s, p)
		}
	}
	for _, c := range []struct{ from, period, want string }{
		{"2028-02-29 12:00", "7y", "2035-03-01"}, {"2027-01-31 12:00", "1m", "2027-03-01"}, {"2027-02-01 00:00", "1m", "2027-03-01"},
		{"2027-12-31 23:59", "1d", "2028-01-01"}, {"2027-11-30 00:00", "3m", "2028-03-01"}, {"2027-10-15 00:00", "1y2m20d", "2029-01-04"},
	} {
		p, err := ParsePeriod(c.period)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.LastDay(at(c.from)).String(); got != c.want {
			t.Errorf("%s + %s: %s, want %s", c.from, c.period, got, c.want)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"7y", "1y6m", "30d", "0d", "x", "1yy"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s)
		if err != nil {
			return
		}
		if again, err := ParsePeriod(p.String()); err != nil || again != p {
			t.Errorf("%q: %v, then %v, %v", s, p, again, err)
		}
	})
}
