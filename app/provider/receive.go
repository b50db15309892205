package provider

import (
	"context"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// New requests are bounded in what is no prose: names and ids.
const (
	maxInquirer = 100 // characters
	maxResident = 20
)

// Asked is what another body asks to confirm.
type Asked struct {
	Inquirer   string // the body that asks
	Item       string // linkage item
	Resident   string // about whom: the resident id (宛名番号)
	Question   string
	ReceivedAt time.Time // zero: now
}

// Receive takes in what another body asks the reviewer's municipality to confirm. Errors: invalid-request with each member
// at fault; individual-number (P4); idempotency-key-reused.
func (s *Service) Receive(ctx context.Context, actor models.Actor, req dossier.Request, in Asked) (*Request, error) {
	if err := s.checkAsked(in); err != nil {
		return nil, err
	}
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Request, error) {
		if in.ReceivedAt.IsZero() {
			in.ReceivedAt = tx.Now
		}
		if in.ReceivedAt.After(tx.Now) {
			var c check
			c.fail("/received_at", "date-in-future", "in-the-future")
			return nil, c.err()
		}
		r := &models.ProviderRequest{
			ID:           models.NewID(),
			Municipality: actor.Municipality,
			Inquirer:     in.Inquirer,
			Item:         in.Item,
			State:        models.ProviderRequestOpen,
			Step:         string(discrepancy.ProviderReceived),
			ReceivedAt:   in.ReceivedAt,
			StepAt:       tx.Now,
			Version:      1,
		}
		var err error
		if r.Sealed, err = sealAsked(key, r.ID, asked{Resident: in.Resident, Question: in.Question}); err != nil {
			return nil, err
		}
		first := &models.ProviderRequestStep{
			ID:           models.NewID(),
			RequestID:    r.ID,
			Municipality: r.Municipality,
			Step:         r.Step,
			StaffID:      actor.Person,
			At:           tx.Now,
		}
		if first.SealedNote, err = key.Seal(nil, noteCell(first.ID)); err != nil {
			return nil, err
		}
		if err := tx.AddProviderRequest(r, first); err != nil {
			return nil, err
		}
		if err := record(tx, "receive-provider-request", r.ID); err != nil {
			return nil, err
		}
		return s.opened(key, r, []models.ProviderRequestStep{*first}, tx.Now)
	})
}

func (s *Service) checkAsked(in Asked) error {
	var c check
	c.text("/inquirer", in.Inquirer, true)
	if utf8.RuneCountInString(in.Inquirer) > maxInquirer {
		c.fail("/inquirer", "too-long", "inquirer-name")
	}
	if in.Item == "" {
		c.fail("/item", "required", "required")
	} else if s.dossiers.Editions.National().Item(in.Item) == nil {
		c.fail("/item", "unknown-item", "unknown-item")
	}
	c.text("/resident", in.Resident, true)
	if utf8.RuneCountInString(in.Resident) > maxResident {
		c.fail("/resident", "too-long", "resident-id")
	}
	c.text("/question", in.Question, true)
	return c.err()
}

// List shows the requests to the reviewer's municipality, newest first, without about whom they are; an empty state asks for
// all. The look is recorded.
func (s *Service) List(ctx context.Context, actor models.Actor, state models.ProviderRequestState, page postgres.Page) ([]Request, error) {
	out := []Request{}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.ProviderRequests(state, page)
		if err != nil {
			return err
		}
		for i := range rows {
			out = append(out, s.summary(&rows[i], tx.Now))
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-provider-requests", ObjectKind: objectKind})
	})
	return out, err
}

// Get opens one request with its steps. The look is recorded. Error: not-found.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*Request, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	var out *Request
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		r, err := tx.ProviderRequest(id)
		if err != nil {
			return err
		}
		steps, err := tx.ProviderRequestSteps(id)
		if err != nil {
			return err
		}
		if out, err = s.opened(key, r, steps[id], tx.Now); err != nil {
			return err
		}
		return record(tx, "open-provider-request", id)
	})
	return out, err
}

const objectKind = "provider-request"

func record(tx *postgres.Tx, action, id string) error {
	return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: objectKind, ObjectID: id})
}
