package publish

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Proposal is from when an edition is to be in force, and on what it rests (R17).
type Proposal struct {
	From             time.Time
	Reason, Circular string
}

// Propose asks for an edition to be put in force: a second person has to approve it. It is examined again beside what is in force by
// now. Errors: not-found, forbidden; invalid-request with each member at fault; not-allowed-now for what is no draft (any
// more), or while a case of its tables does not agree.
func (s *Service) Propose(ctx context.Context, actor models.Actor, req dossier.Request, id string, p Proposal) (*Edition, error) {
	if err := checkProposal(p); err != nil {
		return nil, err
	}
	e, bundle, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	if err := mayWrite(actor, e.Scope); err != nil {
		return nil, err
	}
	found, err := s.examine(ctx, e.Scope, bundle)
	if err != nil {
		return nil, refused(err)
	}
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (Edition, error) {
		e, err := s.lock(tx, actor, id)
		switch {
		case err != nil:
			return Edition{}, err
		case dropped(e):
			return Edition{}, notNow("draft-changed")
		case e.State != models.EditionDraft:
			return Edition{}, notNow("propose-draft")
		case len(found.cases.Failed) > 0:
			return Edition{}, notNow("edition-cases-fail")
		}
		fresh := *e
		if err := found.store(&fresh); err != nil {
			return Edition{}, err
		}
		tx.ChangeEdition(e,
			postgres.Set(&e.State, models.EditionProposed), postgres.Set(&e.ProposedBy, &actor.Person), postgres.Set(&e.ProposedAt, &tx.Now),
			postgres.Set(&e.EffectiveFrom, &p.From), postgres.Set(&e.Reason, p.Reason), postgres.Set(&e.Circular, p.Circular),
			postgres.Set(&e.Base, fresh.Base), postgres.Set(&e.Findings, fresh.Findings), postgres.Set(&e.Cases, fresh.Cases),
			postgres.Set(&e.Diff, fresh.Diff))
		return said(tx, e, "propose-edition")
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// said records a step, and gives the edition after it.
func said(tx *postgres.Tx, e *models.Edition, action string) (Edition, error) {
	if err := tx.AddAudit(entry(action, e)); err != nil {
		return Edition{}, err
	}
	inForce, err := holding(tx, e.Scope)
	if err != nil {
		return Edition{}, err
	}
	out, err := view(e, inForce, tx.Now)
	if err != nil {
		return Edition{}, err
	}
	return *out, nil
}

func checkProposal(p Proposal) error {
	var details []fault.Detail
	for _, one := range []struct {
		at, text string
		missing  fault.Reason
	}{{"/reason", p.Reason, "say-why"}, {"/circular", p.Circular, "name-circular"}} {
		if strings.TrimSpace(one.text) == "" {
			details = append(details, fault.Detail{Code: "required", Reason: one.missing, Pointer: one.at})
		}
		details = append(details, form.FreeTextFaults(one.at, one.text)...)
	}
	if p.From.IsZero() {
		details = append(details, fault.Detail{Code: "required", Reason: "from-when", Pointer: "/from"})
	}
	if len(details) > 0 {
		return fault.Checked(fault.CodeInvalidRequest, "", details)
	}
	return nil
}

// lock reads an edition with the editions locked, so that no row is added between reading and writing.
func (s *Service) lock(tx *postgres.Tx, actor models.Actor, id string) (*models.Edition, error) {
	if err := tx.LockEditions(); err != nil {
		return nil, err
	}
	e, err := find(tx, actor, id)
	if err != nil {
		return nil, err
	}
	return e, mayWrite(actor, e.Scope)
}

// Approve puts a proposed edition in force from its instant, by another person with the same reach, and makes its publication
// certificate. An instant that is over or too near is raised to Lead from now, and the answer says so. Errors: not-found, forbidden (the
// proposer, or outside the reach), not-allowed-now; conflict where another edition comes into force at the same instant.
func (s *Service) Approve(ctx context.Context, actor models.Actor, id string) (*Edition, error) {
	// Should the commit come too close to the instant, the database refuses it, and the instant is raised again.
	for attempt := 0; ; attempt++ {
		out, err := s.approve(ctx, actor, id)
		if err != nil && attempt < 3 && postgres.LatePhaseRow(err) {
			continue
		}
		if err == nil {
			s.look(ctx)
		}
		return out, err
	}
}

// look lets this node know at once; the others look by themselves before the instant.
func (s *Service) look(ctx context.Context) {
	_ = s.dossiers.Editions.Refresh(context.WithoutCancel(ctx)) // if it fails, the loop tries again
}

func (s *Service) approve(ctx context.Context, actor models.Actor, id string) (*Edition, error) {
	var out Edition
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		e, err := s.lock(tx, actor, id)
		switch {
		case err != nil:
			return err
		case e.State != models.EditionProposed:
			return notNow("approve-proposed-edition")
		case *e.ProposedBy == actor.Person:
			return fault.New(fault.Forbidden, fault.CodeForbidden, "approve-own-edition")
		}
		from, raised := *e.EffectiveFrom, false
		if earliest := tx.Now.Add(Lead); from.Before(earliest) {
			from, raised = earliest, true
		}
		if err := s.examined(tx, e, from); err != nil {
			return err
		}
		if err := alone(tx, e, from); err != nil {
			return err
		}
		if err := tx.AddEditionRow(&models.EditionRow{ID: models.NewID(), Scope: e.Scope, Digest: &e.Digest, EffectiveFrom: from, EditionID: &e.ID}); err != nil {
			return err
		}
		tx.ChangeEdition(e,
			postgres.Set(&e.State, models.EditionApproved), postgres.Set(&e.DecidedBy, &actor.Person), postgres.Set(&e.DecidedAt, &tx.Now),
			postgres.Set(&e.EffectiveFrom, &from))
		if out, err = said(tx, e, "approve-edition"); err != nil {
			return err
		}
		out.Raised = raised
		out.Certificate, err = s.certify(tx, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &out, nil
}

// examined refuses a municipality's edition that was examined with another national one than holds at its instant: what was shown to
// the second person would not be what comes into force.
func (s *Service) examined(tx *postgres.Tx, e *models.Edition, from time.Time) error {
	if e.Scope == National {
		return nil
	}
	then, err := s.dossiers.Editions.In(tx, National, from)
	if err == nil && then.Ref.National != e.Base {
		err = notNow("edition-base-changed")
	}
	return err
}

// alone refuses a second edition at one instant: nobody could say which holds.
func alone(tx *postgres.Tx, e *models.Edition, from time.Time) error {
	rows, err := tx.EditionRows(e.Scope)
	if err != nil {
		return err
	}
	said := shelf.Rows(rows)
	for i := range said {
		if r := &said[i]; r.Scope == e.Scope && r.From.Equal(from) && r.Stands(said) {
			return notNow("edition-same-instant")
		}
	}
	return nil
}

// Cancel takes an edition back before it is in force. Rows are only ever added: a second one takes back what the first said, so that
// what holds is the same as if it had never been said, in whatever order editions are cancelled. Errors: not-found, forbidden,
// not-allowed-now once the instant has come.
func (s *Service) Cancel(ctx context.Context, actor models.Actor, id string) (*Edition, error) {
	var out Edition
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		e, err := s.lock(tx, actor, id)
		if err != nil {
			return err
		}
		switch e.State {
		case models.EditionDraft, models.EditionProposed:
		case models.EditionApproved:
			if err := undo(tx, e); err != nil {
				return err
			}
		default:
			return notNow("cancel-edition")
		}
		tx.ChangeEdition(e,
			postgres.Set(&e.State, models.EditionCancelled), postgres.Set(&e.EndedBy, &actor.Person), postgres.Set(&e.EndedAt, &tx.Now))
		out, err = said(tx, e, "cancel-edition")
		return err
	})
	switch {
	case postgres.LatePhaseRow(err):
		return nil, notNow("edition-begins")
	case err != nil:
		return nil, err
	}
	s.look(ctx)
	return &out, nil
}

// undo takes back what an edition says of its instant, before that has come.
func undo(tx *postgres.Tx, e *models.Edition) error {
	if !e.EffectiveFrom.After(tx.Now) {
		return notNow("edition-began")
	}
	return tx.AddEditionRow(&models.EditionRow{
		ID: models.NewID(), Scope: e.Scope, Digest: &e.Digest, EffectiveFrom: *e.EffectiveFrom, EditionID: &e.ID, Cancels: true})
}

// holding is the row of a scope that holds now; nil if none does.
func holding(tx *postgres.Tx, scope string) (*edition.Row, error) {
	rows, err := tx.EditionRows(scope)
	return edition.Latest(shelf.Rows(rows), scope, tx.Now), err
}
