package transfer

import (
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// followUp is the time for a document that the right municipality needs and the wrong one did not.
const followUp = 30

// purpose is why the program reads and writes cases here.
const purpose = "transfer"

// passed is the case as the first office had it.
type passed struct {
	app        *models.Application
	file       *dossier.File
	there      map[dossier.DocumentRef]bool // documents that were handed in
	papers     []models.Paper               // of these, on paper
	consents   []models.Consent
	signatures []models.Signature
	stamps     []models.SignatureTimestamp
	intake     *models.CounterIntake // nil: on line
}

// onPaper says whether a document came on paper.
func (p *passed) onPaper(ref dossier.DocumentRef) bool {
	return slices.ContainsFunc(p.papers, func(x models.Paper) bool { return x.Document == ref.Document && x.Subject == ref.Subject })
}

// Receive is the job that makes the receiving office's copy: a case of its own with a key and a receipt number of its own,
// the first arrival and claim date, the plan of the right municipality for that instant, and the files. However often it
// runs there is one copy.
func (s *Service) Receive(ctx context.Context, t task.Transfer) error {
	from, err := s.read(ctx, t)
	if err != nil || from == nil {
		return err
	}
	to, err := s.copyOf(ctx, t)
	if err != nil {
		return err
	}
	if to == nil {
		if to, err = s.begin(ctx, t, from); err != nil {
			return err
		}
	}
	if err := s.files.CopyFiles(ctx, from.app, to); err != nil {
		return err
	}
	if err := s.named(ctx, from.app, *to.ReceiptNumber); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, models.System(t.To, purpose), func(tx *postgres.Tx) error {
		return tx.Enqueue(task.Notify{Municipality: t.To, Application: to.ID, What: "transferred"})
	})
}

// named writes once into the history of the first office's case under which number it goes on, so that whoever is asked there can say it.
func (s *Service) named(ctx context.Context, old *models.Application, number string) error {
	return s.dossiers.DB.InTx(ctx, models.System(old.Municipality, purpose), func(tx *postgres.Tx) error {
		past, err := tx.HistoryOf(old.ID)
		if err != nil || slices.ContainsFunc(past, func(h models.History) bool { return h.Event == models.EventReceivedElsewhere }) {
			return err
		}
		return tx.AddHistory(&models.History{
			ID:            models.NewID(),
			ApplicationID: old.ID,
			Municipality:  old.Municipality,
			PersonID:      old.PersonID,
			At:            tx.Now,
			Event:         models.EventReceivedElsewhere,
			FromState:     old.State,
			ToState:       old.State,
			Role:          tx.Actor.Role,
			Revision:      old.Revision,
			Detail:        number,
		})
	})
}

func (s *Service) read(ctx context.Context, t task.Transfer) (*passed, error) {
	p := &passed{there: map[dossier.DocumentRef]bool{}}
	var rev *models.Revision
	err := s.dossiers.DB.InTx(ctx, models.System(t.Municipality, purpose), func(tx *postgres.Tx) (err error) {
		if p.app, err = tx.Application(t.Application); err != nil {
			return err
		}
		if rev, err = tx.FiledRevision(t.Application); err != nil {
			return err
		}
		files, err := tx.FilesOf(t.Application)
		if err != nil {
			return err
		}
		for _, f := range files {
			if f.State == models.FileStored && f.Scan != models.ScanInfected {
				p.there[dossier.DocumentRef{Document: f.Document, Subject: f.Subject}] = true
			}
		}
		if p.papers, err = tx.PapersOf(t.Application); err != nil {
			return err
		}
		for _, x := range p.papers {
			p.there[dossier.DocumentRef{Document: x.Document, Subject: x.Subject}] = true
		}
		if p.signatures, err = tx.SignaturesOf(t.Application); err != nil {
			return err
		}
		if p.stamps, err = tx.SignatureTimestampsOf(t.Application); err != nil {
			return err
		}
		if p.intake, err = tx.CounterIntakeOf(t.Application); err != nil {
			return err
		}
		p.consents, err = tx.ConsentsOf(t.Application)
		return err
	})
	if err != nil {
		return nil, err
	}
	if p.app.State != models.StateTransferred {
		return nil, nil
	}
	p.file, err = s.dossiers.Unseal(ctx, p.app, rev)
	return p, err
}

// copyOf finds the copy that an earlier run made, or nil.
func (s *Service) copyOf(ctx context.Context, t task.Transfer) (app *models.Application, err error) {
	err = s.dossiers.DB.InTx(ctx, models.System(t.To, purpose), func(tx *postgres.Tx) (err error) {
		app, err = tx.PassedOn(t.Application)
		return err
	})
	return app, err
}

// begin adds the case to the receiving office.
func (s *Service) begin(ctx context.Context, t task.Transfer, from *passed) (*models.Application, error) {
	municipality, err := s.dossiers.MunicipalityKey(ctx, t.To)
	if err != nil {
		return nil, err
	}
	id := models.NewID()
	key, wrapped, err := s.dossiers.NewApplicationKey(ctx, id)
	if err != nil {
		return nil, err
	}
	old := from.app
	app := &models.Application{
		ID:            id,
		Municipality:  t.To,
		PersonID:      old.PersonID,
		Procedure:     old.Procedure,
		Version:       1,
		Revision:      1,
		Channel:       old.Channel,
		SeparateID:    old.SeparateID,
		Period:        old.Period,
		WrappedKey:    wrapped,
		Late:          old.Late,
		ArrivedAt:     old.ArrivedAt,
		ClaimOn:       old.ClaimOn,
		DeadlineOn:    old.DeadlineOn,
		OriginID:      &old.ID,
		OriginNumber:  old.ReceiptNumber,
		ChildrenIndex: dossier.ChildrenIndex(municipality, &from.file.Content),
	}
	receipt := jp.NewReceiptNumber()
	app.ReceiptNumber = &receipt
	if err := dossier.FillQueueColumns(app, municipality, &from.file.Content); err != nil {
		return nil, err
	}
	err = s.dossiers.DB.InTx(ctx, models.System(t.To, purpose), func(tx *postgres.Tx) error { return s.beginIn(tx, app, key, municipality, from) })
	if fault.KindOf(err) == fault.Conflict && err != nil { // another worker made it at the same moment
		if made, again := s.copyOf(ctx, t); again == nil && made != nil {
			return made, nil
		}
	}
	return app, err
}

func (s *Service) beginIn(tx *postgres.Tx, app *models.Application, key, municipality seal.Key, from *passed) error {
	content := from.file.Content
	plan, items, err := s.plan(tx, app, &content, from)
	if err != nil {
		return err
	}
	offering, err := tx.Offering(app.Municipality, app.Procedure)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	first := 1
	app.FiledRevision, app.PlanVersion, app.CreatedAt, app.UpdatedAt = &first, &plan.Version, tx.Now, tx.Now
	app.DueOn = dossier.DueOn(*app.ArrivedAt, offering, s.dossiers.Editions.ForProcedure(app.Municipality, app.Procedure).Procedure(app.Procedure))
	content.Shown = plan
	sealed, err := dossier.SealContent(key, app.ID, 1, &content)
	if err != nil {
		return err
	}
	rev := &models.Revision{
		ApplicationID: app.ID,
		Number:        1,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		Sealed:        sealed,
		Filed:         true,
		CreatedAt:     tx.Now,
		UpdatedAt:     tx.Now,
	}
	step := dossier.Step{Event: lifecycle.EventFile, Facts: lifecycle.Facts{Complete: true}, Detail: "transferred-from/" + from.app.Municipality}
	if err := s.dossiers.Begin(tx, app, rev, step); err != nil {
		return err
	}
	if err := s.dossiers.Arrived(tx, app, municipality, &content); err != nil {
		return err
	}
	if from.app.Protected { // the first office's mark holds here too, until somebody here ends it
		if err := s.dossiers.ProtectCase(tx, app.ID, postgres.ProtectedByStaff); err != nil {
			return err
		}
	}
	if err := tx.AddPlanItems(items...); err != nil {
		return err
	}
	if err := carry(tx, app, key, from); err != nil {
		return err
	}
	return s.dossiers.Remind(tx, app, items)
}

// plan is that of the right municipality at the instant of the first arrival (P5). What was handed in counts; what is
// needed here and is not there may follow, and costs nobody the claim date (P1).
func (s *Service) plan(tx *postgres.Tx, app *models.Application, c *dossier.Content, from *passed) (*evidence.Plan, []*models.PlanItem, error) {
	plan, err := s.decide(tx, app, c)
	if err != nil {
		return nil, nil, err
	}
	var items []*models.PlanItem
	for _, r := range plan.Requirements {
		ref := dossier.DocumentRef{Document: r.Document, Subject: r.Subject}
		item := &models.PlanItem{
			ApplicationID: app.ID,
			Document:      r.Document,
			Subject:       r.Subject,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			Item:          r.Item,
			Decision:      r.Decision,
			Reason:        r.Reason,
			Inquire:       r.Inquire,
			Phase:         r.Phase,
			State:         models.ItemReceived,
			Revision:      1,
			Paper:         from.onPaper(ref),
			UpdatedAt:     tx.Now,
		}
		if r.Row != nil && r.Row.ID != "" {
			row := r.Row.ID
			item.PhaseRowID = &row
		}
		switch {
		case r.Decision == evidence.Omit:
			item.State = models.ItemInquiring
		case !from.there[ref]:
			item.State = models.ItemAwaiting
			item.Declared, item.DueOn = declared(c.Declared(r.Document, r.Subject), jp.DateIn(tx.Now))
		}
		items = append(items, item)
	}
	return &plan, items, nil
}

// decide makes the plan by what was in force at the first arrival. Each municipality has questions of its own: the answers to those
// of the first office mean nothing here, and those of this office were never asked. Where they decide anything, the national
// edition alone decides, as everywhere.
func (s *Service) decide(tx *postgres.Tx, app *models.Application, c *dossier.Content) (evidence.Plan, error) {
	force, err := s.dossiers.Force(tx, app.Procedure, app.Municipality, *app.ArrivedAt)
	if err != nil {
		return evidence.Plan{}, err
	}
	facts, err := decoded(force, app, c.Facts)
	if err != nil {
		c.Facts = catalogue.WithoutLocal(c.Facts)
		facts, err = decoded(force, app, c.Facts)
	}
	if err != nil && force.Ref.Local != "" {
		force.Ref.Local = ""
		if force.Catalogue, err = s.dossiers.Editions.Load(tx, force.Ref); err == nil {
			facts, err = decoded(force, app, c.Facts)
		}
	}
	if err != nil {
		return evidence.Plan{}, err
	}
	force.Arrived(app)
	return force.Plan(dossier.Question{
		Procedure:    app.Procedure,
		Municipality: app.Municipality,
		At:           *app.ArrivedAt,
		Facts:        facts,
		Consents:     c.Consents,
	})
}

func decoded(force *dossier.Force, app *models.Application, raw []byte) (*catalogue.Facts, error) {
	version, err := dossier.Version(force.Catalogue, app.Procedure, *app.ArrivedAt)
	if err != nil {
		return nil, err
	}
	facts, faults := version.DecodeFacts(raw, jp.DateIn(*app.ArrivedAt))
	if len(faults) > 0 {
		return nil, catalogue.InvalidFacts(faults)
	}
	return facts, nil
}

// declared is what holds for a document that is not there: what the person declared, with the day that was named where it
// is later than what somebody has who learns today that it is needed.
func declared(d *dossier.Declaration, today jp.Date) (kind string, due *time.Time) {
	if d != nil && d.Kind == dossier.CannotProvide {
		return d.Kind, nil
	}
	last := today.AddDays(followUp).Time()
	if d != nil && d.Due != "" {
		if named, err := jp.ParseDate(d.Due); err == nil && named.Time().After(last) {
			last = named.Time()
		}
	}
	return dossier.WillFollow, &last
}
