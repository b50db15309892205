package operate

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Proposal is a change of phase as an admin proposes it. It rests on a circular (通知) (R17).
type Proposal struct {
	Rows             []Row
	Reason, Circular string
}

// Propose records a change with its impact; it takes effect only after another person's approval. Errors: forbidden
// outside the reach; invalid-phase with each member at fault; not-allowed-now for a scope that is suspended.
func (s *Service) Propose(ctx context.Context, actor models.Actor, req dossier.Request, p Proposal) (*Change, error) {
	if err := s.checkProposal(actor, p); err != nil {
		return nil, err
	}
	p.Rows = slices.Clone(p.Rows)
	for i := range p.Rows {
		p.Rows[i].ID = "" // rows get their ids when they are approved, from nobody else
	}
	return s.propose(ctx, actor, req, proposal{Proposal: p, kind: models.ChangeSwitch})
}

// proposal is a checked proposal of one kind.
type proposal struct {
	Proposal
	kind    models.ChangeKind
	lifts   *string // the suspension that a lift ends
	refusal error   // of a request that was not answered before
}

// propose stores a checked proposal with its impact.
func (s *Service) propose(ctx context.Context, actor models.Actor, req dossier.Request, p proposal) (*Change, error) {
	impact, err := s.Impact(ctx, p.Rows)
	if err != nil {
		return nil, err
	}
	return s.once(ctx, actor, req, func(tx *postgres.Tx) (*Change, error) {
		if p.refusal != nil {
			return nil, p.refusal
		}
		if p.kind == models.ChangeSwitch {
			if err := notSuspended(tx, p.Rows); err != nil {
				return nil, err
			}
		}
		row := &models.PhaseChange{
			ID:           models.NewID(),
			Kind:         p.kind,
			State:        models.ChangeProposed,
			Municipality: reach(p.Rows),
			Reason:       p.Reason,
			Circular:     p.Circular,
			ProposedBy:   actor.Person,
			ProposedAt:   tx.Now,
			Version:      1,
			LiftsID:      p.lifts,
		}
		if row.Rows, err = rowsJSON(p.Rows); err != nil {
			return nil, err
		}
		if row.Impact, err = json.Marshal(storeImpact(impact)); err != nil {
			return nil, err
		}
		if err := tx.AddPhaseChange(row); err != nil {
			return nil, err
		}
		entry := &models.AuditEntry{
			Action:       "propose-" + string(p.kind),
			ObjectKind:   "phase-change",
			ObjectID:     row.ID,
			Municipality: row.Municipality,
		}
		if err := tx.AddAudit(entry); err != nil {
			return nil, err
		}
		return view(row)
	})
}

// reach is whose admins may decide a change: one municipality's if all rows are that municipality's, else national.
func reach(rows []Row) string {
	for _, r := range rows {
		if r.Municipality != rows[0].Municipality {
			return All
		}
	}
	return rows[0].Municipality
}

func (s *Service) checkProposal(actor models.Actor, p Proposal) error {
	var details []fault.Detail
	fail := func(at, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at})
	}
	if strings.TrimSpace(p.Reason) == "" {
		fail("/reason", "required", "say-why")
	}
	if strings.TrimSpace(p.Circular) == "" {
		fail("/circular", "required", "name-circular")
	}
	details = append(details, form.FreeTextFaults("/reason", p.Reason)...)
	details = append(details, form.FreeTextFaults("/circular", p.Circular)...)
	if len(p.Rows) == 0 || len(p.Rows) > 500 {
		fail("/rows", "too-few", "change-rows")
	}
	seen := map[Scope]bool{}
	for i, r := range p.Rows {
		at := "/rows/" + strconv.Itoa(i)
		if err := mayWrite(actor, r.Municipality); err != nil {
			return err
		}
		s.checkScope(at, r.Scope(), fail)
		switch r.Phase {
		case phase.NotStarted, phase.Trial, phase.Full, phase.Inherit:
		case phase.Suspended:
			fail(at+"/phase", "use-suspension", "use-suspension")
		default:
			fail(at+"/phase", "invalid-choice", "unknown-phase")
		}
		if r.From.IsZero() {
			fail(at+"/from", "required", "from-when")
		}
		if seen[r.Scope()] {
			fail(at, "repeated", "scope-twice")
		}
		seen[r.Scope()] = true
	}
	if len(details) > 0 {
		return fault.New(fault.Refused, fault.CodeInvalidPhase, "").With(details...)
	}
	return nil
}

// checkScope refuses names that the catalogue does not know: such a row would never match, and nobody would notice.
func (s *Service) checkScope(at string, c Scope, fail func(at, code string, reason fault.Reason)) {
	if c.Procedure != All && s.dossiers.Editions.National().Procedure(c.Procedure) == nil {
		fail(at+"/procedure", fault.CodeUnknownProcedure, "")
	}
	if c.Item != All && s.dossiers.Editions.National().Item(c.Item) == nil {
		fail(at+"/item", "unknown-item", "unknown-item")
	}
	if c.Municipality != All && !jp.ValidMunicipality(c.Municipality) {
		fail(at+"/municipality", fault.CodeInvalidMunicipal, "municipality-code")
	}
}

// notSuspended refuses a change at a scope that is suspended: only a lift ends a suspension (P2).
func notSuspended(tx *postgres.Tx, rows []Row) error {
	all, err := tx.AllPhaseRows()
	if err != nil {
		return err
	}
	existing := dossier.PhaseRows(all)
	for i, r := range rows {
		if r.Scope().Says(existing, later(r.From, tx.Now.Add(Lead))) == phase.Suspended {
			return notNow("lift-first").
				With(fault.Detail{Code: "suspended", Reason: "lift-first", Pointer: "/rows/" + strconv.Itoa(i)})
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
