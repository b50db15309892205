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
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
)

func TestCancelling(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour).Truncate(time.Microsecond)
	p := c.propose(c.own, row("*", "pension", hinata, "trial", far))
	_, err := c.service.Cancel(ctx, c.foreign, p.ID)
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	out, err := c.service.Cancel(ctx, c.own, p.ID) // also by the proposer
	if err != nil || out.State != models.ChangeCancelled || out.EndedAt == nil || out.DecidedAt != nil {
		t.Errorf("a proposal: %+v %s", out, casetest.Details(err))
	}
	_, err = c.service.Approve(ctx, c.colleague, p.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)

	a := c.approved(row("*", "pension", hinata, "trial", far), row("*", "disability", hinata, "not-started", far.Add(time.Hour)))
	_, err = c.service.Cancel(ctx, c.foreign, a.ID)
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	if _, err = c.service.Cancel(ctx, c.national, a.ID); err != nil {
		t.Fatal(casetest.Details(err))
	}
	for _, item := range []string{"pension", "disability"} {
		if got := c.inForce("*", item, hinata, far.Add(2*time.Hour)); got != "full" {
			t.Errorf("%s is %s", item, got)
		}
	}
	_, err = c.service.Cancel(ctx, c.national, a.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)

	// Once an instant has come, even one of several, it is not cancelled but reversed.
	b := c.approved(row("*", "pension", hinata, "trial", far), row("*", "disability", hinata, "trial", far.AddDate(2, 0, 0)))
	c.lastYear(b.ID)
	before := len(c.rows())
	_, err = c.service.Cancel(ctx, c.national, b.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
	if c.state(b.ID) != models.ChangeApproved || len(c.rows()) != before {
		t.Error("something was changed")
	}
	c.approved(row("*", "pension", hinata, "inherit", c.Now())) // the reverse
	if got := c.inForce("*", "pension", hinata, c.Now().Add(time.Minute)); got != "full" {
		t.Errorf("reversed: %s", got)
	}
}

// Taking back two changes in either order leaves nothing of either: the row that takes the later one back must not keep
// what the earlier one had said.
func TestCancellingTwo(t *testing.T) {
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			c := newCountry(t)
			far := c.Now().Add(time.Hour)
			ids := []string{c.approved(row("*", "pension", hinata, "trial", far)).ID, c.approved(row("*", "pension", hinata, "not-started", far.Add(time.Hour))).ID}
			for _, i := range order {
				if _, err := c.service.Cancel(context.Background(), c.national, ids[i]); err != nil {
					t.Fatal(casetest.Details(err))
				}
			}
			for _, at := range []time.Time{far, far.Add(time.Hour), far.Add(9 * time.Hour)} {
				if got := c.inForce("*", "pension", hinata, at); got != "full" {
					t.Errorf("%v later it is %s", at.Sub(far), got)
				}
			}
		})
	}
}

// made is an approved change of the model, with its rows in the order of adding.
type made struct {
	id   string
	rows []phase.Row
	void bool
}

// After any history of changes approved and cancelled, every scope says at every instant what it would say if the
// cancelled ones had never been.
func TestACancelledChangeLeavesNothing(t *testing.T) {
	c := newCountry(t)
	start := c.Now().Add(time.Hour).Truncate(time.Second)
	number := 10000
	rapid.Check(t, func(rt *rapid.T) {
		number++
		m := municipalityOf(number) // a scope of its own for each history
		scopes := []operate.Scope{{Procedure: "*", Item: "pension", Municipality: m}, {Procedure: "child-allowance-claim", Item: "pension", Municipality: m},
			{Procedure: "child-allowance-claim", Item: "*", Municipality: m}}
		var history []*made
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			var standing []*made
			for _, h := range history {
				if !h.void {
					standing = append(standing, h)
				}
			}
			if len(standing) > 0 && rapid.IntRange(0, 2).Draw(rt, "cancel") > 0 {
				h := rapid.SampledFrom(standing).Draw(rt, "which")
				if _, err := c.service.Cancel(context.Background(), c.national, h.id); err != nil {
					rt.Fatal(casetest.Details(err))
				}
				h.void = true
			} else {
				var rows []operate.Row
				h := &made{}
				for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, len(scopes)-1), 1, 2, rapid.ID).Draw(rt, "scopes") {
					from := start.Add(time.Duration(rapid.IntRange(0, 4).Draw(rt, "minute")) * time.Minute)
					p := rapid.SampledFrom([]string{"not-started", "trial", "full", "inherit"}).Draw(rt, "phase")
					rows = append(rows, row(scopes[i].Procedure, scopes[i].Item, m, p, from))
					h.rows = append(h.rows, phase.Row{Procedure: scopes[i].Procedure, Item: scopes[i].Item, Municipality: m, Phase: p, From: from})
				}
				h.id = c.approved(rows...).ID
				history = append(history, h)
			}
			compare(rt, c, history, scopes, start)
		}
	})
}

func compare(rt *rapid.T, c *country, history []*made, scopes []operate.Scope, start time.Time) {
	var want []phase.Row
	for _, r := range c.rows() {
		if r.Municipality == "*" {
			want = append(want, r)
		}
	}
	for _, h := range history {
		if !h.void {
			want = append(want, h.rows...)
		}
	}
	got := c.rows()
	for minute := -1; minute <= 5; minute++ {
		at := start.Add(time.Duration(minute) * time.Minute)
		for _, s := range scopes {
			if a, b := phase.Said(got, s.Procedure, s.Item, s.Municipality, at), phase.Said(want, s.Procedure, s.Item, s.Municipality, at); a != b {
				rt.Fatalf("minute %d, %v says %s, want %s", minute, s, a, b)
			}
		}
		a := phase.InForce(got, "child-allowance-claim", "pension", scopes[0].Municipality, at).Phase
		if b := phase.InForce(want, "child-allowance-claim", "pension", scopes[0].Municipality, at).Phase; a != b {
			rt.Fatalf("minute %d: %s in force, want %s", minute, a, b)
		}
	}
}

// municipalityOf is a code with its check digit.
func municipalityOf(number int) string {
	for digit := range 10 {
		if code := fmt.Sprintf("%05d%d", number, digit); jp.ValidMunicipality(code) {
			return code
		}
	}
	panic("no check digit fits")
}
