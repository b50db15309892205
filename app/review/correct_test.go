package review_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func inDays(n int) string { return jp.DateIn(time.Now()).AddDays(n).String() }

// correct asks for documents.
func (o *office) correct(h review.HeldCase, refs ...dossier.DocumentRef) int {
	o.t.Helper()
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Items: refs, Text: "提出してください", Due: inDays(14)})
	must(o.t, err)
	return n
}

// lapse goes on without a correction, once its day is over.
func (o *office) lapse(h review.HeldCase, n int) error {
	o.t.Helper()
	want(o.t, o.review.Lapse(bg, o.one, h, n), fault.CodeNotAllowedNow)
	o.exec(`update corrections set due_on = current_date - 2 where application_id = $1 and number = $2`, h.Case, n)
	return o.review.Lapse(bg, o.one, h, n)
}

func TestWhatACorrectionRefuses(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.review.Correct(bg, o.one, h, review.Asked{Items: []dossier.DocumentRef{{Document: "bank-passbook", Subject: "applicant"}, record, record},
		Fields: []string{"/form/applicant/phone", "/form/applicant/shoe_size", "/facts/divorce_in_progress", "/facts/nothing", "phone"}, Due: inDays(0)})
	wantAt(t, err, fault.CodeInvalidRequest, "/items/0", "/items/2", "/fields/1", "/fields/3", "/fields/4", "/text", "/due")
	_, err = o.review.Correct(bg, o.one, h, review.Asked{Text: "番号は123456789018", Due: inDays(3)})
	want(t, err, fault.CodeIndividualNumber)
	_, err = o.read(h, statement, nil, eligible)
	must(t, err)
	_, err = o.review.Correct(bg, o.one, h, review.Asked{Items: []dossier.DocumentRef{statement}, Text: "もう一度", Due: inDays(3)})
	wantAt(t, err, fault.CodeNotAllowedNow, "separate-custody-statement/child-1") // accepted already
	if got := o.open(o.one, h.Case); got.State != models.StateInReview || len(got.Corrections) != 0 {
		t.Errorf("after the refusals: %s %+v", got.State, got.Corrections)
	}
}

// A correction names its items: what is there and will not do is awaited again, everything else stays.
func TestACorrectionAsksForADocumentAgain(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, living, eligible)
	must(t, err)
	must(t, o.ask(h.Case, record))
	n, err := o.review.Correct(
		bg,
		o.one,
		h,
		review.Asked{Items: []dossier.DocumentRef{record}, Fields: []string{"/form/applicant/phone"}, Text: "読めません", Due: inDays(14)},
	)
	if err != nil || n != 1 {
		t.Fatalf("%d %s", n, details(err))
	}
	if o.state(h.Case, record) != string(models.ItemAwaiting) || o.state(h.Case, statement) != string(models.ItemReceived) {
		t.Errorf("after the request: %s, %s", o.state(h.Case, record), o.state(h.Case, statement))
	}
	i := o.item(h.Case, record)
	if len(i.Files) != 1 || i.Files[0].Current || i.DueOn != inDays(14) {
		t.Errorf("the old file is kept, and does not count: %+v", i)
	}
	must(t, o.answer(h.Case, record, living)) // a late answer is kept, and goes on waiting for the document
	if got := o.state(h.Case, record); got != string(models.ItemAwaiting) {
		t.Errorf("a late answer: %s", got)
	}
	submit := func() error {
		_, err := o.apply.SubmitCorrection(bg, o.parent, key(), h.Case, 1, nil)
		return err
	}
	wantAt(t, submit(), fault.CodeMissingDocuments, "household-resident-record/child-1")
	o.attach(h.Case, record, models.ScanClean)
	o.exec(`update plan_items set state = 'answered', read = false where application_id = $1 and document = $2`, h.Case, record.Document) // as the upload does
	must(t, submit())
	if i := o.item(h.Case, record); i.State != models.ItemAnswered || !i.Withheld || i.Answer != nil || i.Reading != nil {
		t.Errorf("handed in anew, it is read anew: %+v", i)
	}
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched || r.Reading.Number != 2 {
		t.Errorf("read anew: %+v %s", r, details(err))
	}
	if n := value[int](o, `select count(*) from river_job where kind = 'notify' and args ->> 'what' = 'correction-requested'`); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Full operation: the network does not answer; the reviewer asks the parent for the paper after all.
func TestAnOmittedDocumentIsAskedForAfterAll(t *testing.T) {
	o := newOffice(t)
	o.phase("*", hinata, "full", "2018-01-01")
	h := o.begun(o.claim(hinata), statement)
	if i := o.item(h.Case, record); i.Decision != "omit" || i.State != models.ItemInquiring {
		t.Fatalf("omitted: %+v", i)
	}
	_, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	want(t, err, fault.CodeNotAllowedNow)
	o.correct(h, record)
	if got := o.state(h.Case, record); got != string(models.ItemAwaiting) {
		t.Errorf("fallen back: %s", got)
	}
	state, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	if err != nil || state != string(models.ItemReceived) {
		t.Fatalf("on paper: %s %s", state, details(err))
	}
	_, err = o.apply.SubmitCorrection(bg, o.parent, key(), h.Case, 1, nil) // the paper is there
	must(t, err)
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("read: %+v %s", r, details(err))
	}
}

func TestADocumentOnPaper(t *testing.T) {
	o := newOffice(t)
	id := o.filed(o.claim(hinata))
	h := o.hold(o.one, id)
	_, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now().Add(time.Hour)})
	wantAt(t, err, fault.CodeInvalidRequest, "/received_at")
	_, err = o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now().Add(-24 * time.Hour)})
	wantAt(t, err, fault.CodeInvalidRequest, "/received_at")
	if state, err := o.review.Paper(bg, o.one, h, statement, review.PaperReceipt{ReceivedAt: time.Now(), Original: true}); err != nil ||
		state != string(models.ItemReceived) {
		t.Errorf("before it is accepted: %s %s", state, details(err))
	}
	must(t, o.review.Accept(bg, o.one, h))
	must(t, o.ask(id, record)) // the network is asked while the document is to follow
	if state, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()}); err != nil || state != string(models.ItemInquiring) {
		t.Errorf("while the network is asked: %s %s", state, details(err))
	}
	must(t, o.answer(id, record, living))
	if i := o.item(id, record); i.State != models.ItemAnswered || !i.Withheld || len(i.Papers) != 1 {
		t.Errorf("answered: %+v", i)
	}
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("read: %+v %s", r, details(err))
	}
	_, err = o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	want(t, err, fault.CodeNotAllowedNow)
}

// What the corrected facts do not call for any more is waived, and nothing else.
func TestWaivingAfterACorrection(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	_, err := o.review.Waive(bg, o.one, h, record, "同居している")
	want(t, err, fault.CodeNotAllowedNow)
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Fields: []string{"/facts/children"}, Text: "同居かどうか確認してください", Due: inDays(7)})
	must(t, err)
	v, err := o.apply.Get(bg, o.parent, h.Case)
	must(t, err)
	var facts map[string]any
	must(t, json.Unmarshal(v.Facts, &facts))
	facts["children"].([]any)[0].(map[string]any)["lives_with_applicant"] = true
	patch, err := json.Marshal(map[string]any{"facts": facts})
	must(t, err)
	_, err = o.apply.Change(bg, o.parent, h.Case, v.Version, apply.Patch(patch))
	must(t, err)
	if c := o.open(o.one, h.Case); c.Revision != 1 {
		t.Errorf("the reviewer sees revision %d before it is handed in", c.Revision)
	}
	_, err = o.apply.SubmitCorrection(bg, o.parent, key(), h.Case, n, nil)
	must(t, err)
	i := o.item(h.Case, record)
	if !slices.Contains(allowed(i.Steps), review.StepWaive) {
		t.Errorf("offered: %+v", i.Steps)
	}
	_, err = o.review.Waive(bg, o.one, h, record, " ")
	wantAt(t, err, fault.CodeInvalidRequest, "/reason")
	state, err := o.review.Waive(bg, o.one, h, record, "同居している")
	if err != nil || state != string(models.ItemWaived) {
		t.Errorf("waived: %s %s", state, details(err))
	}
}

// What a parent began to write and did not hand in by the day does not count.
func TestALapsedCorrectionGoesOnAsFiled(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Fields: []string{"/form/applicant/family_kana"}, Text: "確認してください", Due: inDays(7)})
	must(t, err)
	v, err := o.apply.Get(bg, o.parent, h.Case)
	must(t, err)
	filed := v.Form["applicant"].(map[string]any)["family_kana"]
	_, err = o.apply.Change(bg, o.parent, h.Case, v.Version, apply.Patch(`{"form":{"applicant":{"family_kana":"ベツノ"}}}`))
	must(t, err)
	must(t, o.lapse(h, n))
	c := o.open(o.one, h.Case)
	v, err = o.apply.Get(bg, o.parent, h.Case)
	must(t, err)
	if c.State != models.StateInReview || c.Corrections[0].State != "lapsed" || c.Revision != 2 || c.Form["applicant"].(map[string]any)["family_kana"] != filed ||
		v.Form["applicant"].(map[string]any)["family_kana"] != filed {
		t.Errorf("after the lapse: %s %+v %v", c.State, c.Corrections, v.Form)
	}
	want(t, o.review.Lapse(bg, o.one, h, n), fault.CodeNotAllowedNow)
	want(t, o.review.Lapse(bg, o.one, h, 7), fault.CodeNotFound)
	if n := o.correct(h, statement); n != 2 {
		t.Errorf("the next correction is number %d", n)
	}
	// All that was asked for came on paper: the case goes on at once.
	_, err = o.review.Paper(bg, o.one, h, statement, review.PaperReceipt{ReceivedAt: time.Now()})
	must(t, err)
	must(t, o.review.Lapse(bg, o.one, h, 2))
	if c := o.open(o.one, h.Case); c.State != models.StateInReview || c.Corrections[1].State != "submitted" {
		t.Errorf("after the paper: %s %+v", c.State, c.Corrections)
	}
}

// What waited for a reviewer does not wait any more once the document is settled.
func TestTasksEnd(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	waits := func(ref dossier.DocumentRef) {
		o.in(models.System(hinata, "linkage"), func(tx *postgres.Tx) error {
			return tx.AddReviewTask(&models.ReviewTask{ID: models.NewID(), ApplicationID: h.Case, Municipality: hinata, PersonID: o.parent.Person,
				Kind: models.TaskInquiryGaveUp, Document: ref.Document, Subject: ref.Subject, Detail: "timeout", OpenedAt: tx.Now})
		})
	}
	waits(record)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 1 || got[0].Detail != "timeout" {
		t.Errorf("waiting: %+v", got)
	}
	_, err := o.review.Direct(bg, o.one, h, record, review.Direct{Source: "みなと町", ObtainedAt: time.Now(), Facts: living, NoIndividualNumber: true})
	must(t, err)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 0 {
		t.Errorf("still waiting: %+v", got)
	}
	waits(record)
	_, err = o.read(h, statement, nil, eligible)
	must(t, err)
	_, err = o.decide(o.one, h, models.Approved, "")
	must(t, err)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 0 {
		t.Errorf("waiting after the decision: %+v", got)
	}
}
