package apply

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Get opens an application for its owner. A draft is evaluated again, with what changed since it was last saved (P5);
// of a filed one the stored plan is shown. Errors: not-found, also for somebody else's.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*View, error) {
	var p parts
	waiting := make([]View, 1)
	f, err := s.openAhead(ctx, actor, id, p.ahead(id), func(tx *postgres.Tx, app *models.Application) error {
		waiting[0].describe(app)
		return errors.Join(s.look(tx, app), p.read(tx, app), s.expect(tx, waiting))
	})
	if err != nil {
		return nil, err
	}
	v, err := p.view(f)
	if err != nil {
		return nil, err
	}
	if f.Row.State != models.StateDraft {
		v.Weeks, v.ExpectedOn = waiting[0].Weeks, waiting[0].ExpectedOn
		return v, nil
	}
	ahead := func(tx *postgres.Tx) { _, _, _ = dossier.Switches(tx, f.Row.Procedure, f.Row.Municipality) }
	return v, s.dossiers.DB.InTxAhead(ctx, actor, ahead, func(tx *postgres.Tx) error {
		force, err := s.dossiers.Force(tx, f.Row.Procedure, f.Row.Municipality, instant(tx, f.intake))
		if err != nil {
			return err
		}
		ok, err := s.asSaved(tx, force, f)
		if err != nil {
			return err
		}
		return s.evaluate(tx, force, f, ok, v)
	})
}

// asSaved is what was saved as it stands today: answers that do not fit any more are missing.
func (s *Service) asSaved(tx *postgres.Tx, force *dossier.Force, f *handled) (*checked, error) {
	at := instant(tx, f.intake)
	version, err := dossier.Version(force.Catalogue, f.Row.Procedure, at)
	if err != nil {
		return nil, err
	}
	ok := &checked{version: version, content: f.Content}
	if ok.facts, ok.missing = version.DecodeFacts(f.Content.Facts, jp.DateIn(at)); ok.facts != nil {
		return ok, nil
	}
	o := checkOptions{at: at, now: tx.Now, kept: f.Content.Declarations}
	if fitted, changed := s.fitted(force.Catalogue, f.Row, f.Content, o); changed {
		ok.facts, ok.missing = version.DecodeFacts(fitted.Facts, jp.DateIn(at))
	}
	return ok, nil
}

// look records that staff sees an application: every look is.
func (s *Service) look(tx *postgres.Tx, app *models.Application) error {
	if tx.Actor.Role != models.RoleReviewer {
		return nil
	}
	return s.dossiers.Audit(tx, app, "open-case", "application", app.ID)
}

// parts are the rows beside the application's own of which its view is made, read in one transaction.
type parts struct {
	timeline    []models.History
	files       []models.File
	corrections []models.Correction
	items       []models.PlanItem
	before      *models.Revision // what a correction is asked of; nil while none is
}

// ahead are those of a draft.
func (p *parts) ahead(id string) postgres.Ahead {
	return func(tx *postgres.Tx) { _, _ = tx.HistoryOf(id); _, _ = tx.FilesOf(id) }
}

func (p *parts) read(tx *postgres.Tx, app *models.Application) (err error) {
	if p.timeline, err = tx.HistoryOf(app.ID); err != nil {
		return err
	}
	if p.files, err = tx.FilesOf(app.ID); err != nil || app.ArrivedAt == nil {
		return err
	}
	if p.corrections, err = tx.CorrectionsOf(app.ID); err != nil {
		return err
	}
	if app.State == models.StateCorrectionRequested {
		if p.before, err = tx.Revision(app.ID, app.Revision-1); err != nil {
			return err
		}
	}
	p.items, err = tx.PlanItems(app.ID)
	return err
}

// view is an application as its parts and its content show it; what a draft would become, evaluate adds.
func (p *parts) view(f *handled) (v *View, err error) {
	c := &f.Content
	v = &View{
		Counter:      f.intake,
		Origins:      c.Origins,
		Facts:        c.Facts,
		Form:         c.Form,
		Consents:     c.Consents,
		Declarations: dated(c.Declarations, p.items),
		Items:        p.items,
		Timeline:     p.timeline,
	}
	v.describe(f.Row)
	if v.Files, err = fileViews(f.File, p.files); err != nil {
		return nil, err
	}
	if v.Corrections, err = correctionViews(f.File, p.corrections); err != nil {
		return nil, err
	}
	if p.before != nil {
		before, err := dossier.OpenContent(f.Key, p.before)
		if err != nil {
			return nil, err
		}
		markChanged(v.Corrections, before, c)
	}
	if f.Row.State != models.StateDraft {
		v.Plan = storedPlan(f.Row, p.items)
		v.Manifest = manifestWith(f.Row, c, v.Files)
	}
	return v, nil
}

// editionOf is by which editions a case was decided; empty for a draft, and for what arrived before there were editions.
func editionOf(app *models.Application) edition.Ref {
	return edition.Ref{National: app.NationalEdition, Local: app.LocalEdition}
}

// describe fills in what the row says.
func (v *View) describe(app *models.Application) {
	v.ID, v.Procedure, v.Municipality, v.State = app.ID, app.Procedure, app.Municipality, app.State
	v.Version, v.Revision, v.ArrivedAt, v.Late, v.Channel = app.Version, app.Revision, app.ArrivedAt, app.Late, app.Channel
	v.Edition = editionOf(app)
	v.ClaimOn, v.DeadlineOn = dateText(app.ClaimOn), dateText(app.DeadlineOn)
	v.CreatedAt, v.UpdatedAt = app.CreatedAt, app.UpdatedAt
	if app.State == models.StateDraft && app.ExpiresAt != nil {
		v.ExpiresAt, v.LastDay = app.ExpiresAt, dossier.LastDay(*app.ExpiresAt)
	}
	if app.ReceiptNumber != nil {
		v.ReceiptNumber = *app.ReceiptNumber
	}
}

// evaluate makes a draft's plan as of now and says what changed since the person last saw it. Saved content that does
// not hold any more under today's rules keeps its text and shows what is missing.
func (s *Service) evaluate(tx *postgres.Tx, force *dossier.Force, f *handled, ok *checked, v *View) (err error) {
	v.Edition = force.Ref
	if ok.facts == nil {
		v.FactsMissing = ok.missing
		return nil
	}
	if v.Plan, v.ChangesAt, err = s.draftPlan(tx, force, f.Row, f.intake, ok); err != nil {
		return err
	}
	deadline, late, err := s.deadline(tx, f.Row.Municipality, ok, jp.DateIn(instant(tx, f.intake)))
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
		answers, err := f.Answers(&file)
		if err != nil {
			return nil, err
		}
		out = append(out, FileView{
			ID:        file.ID,
			Answers:   answers,
			Document:  file.Document,
			Subject:   file.Subject,
			Name:      string(name),
			MediaType: file.MediaType,
			Scan:      file.Scan,
			Size:      file.Size,
			Sha256:    hex.EncodeToString(file.Sha256),
			CreatedAt: file.CreatedAt,
			Seen:      file.Seen,
			Handed:    f.Row != nil && dossier.Handed(f.Row, &file),
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
