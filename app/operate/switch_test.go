package operate_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestWhatAProposalHasToSay(t *testing.T) {
	c := newCountry(t)
	soon := c.Now().Add(time.Hour)
	good := row("*", "*", hinata, "trial", soon)
	with := func(change func(r *operate.Row)) []operate.Row {
		r := good
		change(&r)
		return []operate.Row{r}
	}
	for name, p := range map[string]struct {
		proposal operate.Proposal
		at       []string
	}{
		"no reason":          {operate.Proposal{Rows: []operate.Row{good}, Reason: " 　", Circular: "x"}, []string{"/reason required"}},
		"no circular":        {operate.Proposal{Rows: []operate.Row{good}, Reason: "x"}, []string{"/circular required"}},
		"individual number":  {operate.Proposal{Rows: []operate.Row{good}, Reason: "番号 123456789018", Circular: "x"}, []string{"/reason individual-number"}},
		"no rows":            {operate.Proposal{Reason: "x", Circular: "x"}, []string{"/rows too-few"}},
		"unknown procedure":  {change(with(func(r *operate.Row) { r.Procedure = "passport" })...), []string{"/rows/0/procedure unknown-procedure"}},
		"unknown item":       {change(with(func(r *operate.Row) { r.Item = "passport" })...), []string{"/rows/0/item unknown-item"}},
		"wrong municipality": {change(with(func(r *operate.Row) { r.Municipality = "998011" })...), []string{"/rows/0/municipality invalid-municipality"}},
		"no municipality":    {change(with(func(r *operate.Row) { r.Municipality = "" })...), []string{"/rows/0/municipality invalid-municipality"}},
		"no such phase":      {change(with(func(r *operate.Row) { r.Phase = "half" })...), []string{"/rows/0/phase invalid-choice"}},
		"suspending":         {change(with(func(r *operate.Row) { r.Phase = "suspended" })...), []string{"/rows/0/phase use-suspension"}},
		"no instant":         {change(with(func(r *operate.Row) { r.From = time.Time{} })...), []string{"/rows/0/from required"}},
		"the same twice":     {change(good, good), []string{"/rows/1 repeated"}},
		"several": {change(good, row("x", "y", "z", "w", time.Time{})), []string{"/rows/1/procedure unknown-procedure", "/rows/1/item unknown-item",
			"/rows/1/municipality invalid-municipality", "/rows/1/phase invalid-choice", "/rows/1/from required"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.service.Propose(context.Background(), c.national, casetest.Once(), p.proposal)
			casetest.RefusedAt(t, err, fault.CodeInvalidPhase, p.at...)
		})
	}
	if n := casetest.Value[int](c, `select count(*) from phase_changes`); n != 0 {
		t.Errorf("%d changes", n)
	}
}

func TestWhoMaySwitchWhat(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	soon := c.Now().Add(time.Hour)
	other := func(role models.Role, municipality string) models.Actor {
		return models.Actor{Person: c.Parent.Person, Role: role, Municipality: municipality, Purpose: "test"}
	}
	for _, m := range []string{"*", hinata, minato} {
		for _, a := range []struct {
			actor models.Actor
			may   bool
		}{{c.national, true}, {c.own, m == hinata}, {c.foreign, m == minato}, {other(models.RoleAdmin, ""), false}, {other(models.RoleApplicant, ""), false},
			{other(models.RoleReviewer, hinata), false}, {other(models.RoleAuditor, ""), false}, {other(models.RolePublic, ""), false}, {other(models.RoleSystem,
				hinata), false}} {
			_, err := c.service.Propose(ctx, a.actor, casetest.Once(), change(row("*", "pension", m, "trial", soon)))
			if a.may != (err == nil) || err != nil && fault.As(err).Code != fault.CodeForbidden {
				t.Errorf("%s@%s proposes for %s: %s", a.actor.Role, a.actor.Municipality, m, casetest.Details(err))
			}
			_, err = c.service.Suspend(ctx, a.actor, casetest.Once(), operate.Scope{Procedure: "*", Item: "disability", Municipality: m}, "x")
			if code := ""; err != nil {
				if code = fault.As(err).Code; a.may && code != fault.CodeNotAllowedNow || !a.may && code != fault.CodeForbidden {
					t.Errorf("%s@%s suspends for %s: %s", a.actor.Role, a.actor.Municipality, m, casetest.Details(err))
				}
			} else if !a.may {
				t.Errorf("%s@%s suspends for %s", a.actor.Role, a.actor.Municipality, m)
			}
			// The database holds the same line by itself.
			id := models.NewID()
			err = c.App.InTx(ctx, a.actor, func(tx *postgres.Tx) error {
				if err := tx.AddPhaseChange(&models.PhaseChange{ID: id, Kind: models.ChangeSuspension, State: models.ChangeImposed, Municipality: m, Rows: []byte(`[]`),
					Impact: []byte(`{}`), ProposedBy: a.actor.Person, ProposedAt: tx.Now, Version: 1}); err != nil {
					return err
				}
				return tx.AddPhaseRows(
					&models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "*", Municipality: m, Phase: "inherit", EffectiveFrom: soon, ChangeID: &id},
				)
			})
			if a.may != (err == nil) || err != nil && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s@%s writes rows of %s: %v", a.actor.Role, a.actor.Municipality, m, err)
			}
		}
	}
	// A row of one municipality does not hide behind a change of another's reach.
	id := c.propose(c.own, row("*", "pension", hinata, "trial", soon)).ID
	err := c.App.InTx(ctx, c.own, func(tx *postgres.Tx) error {
		return tx.AddPhaseRows(
			&models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "*", Municipality: minato, Phase: "full", EffectiveFrom: soon, ChangeID: &id},
		)
	})
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a foreign row: %v", err)
	}
}

func TestApproving(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour).Truncate(time.Microsecond).UTC()
	p := c.propose(c.own, row("*", "pension", hinata, "trial", far), row("*", "disability", hinata, "trial", day(t, "2020-01-01")))
	if p.State != models.ChangeProposed || p.Municipality != hinata || p.ProposedBy != c.own.Person || c.inForce("*", "pension", hinata, far) != "full" {
		t.Errorf("proposed: %+v", p)
	}
	_, err := c.service.Approve(ctx, c.own, p.ID)
	casetest.RefusedAt(t, err, fault.CodeForbidden)
	_, err = c.service.Approve(ctx, c.foreign, p.ID) // what is only proposed does not exist for another municipality
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	_, err = c.service.Get(ctx, c.foreign, p.ID)
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	for _, id := range []string{models.NewID(), "x", ""} {
		_, err = c.service.Approve(ctx, c.colleague, id)
		casetest.RefusedAt(t, err, fault.CodeNotFound)
	}
	before := c.Now()
	a, err := c.service.Approve(ctx, c.colleague, p.ID)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	if a.State != models.ChangeApproved || a.DecidedBy != c.colleague.Person || !a.Raised || !a.Rows[0].From.Equal(far) {
		t.Errorf("approved: %+v", a)
	}
	if raised := a.Rows[1].From.Sub(before); raised < operate.Lead || raised > operate.Lead+10*time.Second {
		t.Errorf("raised to %v from now", raised)
	}
	for _, r := range a.Rows {
		if c.inForce("*", r.Item, hinata, r.From) != "trial" || c.inForce("*", r.Item, hinata, r.From.Add(-time.Microsecond)) != "full" ||
			c.inForce("*", r.Item, mori, r.From) != "full" {
			t.Errorf("%+v does not count from its instant", r)
		}
	}
	stored, err := c.service.Get(ctx, c.own, p.ID)
	if err != nil || len(stored.Rows) != 2 || !stored.Rows[1].From.Equal(a.Rows[1].From.Truncate(time.Microsecond)) || stored.Rows[0].ID == "" {
		t.Errorf("stored: %+v %v", stored, err)
	}
	_, err = c.service.Approve(ctx, c.colleague, p.ID)
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
	_, err = c.service.Approve(ctx, c.foreign, p.ID) // decided: in the public history, and still not theirs
	casetest.RefusedAt(t, err, fault.CodeNotFound)
	// National rows are for national admins, though every admin sees them proposed.
	n := c.propose(c.national, row("*", "pension", "*", "trial", far))
	_, err = c.service.Approve(ctx, c.own, n.ID)
	casetest.RefusedAt(t, err, fault.CodeForbidden)
	mixed := c.propose(c.national, row("*", "pension", hinata, "trial", far), row("*", "pension", minato, "full", far))
	_, err = c.service.Approve(ctx, c.own, mixed.ID)
	casetest.RefusedAt(t, err, fault.CodeForbidden)
	if mixed.Municipality != "*" {
		t.Errorf("reach: %s", mixed.Municipality)
	}
}

func TestAProposalSentTwice(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	req := casetest.Request("k", "")
	scope := operate.Scope{Procedure: "*", Item: "pension", Municipality: hinata}
	first, err := c.service.Propose(ctx, c.own, req, change(row("*", "pension", hinata, "trial", c.Now().Add(time.Hour))))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	stop := dossier.Request{Route: "POST /suspensions", Key: "k", BodyHash: req.BodyHash}
	suspended, err := c.service.Suspend(ctx, c.own, stop, scope, "x")
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	// Meanwhile the scope is suspended; the answers stay the same.
	again, err := c.service.Propose(ctx, c.own, req, change(row("*", "pension", hinata, "trial", c.Now().Add(time.Hour))))
	if err != nil || again.ID != first.ID {
		t.Errorf("proposed again: %+v %s", again, casetest.Details(err))
	}
	second, err := c.service.Suspend(ctx, c.own, stop, scope, "x")
	if err != nil || second.ID != suspended.ID || len(second.Rows) != 1 {
		t.Errorf("suspended again: %+v %s", second, casetest.Details(err))
	}
	lift := dossier.Request{Route: "POST /lift", Key: "k", BodyHash: req.BodyHash}
	one, err := c.service.Lift(ctx, c.own, lift, suspended.ID, "")
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	if _, err := c.service.Approve(ctx, c.colleague, one.ID); err != nil {
		t.Fatal(casetest.Details(err))
	}
	c.lastYear(suspended.ID)
	c.lastYear(one.ID)
	two, err := c.service.Lift(ctx, c.own, lift, suspended.ID, "")
	if err != nil || two.ID != one.ID {
		t.Errorf("lifted again: %+v %s", two, casetest.Details(err))
	}
	_, err = c.service.Lift(ctx, c.own, casetest.Once(), suspended.ID, "")
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow)
}
