package operate

import (
	"context"
	"slices"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Tried is what a municipality tries before a pair is switched, in the order of a checklist: the counter (窓口), the
// terminals (端末), the workflow (事務の流れ).
var Tried = []string{"counter", "terminals", "workflow"}

// Check is one line of the checklist.
type Check struct {
	Tried  string
	Done   bool
	DoneAt *time.Time // nil while it was not tried
	DoneBy string     // id of a person
	Note   string
}

func checkOf(tried string, done map[string]models.ReadinessCheck) Check {
	c, ok := done[tried]
	if !ok {
		return Check{Tried: tried}
	}
	at := c.DoneAt.In(jp.JST)
	return Check{Tried: tried, Done: true, DoneAt: &at, DoneBy: c.DoneBy, Note: c.Note}
}

// NewCheck says that something was tried for a pair, or that it does not count as tried any more.
type NewCheck struct {
	Procedure, Item, Tried, Note string
	Done                         bool
}

// PutCheck sets a line of the checklist of the admin's own municipality; of two the later counts. Errors: forbidden for
// an admin of no municipality; invalid-request with each member at fault; individual-number (P4).
func (s *Service) PutCheck(ctx context.Context, actor models.Actor, in NewCheck) (*Check, error) {
	if actor.Role != models.RoleAdmin || actor.Municipality == "" {
		return nil, fault.New(fault.Forbidden, fault.CodeForbidden, "tried-elsewhere")
	}
	if err := s.checkCheck(in); err != nil {
		return nil, err
	}
	row := &models.ReadinessCheck{
		Municipality: actor.Municipality,
		Procedure:    in.Procedure,
		Item:         in.Item,
		Tried:        in.Tried,
		Note:         in.Note,
	}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		action := "put-readiness-check"
		if in.Done {
			if err := tx.PutReadinessCheck(row); err != nil {
				return err
			}
		} else {
			action = "drop-readiness-check"
			tx.DropReadinessCheck(row)
		}
		return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "readiness", ObjectID: in.Procedure + "/" + in.Item + "/" + in.Tried})
	})
	if err != nil {
		return nil, err
	}
	if !in.Done {
		return &Check{Tried: in.Tried}, nil
	}
	out := checkOf(in.Tried, map[string]models.ReadinessCheck{in.Tried: *row})
	return &out, nil
}

func (s *Service) checkCheck(in NewCheck) error {
	var details []fault.Detail
	fail := func(pointer, code string, reason fault.Reason) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: pointer})
	}
	switch p := s.dossiers.Editions.National().Procedure(in.Procedure); {
	case p == nil:
		fail("/procedure", fault.CodeUnknownProcedure, "")
	case !slices.Contains(p.Latest().Items(), in.Item):
		fail("/item", "unknown-item", "unknown-item")
	}
	if !slices.Contains(Tried, in.Tried) {
		fail("/tried", "not-a-choice", "what-was-tried")
	}
	details = append(details, form.FreeTextFaults("/note", in.Note)...)
	if len(details) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", details)
}
