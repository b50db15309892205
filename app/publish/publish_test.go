package publish_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/diff"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const hinata, minato = casetest.Hinata, casetest.Minato

var bg = context.Background()

// office is two municipalities with their admins, and two national ones.
type office struct {
	*casetest.World
	service                                    *publish.Service
	national, second, own, colleague, stranger models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	return &office{World: w, service: publish.New(w.Dossiers, w.Sweep), national: w.Admin("national-1", ""), second: w.Admin("national-2", ""),
		own: w.Admin("hinata-1", hinata), colleague: w.Admin("hinata-2", hinata), stranger: w.Admin("minato-1", minato)}
}

// uploaded is a draft of a bundle.
func (o *office) uploaded(who models.Actor, b *edition.Bundle) *publish.Edition {
	o.T.Helper()
	zip, err := b.Zip()
	casetest.Must(o.T, err)
	e, err := o.service.Upload(bg, who, casetest.Once(), zip)
	casetest.Must(o.T, err)
	return e
}

func (o *office) proposal(in time.Duration) publish.Proposal {
	return publish.Proposal{From: o.Now().Add(in), Reason: "健康の確認のため", Circular: "府番第1号"}
}

// inForce takes an edition all the way, and waits for its instant.
func (o *office) inForce(who, second models.Actor, b *edition.Bundle) *publish.Edition {
	o.T.Helper()
	e := o.uploaded(who, b)
	_, err := o.service.Propose(bg, who, casetest.Once(), e.ID, o.proposal(0))
	casetest.Must(o.T, err)
	e, err = o.service.Approve(bg, second, e.ID)
	casetest.Must(o.T, err)
	o.reach(*e.From)
	return e
}

// reach waits for an instant by the database's clock.
func (o *office) reach(at time.Time) { o.Exec(`select pg_sleep_until($1)`, at) }

// survey is ひなた市's edition: whoever claims brings a paper besides.
func (o *office) survey() *edition.Bundle {
	text := "{ja: 健康調査票, plain: からだの 紙, en: Health survey}"
	out, err := o.Local(hinata, "pregnancy-notification", casetest.Asked("health-survey", "true")).With(map[string][]byte{
		"_local.yaml": []byte("documents:\n  health-survey: {writer: office, name: " + text + ", help: " + text + ", obtain: " + text + ", accept: " + text + "}\n")})
	casetest.Must(o.T, err)
	return out
}

// asks are the documents that a parent's draft asks for now.
func (o *office) asks(id string) []string {
	o.T.Helper()
	v, err := o.Apply.Get(bg, o.Parent, id)
	casetest.Must(o.T, err)
	var out []string
	for _, r := range v.Plan.Requirements {
		out = append(out, r.Document)
	}
	return out
}

func (o *office) state(id string) string {
	o.T.Helper()
	e, err := o.service.Get(bg, o.national, id)
	casetest.Must(o.T, err)
	return e.State
}

// TestAMunicipalitysEditionGoesItsWay from upload to force, with two persons, and changes what an open draft asks for.
func TestAMunicipalitysEditionGoesItsWay(t *testing.T) {
	o := newOffice(t)
	draft := func(m string) string {
		v, err := o.Apply.Create(bg, o.Parent, casetest.Once(), o.Draft("pregnancy-notification", m))
		casetest.Must(t, err)
		return v.ID
	}
	here, elsewhere := draft(hinata), draft(minato)
	e := o.uploaded(o.own, o.survey())
	if e.State != "draft" || e.Scope != hinata || len(e.Diff) == 0 || e.Base == "" || len(e.Findings) == 0 {
		t.Errorf("%+v", e)
	}
	_, err := o.service.Approve(bg, o.colleague, e.ID)
	casetest.Refused(t, err, "not-allowed-now") // nobody has proposed it
	p, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, o.proposal(0))
	casetest.Must(t, err)
	if p.State != "proposed" || p.ProposedBy != o.own.Person {
		t.Errorf("%+v", p)
	}
	_, err = o.service.Approve(bg, o.own, e.ID)
	casetest.Refused(t, err, "forbidden")
	if got := o.asks(here); slices.Contains(got, "health-survey") {
		t.Errorf("what nobody approved is asked for: %v", got)
	}
	before := o.Now()
	a, err := o.service.Approve(bg, o.colleague, e.ID)
	casetest.Must(t, err)
	if a.State != "approved" || !a.Raised || a.From.Sub(before) < publish.Lead {
		t.Errorf("%+v", a)
	}
	o.reach(*a.From)
	if got := o.asks(here); !slices.Contains(got, "health-survey") {
		t.Errorf("in force, and asked for are %v", got)
	}
	if got := o.asks(elsewhere); slices.Contains(got, "health-survey") {
		t.Errorf("another municipality asks for %v", got)
	}
	if got := o.state(e.ID); got != publish.StateInForce {
		t.Error(got)
	}
	history, err := o.service.History(bg)
	casetest.Must(t, err)
	if len(history) != 1 || history[0].Scope != hinata || history[0].Digest != e.Digest || history[0].Circular != "府番第1号" {
		t.Errorf("%+v", history)
	}
	zip, err := o.service.Contents(bg, e.Digest)
	casetest.Must(t, err)
	if b, err := edition.Unzip(zip); err != nil || b.Digest() != e.Digest {
		t.Error("the public bundle is another one", err)
	}
}

// TestANationalEditionIsHeldToItsCases: a wrong table blocks it, the corrected one is published, and taken back by the earlier one.
func TestANationalEditionIsHeldToItsCases(t *testing.T) {
	o := newOffice(t)
	first := o.inForce(o.national, o.second, o.Corrected("_edition.yaml", func(text string) string { return text + "# the first\n" }))
	table := func(expected string) *edition.Bundle {
		b := o.Corrected("_edition.yaml", func(text string) string { return text + "# corrected\n" })
		out, err := b.With(map[string][]byte{"cases/pregnancy.yaml": []byte(`cases:
- name: ほかの市区町村で届け出た人
  procedure: pregnancy-support-benefit
  municipality: "998010"
  filed_at: "2026-11-29T10:00:00+09:00"
  facts: {situation: notified-elsewhere, payee: {use_public_account: true}}
  expect: {documents: ` + expected + "}\n")})
		casetest.Must(t, err)
		return out
	}
	wrong := o.uploaded(o.national, table("[]"))
	if len(wrong.Cases.Failed) != 1 || !strings.Contains(wrong.Cases.Failed[0].File, "cases/pregnancy.yaml") {
		t.Fatalf("%+v", wrong.Cases)
	}
	_, err := o.service.Propose(bg, o.national, casetest.Once(), wrong.ID, o.proposal(0))
	casetest.Refused(t, err, "not-allowed-now")
	right := o.inForce(o.national, o.second, table("[maternity-handbook/applicant]"))
	// Whoever takes cases away is seen to do so.
	bare := o.uploaded(o.national, o.Corrected("_edition.yaml", func(text string) string { return text + "# bare\n" }))
	if i := slices.IndexFunc(bare.Diff, func(c diff.Change) bool { return c.Kind == diff.CaseTables }); i < 0 ||
		bare.Diff[i].Before.Codes[0] != "1" || bare.Diff[i].After.Codes[0] != "0" {
		t.Errorf("%+v", bare.Diff)
	}
	if o.state(right.ID) != publish.StateInForce || o.state(first.ID) != publish.StateSuperseded || right.Cases.Passed != 1 {
		t.Error(o.state(right.ID), o.state(first.ID), right.Cases)
	}
	again, err := o.service.Restore(bg, o.second, casetest.Once(), first.ID)
	casetest.Must(t, err)
	if again.Digest != first.Digest || again.Restores != first.ID || again.State != "draft" {
		t.Errorf("%+v", again)
	}
	_, err = o.service.Propose(bg, o.second, casetest.Once(), again.ID, o.proposal(0))
	casetest.Must(t, err)
	back, err := o.service.Approve(bg, o.national, again.ID)
	casetest.Must(t, err)
	o.reach(*back.From)
	if now := o.Dossiers.Editions.At(edition.National, o.Now()); now.Ref.National != first.Digest {
		t.Error("the earlier edition does not hold again")
	}
}

// TestAnEditionIsCancelledBeforeItsInstantOnly; then what held before it goes on holding.
func TestAnEditionIsCancelledBeforeItsInstantOnly(t *testing.T) {
	o := newOffice(t)
	e := o.uploaded(o.own, o.survey())
	from := o.proposal(time.Hour)
	_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, from)
	casetest.Must(t, err)
	_, err = o.service.Approve(bg, o.colleague, e.ID)
	casetest.Must(t, err)
	at := func() string { return o.Dossiers.Editions.At(hinata, from.From.Add(time.Minute)).Ref.Local }
	if at() != e.Digest {
		t.Error("the edition does not come into force")
	}
	// A second one at the same instant would leave open which holds.
	other := o.uploaded(o.own, o.Local(hinata, "pregnancy-notification", "who: {ja: あ, plain: あ, en: a}"))
	_, err = o.service.Propose(bg, o.own, casetest.Once(), other.ID, from)
	casetest.Must(t, err)
	_, err = o.service.Approve(bg, o.colleague, other.ID)
	casetest.Refused(t, err, "not-allowed-now")
	c, err := o.service.Cancel(bg, o.own, e.ID)
	casetest.Must(t, err)
	if c.State != "cancelled" || at() != "" {
		t.Error(c.State, at())
	}
	if history, err := o.service.History(bg); err != nil || len(history) != 0 {
		t.Errorf("%+v %v", history, err)
	}
	_, err = o.service.Approve(bg, o.colleague, e.ID)
	casetest.Refused(t, err, "not-allowed-now")
	held := o.inForce(o.own, o.colleague, o.survey())
	_, err = o.service.Cancel(bg, o.own, held.ID)
	casetest.Refused(t, err, "not-allowed-now")
}

// TestEditionsAreCancelledInAnyOrder: none that was cancelled ever comes into force, and its instant is free again.
func TestEditionsAreCancelledInAnyOrder(t *testing.T) {
	o := newOffice(t)
	at := o.Now().Add(time.Hour)
	approved := func(b *edition.Bundle, from time.Time) string {
		e := o.uploaded(o.own, b)
		_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, publish.Proposal{From: from, Reason: "ためす", Circular: "府番第1号"})
		casetest.Must(t, err)
		_, err = o.service.Approve(bg, o.colleague, e.ID)
		casetest.Must(t, err)
		return e.ID
	}
	texts := func(word string) *edition.Bundle {
		return o.Local(hinata, "pregnancy-notification", "who: {ja: "+word+", plain: "+word+", en: a}")
	}
	for name, order := range map[string][2]int{"the first first": {0, 1}, "the second first": {1, 0}} {
		ids := []string{approved(texts("あ"), at), approved(texts("い"), at.Add(time.Hour))}
		for _, i := range order {
			_, err := o.service.Cancel(bg, o.own, ids[i])
			casetest.Must(t, err)
		}
		for _, later := range []time.Duration{time.Minute, time.Hour + time.Minute} {
			if got := o.Dossiers.Editions.At(hinata, at.Add(later)).Ref.Local; got != "" {
				t.Errorf("%s: %s later %s holds", name, later, got)
			}
		}
	}
}

// TestWhatWasExaminedIsWhatComesIntoForce: an edition that was shown over another national one is not approved.
func TestWhatWasExaminedIsWhatComesIntoForce(t *testing.T) {
	o := newOffice(t)
	e := o.uploaded(o.own, o.survey())
	_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	o.inForce(o.national, o.second, o.Corrected("_edition.yaml", func(s string) string { return s + "# another\n" }))
	_, err = o.service.Approve(bg, o.colleague, e.ID)
	casetest.Refused(t, err, "not-allowed-now")
	_, err = o.service.Cancel(bg, o.own, e.ID)
	casetest.Must(t, err)
	again, err := o.service.Restore(bg, o.own, casetest.Once(), e.ID)
	casetest.Must(t, err)
	_, err = o.service.Propose(bg, o.own, casetest.Once(), again.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	_, err = o.service.Approve(bg, o.colleague, again.ID)
	casetest.Must(t, err)
}

// TestReach: nobody sees or changes another municipality's edition, and a municipality never the national one.
func TestReach(t *testing.T) {
	o := newOffice(t)
	own, national := o.uploaded(o.own, o.survey()), o.uploaded(o.national, o.Corrected("_edition.yaml", func(s string) string { return s + "# n\n" }))
	zip, err := o.survey().Zip()
	casetest.Must(t, err)
	for name, x := range map[string]struct {
		who      models.Actor
		id       string
		sees     bool
		code     string
		mayWrite bool
	}{
		"another municipality":               {o.stranger, own.ID, false, "not-found", false},
		"a municipality, the national":       {o.own, national.ID, true, "forbidden", false},
		"the country, a municipality's":      {o.national, own.ID, true, "forbidden", false},
		"a colleague":                        {o.colleague, own.ID, true, "", true},
		"a parent":                           {o.Parent, own.ID, false, "not-found", false},
		"a reviewer of the municipality too": {o.Reviewer("reviewer", hinata), own.ID, false, "not-found", false},
	} {
		if _, err := o.service.Get(bg, x.who, x.id); (err == nil) != x.sees {
			t.Errorf("%s: %v", name, err)
		}
		list, err := o.service.List(bg, x.who, postgres.Page{Limit: 10})
		if there := slices.ContainsFunc(list, func(e publish.Edition) bool { return e.ID == x.id }); err != nil || there != x.sees {
			t.Errorf("%s: %v %v", name, there, err)
		}
		_, err = o.service.Propose(bg, x.who, casetest.Once(), x.id, o.proposal(time.Hour))
		if x.mayWrite {
			casetest.Must(t, err)
			continue
		}
		casetest.Refused(t, err, x.code)
		if x.who.Person != o.own.Person {
			_, err = o.service.Upload(bg, x.who, casetest.Once(), zip)
			casetest.Refused(t, err, "forbidden")
		}
	}
}

// TestABadBundleLeavesNothing and says file and line.
func TestABadBundleLeavesNothing(t *testing.T) {
	o := newOffice(t)
	zip, err := o.Local(hinata, "no-such-procedure", casetest.Asked("health-survey", "facts.no_such_fact")).Zip()
	casetest.Must(t, err)
	_, err = o.service.Upload(bg, o.own, casetest.Once(), zip)
	f := casetest.Refused(t, err, "invalid-edition")
	if len(f.Details) == 0 || f.Details[0].Params[0].Value != "_edition.yaml" || f.Details[0].Params[1].Value == "0" {
		t.Errorf("%+v", f.Details)
	}
	_, err = o.service.Upload(bg, o.own, casetest.Once(), bytes.Repeat([]byte{0}, edition.MaxBundle+1))
	casetest.Refused(t, err, "too-large")
	if n := casetest.Value[int](o.World, `select count(*) from editions`) + casetest.Value[int](o.World, `select count(*) from edition_bundles`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// TestAMunicipalityIsToldBeforeANationalEditionBreaksItsOwn.
func TestAMunicipalityIsToldBeforeANationalEditionBreaksItsOwn(t *testing.T) {
	o := newOffice(t)
	o.inForce(o.own, o.colleague, o.survey())
	same, err := casetest.BuiltIn(t).With(map[string][]byte{"_more.yaml": o.survey().File("_local.yaml")})
	casetest.Must(t, err)
	next := o.uploaded(o.national, same)
	if len(next.Conflicts) != 1 || next.Conflicts[0].Municipality != hinata || len(next.Conflicts[0].Faults) == 0 {
		t.Errorf("%+v", next.Conflicts)
	}
}
