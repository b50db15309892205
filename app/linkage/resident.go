package linkage

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/directory"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// How a subject was found in the directory.
const (
	Exact  = "exact"  // one resident agrees in name, birth date and address
	Chosen = "chosen" // a reviewer chose
)

// resident is a subject found in the directory.
type resident struct {
	id        string // 宛名番号; empty for a person whom the directory does not have
	how       string
	protected bool // 支援措置
	linked    bool // the link is stored already
}

// residents finds the resident of each subject: the stored link, else an exact single match. Anything else is a
// reviewer's choice: refused, with a task that waits.
func (s *Service) residents(ctx context.Context, actor models.Actor, c *opened, items []dossier.DocumentRef, fence int64) (map[string]resident, error) {
	out := map[string]resident{}
	var unknown []dossier.DocumentRef
	for _, ref := range items {
		if _, done := out[ref.Subject]; done || underWay(c.sheet, ref) != nil {
			continue
		}
		r, found, err := s.resident(ctx, c, ref.Subject)
		if err != nil {
			return nil, err
		}
		if !found {
			unknown = append(unknown, ref)
			continue
		}
		out[ref.Subject] = r
	}
	if len(unknown) > 0 {
		return nil, s.unknown(ctx, actor, c, unknown, fence)
	}
	return out, nil
}

func (s *Service) resident(ctx context.Context, c *opened, subject string) (r resident, found bool, err error) {
	for _, l := range c.links {
		if l.Subject != subject {
			continue
		}
		id, err := c.file.Key.Open(l.Sealed, dossier.ResidentCell(c.file.Row.ID, subject))
		return resident{id: string(id), how: l.How, linked: true}, err == nil, err
	}
	found2, err := s.directory.Find(ctx, query(c.file.Row.Municipality, &c.file.Content, subject))
	if err != nil {
		return r, false, err
	}
	exact := slices.DeleteFunc(slices.Clone(found2), func(x directory.Candidate) bool { return !x.Exact })
	if len(exact) != 1 {
		return r, false, nil
	}
	return resident{id: exact[0].ResidentID, how: Exact, protected: exact[0].Protected}, true, nil
}

// unknown leaves a task for each subject that a person has to choose, and says so.
func (s *Service) unknown(ctx context.Context, actor models.Actor, c *opened, refs []dossier.DocumentRef, fence int64) error {
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := s.dossiers.Hold(tx, c.file.Row.ID, fence)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			err := tx.AddReviewTask(&models.ReviewTask{
				ID:            models.NewID(),
				ApplicationID: app.ID,
				Municipality:  app.Municipality,
				PersonID:      app.PersonID,
				Kind:          models.TaskResidentUnknown,
				Subject:       ref.Subject,
				OpenedAt:      tx.Now,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	refusal := fault.New(fault.Conflict, fault.CodeNotAllowedNow, "no-single-resident")
	for _, ref := range refs {
		refusal = refusal.With(fault.Detail{
			Code:     "resident-unknown",
			Document: ref.Document,
			Subject:  ref.Subject,
			Reason:   "choose-resident",
		})
	}
	return refusal
}

// link stores who was found.
func (s *Service) link(tx *postgres.Tx, app *models.Application, c *opened, found map[string]resident) error {
	for subject, r := range found {
		if r.linked {
			continue
		}
		if err := s.putLink(tx, app, c, subject, r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) putLink(tx *postgres.Tx, app *models.Application, c *opened, subject string, r resident) error {
	sealed, err := c.file.Key.Seal([]byte(r.id), dossier.ResidentCell(app.ID, subject))
	if err != nil {
		return err
	}
	l := &models.ResidentLink{
		ApplicationID: app.ID,
		Subject:       subject,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		Sealed:        sealed,
		How:           r.how,
		At:            tx.Now,
	}
	if r.how == Chosen {
		by := tx.Actor.Person
		l.LinkedBy = &by
	}
	if err := tx.PutResidentLink(l); err != nil {
		return err
	}
	return s.dossiers.Audit(tx, app, "link-resident", "subject", app.ID+"/"+subject)
}

// Search is a search of the directory: what was asked of it, taken from what was filed, and whom it has.
type Search struct {
	Sought directory.Query
	Found  []directory.Candidate
}

// Candidates lists whom the directory has for a subject, for a reviewer's choice; recorded. Protected persons are among them for named staff alone.
// Errors: not-found; unavailable.
func (s *Service) Candidates(ctx context.Context, actor models.Actor, id, subject string) (*Search, error) {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(c.sheet.Items, func(e dossier.Evidence) bool { return e.Subject == subject }) {
		return nil, fault.ErrNotFound
	}
	out := &Search{Sought: query(c.file.Row.Municipality, &c.file.Content, subject)}
	out.Found, err = s.offered(ctx, actor, out.Sought)
	if err != nil {
		return nil, err
	}
	return out, s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		return s.dossiers.Audit(tx, c.file.Row, "search-directory", "subject", id+"/"+subject)
	})
}

// Choose records whom a reviewer took a subject for; an empty resident means that the directory does not have the person:
// a newborn, or somebody who has just moved (P7). Errors: not-found; conflict; invalid-request for a resident whom the
// directory does not offer.
func (s *Service) Choose(ctx context.Context, actor models.Actor, id string, fence int64, subject, residentID string) error {
	return s.choose(ctx, actor, id, subject, residentID, func(tx *postgres.Tx) (*models.Application, func() error, error) {
		app, err := s.dossiers.Hold(tx, id, fence)
		return app, func() error { return nil }, err
	})
}

// ChooseBack records the resident id (宛名番号) that a core system (基幹システム) says, by the same rules: where a directory is connected, it must offer it.
// Errors: those of Choose.
func (s *Service) ChooseBack(ctx context.Context, actor models.Actor, id, subject, residentID string) error {
	return s.choose(ctx, actor, id, subject, residentID, func(tx *postgres.Tx) (*models.Application, func() error, error) {
		return s.dossiers.HoldForMachine(tx, id)
	})
}

func (s *Service) choose(
	ctx context.Context,
	actor models.Actor,
	id, subject, residentID string,
	hold func(*postgres.Tx) (*models.Application, func() error, error),
) error {
	c, err := s.open(ctx, actor, id)
	if err != nil {
		return err
	}
	if !c.about(subject) {
		return fault.ErrNotFound
	}
	if faults := form.FreeTextFaults("/resident", residentID); len(faults) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", faults)
	}
	r := resident{id: residentID, how: Chosen}
	if residentID != "" && (s.connected || actor.Role != models.RoleCore) {
		found, err := s.offered(ctx, actor, query(c.file.Row.Municipality, &c.file.Content, subject))
		if err != nil {
			return err
		}
		at := slices.IndexFunc(found, func(x directory.Candidate) bool { return x.ResidentID == residentID })
		if at < 0 {
			return fault.New(fault.Refused, fault.CodeInvalidRequest, "resident-not-offered").
				With(fault.Detail{Code: fault.CodeInvalidRequest, Pointer: "/resident", Reason: "resident-listed"})
		}
		r.protected = found[at].Protected
	}
	if err := s.protect(ctx, c, map[string]resident{subject: r}); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, release, err := hold(tx)
		if err != nil {
			return err
		}
		tx.EndReviewTasks(id, models.TaskResidentUnknown, "", subject)
		if err := s.putLink(tx, app, c, subject, r); err != nil {
			return err
		}
		return release()
	})
}

// about says whether a case is about a subject: a document is asked of it, or its form names it.
func (c *opened) about(subject string) bool {
	named, _ := c.file.Content.Person(subject)
	return len(named) > 0 || slices.ContainsFunc(c.sheet.Items, func(e dossier.Evidence) bool { return e.Subject == subject })
}
