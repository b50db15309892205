package queue

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Worker is one member of a municipality's staff, by name.
type Worker struct {
	Person              string // id
	Name                string // as the identity provider says; empty for who has not signed in since names are kept
	Mine                bool   // it is who asks
	Away                bool   // today
	AwayFrom, AwayUntil string // YYYY-MM-DD; empty: not away
}

func nameCell(municipality, person string) seal.Cell {
	return seal.Cell{Table: "staff_names", Column: "sealed_name", Row: municipality + "/" + person}
}

// KeepName keeps what the identity provider calls a member of staff, in each municipality where the person works: colleagues see who has a case.
func (s *Service) KeepName(ctx context.Context, person, name string, municipalities []string) error {
	name = strings.TrimSpace(name)
	for _, municipality := range municipalities {
		if name == "" || !jp.ValidMunicipality(municipality) {
			continue
		}
		key, err := s.dossiers.MunicipalityKey(ctx, municipality)
		if fault.KindOf(err) == fault.Refused && err != nil {
			continue // it does not use the service
		}
		if err != nil {
			return err
		}
		sealed, err := key.Seal([]byte(name), nameCell(municipality, person))
		if err != nil {
			return err
		}
		actor := models.Actor{Person: person, Role: models.RoleReviewer, Municipality: municipality, Purpose: "sign-in"}
		err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			return tx.PutStaffName(&models.StaffName{Municipality: municipality, StaffID: person, SealedName: sealed})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// workers are the staff of the municipality, by id.
func workers(tx *postgres.Tx, municipality string, key seal.Key) (map[string]Worker, error) {
	rows, err := tx.StaffNames(municipality)
	if err != nil {
		return nil, err
	}
	today := jp.DateIn(tx.Now)
	out := map[string]Worker{}
	for _, row := range rows {
		name, err := key.Open(row.SealedName, nameCell(row.Municipality, row.StaffID))
		if err != nil {
			return nil, err
		}
		w := Worker{Person: row.StaffID, Name: string(name), Mine: row.StaffID == tx.Actor.Person}
		w.AwayFrom, w.AwayUntil = dateText(row.AwayFrom), dateText(row.AwayUntil)
		w.Away = row.AwayFrom != nil && !today.Before(jp.DateOf(*row.AwayFrom)) && !today.After(jp.DateOf(*row.AwayUntil))
		out[w.Person] = w
	}
	return out, nil
}

func workerOf(staff map[string]Worker, person, asks string) Worker {
	if w, known := staff[person]; known {
		return w
	}
	return Worker{Person: person, Mine: person == asks}
}

// Workers are the staff of the actor's municipality who have signed in, by name.
func (s *Service) Workers(ctx context.Context, actor models.Actor) ([]Worker, error) {
	return s.WorkersOf(ctx, actor, actor.Municipality)
}

// WorkersOf are the staff of a municipality who have signed in, by name: its own staff see them, and auditors; others see nobody.
func (s *Service) WorkersOf(ctx context.Context, actor models.Actor, municipality string) ([]Worker, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, municipality)
	if err != nil {
		return nil, err
	}
	var byID map[string]Worker
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		byID, err = workers(tx, municipality, key)
		return err
	})
	out := []Worker{}
	for _, w := range byID {
		out = append(out, w)
	}
	slices.SortFunc(out, func(a, b Worker) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Person, b.Person)) })
	return out, err
}

// SetAway says from when until when a member of staff is away, both inclusive: meanwhile the cases of whoever is away are taken by the next who wants
// one. Zero days: nobody is away. Errors: invalid-request with the pointer; conflict for somebody who has not signed in yet.
func (s *Service) SetAway(ctx context.Context, actor models.Actor, person string, from, until jp.Date) error {
	if !models.ValidID(person) {
		return fault.ErrNotFound
	}
	if from.IsZero() != until.IsZero() {
		return badMember("/until", "required", "required")
	}
	if until.Before(from) {
		return badMember("/until", "invalid", "away-ends-first")
	}
	var first, last *time.Time
	if !from.IsZero() {
		a, b := from.Time(), until.Time()
		first, last = &a, &b
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		tx.SetAway(actor.Municipality, person, first, last)
		return tx.AddAudit(&models.AuditEntry{Action: "set-away", ObjectKind: "person", ObjectID: person})
	})
}

// Assign gives a case to a colleague, whose work it is then. Errors: not-found, also for who does not work on it or may not see it; conflict with
// held_by and held_until while another colleague has it.
func (s *Service) Assign(ctx context.Context, actor models.Actor, id, to string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return s.assignIn(tx, id, to, false) })
}

// TakeOver takes a case from a colleague, with the reason as a note for all: what the colleague is writing at that moment is refused, and kept for the
// colleague. Errors: not-found; invalid-request and individual-number for the reason.
func (s *Service) TakeOver(ctx context.Context, actor models.Actor, id, reason string) (*Hold, error) {
	if err := checkText("/reason", reason); err != nil {
		return nil, err
	}
	f, err := s.dossiers.Open(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	n := &models.CaseNote{ID: models.NewID(), ApplicationID: id, Municipality: f.Row.Municipality, PersonID: f.Row.PersonID, AuthorID: actor.Person}
	if n.Sealed, err = f.Key.Seal([]byte(reason), dossier.NoteCell(n.ID)); err != nil {
		return nil, err
	}
	var out *Hold
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if err := s.assignIn(tx, id, actor.Person, true); err != nil {
			return err
		}
		app, err := s.visible(tx, id)
		if err != nil {
			return err
		}
		n.At = tx.Now
		if err := tx.AddNote(n); err != nil {
			return err
		}
		out, err = s.claimIn(tx, app)
		return err
	})
	return out, err
}

func (s *Service) assignIn(tx *postgres.Tx, id, to string, take bool) error {
	app, err := s.visible(tx, id)
	if err != nil {
		return err
	}
	if err := s.takes(tx, app, to); err != nil {
		return err
	}
	given, err := tx.Assign(app, to, take)
	if err != nil {
		return err
	}
	if !given {
		claim, err := tx.ClaimOf(id)
		if err != nil {
			return err
		}
		return held(claim)
	}
	action := "assign-case"
	if take {
		action = "take-over-case"
	}
	return s.dossiers.Audit(tx, app, action, "application", id)
}

// takes says whether a case can be given to a person: one of the staff, of its category, who may see whom it is of. Error: not-found.
func (s *Service) takes(tx *postgres.Tx, app *models.Application, person string) error {
	if !models.ValidID(person) {
		return fault.ErrNotFound
	}
	if person == tx.Actor.Person {
		return nil
	}
	rows, err := tx.StaffNames(tx.Actor.Municipality)
	if err != nil {
		return err
	}
	member, err := tx.StaffMember(tx.Actor.Municipality, person)
	if err != nil {
		return err
	}
	there := slices.ContainsFunc(rows, func(n models.StaffName) bool { return n.StaffID == person })
	if !there || !s.dossiers.WorksOn(member, app.Procedure) || (app.Protected || app.AwaitsDirectory) && (member == nil || !member.SeesProtected) {
		return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "not-for-colleague")
	}
	return nil
}
