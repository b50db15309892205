package review_test

import (
	"maps"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
)

// but is the living record with one fact changed.
func but(field, value string) map[string]any {
	out := maps.Clone(living)
	out[field] = value
	return out
}

func (o *office) slip(h review.HeldCase, facts map[string]any) (*review.Read, error) {
	return o.review.Read(bg, o.one, h, record, review.Typed{Said: dossier.Said{Facts: facts, Outcome: eligible}, Slip: true})
}

// counted is how the record's comparisons were counted, in their order.
func (o *office) counted(id string) string {
	return casetest.Value[string](o,
		`select coalesce(string_agg(outcome, ' ' order by at, outcome <> 'slip'), '') from comparisons where application_id = $1 and document = $2`,
		id, record.Document)
}

// P12: whoever typed a reading corrects it until the answer is shown; nobody else does, and nobody after.
func TestAReadingIsCorrectedUntilTheAnswerIsShown(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, but("birth_date", "2013-05-01"), eligible)
	casetest.Must(t, err)
	casetest.Must(t, o.ask(h.Case, record))
	if r, err := o.read(h, record, living, eligible); err != nil || r.Reading.Number != 2 || r.State != models.ItemInquiring {
		t.Errorf("corrected while the network is asked: %+v %s", r, casetest.Details(err))
	}
	if got := allowed(o.item(h.Case, record).Steps); len(got) == 0 || got[0] != review.StepRead {
		t.Errorf("offered: %v", got)
	}
	o.Exec(`update claims set expires_at = now() - interval '1 minute'`)
	_, err = o.review.Read(bg, o.two, o.hold(o.two, h.Case), record, review.Typed{Said: dossier.Said{Facts: but("birth_date", "2013-05-02"), Outcome: eligible}})
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	o.Exec(`update claims set expires_at = now() - interval '1 minute'`)
	h = o.hold(o.one, h.Case)
	casetest.Must(t, o.answer(h.Case, record, living))
	if got := o.ItemState(h.Case, record); got != models.ItemMatched {
		t.Errorf("the corrected reading is compared: %s", got)
	}
	_, err = o.read(h, record, but("birth_date", "2013-05-03"), eligible)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)

	// What no office can be asked for is settled by reading, and corrected too.
	_, err = o.read(h, statement, nil, eligible)
	casetest.Must(t, err)
	if r, err := o.read(h, statement, nil, catalogue.Outcome{}); err != nil || r.Reading.Number != 2 || r.State != models.ItemMatched {
		t.Errorf("a settled reading: %+v %s", r, casetest.Details(err))
	}
}

// P12: a slip of the reader is corrected by a second look: recorded, compared again, and no difference of the data.
func TestASlipOfTheReaderIsNoDifference(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	_, err := o.read(h, record, but("birth_date", "2013-05-01"), eligible)
	casetest.Must(t, err)
	_, err = o.slip(h, living)
	casetest.Refused(t, err, fault.CodeNotAllowedNow) // nothing was found to differ
	o.asked(h.Case, record, living)
	if got := o.ItemState(h.Case, record); got != models.ItemDiscrepant {
		t.Fatalf("before: %s", got)
	}
	r, err := o.slip(h, but("birth_date", "2013-05-04")) // still not what the answer says
	if err != nil || r.State != models.ItemDiscrepant || o.counted(h.Case) != "facts slip facts" {
		t.Fatalf("a second slip: %+v %s %s", r, casetest.Details(err), o.counted(h.Case))
	}
	r, err = o.slip(h, living)
	if err != nil || r.State != models.ItemMatched || r.Reading.Number != 3 || o.counted(h.Case) != "facts slip facts slip matched" {
		t.Fatalf("corrected: %+v %s %s", r, casetest.Details(err), o.counted(h.Case))
	}
	d := o.open(o.one, h.Case).Discrepancies[0]
	if d.State != models.DiscrepancyClosed || d.Cause != "slip" || d.Basis != "answer" || len(d.Past) != 3 || d.Past[0].By != o.one.Person {
		t.Errorf("its file: %+v", d)
	}
	_, err = o.read(h, statement, nil, eligible)
	casetest.Must(t, err)
	_, err = o.review.Decide(bg, o.one, h, review.Verdict{Outcome: models.Approved})
	casetest.Must(t, err)
}

// P12: what a comparison cannot tell, a person says, with who and why; it agrees and is counted apart, or is a difference like any other.
func TestWhatOnlyAPersonCanTell(t *testing.T) {
	o := newOffice(t)
	for _, same := range []bool{true, false} {
		h := o.begun(o.claim(hinata), record, statement)
		r, err := o.read(h, record, but("address", "みなと町1-2-3 ミナトハイツ101号室"), eligible)
		casetest.Must(t, err)
		o.asked(h.Case, record, living)
		item := o.item(h.Case, record)
		if item.State != models.ItemAnswered || len(item.Differences) != 1 || item.Differences[0].Result != "unsure" || o.counted(h.Case) != "" {
			t.Fatalf("%+v, then %+v", r, item)
		}
		_, err = o.review.Judge(bg, o.one, h, record, review.Judgement{Same: true, Why: "tired"})
		casetest.RefusedAt(t, err, fault.CodeInvalidRequest, "/why not-a-choice")
		_, err = o.review.Judge(bg, o.one, h, statement, review.Judgement{Same: true, Why: models.WhyPart})
		casetest.Refused(t, err, fault.CodeNotAllowedNow)
		want, why, counted := models.ItemMatched, models.WhyPart, "judged"
		if !same {
			want, why, counted = models.ItemDiscrepant, models.WhyAnother, "facts"
		}
		state, err := o.review.Judge(bg, o.one, h, record, review.Judgement{Same: same, Why: why})
		if err != nil || state != string(want) || o.counted(h.Case) != counted {
			t.Errorf("judged %v: %s %s %s", same, state, o.counted(h.Case), casetest.Details(err))
		}
		if j := o.item(h.Case, record).Judged; j == nil || j.Same != same || j.Why != why || j.By != o.one.Person || j.At.IsZero() {
			t.Errorf("who and why: %+v", j)
		}
		_, err = o.review.Judge(bg, o.one, h, record, review.Judgement{Same: true, Why: models.WhyPart})
		casetest.Refused(t, err, fault.CodeNotAllowedNow)
	}
}

// P12: as the paper prints it is enough: the whole name, another era, an address in another writing agree, and what was typed is kept.
func TestAPaperIsTypedAsItIsPrinted(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record, statement)
	facts := map[string]any{"family_name_kana": "ﾐﾅﾄ ﾀﾛｳ", "birth_date": "平成25年5月10日", "address": "みなと町1-2-3"}
	r, err := o.read(h, record, facts, eligible)
	if err != nil || r.Reading.Facts["family_name_kana"] != "ﾐﾅﾄ" || r.Reading.Typed["family_name_kana"] != "ﾐﾅﾄ ﾀﾛｳ" {
		t.Fatalf("%+v %s", r, casetest.Details(err))
	}
	o.asked(h.Case, record, living)
	item := o.item(h.Case, record)
	if item.State != models.ItemMatched || len(item.Differences) != 0 || len(item.Written) != 2 || o.counted(h.Case) != "matched" {
		t.Errorf("%s, differs %+v, written %+v", item.State, item.Differences, item.Written)
	}
}
