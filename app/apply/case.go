package apply

import (
	"context"
	"strconv"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// newCase is an application that is about to be added, with its keys unwrapped before the transaction.
type newCase struct {
	app             *models.Application
	rev             *models.Revision
	key             seal.Key // the application's
	municipalityKey seal.Key
	onDuplicate     string
	fresh           bool                  // filed whole: not in the database yet
	intake          *models.CounterIntake // when it reached the office; nil: on line
	elsewhere       *Elsewhere            // filed at another portal; nil: here
	papers          CounterPapers         // what came on paper with it
	signature       []byte                // CMS over the manifest, nil for none
}

// prepare checks a draft and makes its rows and keys ready, before the transaction. Its errors are handed to the
// transaction, which first looks whether the request was answered before: what was accepted yesterday may be refused by
// today's calendar, and its answer stays the same (api.md, Idempotency-Key).
func (s *Service) prepare(ctx context.Context, d Draft, final bool) (*newCase, *checked, error) {
	now := s.dossiers.DB.Now() // for checking; what is stored comes from the transaction's
	c := dossier.Content{Facts: d.Facts, Form: d.Form, Consents: d.Consents, Declarations: d.Declarations}
	ok, err := s.check(s.inForce(d.Municipality, now), d.Procedure, d.Municipality, c, checkOptions{at: now, now: now, final: final})
	if err != nil {
		return nil, nil, err
	}
	n, err := s.newCase(ctx, d, ok)
	return n, ok, err
}

// inForce is the catalogue that the node believes to be in force: what is checked by it before a transaction is checked again
// in it if that finds another one (under).
func (s *Service) inForce(municipality string, at time.Time) *catalogue.Catalogue {
	return s.dossiers.Editions.At(municipality, at).Catalogue
}

// newCase prepares the rows and keys of a new application. Errors: invalid-municipality; invalid-request for an
// unknown on_duplicate.
func (s *Service) newCase(ctx context.Context, d Draft, ok *checked) (*newCase, error) {
	if !jp.ValidMunicipality(d.Municipality) {
		return nil, dossier.UnknownMunicipality()
	}
	switch d.OnDuplicate {
	case "", Amend, Supersede, Separate:
	default:
		return nil, invalidRequest("/on_duplicate", "invalid-choice", "which-duplicate")
	}
	municipalityKey, err := s.dossiers.MunicipalityKey(ctx, d.Municipality)
	if err != nil {
		return nil, err
	}
	id := models.NewID()
	key, wrapped, err := s.dossiers.NewApplicationKey(ctx, id)
	if err != nil {
		return nil, err
	}
	app := &models.Application{
		ID:            id,
		Municipality:  d.Municipality,
		Procedure:     d.Procedure,
		Version:       1,
		Revision:      1,
		Channel:       models.ChannelOnline,
		WrappedKey:    wrapped,
		ChildrenIndex: dossier.ChildrenIndex(municipalityKey, &ok.content),
	}
	if d.OnDuplicate == Separate {
		app.SeparateID = id
	}
	return &newCase{
		app:             app,
		rev:             &models.Revision{ApplicationID: id, Number: 1, Municipality: d.Municipality},
		key:             key,
		municipalityKey: municipalityKey,
		onDuplicate:     d.OnDuplicate,
	}, nil
}

// fill completes the rows with what the transaction knows and seals the content.
func (s *Service) fill(tx *postgres.Tx, n *newCase, ok *checked) (err error) {
	if n.intake == nil {
		n.app.PersonID = tx.Actor.Person
	}
	n.rev.PersonID = n.app.PersonID
	n.app.CreatedAt, n.app.UpdatedAt = tx.Now, tx.Now
	n.rev.CreatedAt, n.rev.UpdatedAt = tx.Now, tx.Now
	n.rev.Sealed, err = dossier.SealContent(n.key, n.app.ID, 1, &ok.content)
	return err
}

// same finds the applications for the same thing and decides by OnDuplicate: refused with the id of the first
// (duplicate-application), to be replaced when the new one is filed, or let be.
func (s *Service) same(tx *postgres.Tx, n *newCase, v *catalogue.Version) error {
	if n.intake == nil {
		n.app.PersonID = tx.Actor.Person
	}
	n.app.Period = dossier.Period(v, jp.DateIn(instant(tx, n.intake)))
	if n.onDuplicate == Separate {
		return nil
	}
	found, err := tx.SameThing(sameAs(n.app))
	if err != nil || len(found) == 0 {
		return err
	}
	draft, filed := firstOf(found)
	if n.onDuplicate == "" {
		if draft != nil { // what the person most likely means
			return duplicate(draft)
		}
		return duplicate(filed)
	}
	if draft != nil && n.onDuplicate == Amend {
		return duplicate(draft) // an open draft is amended by PATCH: the client goes on with its id
	}
	if filed != nil && filed.State == models.StateDecided {
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "first-is-decided").Note("id", filed.ID)
	}
	if filed != nil {
		n.app.ReplacesID, n.app.ReplacesHow = &filed.ID, n.onDuplicate
	}
	if draft == nil {
		return nil
	}
	// The new draft takes the place of the old one at once: two open drafts for one thing cannot be.
	if err := tx.DeleteDraft(draft); err != nil {
		return err
	}
	return s.dossiers.Audit(tx, draft, "delete-draft", "application", draft.ID)
}

// firstOf gives the open draft and the first filed application among those for the same thing; nil for none.
func firstOf(found []models.Application) (draft, filed *models.Application) {
	for i := range found {
		switch {
		case found[i].State == models.StateDraft:
			draft = &found[i]
		case filed == nil:
			filed = &found[i]
		}
	}
	return draft, filed
}

func sameAs(app *models.Application) postgres.Same {
	return postgres.Same{
		Person:       app.PersonID,
		Municipality: app.Municipality,
		Procedure:    app.Procedure,
		Period:       app.Period,
		Children:     app.ChildrenIndex,
		Except:       app.ID,
	}
}

// duplicate is the refusal that shows the first application.
func duplicate(first *models.Application) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeDuplicate, "").
		Note("id", first.ID).Note("state", string(first.State))
}

// duplicateOf looks the first application up after the database refused a second open draft.
func (s *Service) duplicateOf(ctx context.Context, actor models.Actor, n *newCase) error {
	refusal := error(fault.ErrConflict)
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		found, err := tx.SameThing(sameAs(n.app))
		if err == nil && len(found) > 0 {
			refusal = duplicate(&found[0])
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// etag is the entity tag of a version, as the edge writes it.
func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
