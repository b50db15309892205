package review_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// Every procedure says what is decided, and nothing of it is a text that a municipality would have to replace.
func TestEveryProcedureSaysWhatIsDecided(t *testing.T) {
	sample := regexp.MustCompile(`文例|置き換え|[{}○〇【]|<no value>`)
	for _, p := range casetest.Catalogue(t).Procedures() {
		for _, outcome := range []string{models.Approved, models.Rejected} {
			text, err := review.EffectOf(p.Code, outcome)
			if err != nil || len(text) < 30 || sample.MatchString(text) {
				t.Errorf("%s, %s: %v %q", p.Code, outcome, err, text)
			}
		}
	}
	if text, err := review.EffectOf("child-medical-certificate", models.Approved); err != nil || text == "" {
		t.Errorf("a municipality's own: %q %v", text, err)
	}
}

// No text of the catalogue that an office would have to replace reaches a parent: the letter says what the office's settings say, and without them
// nothing is decided.
func TestNothingIsDecidedWithoutTheOfficesSettings(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	o.Exec(`alter table letter_settings disable trigger only_added; delete from letter_settings`)
	c := o.open(o.one, h.Case)
	if len(c.LetterLacks) != 7 {
		t.Errorf("the case says that %v lack", c.LetterLacks)
	}
	for _, s := range c.Steps {
		if s.Step == review.StepReject && s.Allowed {
			t.Error("a rejection is offered")
		}
	}
	no := false
	in := review.Verdict{Outcome: models.Rejected, Reason: "住所がない", MissingPapers: &no}
	for what, do := range map[string]func() error{
		"decides":  func() error { _, err := o.review.Decide(bg, o.one, h, in); return err },
		"previews": func() error { _, err := o.review.Preview(bg, o.one, h, in); return err },
	} {
		if f := fault.As(do()); f == nil || f.Code != fault.CodeNotAllowedNow || f.Reason != "letter-settings-missing" {
			t.Errorf("%s: %v", what, f)
		}
	}
	o.Exec(`insert into letter_settings select $1, 1, 'ひなた子', 'ひなた市長', '日向　太郎', '', 'c', 'a', 's', 'space', gen_random_uuid(), now()`, hinata)
	if c := o.open(o.one, h.Case); fmt.Sprint(c.LetterLacks) != "[address]" {
		t.Errorf("%v lack", c.LetterLacks)
	}
	o.Exec(`insert into letter_settings select $1, 2, 'ひなた子', 'ひなた市長', '日向　太郎', 'x', 'c', 'a', 's', 'space', gen_random_uuid(), now()`, hinata)
	_, err := o.review.Decide(bg, o.one, h, in)
	casetest.Must(t, err)
	if n := casetest.Value[int](o, `select count(*) from letters`); n != 1 {
		t.Errorf("%d letters", n)
	}
}

// A text with a placeholder that nobody filled in is not sent; the day and the reason stand in the place of theirs.
func TestNothingIsSentUnfilled(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	no := false
	for pointer, in := range map[string]review.Verdict{
		"/reason": {Outcome: models.Rejected, Reason: "{氏名}様は要件を満たさないため", MissingPapers: &no},
		"/letter": {Outcome: models.Rejected, Reason: "要件を満たさないため", Letter: "｛金額｝円", MissingPapers: &no},
	} {
		_, err := o.review.Decide(bg, o.one, h, in)
		casetest.RefusedAt(t, err, fault.CodeInvalidRequest, pointer+" invalid")
		if f := fault.As(err); f.Details[0].Reason != "unfilled-placeholder" || f.Details[0].Param("found") == "" {
			t.Errorf("%s: %+v", pointer, f.Details)
		}
	}
	_, err := o.review.Correct(bg, o.one, h, review.Asked{Text: "{手続名}の書類", Due: "2099-01-01"})
	if f := fault.As(err); f == nil || f.Details[0].Pointer != "/text" {
		t.Errorf("%v", err)
	}
	due := jp.DateIn(o.Now()).AddDays(10)
	_, err = o.review.Correct(bg, o.one, h, review.Asked{Text: "{期限}までに出してください。", Due: due.String()})
	casetest.Must(t, err)
	if c := o.open(o.one, h.Case); c.Corrections[0].Text != jp.Era(due)+"までに出してください。" {
		t.Errorf("it was asked: %s", c.Corrections[0].Text)
	}
	other := o.begun(o.claim(hinata), record)
	d, err := o.review.Decide(bg, o.one, other, review.Verdict{Outcome: models.Rejected, Reason: "住所がないため", Letter: "理由：{理由}", MissingPapers: &no})
	if err != nil || !strings.Contains(d.Letter, "理由：住所がないため") {
		t.Errorf("%v\n%s", err, d.Letter)
	}
}

// The document numbers of a municipality and fiscal year have no gap and no double, whoever decides at once, and one that failed took none.
func TestDocumentNumbersHaveNoGap(t *testing.T) {
	o := newOffice(t)
	no := false
	var held []review.HeldCase
	for range 6 {
		held = append(held, o.begun(o.claim(hinata), record))
	}
	_, err := o.review.Decide(bg, o.one, held[0], review.Verdict{Outcome: models.Approved}) // not settled
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	numbers := make([]string, len(held))
	var all sync.WaitGroup
	for i, h := range held {
		all.Go(func() {
			d, err := o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Rejected, Reason: "住所がないため", MissingPapers: &no})
			if err != nil {
				t.Error(err)
				return
			}
			numbers[i] = d.DocumentNumber
		})
	}
	all.Wait()
	year := jp.FiscalYear(jp.DateIn(o.Now()))
	for n := 1; n <= len(held); n++ {
		if want := review.DocumentNumber("ひなた子", year, n); !strings.Contains(" "+strings.Join(numbers, " ")+" ", " "+want+" ") {
			t.Errorf("%s is not among %v", want, numbers)
		}
	}
}

func TestDocumentNumber(t *testing.T) {
	for _, test := range []struct {
		year, n int
		want    string
	}{{2026, 12, "8ひなた子第12号"}, {2018, 1, "30ひなた子第1号"}, {2019, 3, "31ひなた子第3号"}} {
		if got := review.DocumentNumber("ひなた子", test.year, test.n); got != test.want {
			t.Errorf("%s, not %s", got, test.want)
		}
	}
}

// The letter is kept as it was made; its parent has it, staff see when it was read, and a day's letters are one document in their order.
func TestTheLetterIsKeptAndRead(t *testing.T) {
	o := newOffice(t)
	no := false
	var ids []string
	for range 2 {
		h := o.begun(o.claim(hinata), record)
		_, err := o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Rejected, Reason: "住所がないため", MissingPapers: &no})
		casetest.Must(t, err)
		ids = append(ids, h.Case)
	}
	pdf, err := o.review.LetterPDF(bg, o.Parent, ids[0], 0)
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("pdfaid:part>2")) {
		t.Fatalf("%d bytes, %v", len(pdf), err)
	}
	o.Exec(`alter table letter_settings disable trigger only_added; update letter_settings set mayor_name = 'ほかの人'`)
	if again, err := o.review.LetterPDF(bg, o.one, ids[0], 1); err != nil || !bytes.Equal(pdf, again) {
		t.Errorf("the staff have another letter: %v", err)
	}
	if n := casetest.Value[int](o, `select count(*) from letters where position('住所' in encode(sealed_pdf, 'escape')) > 0`); n != 0 {
		t.Error("it is not sealed")
	}
	stranger := o.Person(t, "stranger", models.RoleApplicant, "")
	_, err = o.review.LetterPDF(bg, stranger, ids[0], 0)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.LetterPDF(bg, o.Reviewer("far", casetest.Minato), ids[0], 1)
	casetest.Refused(t, err, fault.CodeNotFound)
	casetest.Refused(t, o.review.ReadLetter(bg, stranger, ids[0]), fault.CodeNotFound)
	if c := o.open(o.one, ids[0]); c.Decisions[0].ReadAt != nil {
		t.Error("it was read before it was opened")
	}
	casetest.Must(t, o.review.ReadLetter(bg, o.Parent, ids[0]))
	first := o.open(o.one, ids[0]).Decisions[0].ReadAt
	casetest.Must(t, o.review.ReadLetter(bg, o.Parent, ids[0]))
	if again := o.open(o.one, ids[0]).Decisions[0].ReadAt; first == nil || !again.Equal(*first) {
		t.Errorf("read at %v, then %v", first, again)
	}
	today := jp.DateIn(o.Now())
	lines, err := o.review.LettersOf(bg, o.one, today)
	if err != nil || len(lines) != 2 || lines[0].ReadAt == nil || lines[1].ReadAt != nil || !strings.Contains(lines[0].DocumentNumber, "第1号") {
		t.Errorf("%+v %v", lines, err)
	}
	all, err := o.review.PrintDay(bg, o.one, today)
	if err != nil || bytes.Count(all, []byte("/Type /Page\n")) != 2 {
		t.Errorf("%v", err)
	}
	_, err = o.review.PrintDay(bg, o.one, today.AddDays(-1))
	casetest.Refused(t, err, fault.CodeNotFound)
}
