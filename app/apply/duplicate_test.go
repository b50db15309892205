package apply_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

func (s *stage) tryCreate(d apply.Draft, onDuplicate string) (*apply.View, error) {
	d.OnDuplicate = onDuplicate
	return s.service.Create(context.Background(), s.Parent, casetest.Once(), d)
}

func TestOneOpenDraft(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	first := s.create(t, d)
	_, err := s.tryCreate(d, "")
	if f := casetest.Refused(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID || f.Extra["state"] != string(models.StateDraft) {
		t.Errorf("the first: %v", f.Extra)
	}
	_, err = s.tryCreate(d, apply.Amend) // by PATCH
	if f := casetest.Refused(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID {
		t.Errorf("the first: %v", f.Extra)
	}
	d.OnDuplicate = apply.Amend
	_, err = s.whole(d)
	casetest.Refused(t, err, fault.CodeDuplicate)
	// Other children, another municipality, another person: another thing.
	other := s.create(t, born(t, d, "2019-01-01"))
	s.create(t, s.claim(t, hinata))
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	if _, err := s.service.Create(context.Background(), stranger, casetest.Request("x", "1"), s.claim(t, minato)); err != nil {
		t.Error(casetest.Details(err))
	}
	// A draft cannot be changed into another open draft.
	_, err = s.service.Change(context.Background(), s.Parent, other.ID, other.Version, apply.Patch(`{"facts":`+string(d.Facts)+`}`))
	casetest.Refused(t, err, fault.CodeDuplicate)
	if now := s.get(t, other.ID); now.Version != other.Version {
		t.Errorf("the other draft changed: %+v", now)
	}
	// A separate one stands beside it, even twice.
	for range 2 {
		if _, err := s.tryCreate(d, apply.Separate); err != nil {
			t.Error(casetest.Details(err))
		}
	}
	// A draft that supersedes takes the place of the first at once.
	second, err := s.tryCreate(d, apply.Supersede)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	_, err = s.service.Get(context.Background(), s.Parent, first.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	if second.ID == first.ID {
		t.Error("the same")
	}
}

// Brothers and sisters are not taken for one another where only the form names the child.
func TestTheChildOfTheForm(t *testing.T) {
	s := setUp(t)
	enrol := func(given, birth string) apply.Draft {
		d := s.Draft("childcare-enrolment", hinata)
		child := d.Form["child"].(map[string]any)
		child["given_kana"], child["birth_date"] = given, birth
		return d
	}
	for _, d := range []apply.Draft{enrol("ソラ", "2024-08-15"), enrol("ウミ", "2024-08-15"), enrol("ソラ", "2023-01-01")} {
		if _, err := s.whole(d); err != nil {
			t.Fatal(casetest.Details(err))
		}
	}
	_, err := s.whole(enrol("ウミ", "2024-08-15"))
	casetest.Refused(t, err, fault.CodeDuplicate)
}

func TestReplacingWhatWasFiled(t *testing.T) {
	for how, keeps := range map[string]bool{apply.Amend: true, apply.Supersede: false} {
		for _, whole := range []bool{true, false} {
			t.Run(how, func(t *testing.T) {
				s := setUp(t)
				d := s.claim(t, hinata)
				first, err := s.whole(d)
				if err != nil {
					t.Fatal(casetest.Details(err))
				}
				// The first arrived ten days ago.
				s.Exec(`alter table applications disable trigger guard`)
				s.Exec(`update applications set claim_on = claim_on - 10 where id = $1`, first.ID)
				s.Exec(`alter table applications enable trigger guard`)
				claim := s.get(t, first.ID).ClaimOn
				var second *apply.Filed
				if d.OnDuplicate = how; whole {
					second, err = s.whole(d)
				} else {
					v := s.create(t, d)
					if now := s.get(t, first.ID); now.State != models.StateArrived {
						t.Fatalf("the first is %s while the second is a draft", now.State)
					}
					second, err = s.file(v.ID)
				}
				if err != nil {
					t.Fatal(casetest.Details(err))
				}
				old, v := s.get(t, first.ID), s.get(t, second.ID)
				if second.Replaced != first.ID || old.State != models.StateWithdrawn || v.State != models.StateArrived {
					t.Errorf("replaced: %+v, the first is %s", second, old.State)
				}
				if (v.ClaimOn == claim) != keeps {
					t.Errorf("claimed on %s, the first on %s", v.ClaimOn, claim)
				}
				last := old.Timeline[len(old.Timeline)-1]
				if last.Event != string(lifecycle.EventWithdraw) || last.Detail != "replaced-by/"+second.ID {
					t.Errorf("the first's last step: %+v", last)
				}
				if old.ReceiptNumber != first.ReceiptNumber || old.ReceiptNumber == v.ReceiptNumber {
					t.Errorf("receipt numbers: %s %s", old.ReceiptNumber, v.ReceiptNumber)
				}
			})
		}
	}
}

// An amendment of what was decided or withdrawn meanwhile stands on its own.
func TestWhatEndedMeanwhile(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, hinata)
	first, err := s.whole(d)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	d.OnDuplicate = apply.Amend
	v := s.create(t, d)
	s.move(first.ID, lifecycle.EventAccept, lifecycle.Facts{})
	s.move(first.ID, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
	second := s.mustFile(t, v.ID)
	if second.Replaced != "" || s.get(t, first.ID).State != models.StateDecided {
		t.Errorf("%+v", second)
	}
}

// A report of the same fiscal year is the same thing, decided or not; that of another year is another thing.
func TestTheReportOfAYear(t *testing.T) {
	s := setUp(t)
	d := s.Draft("child-allowance-annual", hinata)
	first, err := s.whole(d)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	s.move(first.ID, lifecycle.EventAccept, lifecycle.Facts{})
	d.OnDuplicate = apply.Amend
	v := s.create(t, d) // still under review
	s.move(first.ID, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
	_, err = s.file(v.ID)
	if f := casetest.Refused(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID || f.Extra["state"] != string(models.StateDecided) {
		t.Errorf("%v", f.Extra)
	}
	if err := s.service.Delete(context.Background(), s.Parent, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	_, err = s.tryCreate(d, apply.Amend)
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
	d.OnDuplicate = ""
	_, err = s.whole(d)
	casetest.Refused(t, err, fault.CodeDuplicate)
	s.Exec(`update applications set period = (period::int - 1)::text, version = version + 1 where id = $1`, first.ID)
	if _, err := s.whole(d); err != nil {
		t.Errorf("the next year: %s", casetest.Details(err))
	}
}

// A draft whose children become those of a filed application meets it when it is filed, and is not a dead end.
func TestADraftMeetsWhatWasFiled(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, hinata)
	first, err := s.whole(d)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	v := s.create(t, born(t, d, "2019-01-01"))
	v = s.patch(t, v.ID, v.Version, `{"facts":`+string(d.Facts)+`}`)
	_, err = s.file(v.ID)
	if f := casetest.Refused(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID {
		t.Errorf("%v", f.Extra)
	}
	second, err := s.tryCreate(d, apply.Supersede)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	if filed := s.mustFile(t, second.ID); filed.Replaced != first.ID {
		t.Errorf("%+v", filed)
	}
}
