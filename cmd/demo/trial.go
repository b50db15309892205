package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// What the trial of みなと町 is about: children who live elsewhere, with their resident record.
const (
	tried     = "child-allowance-claim"
	triedItem = "resident-record"
	apart     = "child-1"
)

var (
	paperOfRecord    = dossier.DocumentRef{Document: "household-resident-record", Subject: apart}
	paperOfStatement = dossier.DocumentRef{Document: "separate-custody-statement", Subject: apart}
)

// trialCase is what is seen in one case of the trial when its paper is laid beside the answer.
type trialCase int

const (
	agrees  trialCase = iota
	judged            // a person says that it is the same
	differs           // the register holds another place: the provider is asked
	slips             // the reader had mistyped, and looks a second time
)

// trialCases are the cases, one a household.
var trialCases = []trialCase{agrees, agrees, agrees, agrees, judged, agrees, agrees, differs, agrees, agrees, slips, agrees}

// trial is what the cases of a trial are made with.
type trial struct {
	*app.App
	known *residents.Register
	clerk models.Actor
}

// seedTrial works some cases of みなと町 through the use cases, while the demo is served already: the network's answers take their time,
// and nobody shall wait for them. A demo that has had a trial is left as it is.
func (p *parts) seedTrial(ctx context.Context, a *app.App) error {
	person, err := a.Accounts.PersonFor(ctx, providerName, "reviewer-minato")
	if err != nil {
		return err
	}
	t := &trial{App: a, known: &residents.Register{}}
	t.clerk = models.Actor{Person: person, Role: models.RoleReviewer, Municipality: minato, Purpose: "demo-seed", Request: "demo-seed"}
	counter := models.Actor{Role: models.RoleNational, Purpose: "demo-seed", Request: "demo-seed"}
	done := false
	if err := a.DB.InTx(ctx, counter, func(tx *postgres.Tx) error {
		figures, err := tx.TrialFigures(tried, triedItem, minato)
		for _, f := range figures {
			done = done || f.Compared > 0
		}
		return err
	}); err != nil || done {
		return err
	}
	var under []*worked
	for n, kind := range trialCases {
		one, err := t.begin(ctx, n, kind)
		if err != nil {
			return fmt.Errorf("case %d: %w", n, err)
		}
		under = append(under, one)
	}
	for _, one := range under {
		if err := t.end(ctx, one); err != nil {
			return fmt.Errorf("case %s: %w", one.Case, err)
		}
	}
	return nil
}

// tellTrial seeds the trial, and only says so if it could not: the demo is of use without.
func (p *parts) tellTrial(ctx context.Context, a *app.App) error {
	if err := p.seedTrial(ctx, a); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo: the trial:", err)
	}
	return nil
}

// worked is a case of the trial in work.
type worked struct {
	review.HeldCase
	kind  trialCase
	right map[string]any // what the paper says
}

// begin files a case, reads its papers and asks the network.
func (t *trial) begin(ctx context.Context, n int, kind trialCase) (*worked, error) {
	parent, _ := t.known.Resident(residents.ID(minato, 4*n+1))
	young, _ := t.known.Resident(residents.ID(minato, 4*n+3))
	id, err := t.file(ctx, n, parent, young)
	if err != nil {
		return nil, err
	}
	taken, err := t.take(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &worked{HeldCase: review.HeldCase{Case: id, Fence: taken.Fence}, kind: kind, right: map[string]any{}}
	for _, name := range []string{"family_name_kana", "birth_date", "address"} {
		out.right[name] = t.known.DocumentSays(young.ID, triedItem)[name]
	}
	if n%2 == 1 { // as many papers have it
		address, _ := out.right["address"].(string)
		out.right["address"] = strings.NewReplacer("丁目", "-", "番", "-", "号", "").Replace(address)
	}
	for _, ref := range []dossier.DocumentRef{paperOfRecord, paperOfStatement} {
		if _, err := t.Review.Paper(ctx, t.clerk, out.HeldCase, ref, review.PaperReceipt{ReceivedAt: time.Now(), Original: true}); err != nil {
			return nil, err
		}
	}
	if err := t.read(ctx, out, paperOfStatement, nil, false); err != nil {
		return nil, err
	}
	if err := t.read(ctx, out, paperOfRecord, out.typed(), false); err != nil {
		return nil, err
	}
	_, err = t.Linkage.Ask(ctx, t.clerk, requestFor("ask", id), id, out.Fence, nil)
	return out, err
}

// take claims a case as soon as the directory has said that nobody in it is protected: staff do not see it before.
func (t *trial) take(ctx context.Context, id string) (taken *queue.Taken, err error) {
	err = t.await(ctx, "the case is not shown to staff", func() (bool, error) {
		taken, err = t.Queue.Take(ctx, t.clerk, id)
		if fault.KindOf(err) == fault.NotFound {
			return false, nil
		}
		return true, err
	})
	return taken, err
}

// typed is what the reader types at first.
func (w *worked) typed() map[string]any {
	out := maps.Clone(w.right)
	address, _ := out["address"].(string)
	switch w.kind {
	case judged:
		out["address"] = address + "-101" // the register knows no room
	case differs:
		out["address"] = "みなと町うしお9丁目41番1号"
	case slips:
		out["birth_date"] = "2001-01-01"
	case agrees:
	}
	return out
}

func (t *trial) read(ctx context.Context, w *worked, ref dossier.DocumentRef, facts map[string]any, slip bool) error {
	said := dossier.Said{Facts: facts, Outcome: catalogue.Outcome{Eligible: true}}
	_, err := t.Review.Read(ctx, t.clerk, w.HeldCase, ref, review.Typed{Said: said, Slip: slip})
	return err
}

// file files a claim for a child of a household who lives elsewhere; its papers follow.
func (t *trial) file(ctx context.Context, n int, parent, young residents.Resident) (string, error) {
	person, err := t.Accounts.PersonFor(ctx, providerName, fmt.Sprintf("load-%04d", 980-n))
	if err != nil {
		return "", err
	}
	actor := models.Actor{Person: person, Role: models.RoleApplicant, Purpose: "demo-seed", Request: "demo-seed"}
	today := jp.DateIn(time.Now())
	raw, form, err := t.Editions().Now(minato).Version(tried, today).ExampleCase(minato, today)
	if err != nil {
		return "", err
	}
	var facts map[string]any
	if err := json.Unmarshal(raw, &facts); err != nil {
		return "", err
	}
	call(form["applicant"], parent)
	for _, of := range []map[string]any{form, facts} {
		if children, ok := of["children"].([]any); ok && len(children) > 0 {
			call(children[0], young)
		}
	}
	if children, ok := facts["children"].([]any); ok && len(children) > 0 {
		one, _ := children[0].(map[string]any)
		for _, name := range []string{"family_name", "given_name", "family_kana", "given_kana"} {
			delete(one, name)
		}
		one["birth_date"], one["lives_with_applicant"], one["studying_abroad"], one["municipality"] = young.BirthDate, false, false, mori
	}
	if raw, err = json.Marshal(facts); err != nil {
		return "", err
	}
	draft := apply.Draft{Procedure: tried, Municipality: minato, Facts: raw, Form: form, OnDuplicate: apply.Separate}
	v, err := t.Apply.Create(ctx, actor, requestFor("create", actor.Person), draft)
	if err != nil {
		return "", err
	}
	if err := declareAll(ctx, t.App, actor, v); err != nil {
		return "", err
	}
	_, err = t.Apply.FileSigned(ctx, actor, requestFor("file", v.ID), v.ID, nil, nil, nil)
	return v.ID, err
}

// call gives a person of a form the names of a resident.
func call(form any, r residents.Resident) {
	if person, ok := form.(map[string]any); ok {
		person["family_name"], person["given_name"], person["family_kana"], person["given_kana"] = r.FamilyName, r.GivenName, r.FamilyKana, r.GivenKana
		for name, value := range map[string]string{"birth_date": r.BirthDate, "address": r.Address} {
			if _, asked := person[name]; asked {
				person[name] = value
			}
		}
	}
}

// requestFor is a request that is made once, however often the demo is started.
func requestFor(what, key string) dossier.Request {
	sum := sha256.Sum256([]byte(what + key))
	return dossier.Request{Route: "demo-seed trial " + what, Key: key, BodyHash: sum[:]}
}
