package review_test

import (
	"slices"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

// disputed is a case whose resident record differs from the answer, with its file.
func (o *office) disputed() (review.HeldCase, string) {
	o.T.Helper()
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, statement, nil, eligible)
	casetest.Must(o.T, err)
	_, err = o.read(h, record, living, eligible)
	casetest.Must(o.T, err)
	o.asked(h.Case, record, differing())
	files := o.open(o.one, h.Case).Discrepancies
	if len(files) != 1 {
		o.T.Fatalf("files: %+v", files)
	}
	return h, files[0].ID
}

func (o *office) step(h review.HeldCase, file, step string) (*review.Dispute, error) {
	return o.review.Step(bg, o.one, h, file, review.StepInput{Step: step, Note: step + " をした"})
}

func (o *office) steps(h review.HeldCase, file string, steps ...string) *review.Dispute {
	o.T.Helper()
	var last *review.Dispute
	for _, s := range steps {
		d, err := o.step(h, file, s)
		if err != nil {
			o.T.Fatalf("%s: %s", s, casetest.Details(err))
		}
		last = d
	}
	return last
}

func allowed(steps []review.Step) []string {
	var out []string
	for _, s := range steps {
		if s.Allowed {
			out = append(out, s.Step)
		}
	}
	return out
}

// R7: the steps come in their order, each stays with who, when and why.
func TestR7TheStepsComeInOrder(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	d := o.open(o.one, h.Case).Discrepancies[0]
	if got := allowed(d.Next); !slices.Equal(got, []string{"operation-checked"}) || d.DaysOpen != 0 || d.Overdue || len(d.Differences) != 1 {
		t.Errorf("at first: %v %+v", got, d)
	}
	for _, early := range []string{"system-checked", "provider-asked", "provider-corrected", "closed", "reported"} {
		_, err := o.step(h, file, early)
		casetest.Refused(t, err, fault.CodeNotAllowedNow)
	}
	_, err := o.review.Step(bg, o.one, h, file, review.StepInput{Step: "operation-checked"})
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/note required")
	_, err = o.review.Step(bg, o.one, h, models.NewID(), review.StepInput{Step: "operation-checked", Note: "x"})
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.Step(bg, o.two, h, file, review.StepInput{Step: "operation-checked", Note: "x"})
	casetest.Refused(t, err, fault.CodeConflict)
	last := o.steps(h, file, "operation-checked", "system-checked", "provider-asked")
	if last.Step != "provider-asked" || len(last.Past) != 3 || last.Past[0].Note != "operation-checked をした" || last.Past[0].By != o.one.Person ||
		last.Past[0].At.IsZero() {
		t.Errorf("taken: %+v", last)
	}
	count := 3
	similar, err := o.review.Step(bg, o.one, h, file, review.StepInput{Step: "similar-checked", Note: "3件見つかった", Count: &count})
	if err != nil || similar.SimilarCount != 3 || similar.Step != "provider-asked" {
		t.Errorf("similar records: %+v %s", similar, casetest.Details(err))
	}
}

// R7 (3i): the provider corrects, the network is asked again, and the case is processed on that answer.
func TestR7TheProviderCorrects(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	o.steps(h, file, "operation-checked", "system-checked", "provider-asked", "provider-corrected")
	_, err := o.step(h, file, "closed")
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // not asked again
	o.asked(h.Case, record, differing())
	_, err = o.step(h, file, "closed")
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // it still differs
	o.asked(h.Case, record, living)
	if got := o.ItemState(h.Case, record); got != models.ItemMatched {
		t.Fatalf("asked again: %s", got)
	}
	_, err = o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Approved})
	if f := casetest.Refused(t, err, fault.CodeNotAllowedNow); len(f.Details) != 1 || f.Details[0].Code != "open-discrepancy" ||
		f.Details[0].Param("discrepancy") != file {
		t.Errorf("approved with an open file: %s", casetest.Details(err))
	}
	d := o.steps(h, file, "closed")
	if d.State != models.DiscrepancyClosed || d.Basis != "answer" || d.Cause != "provider-data" || d.ClosedAt == nil ||
		o.ItemState(h.Case, record) != models.ItemMatched {
		t.Errorf("closed: %+v", d)
	}
	_, err = o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Approved})
	casetest.Must(t, err)
	reported, err := o.review.Step(bg, o.one, h, file, review.StepInput{Step: "reported", Note: "総務省へ", Report: "提供機関の入力の誤り"})
	if err != nil || reported.Report != "提供機関の入力の誤り" {
		t.Errorf("reported after the decision: %+v %s", reported, casetest.Details(err))
	}
}

// R7 (3ii): the right facts cannot be confirmed quickly: on the attachments, and only then (R5).
func TestR7TheProviderCannotConfirm(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	o.steps(h, file, "operation-checked", "system-checked", "provider-asked", "provider-cannot-confirm")
	d, err := o.review.Step(bg, o.one, h, file, review.StepInput{Step: "closed", Note: "書類で処理", Cause: "unknown"})
	if err != nil || d.Basis != "document" || o.ItemState(h.Case, record) != models.ItemResolved {
		t.Errorf("closed: %+v %s", d, casetest.Details(err))
	}
	_, err = o.step(h, file, "closed")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}

// R7: the provider's data are right; the document was wrong or old.
func TestR7TheProviderConfirms(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	d := o.steps(h, file, "operation-checked", "system-checked", "provider-asked", "provider-confirmed", "closed")
	if d.Basis != "answer" || d.Cause != "document" || o.ItemState(h.Case, record) != models.ItemResolved {
		t.Errorf("closed: %+v", d)
	}
}

// R7 (1): the own fault was a slip in reading: the document is read once more, and the network asked again.
func TestR7AnOwnFaultIsCorrected(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, differing(), eligible)
	casetest.Must(t, err)
	o.asked(h.Case, record, living)
	file := o.open(o.one, h.Case).Discrepancies[0].ID
	o.steps(h, file, "operation-checked", "system-checked")
	_, err = o.read(h, record, living, eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	o.steps(h, file, "own-fault-corrected")
	r, err := o.read(h, record, living, eligible)
	if err != nil || r.Reading.Number != 2 || r.State != models.ItemDiscrepant {
		t.Fatalf("read once more: %+v %s", r, casetest.Details(err))
	}
	_, err = o.read(h, record, differing(), eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // fixed again
	o.asked(h.Case, record, living)
	d, err := o.review.Step(bg, o.one, h, file, review.StepInput{Step: "closed", Note: "読み誤り", Cause: "own-operation"})
	if err != nil || d.Cause != "own-operation" || d.Basis != "answer" || o.ItemState(h.Case, record) != models.ItemMatched {
		t.Errorf("closed: %+v %s", d, casetest.Details(err))
	}
}

// An outcome other than an answer opens a file of the kind no-answer (P7), and the item is not settled on the paper alone.
func TestR7NoAnswer(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, living, eligible)
	casetest.Must(t, err)
	casetest.Must(t, o.ask(h.Case, record))
	casetest.Must(t, o.silence(h.Case, record, "no-record"))
	files := o.open(o.one, h.Case).Discrepancies
	if len(files) != 1 || files[0].Kind != "no-answer" || files[0].Result != "no-record" {
		t.Fatalf("files: %+v", files)
	}
	o.steps(h, files[0].ID, "operation-checked", "system-checked", "provider-asked", "provider-confirmed")
	_, err = o.step(h, files[0].ID, "closed")
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // there is no answer to process on
	o.steps(h, files[0].ID, "provider-asked", "provider-cannot-confirm", "closed")
	if got := o.ItemState(h.Case, record); got != models.ItemResolved {
		t.Errorf("closed: %s", got)
	}
}

// An overdue file puts its case on top of the queue until the next step.
func TestOverdueFiles(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	o.Exec(`update discrepancies set opened_at = opened_at - interval '9 days', step_at = step_at - interval '9 days' where id = $1`, file)
	o.Exec(`update applications set urgent = true, version = version + 1 where id = $1`, h.Case)
	if d := o.open(o.one, h.Case).Discrepancies[0]; !d.Overdue || d.DaysOpen != 9 || d.DaysInStep != 9 {
		t.Errorf("overdue: %+v", d)
	}
	if d := o.steps(h, file, "operation-checked"); d.Overdue || d.DaysInStep != 0 || d.DaysOpen != 9 {
		t.Errorf("after a step: %+v", d)
	}
	if o.open(o.one, h.Case).Urgent {
		t.Error("the case is still urgent")
	}
}
