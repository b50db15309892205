package dossier

import (
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Staff is what the reviewer who acts works on. Whoever has no row of the own works on every category of procedures and
// sees no protected person; for anybody but a reviewer it is nil.
func (d *Service) Staff(tx *postgres.Tx) (*models.Staff, error) {
	if tx.Actor.Role != models.RoleReviewer {
		return nil, nil
	}
	member, err := tx.StaffMember(tx.Actor.Municipality, tx.Actor.Person)
	if err != nil || member != nil {
		return member, err
	}
	return &models.Staff{Municipality: tx.Actor.Municipality, StaffID: tx.Actor.Person}, nil
}

// Within says whether a case is of a category on which the reviewer who acts works; anybody but a reviewer passes, since
// row security has decided already. Error: not-found outside.
func (d *Service) Within(tx *postgres.Tx, app *models.Application) error {
	member, err := d.Staff(tx)
	if err != nil || d.WorksOn(member, app.Procedure) {
		return err
	}
	return fault.ErrNotFound
}

// Readable is Within for what a case contains. Of a case that was passed on (移送) the staff and the core system of the first office see only that
// it was, and when. Error: not-found.
func (d *Service) Readable(tx *postgres.Tx, app *models.Application) error {
	if (tx.Actor.Role == models.RoleReviewer || tx.Actor.Role == models.RoleCore) && app.State == models.StateTransferred {
		return fault.ErrNotFound
	}
	return d.Within(tx, app)
}

// WorksOn says whether a member of staff works on a procedure; nil, and one without categories, works on all.
func (d *Service) WorksOn(member *models.Staff, procedure string) bool {
	if member == nil || member.Categories == "" {
		return true
	}
	p := d.Editions.ForProcedure(member.Municipality, procedure).Procedure(procedure)
	return p != nil && slices.Contains(strings.Fields(member.Categories), p.Category)
}

// ProceduresOf are the codes of the procedures on which a member of staff works; nil for all of them.
func (d *Service) ProceduresOf(member *models.Staff) []string {
	if member == nil || member.Categories == "" {
		return nil
	}
	codes := []string{}
	for _, p := range d.Editions.Procedures(member.Municipality) {
		if d.WorksOn(member, p.Code) {
			codes = append(codes, p.Code)
		}
	}
	return codes
}

// Reassessments are those of the own municipality that the reviewer who acts may see (見直し): of the procedures on which the reviewer
// works.
func (d *Service) Reassessments(tx *postgres.Tx) (postgres.ReassessmentQuery, error) {
	member, err := d.Staff(tx)
	return postgres.ReassessmentQuery{Municipality: tx.Actor.Municipality, Procedures: d.ProceduresOf(member)}, err
}
