package dossier

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
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

// Plan makes the plan with the phase rows read in this transaction (review.md, "Switching"). It gives the rows too,
// for what will change later.
func (d *Service) Plan(tx *postgres.Tx, q Question) (evidence.Plan, []phase.Row, error) {
	read, err := tx.PhaseRows(q.Procedure, q.Municipality)
	if err != nil {
		return evidence.Plan{}, nil, err
	}
	rows := PhaseRows(read)
	plan, err := d.PlanWith(rows, q)
	return plan, rows, err
}

// PlanWith makes the plan with given phase rows.
func (d *Service) PlanWith(rows []phase.Row, q Question) (evidence.Plan, error) {
	return evidence.Make(d.Catalogue, q.input(rows))
}

// ChangesAt is when the next row that is known changes the plan.
func (d *Service) ChangesAt(rows []phase.Row, q Question) (time.Time, bool, error) {
	return evidence.ChangesAt(d.Catalogue, q.input(rows))
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

// Version is the procedure's version in force at an instant. Errors: unknown-procedure, not-in-force.
func (d *Service) Version(procedure string, at time.Time) (*catalogue.Version, error) {
	p := d.Catalogue.Procedure(procedure)
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

// ChildrenIndex is a blind index over the set of children that an application is for, in any order: their birth dates in
// the facts; or, where only the form names the child, its birth date and given name, so that brothers and sisters are
// not taken for one another. Content that is not complete, or has no children, gives that of the empty set.
func ChildrenIndex(key seal.Key, c *Content) []byte {
	var f struct {
		Children []struct {
			BirthDate string `json:"birth_date"`
		} `json:"children"`
	}
	_ = json.Unmarshal(c.Facts, &f) // facts of another shape have no children
	var children []string
	for _, child := range f.Children {
		children = append(children, child.BirthDate)
	}
	if child, ok := c.Form["child"].(map[string]any); ok {
		birth, _ := child["birth_date"].(string)
		name, _ := child["given_kana"].(string)
		children = append(children, birth+" "+name)
	}
	slices.Sort(children)
	h := sha256.New()
	for _, child := range children {
		_, _ = h.Write([]byte(child + "\n"))
	}
	return key.BlindIndex("children", string(h.Sum(nil)))
}

// Period is the fiscal year for a procedure with a window, else empty: the report of another year is another thing.
func Period(v *catalogue.Version, on jp.Date) string {
	switch v.Deadline.Kind {
	case catalogue.DeadlineWindow, catalogue.DeadlineOffering:
		return strconv.Itoa(jp.FiscalYear(on))
	}
	return ""
}
