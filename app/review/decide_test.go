package review_test

import (
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

func (o *office) decide(who models.Actor, h review.HeldCase, outcome, reason string) (*review.Decision, error) {
	return o.review.Decide(bg, who, h, review.Verdict{Outcome: outcome, Reason: reason})
}

func TestApprovingWithALetter(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	for _, ref := range []dossier.DocumentRef{record, statement} {
		facts := living
		if ref == statement {
			facts = nil
		}
		_, err := o.read(h, ref, facts, eligible)
		casetest.Must(t, err)
	}
	_, err := o.decide(o.one, h, models.Approved, "")
	casetest.RefusedAt(t, err, fault.CodeNotAllowedNow, "household-resident-record/child-1 not-settled") // R5
	if f := fault.As(err); f.Details[0].Param("state") != string(models.ItemReceived) {
		t.Errorf("it does not say how the item stands: %+v", f.Details)
	}
	o.asked(h.Case, record, living)
	if got := allowed(o.open(o.one, h.Case).Steps); !strings.Contains(strings.Join(got, " "), "approve") {
		t.Errorf("offered: %v", got)
	}
	_, err = o.decide(o.one, h, "maybe", "")
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/outcome invalid-choice")
	_, err = o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Approved, Letter: "番号は123456789018です"})
	casetest.Refused(t, err, fault.CodeIndividualNumber)
	d, err := o.decide(o.one, h, models.Approved, "要件を満たすため")
	casetest.Must(t, err)
	c := o.open(o.one, h.Case)
	for _, said := range []string{"決定通知書", c.ReceiptNumber, "児童手当の受給資格を認定します", "要件を満たすため", "令和", "年", "審査請求", "取消し", "ひなた市長", "様", d.DocumentNumber} {
		if !strings.Contains(d.Letter, said) {
			t.Errorf("the letter does not say %q:\n%s", said, d.Letter)
		}
	}
	if c.State != models.StateDecided || len(c.Decisions) != 1 || c.Decisions[0].Letter != d.Letter || c.Decisions[0].By != o.one.Person {
		t.Errorf("decided: %s %+v", c.State, c.Decisions)
	}
	mine, err := o.review.Letter(bg, o.Parent, h.Case)
	if err != nil || mine.Letter != d.Letter || mine.Outcome != models.Approved {
		t.Errorf("the parent's letter: %+v %s", mine, casetest.Details(err))
	}
	_, err = o.review.Letter(bg, o.Person(t, "stranger", models.RoleApplicant, ""), h.Case)
	casetest.Refused(t, err, fault.CodeNotFound)
	if n := casetest.Value[int](o, `select count(*) from river_job where kind = 'notify' and args ->> 'what' = 'decided'`); n != 1 {
		t.Errorf("%d messages", n)
	}
	if n := casetest.Value[int](o, `select count(*) from decisions where sealed_letter like '%決定%' or sealed_reason like '%要件%'`); n != 0 {
		t.Error("the letter is not sealed")
	}
	_, err = o.decide(o.one, h, models.Approved, "")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}

// A rejection takes a reason; for missing papers an expired request for correction.
func TestRejecting(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	_, err := o.decide(o.one, h, models.Rejected, " ")
	casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/reason required")
	_, err = o.decide(o.one, h, models.Rejected, "書類が提出されないため")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	n := o.correct(h, statement)
	casetest.Must(t, o.lapse(h, n))
	d, err := o.decide(o.one, h, models.Rejected, "書類が提出されないため")
	if err != nil || !strings.Contains(d.Letter, "却下") || !strings.Contains(d.Letter, "書類が提出されないため") {
		t.Errorf("rejected: %+v %s", d, casetest.Details(err))
	}
	// For another reason papers need not be asked for.
	other := o.begun(o.claim(hinata), record)
	no := false
	_, err = o.review.Decide(bg, o.one, other, review.Verdict{Outcome: models.Rejected, Reason: "住所がない", MissingPapers: &no})
	casetest.Must(t, err)
}

func TestReopening(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	no := false
	_, err := o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Rejected, Reason: "要件を満たさないため", MissingPapers: &no})
	casetest.Must(t, err)
	casetest.Refused(t, o.review.Reopen(bg, o.one, h, "誤り"), fault.CodeNotAllowedNow) // the one who decided
	second := o.hold(o.two, h.Case)
	casetest.RefusedAt(t, o.review.Reopen(bg, o.two, second, ""), fault.CodeInvalidRequest, "/reason required")
	casetest.Must(t, o.review.Reopen(bg, o.two, second, "計算の誤り"))
	c := o.open(o.two, h.Case)
	if c.State != models.StateInReview || len(c.Decisions) != 1 || c.Decisions[0].ReopenedBy != o.two.Person || c.Decisions[0].Reopening != "計算の誤り" {
		t.Errorf("reopened: %s %+v", c.State, c.Decisions)
	}
	letter, err := o.review.Letter(bg, o.Parent, h.Case)
	if err != nil || letter.ReopenedAt == nil || letter.Reopening != "" {
		t.Errorf("the parent's letter: %+v %s", letter, casetest.Details(err))
	}
	d, err := o.review.Decide(bg, o.two, second, review.Verdict{Outcome: models.Rejected, Reason: "やはり満たさない", MissingPapers: &no})
	if err != nil || d.Number != 2 {
		t.Errorf("decided again: %+v %s", d, casetest.Details(err))
	}
	casetest.Refused(t, o.review.Reopen(bg, o.two, second, "誤り"), fault.CodeNotAllowedNow)
	if n := casetest.Value[int](o, `select count(*) from river_job where kind = 'notify' and args ->> 'what' in ('decided', 'reopened')`); n != 3 {
		t.Errorf("%d messages", n)
	}
}

// P1: a missing document never loses the claim date, whatever happens to the case.
func TestP1AMissingDocumentNeverLosesTheClaimDate(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata))
	before := o.open(o.one, h.Case)
	n := o.correct(h, statement)
	casetest.Must(t, o.lapse(h, n))
	if state, err := o.review.Paper(bg, o.one, h, statement, review.PaperReceipt{ReceivedAt: time.Now(), Original: true}); err != nil ||
		state != string(models.ItemReceived) {
		t.Fatalf("%s %s", state, casetest.Details(err))
	}
	after := o.open(o.one, h.Case)
	if after.ClaimOn == "" || after.ClaimOn != before.ClaimOn || !after.ArrivedAt.Equal(before.ArrivedAt) || after.ReceiptNumber != before.ReceiptNumber {
		t.Errorf("%s, %s", before.ClaimOn, after.ClaimOn)
	}
}
