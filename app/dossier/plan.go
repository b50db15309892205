package dossier

import (
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// PhaseRows turns the database's rows into the rule's.
func PhaseRows(rows []models.PhaseRow) []phase.Row {
	out := make([]phase.Row, len(rows))
	for i, r := range rows {
		out[i] = phase.Row{
			ID:           r.ID,
			Procedure:    r.Procedure,
			Item:         r.Item,
			Municipality: r.Municipality,
			Phase:        r.Phase,
			From:         r.EffectiveFrom,
		}
	}
	return out
}

// Question is what a plan is made for.
type Question struct {
	Procedure, Municipality string
	At                      time.Time
	Facts                   *catalogue.Facts
	Consents                []string
}

// Force is what is in force for a procedure in a municipality at an instant: the catalogue of the edition (P8), and the phase rows.
type Force struct {
	*shelf.Current
	Phases []phase.Row
}

// Force reads what is in force at an instant that this transaction has read before, in one round trip: whoever decides by it
// decides wholly by what held before a switch, or wholly by what holds after it (review.md, "Switching"). Error: unavailable.
func (d *Service) Force(tx *postgres.Tx, procedure, municipality string, at time.Time) (*Force, error) {
	if !jp.ValidMunicipality(municipality) {
		municipality = edition.National // nobody's; the rule says so where that matters
	}
	phases, editions, err := Switches(tx, procedure, municipality)
	if err != nil {
		return nil, err
	}
	now, err := d.Editions.By(tx, shelf.Rows(editions), municipality, at)
	return &Force{now, PhaseRows(phases)}, err
}

// Switches are the rows that Force reads.
func Switches(tx *postgres.Tx, procedure, municipality string) ([]models.PhaseRow, []models.EditionRow, error) {
	if !jp.ValidMunicipality(municipality) {
		municipality = edition.National
	}
	if strings.ContainsFunc(procedure, func(r rune) bool { return r <= ' ' || r > '~' }) {
		procedure = ""
	}
	return tx.Switches(procedure, municipality)
}

// Plan makes the plan.
func (f *Force) Plan(q Question) (evidence.Plan, error) { return Plan(f.Catalogue, f.Phases, q) }

// ChangesAt is when the next row that is known changes the plan, of the phases or of the editions.
func (f *Force) ChangesAt(q Question) (time.Time, bool, error) {
	needs, err := evidence.Assess(f.Catalogue, q.input(f.Phases))
	if err != nil {
		return time.Time{}, false, err
	}
	at, found := f.Next(needs, q.At)
	return at, found, nil
}

// Next is ChangesAt for a case that is assessed already.
func (f *Force) Next(needs *evidence.Needs, after time.Time) (time.Time, bool) {
	at, found := needs.ChangesAt(f.Phases, after)
	if next, ok := f.NextChange(after); ok && (!found || next.Before(at)) {
		return next, true
	}
	return at, found
}

// Arrived notes in the row of a case that arrives by which editions it is decided, for ever.
func (f *Force) Arrived(app *models.Application) {
	app.NationalEdition, app.LocalEdition = f.Ref.National, f.Ref.Local
}

// Plan makes the plan by a catalogue and phase rows.
func Plan(c *catalogue.Catalogue, phases []phase.Row, q Question) (evidence.Plan, error) {
	return evidence.Make(c, q.input(phases))
}

func (q Question) input(rows []phase.Row) evidence.Input {
	return evidence.Input{
		Procedure:    q.Procedure,
		Municipality: q.Municipality,
		FiledAt:      q.At,
		Facts:        q.Facts,
		Consents:     q.Consents,
		Phases:       rows,
	}
}

// Version is the version of a procedure in force at an instant by a catalogue. Errors: unknown-procedure, not-in-force.
func Version(c *catalogue.Catalogue, procedure string, at time.Time) (*catalogue.Version, error) {
	p := c.Procedure(procedure)
	if p == nil {
		return nil, fault.New(fault.Refused, fault.CodeUnknownProcedure, "").
			With(fault.Detail{Code: fault.CodeUnknownProcedure, Pointer: "/procedure"})
	}
	v := p.At(jp.DateIn(at))
	if v == nil {
		return nil, fault.New(fault.Refused, fault.CodeNotInForce, "").
			With(fault.Detail{Code: fault.CodeNotInForce, Reason: "", Pointer: "/procedure"})
	}
	return v, nil
}

// EditionOf is by which edition a case is shown: that which decided it, or for a draft that in force now, by the node's look.
func (d *Service) EditionOf(app *models.Application) edition.Ref {
	switch {
	case app.NationalEdition != "":
		return edition.Ref{National: app.NationalEdition, Local: app.LocalEdition}
	case app.ArrivedAt != nil: // before there were editions
		return d.Editions.At(app.Municipality, *app.ArrivedAt).Ref
	}
	return d.Editions.At(app.Municipality, d.DB.Now()).Ref
}

// CatalogueOf is the catalogue that goes with EditionOf, to show the case.
func (d *Service) CatalogueOf(app *models.Application) *catalogue.Catalogue {
	return d.Editions.Of(d.EditionOf(app))
}

// Decided is the catalogue by which a case was decided at its arrival, for what is decided about it later (P5). Errors: not-found for
// one that never arrived; unavailable.
func (d *Service) Decided(tx *postgres.Tx, app *models.Application) (*catalogue.Catalogue, error) {
	switch {
	case app.ArrivedAt == nil:
		return nil, fault.ErrNotFound
	case app.NationalEdition != "":
		return d.Editions.Load(tx, edition.Ref{National: app.NationalEdition, Local: app.LocalEdition})
	}
	then, err := d.Editions.In(tx, app.Municipality, *app.ArrivedAt)
	if err != nil {
		return nil, err
	}
	return then.Catalogue, nil
}

// Period is the fiscal year for a procedure with a window, else empty: the report of another year is another thing.
func Period(v *catalogue.Version, on jp.Date) string {
	switch v.Deadline.Kind {
	case catalogue.DeadlineWindow, catalogue.DeadlineOffering:
		return strconv.Itoa(jp.FiscalYear(on))
	}
	return ""
}
