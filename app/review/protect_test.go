package review_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

// places are what tells where somebody lives, in the form of the claim and in what is read and answered.
func places(t *testing.T, c *review.Case) []string {
	t.Helper()
	var out []string
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			for name, member := range x {
				if text, ok := member.(string); ok && text != "" && (strings.HasSuffix(name, "address") || name == "postal_code") {
					out = append(out, text)
				}
				walk(member)
			}
		case []any:
			for _, m := range x {
				walk(m)
			}
		}
	}
	walk(c.Form)
	if len(out) < 2 {
		t.Fatalf("the form has no address: %v", c.Form)
	}
	return append(out, living["address"].(string), "みなと町九丁目")
}

// written makes a statement of a file, as one that was written on the screen is, and gives back what it says.
func (o *office) written(id string, ref dossier.DocumentRef, text string) string {
	o.T.Helper()
	file := o.item(id, ref).Files[0].ID
	sealed, err := o.Open(o.Parent, id).Key.Seal([]byte(`{"living_with":"`+text+`"}`), dossier.AnswersCell(file))
	casetest.Must(o.T, err)
	o.Exec(`update files set sealed_answers = $2 where id = $1`, file, sealed)
	return text
}

// 支援措置: the address is for named staff alone, wherever it stands.
func TestAProtectedAddressIsNowhere(t *testing.T) {
	o := newOffice(t)
	o.Exec(`insert into staff (municipality, staff_id, sees_protected, updated_by, updated_at) values ($1, $2, true, $2, now())`, hinata, o.named.Person)
	h := o.begun(o.claim(hinata), record, statement)
	moved := differing()
	moved["address"] = "みなと町九丁目"
	casetest.Must(t, firstErr(o.read(h, record, living, eligible)))
	o.asked(h.Case, record, moved)
	secret := append(places(t, o.open(o.one, h.Case)), o.written(h.Case, statement, "さくら町三丁目の祖父の家で暮らす"))
	casetest.Refused(t, o.review.Protect(bg, o.one, h, true, "支援措置の申出"), fault.CodeForbidden)
	other := o.hold(o.named, h.Case)
	casetest.RefusedAt(t, o.review.Protect(bg, o.named, other, true, ""), fault.CodeInvalidRequest, "/reason required")
	casetest.Must(t, o.review.Protect(bg, o.named, other, true, "支援措置の申出"))

	h = o.hold(o.one, h.Case)
	c := o.open(o.one, h.Case)
	seen, err := json.Marshal(c)
	casetest.Must(t, err)
	dispute, err := o.review.Step(bg, o.one, h, c.Discrepancies[0].ID, review.StepInput{Step: "operation-checked", Note: "確認した"})
	casetest.Must(t, err)
	again, err := o.read(h, record, living, eligible) // what was read already, to see it and the answer
	casetest.Must(t, err)
	for _, text := range secret {
		if strings.Contains(string(seen)+fmt.Sprintf("%+v %+v %+v", *dispute, *again, *again.Answer), text) {
			t.Errorf("%q is shown", text)
		}
	}
	if !c.Protected || c.SeesProtected || len(c.Hidden) < 4 || len(c.Items[0].Differences) == 0 {
		t.Errorf("hidden: %v", c.Hidden)
	}
	file := o.item(h.Case, record).Files[0].ID
	casetest.Refused(t, o.review.Original(bg, o.one, h.Case, file), fault.CodeForbidden)
	casetest.Refused(t, o.review.Original(bg, o.foreign, h.Case, file), fault.CodeNotFound)
	casetest.Must(t, o.review.Original(bg, o.named, h.Case, file))
	if n := casetest.Value[int](o, `select count(*) from audit_entries where action = 'open-original' and object_id = $1`, file); n != 1 {
		t.Errorf("%d openings are recorded", n)
	}
	all, err := json.Marshal(o.open(o.named, h.Case))
	casetest.Must(t, err)
	for _, text := range secret {
		if !strings.Contains(string(all), text) {
			t.Errorf("%q is hidden from named staff", text)
		}
	}
	other = o.hold(o.named, h.Case)
	casetest.Must(t, o.review.Protect(bg, o.named, other, false, "終了"))
	if c := o.open(o.one, h.Case); c.Protected || len(c.Hidden) != 0 {
		t.Errorf("afterwards: %v", c.Hidden)
	}
}

func firstErr[T any](_ T, err error) error { return err }

// A look at a case is recorded, and a case of another municipality does not exist.
func TestOpeningACase(t *testing.T) {
	o := newOffice(t)
	h := o.begun(o.claim(hinata), record)
	c := o.open(o.one, h.Case)
	if c.State != models.StateInReview || c.Claim == nil || !c.Claim.Mine || c.Claim.Fence != h.Fence || c.ReceiptNumber == "" || c.PlanVersion == "" ||
		len(c.Timeline) == 0 {
		t.Errorf("%+v", c)
	}
	if theirs := o.open(o.two, h.Case); theirs.Claim == nil || theirs.Claim.Mine || theirs.Claim.Fence != 0 {
		t.Errorf("a colleague sees %+v", theirs.Claim)
	}
	if n := casetest.Value[int](o,
		`select count(*) from audit_entries where action = 'open-case' and object_id = $1 and subject_id = $2`, h.Case, o.Parent.Person); n != 2 {
		t.Errorf("%d looks are recorded", n)
	}
	_, err := o.review.Open(bg, o.foreign, h.Case)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.review.Open(bg, o.one, models.NewID())
	casetest.Refused(t, err, fault.CodeNotFound)
	o.Exec(`insert into staff (municipality, staff_id, categories, updated_by, updated_at) values ($1, $2, 'childcare', $2, now())`, hinata, o.two.Person)
	_, err = o.review.Open(bg, o.two, h.Case)
	casetest.Refused(t, err, fault.CodeNotFound) // another category
	draft, err := o.Apply.Create(bg, o.Parent, casetest.Once(), o.certification())
	casetest.Must(t, err)
	_, err = o.review.Open(bg, o.one, draft.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
}

// Every write needs the claim, and its newest number.
func TestEveryWriteNeedsTheFence(t *testing.T) {
	o := newOffice(t)
	h, file := o.disputed()
	old := h
	o.hold(o.two, h.Case)
	for name, write := range map[string]func() error{
		"accept":        func() error { return o.review.Accept(bg, o.one, old) },
		"read":          func() error { return firstErr(o.read(old, record, living, eligible)) },
		"network-alone": func() error { return firstErr(o.review.NetworkAlone(bg, o.one, old, record, review.NetworkAlone{})) },
		"direct":        func() error { return firstErr(o.review.Direct(bg, o.one, old, record, review.Direct{})) },
		"paper":         func() error { return firstErr(o.review.Paper(bg, o.one, old, record, review.PaperReceipt{})) },
		"step":          func() error { return firstErr(o.step(old, file, "operation-checked")) },
		"correct":       func() error { return firstErr(o.review.Correct(bg, o.one, old, review.Asked{})) },
		"lapse":         func() error { return o.review.Lapse(bg, o.one, old, 1) },
		"waive":         func() error { return firstErr(o.review.Waive(bg, o.one, old, record, "x")) },
		"decide":        func() error { return firstErr(o.decide(o.one, old, models.Approved, "")) },
		"reopen":        func() error { return o.review.Reopen(bg, o.one, old, "x") },
		"protect":       func() error { return o.review.Protect(bg, o.one, old, true, "x") },
	} {
		if f := fault.As(write()); f == nil || f.Code != fault.CodeConflict || f.Extra["fence"] == "" {
			t.Errorf("%s without the claim: %v", name, f)
		}
	}
}

// P7: whatever the network replies, the case goes on.
func TestP7NoReplyHoldsACaseForEver(t *testing.T) {
	for _, result := range []string{"no-record", "no-linking-code", "not-disclosed", "timeout", "undeclared"} {
		t.Run(result, func(t *testing.T) {
			o := newOffice(t)
			h := o.begun(o.claim(hinata), statement)
			casetest.Must(t, o.ask(h.Case, record))
			casetest.Must(t, o.silence(h.Case, record, result))
			state, err := o.review.Direct(bg, o.one, h, record, review.Direct{Source: "みなと町", ObtainedAt: time.Now(), Facts: living, NoIndividualNumber: true})
			if err != nil || state != string(models.ItemResolved) {
				t.Fatalf("%s %s", state, casetest.Details(err))
			}
			for _, d := range o.open(o.one, h.Case).Discrepancies {
				o.steps(h, d.ID, "operation-checked", "system-checked", "provider-asked")
			}
			_, err = o.read(h, dossier.DocumentRef{Document: statement.Document, Subject: statement.Subject}, nil, eligible)
			casetest.Must(t, err)
		})
	}
}
