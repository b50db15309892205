package review_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
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
	o.T.Helper()
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Items: refs, Text: "提出してください", Due: inDays(14)})
	casetest.Must(o.T, err)
	return n
}

// lapse goes on without a correction, once its day is over.
func (o *office) lapse(h review.HeldCase, n int) error {
	o.T.Helper()
	casetest.Refused(o.T, o.review.Lapse(bg, o.one, h, n), fault.CodeNotAllowedNow)
	o.Exec(`update corrections set due_on = current_date - 2 where application_id = $1 and number = $2`, h.Case, n)
	return o.review.Lapse(bg, o.one, h, n)
}

func TestWhatACorrectionRefuses(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.review.Correct(bg, o.one, h, review.Asked{Items: []dossier.DocumentRef{{Document: "bank-passbook", Subject: "applicant"}, record, record},
		Fields: []string{"/form/applicant/phone", "/form/applicant/shoe_size", "/facts/divorce_in_progress", "/facts/nothing", "phone"}, Due: inDays(0)})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/items/0 unknown-document", "/items/2 repeated", "/fields/1 unknown-field",
		"/fields/3 unknown-field", "/fields/4 unknown-field", "/text required", "/due date-in-past")
	_, err = o.review.Correct(bg, o.one, h, review.Asked{Text: "番号は123456789018", Due: inDays(3)})
	casetest.Refused(t, err, fault.CodeIndividualNumber)
	_, err = o.read(h, statement, nil, eligible)
	casetest.Must(t, err)
	_, err = o.review.Correct(bg, o.one, h, review.Asked{Items: []dossier.DocumentRef{statement}, Text: "もう一度", Due: inDays(3)})
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow, "separate-custody-statement/child-1 not-allowed-now") // accepted already
	if got := o.open(o.one, h.Case); got.State != models.StateInReview || len(got.Corrections) != 0 {
		t.Errorf("after the refusals: %s %+v", got.State, got.Corrections)
	}
}

// A correction names its items: what is there and will not do is awaited again, everything else stays.
func TestACorrectionAsksForADocumentAgain(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, living, eligible)
	casetest.Must(t, err)
	casetest.Must(t, o.ask(h.Case, record))
	n, err := o.review.Correct(
		bg,
		o.one,
		h,
		review.Asked{Items: []dossier.DocumentRef{record}, Fields: []string{"/form/applicant/phone"}, Text: "読めません", Due: inDays(14)},
	)
	if err != nil || n != 1 {
		t.Fatalf("%d %s", n, casetest.Details(err))
	}
	if o.ItemState(h.Case, record) != models.ItemAwaiting || o.ItemState(h.Case, statement) != models.ItemReceived {
		t.Errorf("after the request: %s, %s", o.ItemState(h.Case, record), o.ItemState(h.Case, statement))
	}
	i := o.item(h.Case, record)
	if len(i.Files) != 1 || i.Files[0].Current || i.DueOn != inDays(14) {
		t.Errorf("the old file is kept, and does not count: %+v", i)
	}
	casetest.Must(t, o.answer(h.Case, record, living)) // a late answer is kept, and goes on waiting for the document
	if got := o.ItemState(h.Case, record); got != models.ItemAwaiting {
		t.Errorf("a late answer: %s", got)
	}
	submit := func() error {
		_, err := o.Apply.SubmitCorrection(bg, o.Parent, casetest.Once(), h.Case, 1, nil)
		return err
	}
	casetest.RefusedAt(t, submit(), fault.CodeMissingDocuments, "household-resident-record/child-1 missing-document")
	o.Attach(h.Case, record, "again.pdf", models.ScanClean)
	o.Exec(`update plan_items set state = 'answered', read = false where application_id = $1 and document = $2`, h.Case, record.Document) // as the upload does
	casetest.Must(t, submit())
	if i := o.item(h.Case, record); i.State != models.ItemAnswered || !i.Withheld || i.Answer != nil || i.Reading != nil {
		t.Errorf("handed in anew, it is read anew: %+v", i)
	}
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched || r.Reading.Number != 2 {
		t.Errorf("read anew: %+v %s", r, casetest.Details(err))
	}
	if n := casetest.Value[int](o, `select count(*) from river_job where kind = 'notify' and args ->> 'what' = 'correction-requested'`); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// Full operation: the network does not answer; the reviewer asks the parent for the paper after all.
func TestAnOmittedDocumentIsAskedForAfterAll(t *testing.T) {
	o := newOffice(t)
	o.Phase("*", "*", hinata, "full", casetest.FullFrom)
	h := o.begun(o.claim(hinata), statement)
	if i := o.item(h.Case, record); i.Decision != "omit" || i.State != models.ItemInquiring {
		t.Fatalf("omitted: %+v", i)
	}
	_, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	o.correct(h, record)
	if got := o.ItemState(h.Case, record); got != models.ItemAwaiting {
		t.Errorf("fallen back: %s", got)
	}
	state, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	if err != nil || state != string(models.ItemReceived) {
		t.Fatalf("on paper: %s %s", state, casetest.Details(err))
	}
	_, err = o.Apply.SubmitCorrection(bg, o.Parent, casetest.Once(), h.Case, 1, nil) // the paper is there
	casetest.Must(t, err)
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("read: %+v %s", r, casetest.Details(err))
	}
}

func TestADocumentOnPaper(t *testing.T) {
	o := newOffice(t)
	id := o.Filed(o.claim(hinata))
	h := o.hold(o.one, id)
	_, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now().Add(time.Hour)})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/received_at date-in-future")
	_, err = o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now().Add(-24 * time.Hour)})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/received_at before-arrival")
	if state, err := o.review.Paper(bg, o.one, h, statement, review.PaperReceipt{ReceivedAt: time.Now(), Original: true}); err != nil ||
		state != string(models.ItemReceived) {
		t.Errorf("before it is accepted: %s %s", state, casetest.Details(err))
	}
	casetest.Must(t, o.review.Accept(bg, o.one, h))
	casetest.Must(t, o.ask(id, record)) // the network is asked while the document is to follow
	if state, err := o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()}); err != nil || state != string(models.ItemInquiring) {
		t.Errorf("while the network is asked: %s %s", state, casetest.Details(err))
	}
	casetest.Must(t, o.answer(id, record, living))
	if i := o.item(id, record); i.State != models.ItemAnswered || !i.Withheld || len(i.Papers) != 1 {
		t.Errorf("answered: %+v", i)
	}
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("read: %+v %s", r, casetest.Details(err))
	}
	_, err = o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now()})
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}

// What the corrected facts do not call for any more is waived, and nothing else.
func TestWaivingAfterACorrection(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	_, err := o.review.Waive(bg, o.one, h, record, "同居している")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Fields: []string{"/facts/children"}, Text: "同居かどうか確認してください", Due: inDays(7)})
	casetest.Must(t, err)
	v, err := o.Apply.Get(bg, o.Parent, h.Case)
	casetest.Must(t, err)
	var facts map[string]any
	casetest.Must(t, json.Unmarshal(v.Facts, &facts))
	facts["children"] = []any{map[string]any{"birth_date": "2018-05-10", "relationship": "child", "lives_with_applicant": true}}
	patch, err := json.Marshal(map[string]any{"facts": facts})
	casetest.Must(t, err)
	_, err = o.Apply.Change(bg, o.Parent, h.Case, v.Version, apply.Patch(patch))
	casetest.Must(t, err)
	if c := o.open(o.one, h.Case); c.Revision != 1 {
		t.Errorf("the reviewer sees revision %d before it is handed in", c.Revision)
	}
	_, err = o.Apply.SubmitCorrection(bg, o.Parent, casetest.Once(), h.Case, n, nil)
	casetest.Must(t, err)
	i := o.item(h.Case, record)
	if !slices.Contains(allowed(i.Steps), review.StepWaive) {
		t.Errorf("offered: %+v", i.Steps)
	}
	_, err = o.review.Waive(bg, o.one, h, record, " ")
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/reason required")
	state, err := o.review.Waive(bg, o.one, h, record, "同居している")
	if err != nil || state != string(models.ItemWaived) {
		t.Errorf("waived: %s %s", state, casetest.Details(err))
	}
}

// What a parent began to write and did not hand in by the day does not count.
func TestALapsedCorrectionGoesOnAsFiled(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	n, err := o.review.Correct(bg, o.one, h, review.Asked{Fields: []string{"/form/applicant/family_kana"}, Text: "確認してください", Due: inDays(7)})
	casetest.Must(t, err)
	v, err := o.Apply.Get(bg, o.Parent, h.Case)
	casetest.Must(t, err)
	filed := v.Form["applicant"].(map[string]any)["family_kana"]
	_, err = o.Apply.Change(bg, o.Parent, h.Case, v.Version, apply.Patch(`{"form":{"applicant":{"family_kana":"ベツノ"}}}`))
	casetest.Must(t, err)
	casetest.Must(t, o.lapse(h, n))
	c := o.open(o.one, h.Case)
	v, err = o.Apply.Get(bg, o.Parent, h.Case)
	casetest.Must(t, err)
	if c.State != models.StateInReview || c.Corrections[0].State != "lapsed" || c.Revision != 2 || c.Form["applicant"].(map[string]any)["family_kana"] != filed ||
		v.Form["applicant"].(map[string]any)["family_kana"] != filed {
		t.Errorf("after the lapse: %s %+v %v", c.State, c.Corrections, v.Form)
	}
	casetest.Refused(t, o.review.Lapse(bg, o.one, h, n), fault.CodeNotAllowedNow)
	casetest.Refused(t, o.review.Lapse(bg, o.one, h, 7), fault.CodeNotFound)
	if n := o.correct(h, statement); n != 2 {
		t.Errorf("the next correction is number %d", n)
	}
	// All that was asked for came on paper: the case goes on at once.
	_, err = o.review.Paper(bg, o.one, h, statement, review.PaperReceipt{ReceivedAt: time.Now()})
	casetest.Must(t, err)
	casetest.Must(t, o.review.Lapse(bg, o.one, h, 2))
	if c := o.open(o.one, h.Case); c.State != models.StateInReview || c.Corrections[1].State != "submitted" {
		t.Errorf("after the paper: %s %+v", c.State, c.Corrections)
	}
}

// What waited for a reviewer does not wait any more once the document is settled.
func TestTasksEnd(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	waits := func(ref dossier.DocumentRef) {
		o.In(models.System(hinata, "linkage"), func(tx *postgres.Tx) error {
			return tx.AddReviewTask(&models.ReviewTask{ID: models.NewID(), ApplicationID: h.Case, Municipality: hinata, PersonID: o.Parent.Person,
				Kind: models.TaskInquiryGaveUp, Document: ref.Document, Subject: ref.Subject, Detail: "timeout", OpenedAt: tx.Now})
		})
	}
	waits(record)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 1 || got[0].Detail != "timeout" {
		t.Errorf("waiting: %+v", got)
	}
	_, err := o.review.Direct(bg, o.one, h, record, review.Direct{Source: "みなと町", ObtainedAt: time.Now(), Facts: living, NoIndividualNumber: true})
	casetest.Must(t, err)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 0 {
		t.Errorf("still waiting: %+v", got)
	}
	waits(record)
	_, err = o.read(h, statement, nil, eligible)
	casetest.Must(t, err)
	_, err = o.decide(o.one, h, models.Approved, "")
	casetest.Must(t, err)
	if got := o.open(o.one, h.Case).Tasks; len(got) != 0 {
		t.Errorf("waiting after the decision: %+v", got)
	}
}
