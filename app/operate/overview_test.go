package operate_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

// A municipality shows on the board of the country where it differs from the country, now or soon; the board of each place says what the
// rules say of it.
func TestTheOverviewOfAPlace(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour).Truncate(time.Microsecond)
	c.approved(row("*", "*", minato, "full", far))
	c.approved(row("*", "resident-record", "*", "trial", far))
	for _, b := range []struct {
		actor       models.Actor
		asked, seen string
	}{{c.national, "*", "*"}, {c.national, minato, minato}, {c.own, "*", hinata}, {c.own, hinata, hinata}, {c.foreign, "*", minato}} {
		o, err := c.service.Overview(ctx, b.actor, b.asked, time.Time{})
		if err != nil || o.Place != b.seen || len(o.Pairs) == 0 {
			t.Fatalf("%s asked by %s: %+v, %v", b.asked, b.actor.Municipality, o, err)
		}
		for _, p := range o.Pairs {
			want, country := phase.InForce(c.rows(), p.Procedure, p.Item, b.seen, o.At).Phase, phase.InForce(c.rows(), p.Procedure, p.Item, "*", o.At).Phase
			if p.Phase != want || p.Country != country {
				t.Errorf("%+v, want %s beside %s", p, want, country)
			}
			if p.NextAt != nil && p.Next != phase.InForce(c.rows(), p.Procedure, p.Item, b.seen, *p.NextAt).Phase {
				t.Errorf("what comes next: %+v", p)
			}
			if differs := slices.Contains(p.Differ, minato); differs != (b.seen == "*") {
				t.Errorf("on the board of %s みなと町 differs: %v", b.seen, p.Differ)
			}
			if slices.Contains(p.Differ, hinata) {
				t.Errorf("ひなた市 is as the country is: %+v", p)
			}
		}
	}
	for _, place := range []string{minato, "999999"} {
		if _, err := c.service.Overview(ctx, c.own, place, time.Time{}); !errors.Is(err, fault.ErrNotFound) {
			t.Errorf("%s for an admin of ひなた市: %v", place, err)
		}
	}
}

// The timeline of a pair has what held, what holds, what is scheduled and what is only proposed, with who decided it.
func TestTheTimelineOfAPair(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	soon, far := c.Now().Add(time.Hour).Truncate(time.Microsecond), c.Now().Add(48*time.Hour).Truncate(time.Microsecond)
	decided := c.approved(row("*", "pension", hinata, "trial", soon))
	open := c.propose(c.own, row("*", "pension", hinata, "inherit", far))
	c.approved(row("*", "pension", minato, "full", soon)) // of another place
	c.approved(row("*", "local-tax", hinata, "trial", soon))
	pair := operate.Scope{Procedure: "child-allowance-claim", Item: "pension", Municipality: hinata}
	steps, err := c.service.Timeline(ctx, c.own, pair)
	if err != nil || len(steps) < 3 {
		t.Fatalf("%+v, %v", steps, err)
	}
	for i, s := range steps {
		if s.Municipality != "*" && s.Municipality != hinata || s.Item != "*" && s.Item != "pension" {
			t.Errorf("%+v has no say here", s)
		}
		if i > 0 && s.From.Before(steps[i-1].From) {
			t.Error("the steps are not in the order of time")
		}
	}
	last, before := steps[len(steps)-1], steps[len(steps)-2]
	if last.Change == nil || last.Change.ID != open.ID || last.ID != "" || last.Change.DecidedBy != "" {
		t.Errorf("what is only proposed: %+v", last)
	}
	if before.Change == nil || before.Change.ID != decided.ID || before.Change.DecidedBy == "" || before.Change.Circular == "" {
		t.Errorf("what is scheduled: %+v", before)
	}
	if steps[0].Change != nil {
		t.Errorf("history from before the service has no change: %+v", steps[0])
	}
	if _, err := c.service.Timeline(ctx, c.foreign, pair); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("another municipality's admin: %v", err)
	}
	if _, err := c.service.Timeline(ctx, c.own, operate.Scope{Procedure: "no-such", Item: "pension", Municipality: hinata}); err == nil {
		t.Error("a procedure that there is not has a timeline")
	}
}

// What waits for an admin is what another one began, within the reach.
func TestWhatWaitsForAnAdmin(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour).Truncate(time.Microsecond)
	mine := c.propose(c.own, row("*", "pension", hinata, "trial", far))
	for _, w := range []struct {
		actor models.Actor
		want  []string
	}{{c.own, nil}, {c.foreign, nil}, {c.national, []string{mine.ID}}} {
		got, err := c.service.Waiting(ctx, w.actor)
		var ids []string
		for _, one := range got {
			ids = append(ids, one.ID)
		}
		if err != nil || !slices.Equal(ids, w.want) {
			t.Errorf("%s%s: %v, want %v (%v)", w.actor.Role, w.actor.Municipality, ids, w.want, err)
		}
	}
}

// Before a suspension is imposed it is said what it would hit; nothing is changed by that.
func TestWhatASuspensionWouldHit(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	rows := len(c.rows())
	c.draft(hinata, apart)
	c.draft(minato, apart)
	all, err := c.service.PreviewSuspension(ctx, c.national, operate.Scope{Procedure: "*", Item: "*", Municipality: "*"}, "回答に誤りがあったため")
	if err != nil || all.Municipalities != 3 || all.Pairs < 10 || all.Drafts != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	one, err := c.service.PreviewSuspension(ctx, c.own, operate.Scope{Procedure: "*", Item: "pension", Municipality: hinata}, "回答に誤りがあったため")
	if err != nil || one.Municipalities != 1 || one.Pairs == 0 || one.Pairs >= all.Pairs || one.Drafts != 1 {
		t.Errorf("%+v, %v", one, err)
	}
	if len(c.rows()) != rows {
		t.Error("a look at it added rows")
	}
	if _, err := c.service.PreviewSuspension(ctx, c.own, operate.Scope{Procedure: "*", Item: "*", Municipality: "*"}, "回答に誤りがあったため"); err == nil {
		t.Error("a municipal admin may stop the country")
	}
	if _, err := c.service.PreviewSuspension(ctx, c.own, operate.Scope{Procedure: "*", Item: "*", Municipality: hinata}, " "); err == nil {
		t.Error("no reason was asked for")
	}
}
