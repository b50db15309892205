package operate_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

func TestSuspending(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	scope := operate.Scope{Procedure: "*", Item: "pension", Municipality: hinata}
	for name, s := range map[string]struct {
		scope  operate.Scope
		reason string
		at     []string
	}{
		"no reason":         {scope, "　", []string{"/reason required"}},
		"individual number": {scope, "123456789018", []string{"/reason individual-number"}},
		"unknown": {operate.Scope{Procedure: "x", Item: "y", Municipality: "z"}, "x", []string{"/procedure unknown-procedure", "/item unknown-item",
			"/municipality invalid-municipality"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.service.Suspend(ctx, c.national, casetest.Once(), s.scope, s.reason)
			casetest.RefusedAt(t, err, fault.CodeInvalidPhase, s.at...)
		})
	}
	waiting := c.propose(c.own, row("*", "pension", hinata, "trial", c.Now().Add(time.Hour)))
	before := c.Now()
	s := c.suspend(c.own, scope)
	if s.State != models.ChangeImposed || s.Kind != models.ChangeSuspension || len(s.Rows) != 1 {
		t.Fatalf("%+v", s)
	}
	start := s.Rows[0].From
	if lead := start.Sub(before); lead < operate.Lead || lead > operate.Lead+5*time.Second {
		t.Errorf("it starts %v from now", lead)
	}
	// It wins over everything, in its scope alone, and for ever.
	for _, at := range []time.Time{start, start.Add(time.Hour), start.AddDate(50, 0, 0)} {
		for _, p := range c.Dossiers.Editions.National().Procedures() {
			if got := c.inForce(p.Code, "pension", hinata, at); got != phase.Suspended {
				t.Errorf("%s is %s", p.Code, got)
			}
		}
	}
	if c.inForce("*", "pension", hinata, start.Add(-time.Microsecond)) != "full" || c.inForce("*", "pension", mori, start) != "full" ||
		c.inForce("*", "disability", hinata, start) != "full" {
		t.Error("it reaches farther than its scope")
	}
	_, err := c.service.Suspend(ctx, c.colleague, casetest.Once(), scope, "もう一度")
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
	// An ordinary change does not end it, neither one proposed before nor one proposed now.
	_, err = c.service.Approve(ctx, c.colleague, waiting.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow, "/rows/0 suspended")
	_, err = c.service.Propose(ctx, c.own, casetest.Once(), change(row("*", "pension", hinata, "full", c.Now().AddDate(1, 0, 0))))
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow, "/rows/0 suspended")
	// A change of another scope does not end it either.
	c.approved(row("child-allowance-claim", "pension", hinata, "full", c.Now()), row("*", "*", hinata, "full", c.Now()))
	if got := c.inForce("child-allowance-claim", "pension", hinata, start.Add(time.Hour)); got != phase.Suspended {
		t.Errorf("a narrower change: %s", got)
	}
	_, err = c.service.Cancel(ctx, c.own, s.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)

	// The second person confirms it afterwards.
	_, err = c.service.Confirm(ctx, c.own, s.ID)
	casetest.RefusedAt(t, err, fault.CodeForbidden)
	_, err = c.service.Confirm(ctx, c.foreign, s.ID)
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	_, err = c.service.Confirm(ctx, c.colleague, waiting.ID)
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	out, err := c.service.Confirm(ctx, c.colleague, s.ID)
	if err != nil || out.State != models.ChangeConfirmed || out.DecidedBy != c.colleague.Person {
		t.Errorf("%+v %s", out, casetest.Details(err))
	}
	_, err = c.service.Confirm(ctx, c.colleague, s.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
}

func TestLifting(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	scope := operate.Scope{Procedure: "*", Item: "*", Municipality: minato} // held at trial
	s := c.suspend(c.foreign, scope)
	_, err := c.service.Lift(ctx, c.own, casetest.Once(), s.ID, "")
	if fault.KindOf(err) != fault.Forbidden && fault.KindOf(err) != fault.NotFound {
		t.Errorf("another municipality lifts: %v", err)
	}
	_, err = c.service.Lift(ctx, c.foreign, casetest.Once(), s.ID, "番号 123456789018")
	casetest.RefusedAt(t, err, fault.CodeInvalidPhase, "/reason individual-number")
	lift, err := c.service.Lift(ctx, c.foreign, casetest.Once(), s.ID, "")
	if err != nil || lift.Kind != models.ChangeLift || lift.State != models.ChangeProposed || lift.LiftsID != s.ID || len(lift.Rows) != 1 ||
		lift.Rows[0].Phase != "trial" {
		t.Fatalf("%+v %s", lift, casetest.Details(err))
	}
	twin, err := c.service.Lift(ctx, c.foreign, casetest.Once(), s.ID, "")
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	_, err = c.service.Approve(ctx, c.foreign, lift.ID)
	casetest.RefusedAt(t, err, fault.CodeForbidden)
	if got := c.inForce("*", "pension", minato, c.Now().AddDate(1, 0, 0)); got != phase.Suspended {
		t.Errorf("only proposed: %s", got)
	}
	out, err := c.service.Approve(ctx, c.national, lift.ID)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	if got := c.inForce("*", "pension", minato, out.Rows[0].From); got != "trial" {
		t.Errorf("lifted: %s", got)
	}
	// The second lift was overtaken; approving it would undo what was decided since.
	c.approved(row("*", "*", minato, "full", c.Now().Add(2*time.Second)))
	_, err = c.service.Approve(ctx, c.national, twin.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
	if got := c.inForce("*", "pension", minato, c.Now().Add(time.Hour)); got != "full" {
		t.Errorf("after the lift: %s", got)
	}
	// Another suspension is not lifted by the first one's id.
	c.suspend(c.foreign, scope)
	_, err = c.service.Lift(ctx, c.foreign, casetest.Once(), s.ID, "")
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
	_, err = c.service.Lift(ctx, c.foreign, casetest.Once(), out.ID, "")
	casetest.RefusedAt(t, err, fault.CodeNotFound)
}

// Whatever was scheduled: a suspended scope stays suspended for ever, what it overtook is superseded, and once it is
// lifted the scope says what it said before, for ever, until somebody decides otherwise.
func TestASuspensionNeverEndsByItselfNorComesBack(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	start := c.Now().Add(time.Hour).Truncate(time.Second)
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	number := 20000
	rapid.Check(t, func(rt *rapid.T) {
		number++
		m := municipalityOf(number)
		scope := operate.Scope{Procedure: "*", Item: "pension", Municipality: m}
		said := func(at time.Time) string { return phase.Said(c.rows(), "*", "pension", m, at) }
		any := rapid.SampledFrom([]string{"not-started", "trial", "full", "inherit"})
		before := phase.Inherit
		if rapid.Bool().Draw(rt, "said something") {
			before = any.Draw(rt, "before")
			c.Exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, '*', 'pension', $2, $3, '2020-01-01', true)`,
				models.NewID(), m, before)
		}
		var scheduled []string
		for range rapid.IntRange(0, 3).Draw(rt, "scheduled") {
			rows := []operate.Row{row("*", "pension", m, any.Draw(rt, "phase"), minute(rapid.IntRange(0, 3).Draw(rt, "minute")))}
			if rapid.Bool().Draw(rt, "and elsewhere") {
				rows = append(rows, row("*", "disability", m, "trial", minute(1)))
			}
			id := c.approved(rows...).ID
			if rapid.IntRange(0, 3).Draw(rt, "cancelled") == 0 {
				if _, err := c.service.Cancel(ctx, c.national, id); err != nil {
					rt.Fatal(casetest.Details(err))
				}
				continue
			}
			scheduled = append(scheduled, id)
		}
		s := c.suspend(c.national, scope)
		for n := -1; n <= 4; n++ {
			if got := said(minute(n)); got != phase.Suspended {
				rt.Fatalf("minute %d: %s", n, got)
			}
		}
		for _, id := range scheduled {
			if got := c.state(id); got != models.ChangeSuperseded {
				rt.Fatalf("an overtaken change is %s", got)
			}
		}
		lift := c.lifted(s.ID)
		for n := -1; n <= 4; n++ {
			if got := said(minute(n)); got != before {
				rt.Fatalf("lifted, minute %d: %s, want %s", n, got, before)
			}
		}
		if got := said(lift.Rows[0].From); got != before {
			rt.Fatalf("lifted: %s, want %s", got, before)
		}
		// And what is decided then lasts.
		next := any.Draw(rt, "next")
		from := rapid.IntRange(-1, 3).Draw(rt, "from")
		id := c.approved(row("*", "pension", m, next, minute(from))).ID
		for n := from; n <= 4; n++ {
			if got := said(minute(n)); got != next {
				rt.Fatalf("decided afterwards, minute %d: %s, want %s", n, got, next)
			}
		}
		if _, err := c.service.Cancel(ctx, c.national, id); err != nil {
			rt.Fatal(casetest.Details(err))
		}
		for n := -1; n <= 4; n++ {
			if got := said(minute(n)); got != before {
				rt.Fatalf("cancelled, minute %d: %s, want %s", n, got, before)
			}
		}
	})
}

// A municipality's suspension overtakes the country's change in that municipality, and leaves the rest of it alone.
func TestSuspendingWhatTheCountryScheduled(t *testing.T) {
	c := newCountry(t)
	far := c.Now().Add(time.Hour)
	national := c.approved(row("*", "pension", hinata, "trial", far), row("*", "pension", minato, "full", far))
	s := c.suspend(c.own, operate.Scope{Procedure: "*", Item: "pension", Municipality: hinata})
	if len(s.Rows) != 2 || !s.Rows[1].From.Equal(national.Rows[0].From) {
		t.Errorf("rows: %+v", s.Rows)
	}
	if c.inForce("*", "pension", hinata, far) != phase.Suspended || c.inForce("*", "pension", minato, far) != "full" {
		t.Error("it reaches farther than its scope")
	}
	if _, err := c.service.Cancel(context.Background(), c.national, national.ID); err != nil {
		t.Error(casetest.Details(err))
	}
	if c.inForce("*", "pension", hinata, far) != phase.Suspended || c.inForce("*", "pension", minato, far) != "trial" {
		t.Error("cancelling it ended the suspension, or did not undo the rest")
	}
}

// Decisions at once are made one after another.
func TestDecidingAtOnce(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour)
	for round := range 4 {
		m := municipalityOf(30000 + round)
		scope := operate.Scope{Procedure: "*", Item: "pension", Municipality: m}
		p := c.propose(c.own.For("test"), row("*", "pension", hinata, "trial", far.Add(time.Duration(round)*time.Minute)))
		results := make(chan error, 6)
		for i := range cap(results) {
			go func() {
				var err error
				switch i % 3 {
				case 0:
					_, err = c.service.Approve(ctx, c.colleague, p.ID)
				case 1:
					_, err = c.service.Cancel(ctx, c.own, p.ID)
				default:
					_, err = c.service.Suspend(ctx, c.national, casetest.Request(fmt.Sprint(m, i), ""), scope, "x")
				}
				results <- err
			}()
		}
		failed := 0
		for range cap(results) {
			if err := <-results; err != nil {
				failed++
				if code := fault.As(err).Code; code != fault.CodeNotAllowedNow && code != fault.CodeConflict {
					t.Error(casetest.Details(err))
				}
			}
		}
		if n := casetest.Value[int](c, `select count(*) from phase_changes where kind = 'suspension' and municipality = $1`, m); n != 1 {
			t.Errorf("%d suspensions", n)
		}
		if state := c.state(p.ID); state != models.ChangeCancelled && state != models.ChangeApproved || failed < 2 {
			t.Errorf("the change is %s, %d refused", state, failed)
		}
	}
}
