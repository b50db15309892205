package operate_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// What an approval does under a suspension is said before it, and is what the board shows after it.
func TestTheOutlookIsWhatTheBoardShows(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	c.suspend(c.foreign, operate.Scope{Procedure: "*", Item: "pension", Municipality: minato})
	from := c.Now().AddDate(0, 1, 0)
	wide, err := c.service.Propose(ctx, c.national, casetest.Once(), change(row("child-allowance-claim", "*", "*", "full", from)))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	out, err := c.service.Outlook(ctx, c.national, wide)
	stays := operate.Scope{Procedure: "child-allowance-claim", Item: "pension", Municipality: minato}
	if err != nil || out.Refused != "" || len(out.Suspended) != 1 || out.Suspended[0] != stays {
		t.Fatalf("%+v %v", out, err)
	}
	own, err := c.service.Propose(ctx, c.own, casetest.Once(), change(row("*", "pension", hinata, "full", from)))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	c.suspend(c.colleague, operate.Scope{Procedure: "*", Item: "pension", Municipality: hinata})
	if out, err := c.service.Outlook(ctx, c.colleague, own); err != nil || out.Refused != "lift-first" {
		t.Errorf("%+v %v", out, err)
	}
	board, err := c.service.Board(ctx, c.national, from.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range board.Pairs {
		if p.Procedure == "child-allowance-claim" && p.Item == "pension" && p.Municipality == minato && p.Phase != phase.Suspended {
			t.Errorf("the board shows %s", p.Phase)
		}
	}
}

// The public history says of each row whether it took effect: a change that was cancelled, and one that a suspension superseded.
func TestTheHistorySaysWhatNeverTookEffect(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().AddDate(0, 1, 0)
	approved := func(proposer, approver models.Actor, rows ...operate.Row) *operate.Change {
		p, err := c.service.Propose(ctx, proposer, casetest.Once(), change(rows...))
		if err == nil {
			p, err = c.service.Approve(ctx, approver, p.ID)
		}
		if err != nil {
			t.Fatal(casetest.Details(err))
		}
		return p
	}
	cancelled := approved(c.own, c.colleague, row("*", "pension", hinata, "trial", far))
	if _, err := c.service.Cancel(ctx, c.own, cancelled.ID); err != nil {
		t.Fatal(casetest.Details(err))
	}
	overtaken := approved(c.own, c.colleague, row("*", "resident-record", hinata, "trial", far), row("*", "pension", hinata, "trial", far))
	kept := approved(c.own, c.colleague, row("child-allowance-claim", "*", hinata, "trial", far))
	c.suspend(c.own, operate.Scope{Procedure: "*", Item: "resident-record", Municipality: hinata})
	all, err := c.service.History(ctx, "", postgres.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, p := range all {
		var void []string
		for _, r := range p.Rows {
			if p.Void[r.ID] {
				void = append(void, r.Item)
			}
		}
		switch p.ID {
		case cancelled.ID:
			found++
			if len(void) != 1 || p.EndedAt == nil {
				t.Errorf("cancelled: %v %v", void, p.EndedAt)
			}
		case overtaken.ID:
			found++
			if len(void) != 1 || void[0] != "resident-record" || p.State != models.ChangeSuperseded || p.EndedAt == nil {
				t.Errorf("superseded: %v %s", void, p.State)
			}
		case kept.ID:
			found++
			if len(void) != 0 {
				t.Errorf("kept: %v", void)
			}
		default:
			if len(void) != 0 {
				t.Errorf("%s %s: %v", p.Kind, p.State, void)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of the three are there", found)
	}
}
