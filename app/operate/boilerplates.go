package operate

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Boilerplate is a text that staff begin with (文例).
type Boilerplate struct {
	models.Boilerplate
	Kind  boilerplate.Kind
	Texts map[string]string // by the field that it fills
}

func boilerplateOf(row models.Boilerplate) (Boilerplate, error) {
	out := Boilerplate{Boilerplate: row, Kind: boilerplate.Kind(row.Kind)}
	return out, json.Unmarshal(row.Texts, &out.Texts)
}

func boilerplatesOf(rows []models.Boilerplate) (out []Boilerplate, err error) {
	for _, row := range rows {
		one, err := boilerplateOf(row)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// Boilerplates lists a municipality's, the retired too, in the order of their kinds. Errors: not-found, also for another municipality than the
// admin's own.
func (s *Service) Boilerplates(ctx context.Context, actor models.Actor, code string) ([]Boilerplate, error) {
	return s.readBoilerplates(ctx, actor, code, func(tx *postgres.Tx) ([]models.Boilerplate, error) { return tx.Boilerplates(code) })
}

// BoilerplatePast are all versions of one, newest first. Errors: as of Boilerplates.
func (s *Service) BoilerplatePast(ctx context.Context, actor models.Actor, code, id string) ([]Boilerplate, error) {
	return s.readBoilerplates(ctx, actor, code, func(tx *postgres.Tx) ([]models.Boilerplate, error) { return tx.BoilerplatePast(code, id) })
}

func (s *Service) readBoilerplates(ctx context.Context, actor models.Actor, code string,
	read func(tx *postgres.Tx) ([]models.Boilerplate, error)) (out []Boilerplate, err error) {
	if mayWrite(actor, code) != nil {
		return nil, fault.ErrNotFound
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := tx.Municipality(code); err != nil {
			return err
		}
		rows, err := read(tx)
		if err == nil {
			out, err = boilerplatesOf(rows)
		}
		return err
	})
	return out, err
}

// Offered are the boilerplates of the actor's own municipality that can be chosen for a procedure; "*" for what is of no single one.
func (s *Service) Offered(ctx context.Context, actor models.Actor, procedure string) (out []Boilerplate, err error) {
	if actor.Municipality == "" {
		return nil, nil
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.Boilerplates(actor.Municipality)
		if err == nil {
			out, err = boilerplatesOf(slices.DeleteFunc(rows, func(b models.Boilerplate) bool {
				return b.Retired || b.Procedure != All && b.Procedure != procedure
			}))
		}
		return err
	})
	return out, err
}

// PutBoilerplate adds one, or a version of one: in.Version is the version that the admin saw, 0 for a new one. A form that brings an id for a new
// one may be sent twice: it is added once. It gives its id. Errors: not-found, stale, invalid-request with each member at fault,
// an unknown placeholder among them.
func (s *Service) PutBoilerplate(ctx context.Context, actor models.Actor, in Boilerplate) (string, error) {
	if mayWrite(actor, in.Municipality) != nil {
		return "", fault.ErrNotFound
	}
	if details := s.checkBoilerplate(&in); len(details) > 0 {
		return "", fault.Checked(fault.CodeInvalidRequest, "", details)
	}
	row, err := in.row()
	if err != nil {
		return "", err
	}
	if !models.ValidID(row.ID) {
		row.ID = models.NewID()
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		action := "change-boilerplate"
		past, err := tx.BoilerplatePast(row.Municipality, row.ID)
		switch {
		case err != nil && fault.KindOf(err) == fault.NotFound && row.Version == 0:
			action = "add-boilerplate"
		case err != nil:
			return err
		case row.Version == 0:
			return nil // sent twice
		case past[0].Version != row.Version:
			return fault.New(fault.Stale, fault.CodeStale, "admin-settings")
		case row.Retired:
			action = "retire-boilerplate"
		}
		row.Version++
		if err := tx.AddBoilerplate(row); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: action, ObjectKind: "boilerplate", ObjectID: row.ID, Municipality: row.Municipality})
	})
	return row.ID, err
}

// row is what is kept of a boilerplate: of its texts those of its kind.
func (b *Boilerplate) row() (*models.Boilerplate, error) {
	row := b.Boilerplate
	kept := map[string]string{}
	for _, field := range b.Kind.Fields() {
		kept[field] = b.Texts[field]
	}
	row.Kind = string(b.Kind)
	if b.Kind != boilerplate.Correction {
		row.DueDays = nil
	}
	var err error
	row.Texts, err = json.Marshal(kept)
	return &row, err
}

// The longest name, and title of a message, in characters.
const (
	mostName  = 60
	mostTitle = 100
)

func (s *Service) checkBoilerplate(in *Boilerplate) []fault.Detail {
	var details []fault.Detail
	fail := func(at, code string, reason fault.Reason, params ...fault.Param) {
		details = append(details, fault.Detail{Code: code, Reason: reason, Pointer: at, Params: params})
	}
	if !in.Kind.Valid() {
		fail("/kind", "invalid-choice", "boilerplate-kind")
		return details
	}
	if in.Procedure != All && s.dossiers.Editions.ForProcedure(in.Municipality, in.Procedure).Procedure(in.Procedure) == nil {
		fail("/procedure", fault.CodeUnknownProcedure, "")
	}
	if in.Kind == boilerplate.Message && in.Procedure != All {
		in.Procedure = All // goes to parents of any
	}
	text := func(at, text string, most int) {
		if text == "" {
			fail(at, "required", "")
			return
		}
		if n := utf8.RuneCountInString(text); n > most {
			fail(at, "too-long", "answer-too-long", fault.Number("max", most))
			return
		}
		details = append(details, form.FreeTextFaults(at, text)...)
		if found := in.Kind.Unknown(text); found != "" {
			fail(at, "unknown-placeholder", "unknown-placeholder", fault.Name("found", found),
				fault.Name("there", "{"+strings.Join(in.Kind.Placeholders(), "} {")+"}"))
		}
	}
	in.Name = strings.TrimSpace(in.Name)
	if text("/name", in.Name, mostName); boilerplate.Unfilled(in.Name) != "" {
		fail("/name", "invalid", "no-placeholder-in-name")
	}
	for _, field := range in.Kind.Fields() {
		most := 2000
		if strings.HasPrefix(field, "title-") {
			most = mostTitle
		}
		text("/"+field, strings.TrimSpace(in.Texts[field]), most)
	}
	if in.Kind == boilerplate.Correction && in.DueDays != nil && (*in.DueDays < 1 || *in.DueDays > 365) {
		fail("/due_days", "invalid", "answer-out-of-range", fault.Number("min", 1), fault.Number("max", 365))
	}
	return details
}
