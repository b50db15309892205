package apply_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	hinata, minato = casetest.Hinata, casetest.Minato // in full operation, and on trial

	// The documents of the claim: one that the network can replace, one that it cannot.
	record    = "household-resident-record"
	statement = "separate-custody-statement"
	child     = "child-1"
)

var (
	options = casetest.Lifetimes
	jst     = jp.JST
)

// stage is one test's own service.
type stage struct {
	*casetest.World
	service *apply.Service
}

func setUp(t testing.TB) *stage {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	w.Full("*", "*")
	w.Trial("*", minato)
	return &stage{World: w, service: w.Apply}
}

// claim is a complete draft for which a municipality on trial needs a document and one in full operation does not.
func (s *stage) claim(t testing.TB, municipality string) apply.Draft {
	t.Helper()
	d := s.Draft(casetest.Claim, municipality, casetest.Apart)
	d.Consents = []string{}
	d.Declarations = []dossier.Declaration{{Document: statement, Subject: child, Kind: dossier.CannotProvide, Reason: "窓口で書きます"}}
	return d
}

// create begins a draft.
func (s *stage) create(t testing.TB, d apply.Draft) *apply.View {
	t.Helper()
	v, err := s.service.Create(context.Background(), s.Parent, casetest.Once(), d)
	casetest.Must(t, err)
	return v
}

func (s *stage) get(t testing.TB, id string) *apply.View {
	t.Helper()
	v, err := s.service.Get(context.Background(), s.Parent, id)
	casetest.Must(t, err)
	return v
}

func (s *stage) patch(t testing.TB, id string, version int64, patch string) *apply.View {
	t.Helper()
	v, err := s.service.Change(context.Background(), s.Parent, id, version, apply.Patch(patch))
	casetest.Must(t, err)
	return v
}

func (s *stage) file(id string) (*apply.Filed, error) {
	return s.service.File(context.Background(), s.Parent, casetest.Once(), id, nil)
}

func (s *stage) mustFile(t testing.TB, id string) *apply.Filed {
	t.Helper()
	filed, err := s.file(id)
	casetest.Must(t, err)
	return filed
}

func (s *stage) whole(d apply.Draft) (*apply.Filed, error) {
	return s.service.FileWhole(context.Background(), s.Parent, casetest.Once(), d)
}

// reviewer is the reviewer in whose municipality a case is.
func (s *stage) reviewer(id string) models.Actor {
	return s.Reviewer("reviewer", s.Row(id).Municipality)
}

// move moves a filed application as its municipality's reviewer.
func (s *stage) move(id string, event lifecycle.Event, facts lifecycle.Facts) {
	s.T.Helper()
	s.Move(s.reviewer(id), id, dossier.Step{Event: event, Facts: facts})
}

// correction asks for a correction as the reviewer.
func (s *stage) correction(id string, ask dossier.Ask) {
	s.T.Helper()
	f := s.Open(s.reviewer(id), id)
	s.In(s.reviewer(id), func(tx *postgres.Tx) error {
		_, err := s.Dossiers.RequestCorrection(tx, f, ask)
		return err
	})
}

// born is a claim for another child, that is, another thing.
func born(t testing.TB, d apply.Draft, day string) apply.Draft {
	t.Helper()
	return casetest.With(t, d, casetest.Born(day))
}

// decision finds the decision on a document, empty if the plan does not have it.
func decision(v *apply.View, document, subject string) string {
	if v.Plan == nil {
		return "no plan"
	}
	for _, r := range v.Plan.Requirements {
		if r.Document == document && r.Subject == subject {
			return r.Decision
		}
	}
	return ""
}

// reseal changes what was saved, as if it had been saved on another day.
func (s *stage) reseal(t testing.TB, id string, change func(c *dossier.Content)) {
	t.Helper()
	f := s.Open(s.Parent, id)
	change(&f.Content)
	sealed, err := dossier.SealContent(f.Key, id, f.Row.Revision, &f.Content)
	casetest.Must(t, err)
	s.Exec(`update revisions set sealed = $2 where application_id = $1 and number = $3`, id, sealed, f.Row.Revision)
}
