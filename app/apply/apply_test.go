package apply_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func TestFilingWholeFollowsThePhase(t *testing.T) {
	s := setUp(t)
	ctx := context.Background()
	filed, err := s.service.FileWhole(ctx, s.Parent, casetest.Request("a", "1"), s.claim(t, hinata))
	if err != nil {
		t.Fatalf("%+v", err)
	}
	if !jp.ValidReceiptNumber(filed.ReceiptNumber) || filed.ArrivedAt.IsZero() {
		t.Errorf("filed: %+v", filed)
	}
	again, err := s.service.FileWhole(ctx, s.Parent, casetest.Request("a", "1"), s.claim(t, hinata))
	if err != nil || again.ReceiptNumber != filed.ReceiptNumber {
		t.Errorf("the same key: %+v %v", again, err)
	}
	_, err = s.service.FileWhole(ctx, s.Parent, casetest.Request("a", "2"), s.claim(t, hinata))
	casetest.Refused(t, err, fault.CodeIdempotencyReused)
	_, err = s.service.FileWhole(ctx, s.Parent, casetest.Request("b", "1"), s.claim(t, hinata))
	if f := casetest.Refused(t, err, fault.CodeDuplicate); f.Extra["id"] != filed.ID {
		t.Errorf("the first is not shown: %v", f.Extra)
	}
	_, err = s.service.FileWhole(ctx, s.Parent, casetest.Request("c", "1"), s.claim(t, minato))
	f := casetest.Refused(t, err, fault.CodeMissingDocuments)
	if len(f.Details) != 1 || f.Details[0].Document != "household-resident-record" || f.Details[0].Subject != "child-1" {
		t.Errorf("missing: %+v", f.Details)
	}
	view, err := s.service.Get(ctx, s.Parent, filed.ID)
	if err != nil || view.State != models.StateArrived || view.ReceiptNumber != filed.ReceiptNumber ||
		len(view.Plan.Requirements) != len(filed.Plan.Requirements) ||
		len(view.Timeline) == 0 {
		t.Errorf("view: %+v %v", view, err)
	}
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	_, err = s.service.Get(ctx, stranger, filed.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
}
