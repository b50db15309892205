package linkage_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// said is what the paper says, as the simulator knows it.
func said() dossier.Said {
	return dossier.Said{Facts: map[string]any{"scheme": "employees", "enrolled_on": "2018-04-01"}, Outcome: catalogue.Outcome{Eligible: true}}
}

// TestR3TheTrialComparesTheResults: the network is asked beside the document, and the two are laid side by side.
func TestR3TheTrialComparesTheResults(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(minato))
	fence := s.review(id)
	s.OnPaper(s.reviewer, id, pension)
	s.Read(s.reviewer, id, pension, said())
	if err := s.network.Correct(residents.ID(minato, residents.ExampleApplicant), "pension", network.Override{Facts: said().Facts}); err != nil {
		t.Fatal(err)
	}
	asked := s.ask(t, id, fence, pension)
	if again := s.ask(t, id, fence, pension); again[0].Inquiry != asked[0].Inquiry {
		t.Error("a document is asked about twice at once")
	}
	s.work(t, minato, asked[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemMatched {
		t.Errorf("it is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from comparisons where outcome = 'matched' and item = 'pension'`); n != 1 {
		t.Errorf("%d comparisons", n)
	}
	if n := s.network.Asked(asked[0].Inquiry); n != 1 {
		t.Errorf("the network was asked %d times", n)
	}
	_, err := s.service.Ask(context.Background(), s.reviewer, casetest.Once(), id, fence, []dossier.DocumentRef{pension})
	if fault.As(err) == nil || fault.As(err).Code != fault.CodeNotAllowedNow {
		t.Errorf("a matched item is asked about again: %v", err)
	}
}

// TestR7ADifferenceOpensAFile: in みなと町 the network has another day of enrolment than the paper.
func TestR7ADifferenceOpensAFile(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(minato))
	fence := s.review(id)
	s.OnPaper(s.reviewer, id, pension)
	s.Read(s.reviewer, id, pension, said())
	asked := s.ask(t, id, fence, pension)
	s.work(t, minato, asked[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemDiscrepant {
		t.Fatalf("it is %s", got)
	}
	if got := casetest.Value[string](s, `select kind || ' ' || fields || ' ' || state from discrepancies`); got != "facts enrolled_on open" {
		t.Errorf("the file is %q", got)
	}
	// The provider corrects; asked again, the answer agrees, and the file stays open until its last step.
	if err := s.network.Correct(residents.ID(minato, residents.ExampleApplicant), "pension", network.Override{Facts: said().Facts}); err != nil {
		t.Fatal(err)
	}
	again := s.ask(t, id, fence, pension)
	s.work(t, minato, again[0].Inquiry)
	if got := s.ItemState(id, pension); got != models.ItemMatched {
		t.Errorf("after the correction it is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from exchanges where application_id = $1`, id); n != 2 {
		t.Errorf("%d exchanges are recorded", n)
	}
}

// TestR6EachExchangeIsInTheCitizensRecord, the trial's too, without any fact; a hidden one is not.
func TestR6EachExchangeIsInTheCitizensRecord(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(minato))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension)
	s.work(t, minato, asked[0].Inquiry)
	rows, err := s.service.Records(context.Background(), s.Parent, postgres.Page{Limit: 10})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d records, %v", len(rows), err)
	}
	e := rows[0]
	if e.Municipality != minato || e.Provider == "" || e.Item != "pension" || e.Procedure != casetest.Claim || e.Affair == "" ||
		e.LegalBasis == "" || e.Phase != "trial" ||
		e.Result != string(nws.Answered) || e.ApplicationID != id || e.AnsweredAt.Before(e.RequestedAt) {
		t.Errorf("%+v", e)
	}
	if err := s.service.Hide(context.Background(), s.reviewer, id, fence, e.ID, true, "本人の保護のため"); err != nil {
		t.Fatal(err)
	}
	if rows, err = s.service.Records(context.Background(), s.Parent, postgres.Page{Limit: 10}); err != nil || len(rows) != 0 {
		t.Errorf("the citizen sees %d hidden records, %v", len(rows), err)
	}
	if rows, err = s.service.RecordsOf(context.Background(), s.reviewer, id); err != nil || len(rows) != 1 || !rows[0].Hidden {
		t.Errorf("the staff see %+v, %v", rows, err)
	}
	if seen := casetest.Value[int](s, `select count(*) from audit_entries where action = 'hide-record' and subject_id is not null`); seen != 0 {
		t.Error("the citizen sees that something was hidden")
	}
}

// TestP6WithoutConsentNothingIsAsked: consent taken back after the inquiry was queued stops it, and a person is told.
func TestP6WithoutConsentNothingIsAsked(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.childcare(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence, income)
	s.Exec(`insert into consents (id, application_id, municipality, person_id, item, given, given_by, how, at)
		select $1, id, municipality, person_id, 'local-tax', false, 'applicant', 'counter', now() from applications where id = $2`, models.NewID(), id)
	s.work(t, hinata, asked[0].Inquiry)
	if n := s.network.Asked(asked[0].Inquiry); n != 0 {
		t.Errorf("asked %d times without consent", n)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where detail = 'consent-refused' and done_at is null`); n != 1 {
		t.Error("nobody learns of it")
	}
	reviewer := s.staff(id)
	_, err := s.service.Ask(context.Background(), reviewer, casetest.Once(), id, fence, []dossier.DocumentRef{income})
	if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow {
		t.Errorf("%v", err)
	}
}

// TestR9ASuspendedItemIsNotAskedAbout: the phase that counts is the one at the moment of asking.
func TestR9ASuspendedItemIsNotAskedAbout(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(minato))
	fence := s.review(id)
	asked := s.ask(t, id, fence, pension)
	s.Suspended("*", "*", s.Now().Add(-time.Second))
	s.work(t, minato, asked[0].Inquiry)
	if n := s.network.Asked(asked[0].Inquiry); n != 0 {
		t.Errorf("a suspended item was asked about %d times", n)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where kind = 'inquiry-gave-up' and detail = 'suspended' and done_at is null`); n != 1 {
		t.Error("nobody learns of it")
	}
	_, err := s.service.Ask(context.Background(), s.reviewer, casetest.Once(), id, fence, []dossier.DocumentRef{record})
	if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow || f.Reason != "closed-suspended" {
		t.Errorf("%v", err)
	}
}

// TestP7NoKindOfReplyLosesTheCase: each one is recorded, and hands the item on to somebody.
func TestP7NoKindOfReplyLosesTheCase(t *testing.T) {
	for _, result := range nws.Results {
		t.Run(string(result), func(t *testing.T) {
			opt := quick
			opt.GiveUpAfter = 500 * time.Millisecond
			s := setUp(t, opt)
			if err := s.network.SetFaults(network.Faults{Results: map[string]nws.Result{"pension": result}}); err != nil {
				t.Fatal(err)
			}
			id := s.Filed(s.claim(minato))
			fence := s.review(id)
			s.OnPaper(s.reviewer, id, pension)
			s.Read(s.reviewer, id, pension, said())
			asked := s.ask(t, id, fence, pension)
			s.work(t, minato, asked[0].Inquiry)
			got := s.ItemState(id, pension)
			if got != models.ItemDiscrepant {
				t.Errorf("it is %s", got)
			}
			if n := casetest.Value[int](s, `select count(*) from exchanges`); n < 1 {
				t.Errorf("%d exchanges", n)
			}
			if result != nws.Answered {
				if n := casetest.Value[int](s, `select count(*) from discrepancies where kind = 'no-answer'`); n != 1 {
					t.Errorf("%d files", n)
				}
			}
			if state := casetest.Value[string](s, `select state from inquiries`); state == string(models.InquiryQueued) || state == string(models.InquiryWaiting) {
				t.Errorf("the inquiry is %s for ever", state)
			}
		})
	}
}

// In full operation an omitted document is settled by the answer; without one a reviewer is told.
func TestAnOmittedDocumentIsSettledByTheAnswer(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(hinata))
	fence := s.review(id)
	asked := s.ask(t, id, fence)
	if len(asked) != 2 {
		t.Fatalf("%d inquiries", len(asked))
	}
	for _, a := range asked {
		s.work(t, hinata, a.Inquiry)
		if got := s.ItemState(id, dossier.DocumentRef{Document: a.Document, Subject: a.Subject}); got != models.ItemMatched {
			t.Errorf("%s is %s", a.Document, got)
		}
	}
	if n := casetest.Value[int](s, `select count(*) from comparisons`); n != 0 {
		t.Errorf("%d comparisons outside the trial", n)
	}
	if err := s.network.SetFaults(network.Faults{Results: map[string]nws.Result{"pension": nws.NoRecord}}); err != nil {
		t.Fatal(err)
	}
	other := s.Filed(s.claim(hinata))
	fence = s.review(other)
	for _, a := range s.ask(t, other, fence, pension) {
		s.work(t, hinata, a.Inquiry)
	}
	if got := s.ItemState(other, pension); got != models.ItemInquiring {
		t.Errorf("it is %s", got)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where detail = 'no-record'`); n != 1 {
		t.Error("nobody learns of it")
	}
}

// A person whom the directory does not have by one exact match is a reviewer's choice.
func TestTheDirectoryDoesNotGuess(t *testing.T) {
	s := setUp(t, quick)
	id := s.Filed(s.claim(minato, func(_, form map[string]any) {
		form["applicant"].(map[string]any)["address"] = "みなと町どこか9番地"
	}))
	fence := s.review(id)
	_, err := s.service.Ask(context.Background(), s.reviewer, casetest.Once(), id, fence, []dossier.DocumentRef{pension})
	if f := fault.As(err); f == nil || f.Code != fault.CodeNotAllowedNow || f.Details[0].Code != "resident-unknown" {
		t.Fatalf("%v", err)
	}
	if n := casetest.Value[int](s, `select count(*) from review_tasks where kind = 'resident-unknown' and subject = 'applicant'`); n != 1 {
		t.Error("no task waits")
	}
	found, err := s.service.Candidates(context.Background(), s.reviewer, id, "applicant")
	if err != nil || len(found.Found) == 0 || slices.ContainsFunc(found.Found, func(c candidate) bool { return c.Exact }) {
		t.Fatalf("%+v %v", found, err)
	}
	if err := s.service.Choose(context.Background(), s.reviewer, id, fence, "applicant", "R-nobody"); fault.KindOf(err) != fault.Refused {
		t.Errorf("a resident whom nobody offered: %v", err)
	}
	if err := s.service.Choose(context.Background(), s.reviewer, id, fence, "applicant", found.Found[0].ResidentID); err != nil {
		t.Fatal(err)
	}
	s.work(t, minato, s.ask(t, id, fence, pension)[0].Inquiry)
	if got := casetest.Value[string](s, `select state from inquiries`); got != string(models.InquiryAnswered) {
		t.Errorf("the inquiry is %s", got)
	}
	// Somebody who is in no directory yet is not asked about, and not forgotten.
	other := s.Filed(s.claim(minato, func(_, form map[string]any) {
		form["applicant"].(map[string]any)["address"] = "みなと町どこか9番地"
	}))
	fence = s.review(other)
	if err := s.service.Choose(context.Background(), s.reviewer, other, fence, "applicant", ""); err != nil {
		t.Fatal(err)
	}
	s.OnPaper(s.reviewer, other, pension)
	asked := s.ask(t, other, fence, pension)
	s.work(t, minato, asked[0].Inquiry)
	if n := s.network.Asked(asked[0].Inquiry); n != 0 || s.ItemState(other, pension) != models.ItemDiscrepant {
		t.Errorf("asked %d times, and it is %s", n, s.ItemState(other, pension))
	}
}

// One's own information is given, and kept nowhere.
func TestOnesOwnInformationIsNeverStored(t *testing.T) {
	s := setUp(t, quick)
	own, err := s.service.Own(context.Background(), s.Parent, "demo/parent-1", []string{"local-tax", "pension"})
	if err != nil || len(own) != 2 || own[0].Result != string(nws.Answered) || own[0].Facts["total_income"] == nil {
		t.Fatalf("%+v %v", own, err)
	}
	if n := casetest.Value[int](s, `select (select count(*) from inquiries) + (select count(*) from exchanges)`); n != 0 {
		t.Errorf("%d rows are kept of it", n)
	}
	if n := casetest.Value[int](s, `select count(*) from audit_entries where action = 'show-information'`); n != 1 {
		t.Error("that the person looked is not recorded")
	}
}
