package main

import (
	"context"
	"fmt"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// namedReviewer sees protected persons (支援措置) in ひなた市: reviewer-hinata-1 does not, so that the difference can be tried.
const namedReviewer = "reviewer-hinata-2"

// seedNamed lets the reviewer see protected persons for a year, as two admins do it.
func seedNamed(ctx context.Context, a *app.App) error {
	who := map[string]string{}
	for key, name := range map[string]string{namedReviewer: "照井 正道", "admin-hinata-1": "朝陽 和泉", "admin-hinata-2": "陽坂 律"} {
		person, err := a.Accounts.PersonFor(ctx, providerName, key)
		if err != nil {
			return err
		}
		if err := a.Queue.KeepName(ctx, person, name, []string{hinata}); err != nil {
			return err
		}
		who[key] = person
	}
	admin := func(key string) models.Actor {
		return models.Actor{Person: who[key], Role: models.RoleAdmin, Municipality: hinata, Purpose: "demo-seed", Request: "demo-seed"}
	}
	wanted := queue.Wanted{Person: who[namedReviewer], Reason: "支援措置の担当", Until: jp.DateIn(time.Now()).AddDays(365)}
	g, err := a.Queue.ProposeGrant(ctx, admin("admin-hinata-1"), requestFor("grant", hinata), wanted)
	if err != nil {
		return err
	}
	_, err = a.Queue.ApproveGrant(ctx, admin("admin-hinata-2"), g.ID)
	return err
}

// seedProtected files two cases of the family that the directory of ひなた市 flags. Nobody marks them here: the directory is asked as they arrive.
func (p *parts) seedProtected(ctx context.Context, a *app.App) error {
	person, err := a.Accounts.PersonFor(ctx, providerName, "load-0985")
	if err != nil {
		return err
	}
	actor := models.Actor{Person: person, Role: models.RoleApplicant, Purpose: "demo-seed", Request: "demo-seed"}
	mother, known := (&residents.Register{}).Resident(residents.ID(hinata, residents.Protected))
	if !known {
		return fmt.Errorf("the directory does not have %d", residents.Protected)
	}
	today := jp.DateIn(time.Now())
	for _, procedure := range []string{"pregnancy-notification", "childcare-enrolment"} {
		facts, form, err := a.Editions().Now(hinata).Version(procedure, today).ExampleCase(hinata, today)
		if err != nil {
			return err
		}
		call(form["applicant"], mother)
		if err := p.seedCase(ctx, a, actor, procedure, hinata, facts, form, true); err != nil {
			return fmt.Errorf("%s of %s: %w", procedure, mother.Name(), err)
		}
	}
	return nil
}
