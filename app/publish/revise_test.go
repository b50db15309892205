package publish_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

var (
	words  = catalogue.Text{Ja: "健康調査票", Plain: "からだの 紙", En: "Health survey"}
	reason = catalogue.Text{Ja: "記録で確認します。", Plain: "記録で わかります。", En: "By our records."}
)

// paper is a document that is asked for of each child below an age.
func paper(age string) editing.Paper {
	return editing.Paper{Name: words, Help: words, Obtain: words, Accept: words, Writer: catalogue.WriterOffice, Basis: "子育て条例 第3条",
		Asked: []editing.Asking{{Procedure: casetest.Claim, Subject: "child", When: "age_on(child.birth_date, filing_date) < " + age}}}
}

// work opens the municipality's edition as somebody sees it.
func (o *office) work(who models.Actor) *publish.Work {
	o.T.Helper()
	w, err := o.service.Work(bg, who, "")
	casetest.Must(o.T, err)
	return w
}

// set adds a document.
func (o *office) set(who models.Actor, p editing.Paper) *publish.Edition {
	o.T.Helper()
	e, err := o.service.SetPaper(bg, who, casetest.Once(), o.work(who).Seen(), p, true)
	casetest.Must(o.T, err)
	return e
}

// TestAnEditionIsMadeStepByStep: each step makes a draft in the place of the one before, and nothing holds by it.
func TestAnEditionIsMadeStepByStep(t *testing.T) {
	o := newOffice(t)
	if w := o.work(o.own); w.Edition != nil || w.Draft() {
		t.Errorf("%+v", w.Edition)
	}
	first := o.set(o.own, paper("1"))
	if first.State != "draft" || first.Scope != hinata || first.UploadedBy != o.own.Person || len(first.Diff) == 0 {
		t.Errorf("%+v", first)
	}
	lookUp := editing.LookUp{Procedure: casetest.Claim, Document: "dv-protection-proof", Subject: "applicant", Reason: reason}
	second, err := o.service.SetLookUp(bg, o.colleague, casetest.Once(), o.work(o.colleague).Seen(), lookUp, true)
	casetest.Must(t, err)
	if second.ID == first.ID || second.Digest == first.Digest || second.State != "draft" || second.UploadedBy != o.colleague.Person {
		t.Errorf("%+v after %+v", second, first)
	}
	if o.state(first.ID) != "cancelled" {
		t.Error("the draft before is a draft still")
	}
	_, err = o.service.Propose(bg, o.own, casetest.Once(), first.ID, o.proposal(time.Hour))
	if f := casetest.Refused(t, err, "not-allowed-now"); f.Reason != "draft-changed" {
		t.Errorf("%+v", f)
	}
	papers, err := editing.Papers(o.work(o.own).Bundle)
	casetest.Must(t, err)
	if len(papers) != 1 || papers[0].Asked[0].CheckedOn == "" || papers[0].Asked[0].CheckedBy != "子育て支援課" {
		t.Errorf("%+v", papers)
	}
	if o.Dossiers.Editions.Now(hinata).Document(papers[0].Code) != nil {
		t.Error("a draft holds")
	}
	third, err := o.service.AskAgain(bg, o.own, casetest.Once(), o.work(o.own).Seen(), lookUp)
	casetest.Must(t, err)
	fourth, err := o.service.RemovePaper(bg, o.own, casetest.Once(), o.work(o.own).Seen(), papers[0].Code)
	casetest.Must(t, err)
	if list, err := o.service.List(bg, o.own, postgres.Page{Limit: 10}); err != nil || len(list) != 1 || list[0].ID != fourth.ID || len(fourth.Diff) != 0 {
		t.Errorf("%+v %v after %+v", list, err, third)
	}
	same, err := o.service.RemovePaper(bg, o.own, casetest.Once(), o.work(o.own).Seen(), "own-paper-9")
	casetest.Must(t, err)
	if same.ID != fourth.ID {
		t.Error("what changes nothing was kept as a change")
	}
}

// TestWhatWaitsIsNotChanged: beside a proposed edition a step makes a draft that has all of it.
func TestWhatWaitsIsNotChanged(t *testing.T) {
	o := newOffice(t)
	e := o.set(o.own, paper("1"))
	_, err := o.service.Propose(bg, o.own, casetest.Once(), e.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	other := paper("2")
	other.Name.Ja = "予防接種の記録"
	next := o.set(o.colleague, other)
	if papers, err := editing.Papers(o.work(o.own).Bundle); err != nil || len(papers) != 2 || next.ID == e.ID || next.State != "draft" {
		t.Errorf("%+v %v %+v", papers, err, next)
	}
	if now, err := o.service.Get(bg, o.own, e.ID); err != nil || now.Digest != e.Digest || now.State != "proposed" {
		t.Errorf("%+v %v", now, err)
	}
}

// TestTwoAdminsAtOnce: who saves what another has changed meanwhile is refused, the same form sent twice is done once.
func TestTwoAdminsAtOnce(t *testing.T) {
	o := newOffice(t)
	seen := o.work(o.own).Seen()
	once := casetest.Once()
	first, err := o.service.SetPaper(bg, o.own, once, seen, paper("1"), true)
	casetest.Must(t, err)
	again, err := o.service.SetPaper(bg, o.own, once, seen, paper("1"), true)
	if err != nil || again.ID != first.ID || again.Version != first.Version {
		t.Errorf("%+v %v", again, err)
	}
	_, err = o.service.SetPaper(bg, o.colleague, casetest.Once(), seen, paper("2"), true)
	casetest.Refused(t, err, "stale")
	seen = o.work(o.own).Seen()
	errs := casetest.Together(4, func(i int) error {
		who := []models.Actor{o.own, o.colleague}[i%2]
		_, err := o.service.SetPaper(bg, who, casetest.Once(), seen, paper([]string{"3", "4", "5", "6"}[i]), true)
		return err
	})
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
			continue
		}
		casetest.Refused(t, err, "stale")
	}
	if papers, err := editing.Papers(o.work(o.own).Bundle); done != 1 || err != nil || len(papers) != 2 {
		t.Errorf("%d were taken: %+v %v", done, papers, err)
	}
}

func TestWhoMayEdit(t *testing.T) {
	o := newOffice(t)
	e := o.set(o.own, paper("1"))
	for name, who := range map[string]models.Actor{"the country": o.national, "a parent": o.Parent, "a reviewer": o.Reviewer("reviewer", hinata)} {
		if _, err := o.service.Work(bg, who, ""); err == nil {
			t.Errorf("%s opened the edition", name)
		}
		if _, err := o.service.Work(bg, who, e.ID); err == nil {
			t.Errorf("%s opened the edition by its id", name)
		}
	}
	if w := o.work(o.stranger); w.Scope != minato || w.Edition != nil {
		t.Errorf("%+v", w)
	}
	_, err := o.service.SetPaper(bg, o.own, casetest.Once(), o.work(o.own).Seen(), editing.Paper{}, true)
	if f := casetest.Refused(t, err, "invalid-request"); len(f.Details) < 12 {
		t.Errorf("%+v", f.Details)
	}
}

// TestAPersonIsTried by what is in force and by the draft, and nothing is kept.
func TestAPersonIsTried(t *testing.T) {
	o := newOffice(t)
	o.set(o.own, paper("1"))
	w := o.work(o.own)
	facts := func(born string) func(v *catalogue.Version) (json.RawMessage, error) {
		return func(v *catalogue.Version) (json.RawMessage, error) {
			var all map[string]any
			if err := json.Unmarshal(v.ExampleFacts(hinata), &all); err != nil {
				return nil, err
			}
			all["children"].([]any)[0].(map[string]any)["birth_date"] = born
			return json.Marshal(all)
		}
	}
	asks := func(list []evidence.Explained) bool {
		return slices.ContainsFunc(list, func(d evidence.Explained) bool { return d.Document == "own-paper-1" })
	}
	young := o.Now().AddDate(0, -2, 0).Format(time.DateOnly)
	before, after, err := o.service.Try(bg, o.own, w, casetest.Claim, facts(young))
	casetest.Must(t, err)
	if asks(before.Documents) || asks(before.NotAsked) || !asks(after.Documents) {
		t.Errorf("before %+v after %+v", before.Explanation, after.Explanation)
	}
	_, after, err = o.service.Try(bg, o.own, w, casetest.Claim, facts("2015-01-01"))
	casetest.Must(t, err)
	if asks(after.Documents) || !asks(after.NotAsked) {
		t.Errorf("%+v", after.Explanation)
	}
	_, _, err = o.service.Try(bg, o.own, w, casetest.Claim, facts("not a day"))
	casetest.Refused(t, err, "invalid-facts")
	if n := casetest.Value[int](o.World, `select count(*) from applications`); n != 0 {
		t.Errorf("%d applications are left", n)
	}
}

// TestTheNationalEditionsTextsAndCasesAreCorrected as a new draft, and then in it.
func TestTheNationalEditionsTextsAndCasesAreCorrected(t *testing.T) {
	o := newOffice(t)
	e := o.uploaded(o.national, o.Corrected("_edition.yaml", func(s string) string { return s + "# n\n" }))
	_, err := o.service.Propose(bg, o.national, casetest.Once(), e.ID, o.proposal(time.Hour))
	casetest.Must(t, err)
	w, err := o.service.Work(bg, o.second, e.ID)
	casetest.Must(t, err)
	texts, ok := w.PaperTexts("bank-passbook")
	if !ok {
		t.Fatal("there is no such document")
	}
	texts.Help = words
	draft, err := o.service.SetPaperTexts(bg, o.second, casetest.Once(), publish.Revision{Edition: e.ID, Seen: w.Seen()}, "bank-passbook", texts, true)
	casetest.Must(t, err)
	if draft.ID == e.ID || draft.State != "draft" || len(draft.Diff) == 0 {
		t.Errorf("%+v", draft)
	}
	of := publish.Revision{Edition: draft.ID, Seen: draft.Digest}
	table := []byte("cases:\n  - name: だれもいない\n    procedure: no-such\n    filed_at: \"2026-05-01\"\n    facts: {}\n    expect: {documents: []}\n")
	_, err = o.service.SetTable(bg, o.second, casetest.Once(), of, "cases/mine.yaml", table)
	f := casetest.Refused(t, err, "invalid-request")
	if len(f.Details) != 1 || f.Details[0].Reason != "table-line" || f.Details[0].Params[0].Value == "0" {
		t.Errorf("%+v", f.Details)
	}
	table = []byte("cases:\n  - name: だれもいない\n    procedure: " + casetest.Claim + "\n    filed_at: \"2026-05-01\"\n    facts: {}\n    expect: {documents: []}\n")
	blocked, err := o.service.SetTable(bg, o.second, casetest.Once(), of, "cases/mine.yaml", table)
	casetest.Must(t, err)
	if len(blocked.Cases.Failed) != 1 {
		t.Errorf("%+v", blocked.Cases)
	}
	v := w.After.Procedure(casetest.Claim).Latest()
	was, _ := w.ProcedureTexts(casetest.Claim, v.Effective)
	was.Who = words
	_, err = o.service.SetProcedureTexts(bg, o.second, casetest.Once(), of, casetest.Claim, v.Effective, was, true)
	casetest.Refused(t, err, "stale") // the draft that it was made of has another in its place
	of.Seen = blocked.Digest
	_, err = o.service.SetProcedureTexts(bg, o.own, casetest.Once(), of, casetest.Claim, v.Effective, was, true)
	casetest.Refused(t, err, "forbidden")
	third, err := o.service.SetProcedureTexts(bg, o.second, casetest.Once(), of, casetest.Claim, v.Effective, was, true)
	casetest.Must(t, err)
	if len(third.Cases.Failed) != 1 || o.state(blocked.ID) != "cancelled" {
		t.Errorf("%+v", third)
	}
	var none dossier.Request
	if _, err := o.service.SetTable(bg, o.second, none, publish.Revision{Edition: e.ID, Seen: "x"}, "cases/mine.yaml", nil); err == nil {
		t.Error("what nobody was shown was changed")
	}
}
