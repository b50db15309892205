package review_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
)

const hinata, minato = casetest.Hinata, casetest.Minato // on trial, and in full operation

var (
	bg = context.Background()

	record, statement, income = casetest.Record, casetest.Statement, casetest.Income

	eligible = catalogue.Outcome{Eligible: true}
	living   = map[string]any{"family_name_kana": "ミナト", "birth_date": "2013-05-10", "address": "みなと町一丁目2番3号"}
)

// office is two municipalities with their reviewers.
type office struct {
	*casetest.World
	review *review.Service

	one, two, named, foreign models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	w.Full("*", "*")
	w.Trial("*", hinata)
	return &office{World: w, review: review.New(w.Dossiers, review.Options{Limits: discrepancy.Limits{Open: 30, InStep: 5}}),
		one: w.Reviewer("reviewer-1", hinata), two: w.Reviewer("reviewer-2", hinata), named: w.Reviewer("reviewer-3", hinata),
		foreign: w.Reviewer("reviewer-4", minato)}
}

// claim is a claim whose child lives elsewhere: on trial its resident record and a statement are asked for.
func (o *office) claim(municipality string) apply.Draft {
	o.T.Helper()
	return o.Draft(casetest.Claim, municipality, casetest.Apart)
}

// certification asks for the income of a guardian who lived elsewhere: tax facts, with or without consent (P6).
func (o *office) certification(consents ...string) apply.Draft {
	o.T.Helper()
	d := o.Draft("childcare-certification", hinata, casetest.MovedHere)
	d.Consents = consents
	return d
}

// hold claims a case for a reviewer.
func (o *office) hold(who models.Actor, id string) review.HeldCase {
	o.T.Helper()
	return review.HeldCase{Case: id, Fence: o.Hold(who, id)}
}

// begun is a case that reviewer one holds and has accepted.
func (o *office) begun(d apply.Draft, attached ...dossier.DocumentRef) review.HeldCase {
	o.T.Helper()
	h := o.hold(o.one, o.Filed(d, attached...))
	casetest.Must(o.T, o.review.Accept(bg, o.one, h))
	return h
}

func (o *office) open(who models.Actor, id string) *review.Case {
	o.T.Helper()
	c, err := o.review.Open(bg, who, id)
	casetest.Must(o.T, err)
	return c
}

// item is one line of a case's checklist.
func (o *office) item(id string, ref dossier.DocumentRef) review.Item {
	o.T.Helper()
	for _, i := range o.open(o.one, id).Items {
		if i.Document == ref.Document && i.Subject == ref.Subject {
			return i
		}
	}
	o.T.Fatalf("no %v in the checklist", ref)
	return review.Item{}
}

func (o *office) read(h review.HeldCase, ref dossier.DocumentRef, facts map[string]any, outcome catalogue.Outcome) (*review.Read, error) {
	return o.review.Read(bg, o.one, h, ref, review.Typed{Said: dossier.Said{Facts: facts, Outcome: outcome}})
}
