package linkage

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"

	"kosodate.example/onestop/app/dossier"
)

// purpose is why the program reads and writes cases here.
const purpose = "linkage"

// question is an inquiry with what its job needs.
type question struct {
	*models.Inquiry
	app     *models.Application
	key     seal.Key // none once the case was erased
	erased  bool
	decided *catalogue.Catalogue
	version *catalogue.Version // of decided, in force at the arrival (P5)
	phase   string             // in force for the pair now
	consent bool               // not needed, or given now
}

// Inquire is the job of one inquiry: it asks once, waits without holding a worker, and keeps the answer. It returns
// task.Later while the answer is not there. However often it runs and wherever it is killed, the network is asked once,
// because the inquiry's id is its idempotency key, and the answer is kept once, because the row's state guards it.
func (s *Service) Inquire(ctx context.Context, t task.Inquire) error {
	q, err := s.question(ctx, t)
	switch {
	case err != nil:
		return err
	case q.State == models.InquiryQueued:
		return s.submit(ctx, q)
	case q.State == models.InquiryWaiting:
		return s.poll(ctx, q)
	}
	return nil // concluded: the job ran before
}

// question reads an inquiry and unwraps its case's key.
func (s *Service) question(ctx context.Context, t task.Inquire) (*question, error) {
	q := &question{}
	err := s.dossiers.DB.InTx(ctx, models.System(t.Municipality, purpose), func(tx *postgres.Tx) (err error) {
		if q.Inquiry, err = tx.Inquiry(t.Inquiry); err != nil {
			return err
		}
		if q.State != models.InquiryQueued && q.State != models.InquiryWaiting {
			return nil
		}
		if q.app, err = tx.Application(q.ApplicationID); err != nil {
			return err
		}
		if q.decided, err = s.dossiers.Decided(tx, q.app); err != nil {
			return err
		}
		if q.version, err = dossier.Version(q.decided, q.app.Procedure, *q.app.ArrivedAt); err != nil {
			return err
		}
		if q.State == models.InquiryWaiting {
			return nil
		}
		rows, err := tx.PhaseRows(q.app.Procedure, q.Municipality)
		if err != nil {
			return err
		}
		q.phase = phase.InForce(dossier.PhaseRows(rows), q.app.Procedure, q.Item, q.Municipality, tx.Now).Phase
		if q.consent = !q.version.NeedsConsent(q.Item); q.consent {
			return nil
		}
		consents, err := tx.ConsentsOf(q.ApplicationID)
		q.consent = dossier.Consented(consents, q.Item, q.Subject)
		return err
	})
	if err != nil || q.app == nil {
		return q, err
	}
	q.key, err = s.dossiers.ApplicationKey(ctx, q.app)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		q.erased = true
		return q, nil
	}
	return q, err
}

// submit asks the network. What must not be asked any more is not: the phase was closed, the consent taken back, the case
// ended.
func (s *Service) submit(ctx context.Context, q *question) error {
	if q.erased || (q.app.State != models.StateInReview && q.app.State != models.StateCorrectionRequested) {
		return s.drop(ctx, q, "case-ended")
	}
	if q.phase != phase.Trial && q.phase != phase.Full {
		return s.drop(ctx, q, q.phase)
	}
	if !q.consent {
		return s.drop(ctx, q, "consent-refused")
	}
	resident, err := q.key.Open(q.SealedResident, residentCell(q.ID))
	if err != nil {
		return err
	}
	if len(resident) == 0 { // the directory does not have the person: nobody can be asked about (P7)
		return s.unlinked(ctx, q)
	}
	done, closed := s.breakers.allow(q.Provider)
	if !closed {
		return s.later(ctx, q, s.opt.BreakFor)
	}
	ticket, err := s.network.Submit(ctx, nws.Inquiry{
		Key:      q.ID,
		Inquirer: q.Municipality,
		Affair:   q.version.Procedure.Affair,
		Item:     q.Item,
		Basis:    q.version.LegalBasis.Ja,
		Resident: string(resident),
		Subject:  q.Subject,
		AsOf:     *q.app.ArrivedAt,
	})
	done(down(err))
	if err != nil {
		return s.failed(ctx, q, err)
	}
	err = s.change(ctx, q, func(tx *postgres.Tx) error {
		changes := []postgres.Assignment{
			postgres.Set(&q.State, models.InquiryWaiting),
			postgres.Set(&q.Reference, ticket.Reference),
			postgres.Set(&q.RequestedAt, &tx.Now),
			postgres.Set(&q.Attempts, 0),
		}
		if ticket.Provider != "" {
			changes = append(changes, postgres.Set(&q.Provider, ticket.Provider))
		}
		tx.ChangeInquiry(q.Inquiry, changes...)
		return nil
	})
	if err != nil {
		return err
	}
	return task.Later{After: atLeast(ticket.PollAfter)}
}

// poll looks for the answer.
func (s *Service) poll(ctx context.Context, q *question) error {
	done, closed := s.breakers.allow(q.Provider)
	if !closed {
		return s.later(ctx, q, s.opt.BreakFor)
	}
	out, err := s.network.Poll(ctx, q.Reference)
	done(down(err))
	switch {
	case fault.KindOf(err) == fault.NotFound && err != nil:
		return s.forgotten(ctx, q)
	case err != nil:
		return s.failed(ctx, q, err)
	case out.Pending:
		return s.later(ctx, q, atLeast(out.PollAfter))
	case unsettled[out.Result]:
		return s.unsettled(ctx, q, out)
	}
	return s.conclude(ctx, q, out)
}

// forgotten asks again, with the same key: the network no longer knows the reference.
func (s *Service) forgotten(ctx context.Context, q *question) error {
	err := s.change(ctx, q, func(tx *postgres.Tx) error {
		tx.ChangeInquiry(q.Inquiry, postgres.Set(&q.State, models.InquiryQueued))
		return nil
	})
	if err != nil {
		return err
	}
	return s.later(ctx, q, s.opt.Retry)
}

// unsettled are replies after which the answer may still come: the network ran out of time, a person answers by hand, or
// an earlier request is being answered.
var unsettled = map[nws.Result]bool{nws.Timeout: true, nws.ManualAnswerPending: true, nws.Duplicate: true}

// down is an error for the breaker: only what says that the other side is down counts, not what it refuses.
func down(err error) error {
	if fault.KindOf(err) == fault.Unavailable && err != nil {
		return err
	}
	return nil
}

func atLeast(d time.Duration) time.Duration { return max(d, 50*time.Millisecond) }

// change writes an inquiry in a transaction of the program.
func (s *Service) change(ctx context.Context, q *question, fn func(tx *postgres.Tx) error) error {
	return s.dossiers.DB.InTx(ctx, models.System(q.Municipality, purpose), fn)
}

// failed tries again after a wait that doubles, until the inquiry's time is over.
func (s *Service) failed(ctx context.Context, q *question, err error) error {
	if fault.KindOf(err) != fault.Unavailable && fault.KindOf(err) != fault.TooMany {
		return s.giveUp(ctx, q, "refused")
	}
	wait := s.opt.RetryMost
	if q.Attempts < 16 {
		wait = min(s.opt.Retry<<q.Attempts, s.opt.RetryMost)
	}
	if !s.dossiers.DB.Now().Add(wait).Before(q.GiveUpAt) {
		return s.giveUp(ctx, q, "unavailable")
	}
	if changeErr := s.change(ctx, q, func(tx *postgres.Tx) error {
		tx.ChangeInquiry(q.Inquiry, postgres.Set(&q.Attempts, q.Attempts+1))
		return nil
	}); changeErr != nil {
		return changeErr
	}
	return task.Later{After: wait}
}

// later waits, until the inquiry's time is over.
func (s *Service) later(ctx context.Context, q *question, wait time.Duration) error {
	if !s.dossiers.DB.Now().Before(q.GiveUpAt) {
		return s.giveUp(ctx, q, "timeout")
	}
	return task.Later{After: wait}
}
