package apply

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// List gives the person's own applications, newest first, without their contents.
func (s *Service) List(ctx context.Context, actor models.Actor, page postgres.Page) ([]View, error) {
	var out []View
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		apps, err := tx.ApplicationsOf(actor.Person, page)
		if err != nil {
			return err
		}
		owed, err := owedOf(tx, apps)
		if err != nil {
			return err
		}
		first := map[string]string{}
		for _, o := range owed {
			if _, known := first[o.Application]; !known && !o.On.IsZero() {
				first[o.Application] = o.On.String()
			}
		}
		out = make([]View, len(apps))
		for i := range apps {
			out[i].describe(&apps[i])
			out[i].DueOn = first[apps[i].ID]
		}
		return s.expect(tx, out)
	})
	return out, err
}

// The kinds of what is owed.
const (
	OwedCorrection = "correction" // what was asked to be corrected
	OwedDocument   = "document"   // a document that was declared to follow
	OwedSignature  = "signature"  // the certificate was revoked: it has to be signed again
	OwedDraft      = "draft"      // a draft that will expire
	OwedLetter     = "letter"     // a decision letter that was not read
)

// Owed is one thing that the owner of an application still has to do.
type Owed struct {
	Application, Procedure, Municipality, Kind string
	Document, Subject                          string  // of OwedDocument
	Number                                     int     // of OwedCorrection
	On                                         jp.Date // the last day for it; zero if there is none
}

// expiresSoon is how long before it expires a draft is named among what is owed: as long as its owner is written to.
const expiresSoon = 14

// manyOwed is how many of the newest applications are looked at: a person has a few.
const manyOwed = 100

// Owed lists what the person still has to do for their applications, soonest first; what has no day comes before.
func (s *Service) Owed(ctx context.Context, actor models.Actor) ([]Owed, error) {
	var out []Owed
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		apps, err := tx.ApplicationsOf(actor.Person, postgres.Page{Limit: manyOwed})
		if err != nil {
			return err
		}
		if out, err = owedOf(tx, apps); err != nil {
			return err
		}
		soon := jp.DateIn(tx.Now).AddDays(expiresSoon)
		for i := range apps {
			o := owedBy(&apps[i], OwedSignature)
			switch {
			case apps[i].State == models.StateSignatureInvalid:
				out = append(out, o)
			case apps[i].State == models.StateDraft && apps[i].ExpiresAt != nil:
				o.Kind, o.On = OwedDraft, dossier.LastDay(*apps[i].ExpiresAt)
				if !o.On.After(soon) {
					out = append(out, o)
				}
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Owed) int { return a.On.Compare(b.On) })
	return out, err
}

func owedBy(app *models.Application, kind string) Owed {
	return Owed{Application: app.ID, Procedure: app.Procedure, Municipality: app.Municipality, Kind: kind}
}

// owedOf is what is asked for of those whose owner can still hand it in, soonest first. A document that an open correction asks for is
// handed in with it.
func owedOf(tx *postgres.Tx, apps []models.Application) ([]Owed, error) {
	open, ids := map[string]*models.Application{}, []string{}
	for i := range apps {
		if lifecycle.Open(apps[i].State) { // else nothing is to be handed in, or everything
			open[apps[i].ID], ids = &apps[i], append(ids, apps[i].ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	corrections, items, err := tx.OwedOf(ids)
	if err != nil {
		return nil, err
	}
	var out []Owed
	type asked struct {
		application string
		DocumentOf
	}
	with := map[asked]bool{}
	for _, c := range corrections {
		o := owedBy(open[c.ApplicationID], OwedCorrection)
		o.Number, o.On = c.Number, dayOf(c.DueOn)
		out = append(out, o)
		var documents []DocumentOf
		if err := json.Unmarshal(c.Items, &documents); err != nil {
			return nil, err
		}
		for _, d := range documents {
			with[asked{c.ApplicationID, d}] = true
		}
	}
	for _, i := range items {
		if i.DueOn == nil || with[asked{i.ApplicationID, DocumentOf{i.Document, i.Subject}}] {
			continue
		}
		o := owedBy(open[i.ApplicationID], OwedDocument)
		o.Document, o.Subject, o.On = i.Document, i.Subject, dayOf(i.DueOn)
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b Owed) int { return a.On.Compare(b.On) })
	return out, nil
}

// dayOf is a day of the database; zero for none.
func dayOf(t *time.Time) jp.Date {
	if t == nil {
		return jp.Date{}
	}
	return jp.DateOf(*t)
}

// expect says by when decisions are to be expected: so many weeks after the arrival as the municipality says, else the catalogue, without
// the days on which a correction was its owner's to hand in.
func (s *Service) expect(tx *postgres.Tx, views []View) error {
	at, ids := map[string]*View{}, []string{}
	for i := range views {
		if v := &views[i]; v.ArrivedAt != nil && (v.State == models.StateArrived || v.State == models.StateInReview) {
			at[v.ID], ids = v, append(ids, v.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	waits, err := tx.WaitsOf(ids)
	if err != nil {
		return err
	}
	for _, w := range waits {
		v := at[w.ApplicationID]
		v.Weeks = s.dossiers.Editions.ForProcedure(v.Municipality, v.Procedure).Procedure(v.Procedure).WeeksOf(w.Weeks)
		if v.Weeks > 0 {
			v.ExpectedOn = jp.DateIn(*v.ArrivedAt).AddDays(7*v.Weeks + w.Paused)
		}
	}
	return nil
}
