package review

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// look is one look at a case: what was read, before it is opened with the case's key.
type look struct {
	now   time.Time
	actor models.Actor
	file  *dossier.File // the newest filed revision
	sheet *dossier.Sheet

	dispositions []models.Disposition
	steps        []models.DiscrepancyStep
	comparisons  []models.Comparison
	corrections  []models.Correction
	decisions    []models.Decision
	letters      []postgres.LetterLine
	lacks        []string // of the settings of letters
	tasks        []models.ReviewTask
	timeline     []models.History
	claim        *models.Claim
	phases       []models.PhaseRow
	wanted       map[dossier.DocumentRef]bool // what the newest filed facts call for
	lookUp       []evidence.LookUp            // what the municipality looks up itself instead
	named        bool                         // sees protected persons
	core         []models.CoreCase
	signed       *postgres.Signed
	systems      []models.CoreSystem
}

// Open gives one case of the own municipality; the look is recorded. Of one that was passed on it gives what happened and
// nothing of its content. Error: not-found, also for another's.
func (s *Service) Open(ctx context.Context, actor models.Actor, id string) (*Case, error) {
	var l *look
	var app *models.Application
	err := s.dossiers.Answered(ctx, actor, id, func() (err error) {
		l, app, err = s.look(ctx, actor, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if app.State == models.StateTransferred {
		return l.passedOn(), nil
	}
	plan, why, err := l.explain()
	if err != nil {
		return nil, err
	}
	l.wanted, l.lookUp = wanted(&plan), plan.LookUp
	c, err := s.show(l)
	if err != nil {
		return nil, err
	}
	c.Why = &why
	return c, nil
}

// look reads a case, records that it was looked at, and opens what was filed newest; not of one that was passed on.
func (s *Service) look(ctx context.Context, actor models.Actor, id string) (*look, *models.Application, error) {
	l := &look{actor: actor}
	var rev *models.Revision
	var app *models.Application
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		l.now = tx.Now
		if app, err = tx.Application(id); err != nil {
			return err
		}
		if err := s.dossiers.Within(tx, app); err != nil {
			return err
		}
		if l.sheet, err = s.dossiers.Sheet(tx, app); err != nil {
			return err
		}
		if l.phases, err = tx.PhaseRows(app.Procedure, app.Municipality); err != nil {
			return err
		}
		if rev, err = tx.FiledRevision(id); err != nil {
			return err
		}
		if err := l.read(tx, id); err != nil {
			return err
		}
		return s.dossiers.Audit(tx, app, "open-case", "application", id)
	})
	if err != nil || app.State == models.StateTransferred {
		return l, app, err
	}
	l.file, err = s.dossiers.Unseal(ctx, app, rev)
	return l, app, err
}

func (l *look) read(tx *postgres.Tx, id string) (err error) {
	if l.dispositions, err = tx.DispositionsOf(id); err != nil {
		return err
	}
	if l.steps, err = tx.DiscrepancyStepsOf(id); err != nil {
		return err
	}
	if l.comparisons, err = tx.ComparisonsOf(id); err != nil {
		return err
	}
	if l.corrections, err = tx.CorrectionsOf(id); err != nil {
		return err
	}
	if l.decisions, err = tx.DecisionsOf(id); err != nil {
		return err
	}
	if l.letters, err = tx.LettersOf(id); err != nil {
		return err
	}
	settings, err := tx.LetterSettings(l.sheet.App.Municipality)
	if err != nil {
		return err
	}
	l.lacks = settings.Missing()
	if l.tasks, err = tx.ReviewTasksOf(id); err != nil {
		return err
	}
	if l.timeline, err = tx.HistoryOf(id); err != nil {
		return err
	}
	if l.claim, err = tx.ClaimOf(id); err != nil {
		return err
	}
	if l.core, l.systems, err = tx.CoreCasesOf(id); err != nil {
		return err
	}
	if l.signed, err = tx.SignedOf(id); err != nil {
		return err
	}
	l.named, err = seesProtected(tx)
	return err
}

// seesProtected says whether the actor may see the addresses of protected persons.
func seesProtected(tx *postgres.Tx) (bool, error) {
	switch {
	case tx.Actor.Municipality == "":
		return false, nil
	case tx.Actor.Role == models.RoleCore:
		return true, nil // else row security had not shown it the case
	}
	m, err := tx.StaffMember(tx.Actor.Municipality, tx.Actor.Person)
	return m != nil && m.SeesProtected, err
}

// heading is what the row of a case says without its key.
func (l *look) heading() *Case {
	app := l.sheet.App
	c := &Case{
		ID:            app.ID,
		Procedure:     app.Procedure,
		Municipality:  app.Municipality,
		Catalogue:     l.sheet.Catalogue,
		State:         app.State,
		Version:       app.Version,
		Channel:       app.Channel,
		ArrivedAt:     inJapan(*app.ArrivedAt),
		ClaimOn:       dateText(app.ClaimOn),
		DeadlineOn:    dateText(app.DeadlineOn),
		Late:          app.Late,
		Urgent:        app.Urgent,
		Protected:     app.Protected,
		SeesProtected: l.named,
	}
	if app.ReceiptNumber != nil {
		c.ReceiptNumber = *app.ReceiptNumber
	}
	if app.OriginNumber != nil {
		c.OriginNumber = *app.OriginNumber
	}
	return c
}

// passedOn is a case that another office has now.
func (l *look) passedOn() *Case {
	c := l.heading()
	c.Facts, c.Form = json.RawMessage("{}"), map[string]any{}
	l.showTimeline(c)
	return c
}

func (l *look) showTimeline(c *Case) {
	for _, h := range l.timeline {
		c.Timeline = append(c.Timeline, Past{At: inJapan(h.At), Event: h.Event, State: h.ToState, Detail: h.Detail})
	}
}

// show opens what was read.
func (s *Service) show(l *look) (*Case, error) {
	app, c := l.sheet.App, l.heading()
	c.Revision, c.Facts, c.Form, c.Declarations = l.file.Revision.Number, l.file.Content.Facts, l.file.Content.Form, l.file.Content.Declarations
	if app.PlanVersion != nil {
		c.PlanVersion = *app.PlanVersion
	}
	for i := range l.sheet.Items {
		item, err := s.showItem(l, &l.sheet.Items[i])
		if err != nil {
			return nil, err
		}
		c.Items = append(c.Items, item)
	}
	if err := s.showDisputes(l, c); err != nil {
		return nil, err
	}
	if err := l.showRecords(c); err != nil {
		return nil, err
	}
	c.Steps = caseSteps(l)
	if c.Signed = l.signed; c.Signed != nil {
		c.Signed.At = inJapan(c.Signed.At)
		if at := c.Signed.StampedAt; at != nil {
			*at = inJapan(*at)
		}
	}
	for _, one := range l.lookUp {
		c.LookUp = append(c.LookUp, LookUp{Document: one.Document, Subject: one.Subject, Reason: one.Rule.Waived.Reason})
	}
	return c, nil
}

// showRecords adds what was recorded about the case.
func (l *look) showRecords(c *Case) error {
	if err := l.showDispositions(c); err != nil {
		return err
	}
	if err := l.showCorrections(c); err != nil {
		return err
	}
	var err error
	if c.Decisions, err = openDecisions(l.file.Key, l.decisions); err != nil {
		return err
	}
	told(c.Decisions, l.letters)
	c.LetterLacks = l.lacks
	if c.Core, err = l.coreSaid(); err != nil {
		return err
	}
	for _, r := range l.sheet.Consents {
		c.Consents = append(c.Consents, Consent{
			Item:    r.Item,
			Subject: r.Subject,
			Given:   r.Given,
			GivenBy: r.GivenBy,
			How:     r.How,
			At:      inJapan(r.At),
		})
	}
	for _, t := range l.tasks {
		c.Tasks = append(c.Tasks, Task{
			Kind:     t.Kind,
			Document: t.Document,
			Subject:  t.Subject,
			Detail:   t.Detail,
			OpenedAt: inJapan(t.OpenedAt),
		})
	}
	l.showTimeline(c)
	if k := l.claim; k != nil && k.ReviewerID != nil && k.ExpiresAt.After(l.now) {
		c.Claim = &Claim{Reviewer: *k.ReviewerID, Mine: *k.ReviewerID == l.actor.Person, ExpiresAt: inJapan(*k.ExpiresAt)}
		if c.Claim.Mine {
			c.Claim.Fence = k.Fence
		}
	}
	return nil
}

func (l *look) showDispositions(c *Case) error {
	for _, d := range l.dispositions {
		plain, err := l.file.Key.Open(d.Sealed, dossier.DispositionCell(d.ApplicationID, d.Document, d.Subject))
		if err != nil {
			return err
		}
		out := Disposition{
			Document:           d.Document,
			Subject:            d.Subject,
			Path:               d.Path,
			ExplainedAt:        maybeInJapan(d.ExplainedAt),
			ObtainedAt:         maybeInJapan(d.ObtainedAt),
			NoIndividualNumber: d.NoIndividualNumber,
			Consent:            d.Consent,
			By:                 d.ReviewerID,
			At:                 inJapan(d.At),
		}
		if err := json.Unmarshal(plain, &out.Record); err != nil {
			return err
		}
		c.Dispositions = append(c.Dispositions, out)
	}
	return nil
}

func (l *look) showCorrections(c *Case) error {
	for _, r := range l.corrections {
		text, err := l.file.Key.Open(r.SealedText, dossier.CorrectionCell(r.ApplicationID, r.Number))
		if err != nil {
			return err
		}
		out := Correction{
			Number:      r.Number,
			State:       r.State,
			Text:        string(text),
			DueOn:       dateText(r.DueOn),
			RequestedAt: inJapan(r.RequestedAt),
			SubmittedAt: maybeInJapan(r.SubmittedAt),
		}
		if err := json.Unmarshal(r.Items, &out.Items); err != nil {
			return err
		}
		if err := json.Unmarshal(r.Fields, &out.Fields); err != nil {
			return err
		}
		c.Corrections = append(c.Corrections, out)
	}
	return nil
}

// ends is the instant at which a day that was set is over in Japan; zero for none.
func ends(day *time.Time) time.Time {
	if day == nil {
		return time.Time{}
	}
	return jp.DateOf(*day).AddDays(1).Start()
}
