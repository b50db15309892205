package apply_test

import (
	"bytes"
	"context"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

// inCorrection files a claim and asks for a correction of it.
func (s *stage) inCorrection(t testing.TB, birth string, ask dossier.Ask) string {
	t.Helper()
	filed, err := s.whole(born(t, s.claim(t, hinata), birth))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	s.move(filed.ID, lifecycle.EventAccept, lifecycle.Facts{})
	s.correction(filed.ID, ask)
	return filed.ID
}

func TestWithdrawing(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	withdraw := func(id, reason string) (*apply.View, error) {
		return s.service.Withdraw(ctx, s.Parent, casetest.Once(), id, reason, nil)
	}
	for i, c := range []struct {
		state models.ApplicationState
		bring func(id string)
		ok    bool
	}{
		{models.StateArrived, func(string) {}, true},
		{models.StateInReview, func(id string) { s.move(id, lifecycle.EventAccept, lifecycle.Facts{}) }, true},
		{models.StateSignatureInvalid, func(id string) { s.move(id, lifecycle.EventSignatureFailed, lifecycle.Facts{}) }, true},
		{models.StateCorrectionRequested, func(id string) {
			s.move(id, lifecycle.EventAccept, lifecycle.Facts{})
			s.correction(id, dossier.Ask{Text: "直してください"})
		}, true},
		{models.StateDecided, func(id string) {
			s.move(id, lifecycle.EventAccept, lifecycle.Facts{})
			s.move(id, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
		}, false},
		{models.StateTransferred, func(id string) {
			s.move(id, lifecycle.EventTransfer, lifecycle.Facts{OtherOffice: true, Reason: true})
		}, false},
	} {
		t.Run(string(c.state), func(t *testing.T) {
			filed, err := s.whole(born(t, s.claim(t, hinata), "2015-05-0"+string(rune('1'+i))))
			if err != nil {
				t.Fatal(casetest.Details(err))
			}
			c.bring(filed.ID)
			v, err := withdraw(filed.ID, "引っ越すため")
			if !c.ok {
				casetest.Refused(t, err, fault.CodeNotAllowedNow)
				return
			}
			if err != nil || v.State != models.StateWithdrawn || v.ReceiptNumber != filed.ReceiptNumber {
				t.Fatalf("%+v %s", v, casetest.Details(err))
			}
			now := s.get(t, filed.ID)
			last := now.Timeline[len(now.Timeline)-1]
			if now.State != models.StateWithdrawn || last.FromState != c.state || last.Detail != "" {
				t.Errorf("%s, %+v", now.State, last)
			}
			for _, correction := range now.Corrections {
				if correction.State != "withdrawn" {
					t.Errorf("the correction is %s", correction.State)
				}
			}
			_, err = withdraw(filed.ID, "もう一度")
			casetest.Refused(t, err, fault.CodeNotAllowedNow)
		})
	}
	v := s.create(t, s.claim(t, minato))
	_, err := withdraw(v.ID, "やめます")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	_, err = withdraw(v.ID, "番号は123456789018です")
	casetest.RefusedAt(t, err, fault.CodeIndividualNumber, "/reason individual-number")
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	_, err = s.service.Withdraw(ctx, stranger, casetest.Request("x", "1"), v.ID, "", nil)
	casetest.Refused(t, err, fault.CodeNotFound)
}

func TestACorrectionIsANewRevision(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	id := s.inCorrection(t, "2018-05-10", dossier.Ask{Items: []dossier.DocumentRef{{Document: record, Subject: child}},
		Fields: []string{"/form/applicant/family_kana"}, Text: "住民票を出してください"})
	filed := casetest.Value[[]byte](s, `select sealed from revisions where application_id = $1 and number = 1`, id)
	kana := casetest.Value[[]byte](s, `select kana_index from applications where id = $1`, id)
	v := s.get(t, id)
	if v.State != models.StateCorrectionRequested || v.Revision != 2 || len(v.Corrections) != 1 || v.Corrections[0].Text != "住民票を出してください" ||
		v.Corrections[0].Items[0] != (apply.DocumentOf{Document: record, Subject: child}) || v.Corrections[0].Fields[0] != "/form/applicant/family_kana" {
		t.Fatalf("asked: %+v", v.Corrections)
	}
	arrived, claim, plan := *v.ArrivedAt, v.ClaimOn, len(v.Plan.Requirements)
	s.patch(t, id, v.Version, `{"form":{"applicant":{"family_kana":"ミナト"}}}`)
	submit := func(k string) (*apply.View, error) {
		return s.service.SubmitCorrection(ctx, s.Parent, casetest.Request(k, "1"), id, 1, nil)
	}
	_, err := submit("a")
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, record+"/"+child+" missing-document")
	// What was filed before does not count, an infected file neither.
	s.Attach(id, casetest.Record, "bad.pdf", models.ScanInfected)
	_, err = submit("b")
	casetest.RefusedAt(t, err, fault.CodeMissingDocuments, record+"/"+child+" missing-document")
	s.Attach(id, casetest.Record, "new.pdf", models.ScanPending)
	out, err := submit("c")
	if err != nil || out.State != models.StateInReview {
		t.Fatalf("%+v %s", out, casetest.Details(err))
	}
	again, err := submit("c")
	if err != nil || again.Version != out.Version {
		t.Errorf("the same key: %+v %s", again, casetest.Details(err))
	}
	_, err = submit("d")
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	_, err = s.service.SubmitCorrection(ctx, s.Parent, casetest.Request("e", "1"), id, 2, nil)
	casetest.Refused(t, err, fault.CodeNotFound)
	now := s.get(t, id)
	if !now.ArrivedAt.Equal(arrived) || now.ClaimOn != claim || len(now.Plan.Requirements) != plan || now.Corrections[0].State != "submitted" ||
		now.Corrections[0].SubmittedAt == nil {
		t.Errorf("what was decided at arrival: %+v", now)
	}
	if now.Form["applicant"].(map[string]any)["family_kana"] != "ミナト" {
		t.Errorf("the correction: %v", now.Form)
	}
	if !bytes.Equal(filed, casetest.Value[[]byte](s, `select sealed from revisions where application_id = $1 and number = 1`, id)) {
		t.Error("the filed revision changed")
	}
	if bytes.Equal(kana, casetest.Value[[]byte](s, `select kana_index from applications where id = $1`, id)) {
		t.Error("the queue still finds the old name")
	}
	if n := casetest.Value[int](s, `select filed_revision from applications where id = $1`, id); n != 1 {
		t.Errorf("filed revision %d", n)
	}
	_, err = s.service.Change(ctx, s.Parent, id, now.Version, apply.Patch(`{}`))
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}

func TestACorrectionKeepsOldDeclarations(t *testing.T) {
	s := setUp(t)
	id := s.inCorrection(t, "2018-05-10", dossier.Ask{Text: "確認してください"})
	// The document was to follow by a day that is over: the correction is about something else.
	yesterday := s.Now().In(jst).AddDate(0, 0, -1).Format("2006-01-02")
	s.reseal(t, id, func(c *dossier.Content) {
		c.Declarations[0] = dossier.Declaration{Document: statement, Subject: child, Kind: dossier.WillFollow, Reason: "後で", Due: yesterday}
	})
	v := s.get(t, id)
	s.patch(t, id, v.Version, `{"form":{"event":{"note":"双子"}}}`)
	_, err := s.service.Change(context.Background(), s.Parent, id, v.Version+1, apply.Patch(
		`{"declarations":[{"document":"`+statement+`","subject":"child-1","kind":"will-follow","reason":"もっと後で","due":"`+yesterday+`"}]}`))
	casetest.RefusedAt(t, err, fault.CodeInvalidDeclaration, "/declarations/0/due date-in-past")
	if _, err := s.service.SubmitCorrection(context.Background(), s.Parent, casetest.Request("s", "1"), id, 1, nil); err != nil {
		t.Error(casetest.Details(err))
	}
}

// Rules changed since the arrival do not touch a correction (P5).
func TestACorrectionFollowsTheRulesOfTheArrival(t *testing.T) {
	s := setUp(t)
	id := s.inCorrection(t, "2018-05-10", dossier.Ask{Text: "確認してください"})
	next := s.tomorrow(t, `"2024-10-01"`, `"2099-04-01"`, `"2025-12-02"`, `"2099-12-02"`)
	s.Exec(`alter table applications disable trigger guard`)
	s.Exec(`update applications set arrived_at = '2099-04-02', national_edition = '' where id = $1`, id)
	v, err := next.Get(context.Background(), s.Parent, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := next.Change(context.Background(), s.Parent, id, v.Version, apply.Patch(`{"form":{"event":{"note":"双子"}}}`)); err != nil {
		t.Error(casetest.Details(err))
	}
}
