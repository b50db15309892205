package apply

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Get opens an application for its owner. A draft is evaluated again, with what changed since it was last saved (P5);
// of a filed one the stored plan is shown. Errors: not-found, also for somebody else's.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*View, error) {
	var v View
	var files []models.File
	var corrections []models.Correction
	f, err := s.openHandled(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if tx.Actor.Role == models.RoleReviewer { // every look of staff is recorded
			if err := s.dossiers.Audit(tx, app, "open-case", "application", id); err != nil {
				return err
			}
		}
		if v.Timeline, err = tx.HistoryOf(id); err != nil {
			return err
		}
		if files, err = tx.FilesOf(id); err != nil {
			return err
		}
		if app.ArrivedAt == nil {
			return nil
		}
		if corrections, err = tx.CorrectionsOf(id); err != nil {
			return err
		}
		v.Items, err = tx.PlanItems(id)
		return err
	})
	if err != nil {
		return nil, err
	}
	v.describe(f.Row)
	v.Counter = f.intake
	v.Origins = f.Content.Origins
	v.Facts, v.Form, v.Consents, v.Declarations = f.Content.Facts, f.Content.Form, f.Content.Consents, dated(f.Content.Declarations, v.Items)
	if v.Files, err = fileViews(f.File, files); err != nil {
		return nil, err
	}
	if v.Corrections, err = correctionViews(f.File, corrections); err != nil {
		return nil, err
	}
	if f.Row.State == models.StateDraft {
		return &v, s.evaluate(ctx, actor, f, &v)
	}
	v.Plan = storedPlan(f.Row, v.Items)
	v.Manifest = manifestWith(f.Row, &f.Content, v.Files)
	return &v, nil
}

// describe fills in what the row says.
func (v *View) describe(app *models.Application) {
	v.ID, v.Procedure, v.Municipality, v.State = app.ID, app.Procedure, app.Municipality, app.State
	v.Version, v.Revision, v.ArrivedAt, v.Late, v.Channel = app.Version, app.Revision, app.ArrivedAt, app.Late, app.Channel
	v.ClaimOn, v.DeadlineOn = dateText(app.ClaimOn), dateText(app.DeadlineOn)
	v.CreatedAt, v.UpdatedAt = app.CreatedAt, app.UpdatedAt
	if app.State == models.StateDraft {
		v.ExpiresAt = app.ExpiresAt
	}
	if app.ReceiptNumber != nil {
		v.ReceiptNumber = *app.ReceiptNumber
	}
}

// evaluate makes a draft's plan as of now and says what changed since the person last saw it. Saved content that does
// not hold any more under today's rules keeps its text and shows what is missing.
func (s *Service) evaluate(ctx context.Context, actor models.Actor, f *handled, v *View) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		at := instant(tx, f.intake)
		version, err := s.dossiers.Version(f.Row.Procedure, at)
		if err != nil {
			return err
		}
		facts, faults := version.DecodeFacts(f.Content.Facts, jp.DateIn(at))
		if facts == nil {
			v.FactsMissing = faults
			return nil
		}
		ok := &checked{version: version, content: f.Content, facts: facts}
		if v.Plan, v.ChangesAt, err = s.draftPlan(tx, f.Row, f.intake, ok); err != nil {
			return err
		}
		deadline, late, err := s.deadline(tx, f.Row.Municipality, ok, jp.DateIn(at))
		if err != nil {
			return err
		}
		if v.Late = late; deadline != nil {
			v.DeadlineOn = deadline.String()
		}
		if f.Content.Shown != nil {
			v.PlanChanges = evidence.Diff(*f.Content.Shown, *v.Plan)
		}
		return nil
	})
}

// storedPlan is the plan decided at arrival, read from its rows and never computed again (P5).
func storedPlan(app *models.Application, items []models.PlanItem) *evidence.Plan {
	if app.PlanVersion == nil {
		return nil
	}
	p := evidence.Plan{Version: *app.PlanVersion, Requirements: []evidence.Requirement{}}
	for _, i := range items {
		p.Requirements = append(p.Requirements, evidence.Requirement{
			Document: i.Document,
			Subject:  i.Subject,
			Item:     i.Item,
			Decision: i.Decision,
			Reason:   i.Reason,
			Inquire:  i.Inquire,
			Phase:    i.Phase,
		})
	}
	return &p
}

func fileViews(f *dossier.File, files []models.File) ([]FileView, error) {
	out := []FileView{}
	for _, file := range files {
		if file.State != models.FileStored {
			continue
		}
		name, err := f.Key.Open(file.SealedName, seal.Cell{Table: "files", Column: "sealed_name", Row: file.ID})
		if err != nil {
			return nil, err
		}
		out = append(out, FileView{
			ID:         file.ID,
			Document:   file.Document,
			Subject:    file.Subject,
			Name:       string(name),
			MediaType:  file.MediaType,
			Scan:       file.Scan,
			Size:       file.Size,
			Sha256:     hex.EncodeToString(file.Sha256),
			CreatedAt:  file.CreatedAt,
			View:       file.View,
			ViewReason: file.ViewReason,
			Handed:     f.Row != nil && dossier.Handed(f.Row, &file),
		})
	}
	return out, nil
}

func correctionViews(f *dossier.File, rows []models.Correction) ([]CorrectionView, error) {
	var out []CorrectionView
	for _, r := range rows {
		text, err := f.Key.Open(r.SealedText, dossier.CorrectionCell(r.ApplicationID, r.Number))
		if err != nil {
			return nil, err
		}
		c := CorrectionView{
			Number:      r.Number,
			State:       r.State,
			Text:        string(text),
			DueOn:       dateText(r.DueOn),
			RequestedAt: r.RequestedAt,
			SubmittedAt: r.SubmittedAt,
		}
		if err := json.Unmarshal(r.Items, &c.Items); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(r.Fields, &c.Fields); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// List gives the person's own applications, newest first, without their contents.
func (s *Service) List(ctx context.Context, actor models.Actor, page postgres.Page) ([]View, error) {
	var out []View
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		apps, err := tx.ApplicationsOf(actor.Person, page)
		if err != nil {
			return err
		}
		for i := range apps {
			var v View
			v.describe(&apps[i])
			out = append(out, v)
		}
		return nil
	})
	return out, err
}
