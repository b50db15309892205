package operate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (c *country) drafted(actor models.Actor) string {
	c.T.Helper()
	all, err := c.service.Drafted(context.Background(), actor)
	casetest.Must(c.T, err)
	var out []string
	for _, d := range all {
		out = append(out, d.Item+"@"+d.Municipality)
	}
	return strings.Join(out, " ")
}

// TestASwitchIsDraftedWhenTheTrialIsDone, for those who may propose it, with its figures; and never more than drafted.
func TestASwitchIsDraftedWhenTheTrialIsDone(t *testing.T) {
	c := newCountry(t)
	tr := c.trial(minato)
	tr.compared("resident-record", "matched", "matched", "matched")
	if got := c.drafted(c.foreign); got != "" {
		t.Errorf("before the threshold: %s", got)
	}
	tr.compared("resident-record", "facts") // 4 compared, 3 of them agree
	c.trial(hinata).compared("resident-record", "matched", "matched", "matched", "matched")
	for name, x := range map[string]struct {
		who  models.Actor
		want string
	}{
		"みなと町":        {c.foreign, "resident-record@" + minato},
		"the country": {c.national, "resident-record@" + minato},
		"ひなた市, where it is in full operation": {c.own, ""},
		"an auditor": {c.Person(t, "auditor", models.RoleAuditor, ""), ""},
	} {
		if got := c.drafted(x.who); got != x.want {
			t.Errorf("%s: %s, want %s", name, got, x.want)
		}
	}
	d, err := c.service.DraftedFor(context.Background(), c.foreign, scope(claim, "resident-record", minato))
	casetest.Must(t, err)
	now := jp.DateIn(c.Now())
	if from := jp.DateIn(d.From); from.Day != 1 || !from.After(now) || from.After(now.AddDays(31)) || d.Phase != "full" ||
		d.Figures.Compared != 4 || d.Figures.Matched != 3 || d.Figures.FirstAt == nil || d.Figures.LastAt.Before(*d.Figures.FirstAt) || d.Need != thresholds {
		t.Errorf("%+v", d)
	}
	if rows := c.rows(); len(rows) != 3 {
		t.Errorf("a draft changes something: %v", rows)
	}
	change, err := c.service.Propose(context.Background(), c.foreign, casetest.Once(),
		operate.Proposal{Rows: []operate.Row{d.Row}, Reason: "r", Circular: "府番第1号"})
	casetest.Must(t, err)
	if got := c.drafted(c.foreign); got != "" {
		t.Errorf("what is proposed is drafted again: %s", got)
	}
	if _, err := c.service.Approve(context.Background(), c.foreign, change.ID); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who proposed it approves it: %v", err)
	}
	_, err = c.service.Approve(context.Background(), c.national, change.ID)
	casetest.Must(t, err)
	if got := c.drafted(c.foreign); got != "" {
		t.Errorf("what is scheduled is drafted again: %s", got)
	}
	if _, err := c.service.DraftedFor(context.Background(), c.foreign, scope(claim, "resident-record", minato)); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

// TestNothingIsDraftedAheadOfTheCountry, and the country's own switch is.
func TestNothingIsDraftedAheadOfTheCountry(t *testing.T) {
	c := newCountry(t)
	c.Phase("*", "*", "*", "trial", c.Now().Add(-time.Minute))
	tr := c.trial(minato)
	tr.compared("resident-record", "matched", "matched", "matched", "matched")
	if got := c.drafted(c.foreign); got != "" {
		t.Errorf("a municipality: %s", got)
	}
	if got := c.drafted(c.national); got != "resident-record@*" {
		t.Errorf("the country: %s", got)
	}
	stopped := c.suspend(c.national, scope(claim, "resident-record", "*"))
	c.Exec(`select pg_sleep_until($1)`, stopped.Rows[0].From)
	if got := c.drafted(c.national); got != "" {
		t.Errorf("what is suspended: %s", got)
	}
}

// TestTheDraftRestsOnTheCountrysCircular, where the country has switched by one.
func TestTheDraftRestsOnTheCountrysCircular(t *testing.T) {
	c := newCountry(t)
	c.trial(minato).compared("resident-record", "matched", "matched", "matched", "matched")
	of := func() string {
		d, err := c.service.DraftedFor(context.Background(), c.foreign, scope(claim, "resident-record", minato))
		casetest.Must(t, err)
		return d.Circular
	}
	if got := of(); got != "" {
		t.Errorf("a circular that nobody named: %s", got)
	}
	c.lastYear(c.approved(row(claim, "*", "*", "full", c.Now())).ID)
	if got := of(); got != "府番第1号" {
		t.Errorf("%q", got)
	}
}
