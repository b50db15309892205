package apply

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// The counter (窓口, R16): a clerk takes a paper application in. It is the same draft with the same plan and lifecycle as
// on line; different are whose hands it is in (dossier's Handles), and the instant that counts, which is when the paper
// reached the office (P5).

// PaperDraft is what a clerk enters of a paper application to begin its draft.
type PaperDraft struct {
	Draft
	Identity   Identity
	Applicant  map[string]any // of the form's group applicant, with at least names, kana and birth date; stands in the form
	ReceivedAt time.Time      // when the paper reached the office; zero: now
	// Begun, if not nil, is told of the draft in the transaction that begins it: what came from another portal is completed here.
	Begun func(tx *postgres.Tx, draft string) error
}

// Identity is how a clerk made sure who the applicant is: the kind of proof and when, never what stands on it (P4).
type Identity struct {
	Kind      string // one of IdentityKinds
	CheckedAt time.Time
}

// IdentityKinds are the kinds of proof of identity that a clerk may record.
var IdentityKinds = []string{
	"my-number-card",              // マイナンバーカード, the side with the photograph
	"drivers-licence",             // 運転免許証
	"driving-record",              // 運転経歴証明書
	"passport",                    // 旅券
	"residence-card",              // 在留カード
	"special-permanent-resident",  // 特別永住者証明書
	"disability-certificate",      // 身体障害者手帳 and the like
	"health-insurance-and-other",  // 資格確認書 with another document
	"two-without-photo",           // two other documents without a photograph
	"known-to-office",             // the office knows the person
	"questions-on-municipal-file", // answered what only the person can know
}

// IdentityElsewhere is the kind of a draft that completes what came from another portal, which has made sure who it is. No clerk chooses it.
const IdentityElsewhere = "other-portal"

// MostReceivedBack is how long ago a paper may have reached the office when it is typed in.
const MostReceivedBack = 30 * 24 * time.Hour

// CreateAtCounter begins the draft of a paper application for a person who has no account here: a person is made for
// this case alone, and nobody is guessed to be somebody who has one. The municipality is the clerk's; naming another is
// forbidden. The plan is that of the instant at which the paper arrived.
//
// Errors: invalid-request for what is wrong with identity, applicant or received_at; individual-number; forbidden;
// unknown-procedure, procedure-closed on the day of arrival, and those of check.
func (s *Service) CreateAtCounter(ctx context.Context, actor models.Actor, req dossier.Request, d PaperDraft) (*View, error) {
	n, ok, refusal := s.preparePaper(ctx, actor, &d)
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*View, error) {
		if refusal != nil {
			return nil, refusal
		}
		return s.takeIn(tx, n, ok, &d)
	})
}

// preparePaper is prepare for a paper application; it completes d.
func (s *Service) preparePaper(ctx context.Context, actor models.Actor, d *PaperDraft) (*newCase, *checked, error) {
	if d.Municipality == "" {
		d.Municipality = actor.Municipality
	}
	if actor.Role != models.RoleReviewer || d.Municipality != actor.Municipality {
		return nil, nil, fault.New(fault.Forbidden, fault.CodeForbidden, "other-counter")
	}
	now := s.dossiers.DB.Now() // for checking; what is stored comes from the transaction's
	entered := d.prefill()
	if faults := d.Identity.faults(now, d.Begun != nil); len(faults) > 0 { // with what the name lacks: a clerk corrects the page once
		return nil, nil, fault.Checked(fault.CodeInvalidRequest, "identity-wrong", append(named(d.Form), faults...))
	}
	at := d.ReceivedAt
	switch {
	case at.IsZero():
		at = now
	case at.After(now.Add(time.Minute)), d.Begun == nil && at.Before(now.Add(-MostReceivedBack-time.Minute)): // more than two clocks can differ
		_, err := d.receivedAt(now)
		return nil, nil, err
	}
	c := dossier.Content{Facts: d.Facts, Form: d.Form, Consents: d.Consents, Declarations: d.Declarations}
	ok, err := s.check(s.inForce(d.Municipality, at), d.Procedure, d.Municipality, c, checkOptions{at: at, now: now})
	if err != nil {
		return nil, nil, entered.pointAt(err)
	}
	if faults := named(ok.content.Form); len(faults) > 0 {
		return nil, nil, fault.Checked(fault.CodeInvalidRequest, "applicant-incomplete", faults)
	}
	n, err := s.newCase(ctx, d.Draft, ok)
	if err == nil {
		n.app.Channel = models.ChannelCounter
	}
	return n, ok, err
}

// takeIn adds the draft with its person and how it came in.
func (s *Service) takeIn(tx *postgres.Tx, n *newCase, ok *checked, d *PaperDraft) (*View, error) {
	at, err := d.receivedAt(tx.Now)
	if err != nil {
		return nil, err
	}
	clerk, err := s.dossiers.Staff(tx)
	if err != nil {
		return nil, err
	}
	if !s.dossiers.WorksOn(clerk, n.app.Procedure) {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "other-category")
	}
	if n.app.PersonID, err = tx.CounterPerson(n.app.ID); err != nil {
		return nil, err
	}
	n.intake = &models.CounterIntake{
		ApplicationID: n.app.ID,
		Municipality:  n.app.Municipality,
		PersonID:      n.app.PersonID,
		ClerkID:       tx.Actor.Person,
		IdentityKind:  d.Identity.Kind,
		CheckedAt:     d.Identity.CheckedAt.UTC(),
		ReceivedAt:    at,
		At:            tx.Now,
	}
	if err := dossier.FillQueueColumns(n.app, n.municipalityKey, &ok.content); err != nil { // by which colleagues tell drafts apart
		return nil, err
	}
	v, err := s.createIn(tx, n, ok)
	if err != nil {
		return nil, err
	}
	if err := s.dossiers.Audit(tx, n.app, "check-identity", "application", n.app.ID); err != nil {
		return nil, err
	}
	if err := tx.AddCounterIntake(n.intake); err != nil {
		return nil, err
	}
	if d.Begun != nil {
		if err := tx.Flush(); err != nil { // it refers to the draft
			return nil, err
		}
		if err := d.Begun(tx, n.app.ID); err != nil {
			return nil, err
		}
	}
	return v, s.dossiers.Named(tx, n.app, n.municipalityKey, &ok.content)
}

// CounterDraft is one open draft of the counter in the list of its municipality.
type CounterDraft struct {
	postgres.CounterDraft
	Applicant dossier.Summary
}

// CounterDrafts lists the open drafts of the clerk's counter, newest first, with whose they are; the look is recorded.
func (s *Service) CounterDrafts(ctx context.Context, actor models.Actor, page postgres.Page) ([]CounterDraft, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	var rows []postgres.CounterDraft
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		clerk, err := s.dossiers.Staff(tx)
		if err != nil {
			return err
		}
		if rows, err = tx.CounterDrafts(actor.Municipality, s.dossiers.ProceduresOf(clerk), page); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-counter-drafts", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	if err != nil {
		return nil, err
	}
	out := make([]CounterDraft, len(rows))
	for i, r := range rows {
		out[i].CounterDraft = r
		if out[i].Applicant, err = dossier.OpenSummary(key, r.ID, r.SealedSummary); err != nil {
			return nil, err
		}
	}
	return out, nil
}
