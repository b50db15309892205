package dossier

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Protection (支援措置) is of people. Each case has marks of whom it is about: keyed hashes, by which the database recognises the same person in
// another case (P9; deploy/decisions/protected-people.md).

// Residents asks the directory of residents about whom a case is about, and keeps what it answers.
type Residents interface {
	// LookUp asks about one case. Error: unavailable while the directory is down.
	LookUp(ctx context.Context, municipality, application string) error
}

// Asking lets every case that arrives be hidden until the directory has been asked about it.
func (d *Service) Asking(r Residents) { d.residents = r }

// PersonOf is one person whom a case is about.
type PersonOf struct {
	Subject string // "applicant", "child-2"
	Reading string // of the whole name, normalised
	Birth   string // YYYY-MM-DD
	Marks   [][]byte
}

// People are the applicant and the children of a case, as far as its content names them, with the marks by which they are recognised: reading and birth
// date, and of who applied on line the account.
func People(key seal.Key, app *models.Application, c *Content) []PersonOf {
	var facts struct {
		Children []json.RawMessage `json:"children"`
	}
	_ = json.Unmarshal(c.Facts, &facts) // facts of another shape have no children
	list, _ := c.Form["children"].([]any)
	var out []PersonOf
	for n := range 1 + max(1, len(facts.Children), len(list)) {
		subject := "applicant"
		if n > 0 {
			subject = "child-" + strconv.Itoa(n)
		}
		p := c.person(subject)
		if n == 0 && !app.Unreached() {
			p.Marks = append(p.Marks, key.BlindIndex("protected-account", app.PersonID))
		}
		if p.Reading != "" && p.Birth != "" {
			p.Marks = append(p.Marks, key.BlindIndex("protected-person", p.Birth+" "+p.Reading))
		}
		if len(p.Marks) > 0 {
			out = append(out, p)
		}
	}
	return out
}

func (c *Content) person(subject string) PersonOf {
	form, facts := c.Person(subject)
	text := func(name string) string {
		for _, m := range []map[string]any{form, facts} {
			if v, _ := m[name].(string); v != "" {
				return v
			}
		}
		return ""
	}
	return PersonOf{Subject: subject, Reading: WholeReading(text("family_kana"), text("given_kana")), Birth: text("birth_date")}
}

// WholeReading is the reading of a whole name, in which two that are written differently are the same.
func WholeReading(parts ...string) string { return reading(strings.Join(parts, "")) }

// ResidentMark is the mark of a resident number (宛名番号).
func ResidentMark(key seal.Key, resident string) []byte {
	return key.BlindIndex("protected-resident", resident)
}

// MarksOf are all marks of people.
func MarksOf(people []PersonOf) [][]byte {
	var out [][]byte
	for _, p := range people {
		out = append(out, p.Marks...)
	}
	return out
}

// Arrived notes whom a case is about that arrives: who is known to be protected hides it from the commit on, and where a directory is connected the case is
// hidden until that has answered. The filing itself waits for neither.
func (d *Service) Arrived(tx *postgres.Tx, app *models.Application, municipality seal.Key, c *Content) error {
	tx.BeginPeople(app.ID, MarksOf(People(municipality, app, c)))
	return d.await(tx, app)
}

// Named notes whom a case is about once a correction, or a clerk, has changed that. A case that has arrived and names somebody new waits for the directory
// again.
func (d *Service) Named(tx *postgres.Tx, app *models.Application, municipality seal.Key, c *Content) error {
	fresh, err := tx.NamePeople(app.ID, MarksOf(People(municipality, app, c)), postgres.MarksOfForm)
	if err != nil || fresh == 0 || app.ArrivedAt == nil {
		return err
	}
	return d.await(tx, app)
}

func (d *Service) await(tx *postgres.Tx, app *models.Application) error {
	if d.residents == nil {
		return nil
	}
	tx.AwaitDirectory(app.ID)
	return tx.Enqueue(task.LookUp{Municipality: app.Municipality, Application: app.ID})
}

// ProtectCase protects everybody whom a case is about, over all cases of its municipality; each that is hidden by it records that.
func (d *Service) ProtectCase(tx *postgres.Tx, id, source string) error {
	cases, err := tx.ProtectCase(id, source)
	if err != nil {
		return err
	}
	return d.Protected(tx, "protect", cases)
}

// ProtectPeople is the same for whoever has one of these marks.
func (d *Service) ProtectPeople(tx *postgres.Tx, marks [][]byte, source string) error {
	cases, err := tx.ProtectPeople(marks, source)
	if err != nil {
		return err
	}
	return d.Protected(tx, "protect", cases)
}

// Protected records of each case that it is hidden now, or open again.
func (d *Service) Protected(tx *postgres.Tx, action string, cases []string) error {
	for _, id := range cases {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		if err := d.Audit(tx, app, action, "application", id); err != nil {
			return err
		}
	}
	return nil
}

// Answered does something with a case. Where it is not found because the directory has not been asked yet, that is asked now, and it is done again: the first
// to work on a new case waits for the answer instead of the job. Error: that of do.
func (d *Service) Answered(ctx context.Context, actor models.Actor, id string, do func() error) error {
	err := do()
	if d.residents == nil || actor.Role != models.RoleReviewer || err == nil || fault.KindOf(err) != fault.NotFound {
		return err
	}
	var waits bool
	asked := d.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		waits, err = tx.Awaited(id)
		return err
	})
	if asked != nil || waits && d.residents.LookUp(ctx, actor.Municipality, id) != nil {
		return err
	}
	return do() // also if it does not wait: the job may have had the answer since
}
