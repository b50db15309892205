package apply

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// handled is an application opened by who handles it: its applicant, or a clerk of the counter.
type handled struct {
	*dossier.File
	intake    *models.CounterIntake // nil: on line
	now       time.Time             // when it was read, by the database's clock
	catalogue *catalogue.Catalogue  // by which it was decided, or which the node believes to be in force for a draft
}

// openHandled opens an application for who handles it (dossier's Handles). read, if not nil, reads more in the same
// transaction. Error: not-found for everybody else.
func (s *Service) openHandled(ctx context.Context, actor models.Actor, id string, read func(tx *postgres.Tx, app *models.Application) error) (*handled, error) {
	return s.openAhead(ctx, actor, id, func(*postgres.Tx) {}, read)
}

// openAhead is openHandled for what read mostly reads, in this order.
func (s *Service) openAhead(ctx context.Context, actor models.Actor, id string, ahead postgres.Ahead,
	read func(tx *postgres.Tx, app *models.Application) error) (*handled, error) {
	var h handled
	f, err := s.dossiers.OpenAhead(ctx, actor, id, ahead, func(tx *postgres.Tx, app *models.Application) (err error) {
		h.now = tx.Now
		if err := s.dossiers.Handles(tx, app); err != nil {
			return err
		}
		if app.Channel == models.ChannelCounter {
			if h.intake, err = tx.CounterIntakeOf(id); err != nil {
				return err
			}
		}
		if app.ArrivedAt != nil {
			if h.catalogue, err = s.dossiers.Decided(tx, app); err != nil {
				return err
			}
		}
		if read != nil {
			return read(tx, app)
		}
		return nil
	})
	if h.File = f; err == nil && h.catalogue == nil {
		h.catalogue = s.inForce(f.Row.Municipality, h.decidedAt())
	}
	return &h, err
}

// decidedAt is the instant whose rules hold for an application: of a draft now, or when its paper arrived; its arrival
// ever after (P5).
func (h *handled) decidedAt() time.Time {
	switch {
	case h.Row.ArrivedAt != nil:
		return *h.Row.ArrivedAt
	case h.intake != nil:
		return h.intake.ReceivedAt
	}
	return h.now
}

// instant is the one that counts for what is not filed yet (P5): when its paper reached the office or another portal had it, or on line now.
func instant(tx *postgres.Tx, intake *models.CounterIntake) time.Time {
	if intake != nil {
		return intake.ReceivedAt
	}
	return tx.Now
}
