package casetest

import (
	"context"
	"fmt"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Reviewer is a reviewer of a municipality, the same one for the same name.
func (w *World) Reviewer(name, municipality string) models.Actor {
	w.T.Helper()
	return w.Person(w.T, name, models.RoleReviewer, municipality)
}

// Named lets a reviewer see protected persons (支援措置), as two admins do.
func (w *World) Named(who models.Actor) {
	w.T.Helper()
	w.Exec(`insert into staff (municipality, staff_id, sees_protected, updated_by, updated_at) values ($1, $2, true, $2, now())
		on conflict (municipality, staff_id) do update set sees_protected = true`, who.Municipality, who.Person)
}

// Admin is an admin of a municipality, or a national one where it is empty.
func (w *World) Admin(name, municipality string) models.Actor {
	w.T.Helper()
	if municipality == "" {
		return w.Person(w.T, name, models.RoleNational, "")
	}
	return w.Person(w.T, name, models.RoleAdmin, municipality)
}

// Hold claims a case for a reviewer, out of a colleague's hand if need be, and gives the claim's fence.
func (w *World) Hold(who models.Actor, id string) (fence int64) {
	w.T.Helper()
	w.In(who, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		now, err := tx.ClaimOf(id)
		if err != nil {
			return err
		}
		if now != nil && now.ReviewerID != nil && *now.ReviewerID != who.Person {
			if _, err := tx.Release(id, *now.ReviewerID, now.Fence); err != nil {
				return err
			}
		}
		claim, won, err := tx.Claim(app, who.Person, tx.Now.Add(time.Hour))
		if !won || err != nil {
			return fmt.Errorf("claim: %v %w", won, err)
		}
		fence = claim.Fence
		return nil
	})
	return fence
}

// Reviewed holds an arrived case and takes it into review.
func (w *World) Reviewed(who models.Actor, id string) (fence int64) {
	w.T.Helper()
	fence = w.Hold(who, id)
	w.Move(who, id, dossier.Step{Event: lifecycle.EventAccept})
	return fence
}

// OnPaper takes a document in on paper, as the reviewer who holds the case.
func (w *World) OnPaper(who models.Actor, id string, ref dossier.DocumentRef) {
	w.T.Helper()
	held := review.HeldCase{Case: id, Fence: w.Hold(who, id)}
	_, err := review.New(w.Dossiers, review.Options{}).Paper(context.Background(), who, held, ref, review.PaperReceipt{ReceivedAt: w.Now(), Original: true})
	Must(w.T, err)
}

// Read types what a document says, as the reviewer who holds the case.
func (w *World) Read(who models.Actor, id string, ref dossier.DocumentRef, said dossier.Said) {
	w.T.Helper()
	held := review.HeldCase{Case: id, Fence: w.Hold(who, id)}
	_, err := review.New(w.Dossiers, review.Options{}).Read(context.Background(), who, held, ref, review.Typed{Said: said})
	Must(w.T, err)
}

// Move moves a case by the rules of its life.
func (w *World) Move(who models.Actor, id string, step dossier.Step) {
	w.T.Helper()
	w.In(who, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		return w.Dossiers.Move(tx, app, step)
	})
}

// Row is a case's row as its parent may see it.
func (w *World) Row(id string) (app *models.Application) {
	w.T.Helper()
	w.In(w.Parent, func(tx *postgres.Tx) (err error) {
		app, err = tx.Application(id)
		return err
	})
	return app
}

// Open opens a case for whoever may see it.
func (w *World) Open(who models.Actor, id string) *dossier.File {
	w.T.Helper()
	f, err := w.Dossiers.Open(context.Background(), who, id, nil)
	Must(w.T, err)
	return f
}

// ItemState is how far one document of a case is.
func (w *World) ItemState(id string, ref dossier.DocumentRef) models.ItemState {
	w.T.Helper()
	return Value[models.ItemState](w, `select state from plan_items where application_id = $1 and document = $2 and subject = $3`, id, ref.Document, ref.Subject)
}

// Reassessed puts a case on a list of those that a corrected edition would have decided otherwise (見直し), as a replay does, and gives
// the entry's id.
func (w *World) Reassessed(app *models.Application, document, direction string) string {
	w.T.Helper()
	id := models.NewID()
	w.Exec(`insert into edition_bundles (digest, scope, contents, stored_at) values (repeat('e', 64), '*', 'z', now()) on conflict do nothing`)
	w.Exec(`insert into editions (id, scope, digest, state, uploaded_by, uploaded_at)
		select gen_random_uuid(), '*', repeat('e', 64), 'draft', $1, now() where not exists (select from editions)`, app.PersonID)
	w.Exec(`insert into reassessments (id, application_id, municipality, person_id, procedure, document, subject, direction, edition_id, found_at)
		select $1, $2, $3, $4, $5, $6, 'child', $7, id, now() from editions limit 1`, id, app.ID, app.Municipality, app.PersonID, app.Procedure, document, direction)
	return id
}
