package linkage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

const (
	hinata, minato = casetest.Hinata, casetest.Minato // in full operation, and on trial

	passport = "pension-enrolment" // the document that item pension replaces
)

var (
	record  = casetest.Record
	pension = dossier.DocumentRef{Document: passport, Subject: "applicant"}
	income  = casetest.Income
)

// stage is the service with a simulated network and directory.
type stage struct {
	*casetest.World
	service  *linkage.Service
	network  *casetest.Network
	reviewer models.Actor // of みなと町
}

var quick = linkage.Options{Retry: 10 * time.Millisecond, RetryMost: 40 * time.Millisecond, ByHand: 10 * time.Millisecond, GiveUpAfter: time.Minute,
	BreakAfter: 3, BreakFor: 30 * time.Millisecond, OwnTime: 5 * time.Second}

func setUp(t testing.TB, opt linkage.Options) *stage {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	w.Full("*", "*")
	w.Trial("*", minato)
	n := w.Network()
	return &stage{World: w, service: linkage.New(w.Dossiers, w.Sweep, n.Client, n.Directory, opt), network: n, reviewer: w.Reviewer("reviewer", minato)}
}

// claim is a claim for a child who lives with a grandparent elsewhere and is under three, and whom the network knows, so
// that two items can be asked for.
func (s *stage) claim(municipality string, changes ...casetest.Change) apply.Draft {
	s.T.Helper()
	employed := func(facts, _ map[string]any) { facts["applicant"].(map[string]any)["pension"] = "employees" }
	return s.Draft(casetest.Claim, municipality, append([]casetest.Change{casetest.Apart, employed, casetest.Born("2024-08-15")}, changes...)...)
}

// childcare is an application that needs consent to ask for the parents' tax, and has it.
func (s *stage) childcare(municipality string) apply.Draft {
	s.T.Helper()
	d := s.Draft("childcare-certification", municipality, casetest.MovedHere)
	d.Consents = []string{"local-tax"}
	return d
}

// review claims a case and accepts it.
func (s *stage) review(id string) (fence int64) {
	s.T.Helper()
	return s.Reviewed(s.staff(id), id)
}

// staff is the reviewer in whose municipality a case is.
func (s *stage) staff(id string) models.Actor {
	r := s.reviewer
	r.Municipality = s.Row(id).Municipality
	return r
}

func (s *stage) ask(t testing.TB, id string, fence int64, refs ...dossier.DocumentRef) []linkage.Asked {
	t.Helper()
	asked, err := s.service.Ask(context.Background(), s.staff(id), casetest.Once(), id, fence, refs)
	casetest.Must(t, err)
	return asked
}

// work does an inquiry's job until it is done, as the queue does.
func (s *stage) work(t testing.TB, municipality, inquiry string) {
	t.Helper()
	s.until(t, municipality, inquiry, func() bool { return false })
}

// until does an inquiry's job until it is done or enough says so.
func (s *stage) until(t testing.TB, municipality, inquiry string, enough func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for !enough() {
		err := s.service.Inquire(ctx, task.Inquire{Municipality: municipality, Inquiry: inquiry})
		var later task.Later
		if !errors.As(err, &later) {
			casetest.Must(t, err)
			return
		}
		select {
		case <-time.After(min(later.After, 100*time.Millisecond)):
		case <-ctx.Done():
			t.Fatalf("inquiry %s is not done", inquiry)
		}
	}
}
