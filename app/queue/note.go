package queue

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Note is what a reviewer wrote for the colleagues. The parent never sees it.
type Note struct {
	ID, Author string // Author is the id of a person
	Mine       bool
	At         time.Time
	Text       string
}

// AddNote adds a note to a case that the reviewer holds; it never changes. Errors: not-found; conflict with what changed
// for an old fence; invalid-request for an empty or too long text; individual-number (P4).
func (s *Service) AddNote(ctx context.Context, actor models.Actor, id string, fence int64, text string) (*Note, error) {
	if err := checkText("/text", text); err != nil {
		return nil, err
	}
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	n := &models.CaseNote{ID: models.NewID(), ApplicationID: id, AuthorID: actor.Person}
	if n.Sealed, err = f.Key.Seal([]byte(text), dossier.NoteCell(n.ID)); err != nil {
		return nil, err
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.dossiers.Hold(tx, id, fence)
		if err != nil {
			return err
		}
		n.Municipality, n.PersonID, n.At = app.Municipality, app.PersonID, tx.Now
		if err := tx.AddNote(n); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "add-note", "application", id)
	})
	if err != nil {
		return nil, err
	}
	return &Note{ID: n.ID, Author: n.AuthorID, Mine: true, At: n.At.In(jp.JST), Text: text}, nil
}

// checkText holds that something was written at a pointer, and nothing that may not be.
func checkText(pointer, text string) error {
	if strings.TrimSpace(text) == "" {
		return badMember(pointer, "required", "required")
	}
	faults := form.FreeTextFaults(pointer, text)
	if len(faults) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", faults)
}

// Notes lists a case's notes, oldest first. The look is recorded. Error: not-found.
func (s *Service) Notes(ctx context.Context, actor models.Actor, id string) ([]Note, error) {
	var rows []models.CaseNote
	f, err := s.dossiers.Open(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if app.ArrivedAt == nil {
			return fault.ErrNotFound // a clerk's own draft
		}
		if rows, err = tx.NotesOf(id); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "list-notes", "application", id)
	})
	if err != nil {
		return nil, err
	}
	out := make([]Note, len(rows))
	for i, n := range rows {
		text, err := f.Key.Open(n.Sealed, dossier.NoteCell(n.ID))
		if err != nil {
			return nil, err
		}
		out[i] = Note{ID: n.ID, Author: n.AuthorID, Mine: n.AuthorID == actor.Person, At: n.At.In(jp.JST), Text: string(text)}
	}
	return out, nil
}
