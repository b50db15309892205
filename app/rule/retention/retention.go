// Package retention says how long a case is kept, when it may be erased and by which rule. It is pure: the periods are
// configuration (retention.*), the facts of a case and the instant are arguments.
//
// Several periods may apply to a case; the longest wins. A case that is not over is never erased.
package retention

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// The rules by which a case is erased: stable codes, kept in the record of the erasure.
const (
	RuleExpiredDraft = "expired-draft" // a draft that nobody came back to, from the day on which it expired
	RuleWithdrawn    = "withdrawn"     // from the withdrawal
	RuleTransferred  = "transferred"   // passed on to another municipality (移送), from that day: the case lives on there
	RuleDecided      = "decided"       // from the last decision
	RuleExchange     = "exchange"      // from the last exchange with the network (R6, review.md "Record of information provided")
	RuleDiscrepancy  = "discrepancy"   // from the closing of the last discrepancy's file (R7)
)

// Why a case is not erased: stable codes.
const (
	WhyOpen            = "open"             // it is not over: a draft, or in anybody's hands
	WhyOpenDiscrepancy = "open-discrepancy" // the file of a difference is open (R7)
	WhyOpenInquiry     = "open-inquiry"     // the network was asked and has not answered
	WhyUnknownEnd      = "unknown-end"      // it is over, and nothing says since when
	WhyKept            = "kept"             // its period is not over
)

// ExchangeYears is for how long the record of information provided is kept at least, whatever the configuration says.
const ExchangeYears = 7

// Periods are how long each kind of case is kept.
type Periods struct {
	ExpiredDraft, Withdrawn, Transferred, Decided, Exchange, Discrepancy Period
}

// rules are the periods by their rules, each with its key of the configuration.
func (p Periods) rules() []struct {
	rule, key string
	period    Period
} {
	return []struct {
		rule, key string
		period    Period
	}{
		{RuleExpiredDraft, "retention.expired_draft", p.ExpiredDraft}, {RuleWithdrawn, "retention.withdrawn", p.Withdrawn},
		{RuleTransferred, "retention.transferred", p.Transferred}, {RuleDecided, "retention.decided", p.Decided},
		{RuleExchange, "retention.exchange", p.Exchange}, {RuleDiscrepancy, "retention.discrepancy", p.Discrepancy},
	}
}

// Check refuses periods that would erase what has to be kept; the error names the key of the configuration.
func (p Periods) Check() error {
	for _, r := range p.rules() {
		if r.period.IsZero() {
			return fmt.Errorf("configuration: %s is %s; a case is kept for a day at least", r.key, r.period)
		}
	}
	if p.Exchange.months() < ExchangeYears*12 {
		return fmt.Errorf("configuration: retention.exchange is %s; a case with an exchange of the network is kept for %dy at least", p.Exchange, ExchangeYears)
	}
	return nil
}

// Shortest is the shortest period of all: what changed after it is not worth a look.
func (p Periods) Shortest(now time.Time) time.Time {
	var latest time.Time
	for _, r := range p.rules() {
		if b := r.period.Before(now); b.After(latest) {
			latest = b
		}
	}
	return latest
}

// Case is what retention has to know of a case. Zero times are what never happened.
type Case struct {
	State             models.ApplicationState
	EndedAt           time.Time // when it came to the state in which it is
	LastExchange      time.Time // the last request to the network, or its answer
	DiscrepancyClosed time.Time // the last closing of a discrepancy's file
	OpenDiscrepancies int
	OpenInquiries     int
}

// Verdict is what the rule says of a case.
type Verdict struct {
	Erasable bool
	Rule     string  // the rule whose period is the longest; "" if the case is not over
	LastDay  jp.Date // the last day in Japan on which it is kept; zero if the case is not over
	Why      string  // why it is not erased; "" if it may be
}

// Decide says whether a case may be erased at now. It may from the day in Japan that follows the last day of the longest
// period that applies.
func Decide(c Case, p Periods, now time.Time) Verdict {
	own := map[models.ApplicationState]string{
		models.StateExpired:     RuleExpiredDraft,
		models.StateWithdrawn:   RuleWithdrawn,
		models.StateTransferred: RuleTransferred,
		models.StateDecided:     RuleDecided,
	}[c.State]
	if own == "" {
		return Verdict{Why: WhyOpen}
	}
	if c.EndedAt.IsZero() {
		return Verdict{Why: WhyUnknownEnd}
	}
	from := map[string]time.Time{own: c.EndedAt, RuleExchange: c.LastExchange, RuleDiscrepancy: c.DiscrepancyClosed}
	var v Verdict
	for _, r := range p.rules() {
		if at := from[r.rule]; !at.IsZero() {
			if last := r.period.LastDay(at); v.Rule == "" || last.After(v.LastDay) {
				v.Rule, v.LastDay = r.rule, last
			}
		}
	}
	switch {
	case c.OpenDiscrepancies > 0:
		v.Why = WhyOpenDiscrepancy
	case c.OpenInquiries > 0:
		v.Why = WhyOpenInquiry
	case !jp.DateIn(now).After(v.LastDay):
		v.Why = WhyKept
	default:
		v.Erasable = true
	}
	return v
}
