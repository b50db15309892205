package dossier_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestMove(t *testing.T) {
	o := newOffice(t)
	app := o.application(models.StateArrived)
	reviewer := o.Person(t, "reviewer", models.RoleReviewer, hinata)
	stale := *app
	o.In(reviewer, func(tx *postgres.Tx) error {
		return o.Dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventAccept, Detail: "on-paper"})
	})
	if app.State != models.StateInReview || app.Version != 2 {
		t.Errorf("in memory: %+v", app)
	}
	var steps []models.History
	o.In(o.Parent, func(tx *postgres.Tx) (err error) {
		steps, err = tx.HistoryOf(app.ID)
		return err
	})
	if len(steps) != 1 || steps[0].Event != "accept" || steps[0].FromState != models.StateArrived || steps[0].ToState != models.StateInReview ||
		steps[0].Role != models.RoleReviewer || steps[0].Detail != "on-paper" || steps[0].Revision != 1 {
		t.Errorf("history: %+v", steps)
	}
	if got := casetest.Value[string](o, `select actor_id::text || ' ' || subject_id::text || ' ' || municipality
		from audit_entries where action = 'accept' and object_id = $1`, app.ID); got != reviewer.Person+" "+o.Parent.Person+" "+hinata {
		t.Errorf("audit: %s", got)
	}
	// Whoever read it before sees that it moved, and nothing is written.
	err := o.App.InTx(context.Background(), o.Parent, func(tx *postgres.Tx) error {
		return o.Dossiers.Move(tx, &stale, dossier.Step{Event: lifecycle.EventWithdraw})
	})
	casetest.Refused(t, err, fault.CodeConflict)
	err = o.App.InTx(context.Background(), reviewer, func(tx *postgres.Tx) error {
		return o.Dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventAccept})
	})
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	if n := casetest.Value[int](o, `select count(*) from history`) + casetest.Value[int](o, `select count(*) from audit_entries`); n != 2 {
		t.Errorf("%d rows of history and audit", n)
	}
}

// Of any number of moves at once one happens.
func TestMovesAtOnce(t *testing.T) {
	o := newOffice(t)
	reviewer := o.Person(t, "reviewer", models.RoleReviewer, hinata)
	for range 5 {
		app := o.application(models.StateArrived)
		won := 0
		for _, err := range casetest.Together(5, func(i int) error {
			mine, actor, event := *app, o.Parent, lifecycle.EventWithdraw
			if i%2 == 0 {
				actor, event = reviewer, lifecycle.EventAccept
			}
			return o.App.InTx(context.Background(), actor, func(tx *postgres.Tx) error {
				return o.Dossiers.Move(tx, &mine, dossier.Step{Event: event})
			})
		}) {
			if err == nil {
				won++
			} else {
				casetest.Refused(t, err, fault.CodeConflict)
			}
		}
		if n := casetest.Value[int](o, `select count(*) from history where application_id = $1`, app.ID); won != 1 || n != 1 {
			t.Errorf("%d moves, %d steps", won, n)
		}
	}
}

func TestRequestCorrection(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	reviewer := o.Person(t, "reviewer", models.RoleReviewer, hinata)
	ask := dossier.Ask{Items: []dossier.DocumentRef{{Document: "pension-enrolment", Subject: "applicant"}}, Text: "年金の書類をください"}
	request := func(f *dossier.File) (number int, err error) {
		err = o.App.InTx(ctx, reviewer, func(tx *postgres.Tx) (err error) {
			number, err = o.Dossiers.RequestCorrection(tx, f, ask)
			return err
		})
		return number, err
	}
	open := func(id string) *dossier.File {
		f, err := o.Dossiers.Open(ctx, reviewer, id, nil)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	arrived := o.application(models.StateArrived)
	_, err := request(open(arrived.ID))
	casetest.Refused(t, err, fault.CodeNotAllowedNow)

	app := o.application(models.StateInReview)
	files := []*dossier.File{open(app.ID), open(app.ID), open(app.ID)}
	won := 0
	for _, err := range casetest.Together(len(files), func(i int) error { _, err := request(files[i]); return err }) {
		if err == nil {
			won++
		} else {
			casetest.Refused(t, err, fault.CodeConflict)
		}
	}
	if won != 1 {
		t.Fatalf("%d corrections were opened", won)
	}
	f := open(app.ID)
	if f.Row.State != models.StateCorrectionRequested || f.Row.Revision != 2 || f.Revision.Filed || len(f.Content.Consents) != 1 {
		t.Errorf("%+v", f.Row)
	}
	var rows []models.Correction
	o.In(o.Parent, func(tx *postgres.Tx) (err error) {
		rows, err = tx.CorrectionsOf(app.ID)
		return err
	})
	if len(rows) != 1 || rows[0].Number != 1 || rows[0].State != "open" {
		t.Fatalf("%+v", rows)
	}
	text, err := f.Key.Open(rows[0].SealedText, dossier.CorrectionCell(app.ID, 1))
	if err != nil || string(text) != ask.Text {
		t.Errorf("%s %v", text, err)
	}
	if _, err := f.Key.Open(rows[0].SealedText, dossier.CorrectionCell(app.ID, 2)); err == nil {
		t.Error("the text of one correction opens in the place of another")
	}
}
