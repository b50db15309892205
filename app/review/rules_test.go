package review_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func differing() map[string]any {
	other := maps.Clone(living)
	other["birth_date"] = "2013-05-11"
	return other
}

// R2: in the trial the attachments are asked for as before; what was not attached keeps the case open.
func TestR2TheTrialAsksForAttachmentsAsBefore(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	if i := o.item(h.Case, record); i.Decision != "attach" || i.Reason != "trial" || !i.Inquire || i.State != models.ItemReceived || len(i.Files) != 1 ||
		!i.Files[0].Current {
		t.Errorf("on trial: %+v", i)
	}
	if i := o.item(h.Case, statement); i.State != models.ItemAwaiting || i.Declared != dossier.WillFollow || i.DueOn == "" {
		t.Errorf("to follow: %+v", i)
	}
	_, err := o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Approved})
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow, "household-resident-record/child-1 not-settled", "separate-custody-statement/child-1 not-settled")
}

// R3: the result on the network's answer is laid beside the result on the document; no difference completes the item.
func TestR3DocumentAndAnswerAreCompared(t *testing.T) {
	for name, c := range map[string]struct {
		answerFirst bool
		answer      map[string]any
		state       models.ItemState
	}{
		"equal, the answer first":    {true, living, models.ItemMatched},
		"equal, the reading first":   {false, living, models.ItemMatched},
		"differs, the answer first":  {true, differing(), models.ItemDiscrepant},
		"differs, the reading first": {false, differing(), models.ItemDiscrepant},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			h := o.begun(o.claim(hinata), record, statement)
			if c.answerFirst {
				o.asked(h.Case, record, c.answer)
				if i := o.item(h.Case, record); i.State != models.ItemAnswered || i.Answer != nil || !i.Withheld || i.Differences != nil {
					t.Errorf("before the reading: %+v", i)
				}
			}
			r, err := o.read(h, record, living, eligible)
			casetest.Must(t, err)
			if !c.answerFirst {
				if r.Answer != nil || r.State != models.ItemReceived {
					t.Errorf("read first: %+v", r)
				}
				o.asked(h.Case, record, c.answer)
			}
			i := o.item(h.Case, record)
			if i.State != c.state || i.Answer == nil || i.Withheld || (len(i.Differences) == 0) != (c.state == models.ItemMatched) {
				t.Errorf("after both: %+v", i)
			}
			files := o.open(o.one, h.Case).Discrepancies
			if (len(files) == 1) != (c.state == models.ItemDiscrepant) || len(files) == 1 && files[0].Kind != "facts" {
				t.Errorf("files: %+v", files)
			}
		})
	}
}

// What was read is fixed before the answer is shown, and not copied from it.
func TestTheReadingIsFixed(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	o.asked(h.Case, record, differing())
	before, err := json.Marshal(o.open(o.one, h.Case))
	casetest.Must(t, err)
	if string(before) == "" || bytes.Contains(before, []byte("2013-05-11")) {
		t.Errorf("the answer is shown before the reading: %s", before)
	}
	first, err := o.read(h, record, living, eligible)
	casetest.Must(t, err)
	if first.Answer == nil || len(first.Differences) != 1 || first.Differences[0].Field != "birth_date" {
		t.Errorf("the reading: %+v", first)
	}
	again, err := o.read(h, record, living, eligible)
	if err != nil || again.Reading.Number != 1 || !again.Reading.At.Equal(first.Reading.At) || again.State != models.ItemDiscrepant {
		t.Errorf("the same again: %+v %v", again, err)
	}
	_, err = o.read(h, record, differing(), eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	if n := casetest.Value[int](o, `select count(*) from readings where application_id = $1`, h.Case); n != 1 {
		t.Errorf("%d readings", n)
	}
}

func TestWhatAReadingRefuses(t *testing.T) {
	o := newOffice(t)
	id := o.Filed(o.claim(hinata), statement)
	pending := o.Attach(id, record, "pending.pdf", models.ScanPending)
	h := o.hold(o.one, id)
	_, err := o.read(h, statement, nil, eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // not accepted yet
	casetest.Must(t, o.review.Accept(bg, o.one, h))
	_, err = o.read(h, record, living, eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // awaited
	o.Exec(`update plan_items set state = 'received' where application_id = $1`, id)
	if i := o.item(id, record); len(i.Files) != 0 || i.Withheld {
		t.Errorf("while it is scanned: %+v", i)
	}
	_, err = o.read(h, record, living, eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // not scanned
	o.Exec(`update files set scan = 'clean' where id = $1`, pending.ID)
	_, err = o.read(h, record, map[string]any{"colour": "red", "birth_date": "yesterday"}, eligible)
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/facts/birth_date not-a-day", "/facts/colour not-compared")
	_, err = o.read(h, record, map[string]any{"address": "番号は 1234 5678 9018"}, eligible)
	casetest.Refused(t, err, fault.CodeIndividualNumber)
	_, err = o.read(h, record, map[string]any{"address": float64(123456789018)}, eligible)
	casetest.Refused(t, err, fault.CodeIndividualNumber)
	_, err = o.read(h, dossier.DocumentRef{Document: "bank-passbook", Subject: "applicant"}, nil, eligible)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.Read(bg, o.foreign, h, record, review.Typed{Said: dossier.Said{Facts: living, Outcome: eligible}})
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.Read(bg, o.two, h, record, review.Typed{Said: dossier.Said{Facts: living, Outcome: eligible}})
	casetest.Refused(t, err, fault.CodeConflict)
	old := h
	old.Fence++
	_, err = o.read(old, record, living, eligible)
	casetest.Refused(t, err, fault.CodeConflict)
	// A document that no other office can be asked for is accepted with its reading.
	r, err := o.read(h, statement, nil, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("the statement: %+v %v", r, err)
	}
}

// R4 (a): no document, though the purpose was explained: the network alone, with when and how it was explained.
func TestR4aTheNetworkAlone(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	alone := func(in review.NetworkAlone) (string, error) { return o.review.NetworkAlone(bg, o.one, h, record, in) }
	full := review.NetworkAlone{ExplainedAt: time.Now().Add(-time.Hour), ExplainedHow: "電話で説明した"}
	_, err := alone(review.NetworkAlone{})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/explained_at required", "/explained_how required")
	_, err = alone(review.NetworkAlone{ExplainedAt: time.Now().Add(time.Hour), ExplainedHow: "電話で"})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/explained_at date-in-future")
	_, err = alone(review.NetworkAlone{ExplainedAt: full.ExplainedAt, ExplainedHow: "番号 123456789018 を聞いた"})
	casetest.Refused(t, err, fault.CodeIndividualNumber)
	_, err = alone(full)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // no answer
	o.asked(h.Case, record, living)
	if i := o.item(h.Case, record); i.Answer == nil || i.Withheld {
		t.Errorf("without a document the answer is shown: %+v", i)
	}
	state, err := alone(full)
	if err != nil || state != string(models.ItemResolved) {
		t.Fatalf("%s %s", state, casetest.Details(err))
	}
	c := o.open(o.one, h.Case)
	if len(c.Dispositions) != 1 || c.Dispositions[0].Path != models.PathNetworkAlone || c.Dispositions[0].Record.How != full.ExplainedHow ||
		c.Dispositions[0].ExplainedAt == nil {
		t.Errorf("recorded: %+v", c.Dispositions)
	}
	_, err = alone(full)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)

	// A document that is there, or that is still looked at by the scanner, is not passed over.
	with := o.begun(o.claim(hinata), statement)
	o.asked(with.Case, record, living)
	o.Attach(with.Case, record, "pending.pdf", models.ScanPending)
	_, err = o.review.NetworkAlone(bg, o.one, with, record, full)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}

// R4 (b): facts obtained directly, from whom and when, never with the individual number, tax facts never without consent.
func TestR4bFactsObtainedDirectly(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), statement)
	full := review.Direct{Source: "みなと町 住民課", ObtainedAt: time.Now().Add(-time.Hour), Facts: living, NoIndividualNumber: true}
	_, err := o.review.Direct(bg, o.one, h, record, review.Direct{})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/source required", "/obtained_at required",
		"/no_individual_number number-not-ruled-out", "/facts nothing-read")
	used := full
	used.NoIndividualNumber = false
	_, err = o.review.Direct(bg, o.one, h, record, used)
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/no_individual_number number-not-ruled-out")
	state, err := o.review.Direct(bg, o.one, h, record, full)
	if err != nil || state != string(models.ItemResolved) {
		t.Fatalf("%s %s", state, casetest.Details(err))
	}
	d := o.open(o.one, h.Case).Dispositions
	if len(d) != 1 || d[0].Record.Source != full.Source || !d[0].NoIndividualNumber || d[0].Record.Said.Facts["birth_date"] != "2013-05-10" {
		t.Errorf("recorded: %+v", d)
	}

	tax := o.begun(o.certification())
	facts := map[string]any{"municipal_income_levy": float64(126000), "dependants": float64(1)}
	direct := review.Direct{Source: "みなと町 税務課", ObtainedAt: full.ObtainedAt, Facts: facts, NoIndividualNumber: true}
	_, err = o.review.Direct(bg, o.one, tax, income, direct)
	if f := fault.As(err); f == nil || f.Details[0].Pointer != "/consent" {
		t.Errorf("tax facts without consent: %s", casetest.Details(err))
	}
	consenting := o.begun(o.certification("local-tax"))
	if state, err = o.review.Direct(bg, o.one, consenting, income, direct); err != nil || state != string(models.ItemResolved) {
		t.Errorf("tax facts with consent: %s %s", state, casetest.Details(err))
	}
}

// P6: consent is refused: no inquiry may be made, and the case is processed on the document.
func TestP6WithoutConsentTheDocument(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.certification(), income)
	i := o.item(h.Case, income)
	if !i.NeedsConsent || i.Consent || i.Inquire {
		t.Fatalf("refused: %+v", i)
	}
	if err := o.ask(h.Case, income); err == nil {
		t.Error("the network was asked without consent")
	}
	r, err := o.read(h, income, map[string]any{"municipal_income_levy": float64(126000)}, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("%+v %s", r, casetest.Details(err))
	}
	// Given, and then taken back: R5 yields too.
	given := o.begun(o.certification("local-tax"), income)
	r, err = o.read(given, income, map[string]any{"municipal_income_levy": float64(126000)}, eligible)
	if err != nil || r.State != models.ItemReceived {
		t.Errorf("with consent: %+v %s", r, casetest.Details(err))
	}
	back := o.begun(o.certification("local-tax"), income)
	o.In(o.Parent, func(tx *postgres.Tx) error {
		return tx.AddConsents(&models.Consent{ID: models.NewID(), ApplicationID: back.Case, Municipality: hinata, PersonID: o.Parent.Person, Item: "local-tax",
			Subject: income.Subject, GivenBy: "applicant", How: "online", At: tx.Now})
	})
	r, err = o.read(back, income, map[string]any{"municipal_income_levy": float64(126000)}, eligible)
	if err != nil || r.State != models.ItemMatched {
		t.Errorf("taken back: %+v %s", r, casetest.Details(err))
	}
}
