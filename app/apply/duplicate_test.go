package apply_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
)

func (s *stage) tryCreate(d apply.Draft, onDuplicate string) (*apply.View, error) {
	d.OnDuplicate = onDuplicate
	return s.service.Create(context.Background(), s.parent, key(models.NewID(), "create"), d)
}

func TestOneOpenDraft(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, minato)
	first := s.create(t, d)
	_, err := s.tryCreate(d, "")
	if f := want(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID || f.Extra["state"] != string(models.StateDraft) {
		t.Errorf("the first: %v", f.Extra)
	}
	_, err = s.tryCreate(d, apply.Amend) // by PATCH
	if f := want(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID {
		t.Errorf("the first: %v", f.Extra)
	}
	d.OnDuplicate = apply.Amend
	_, err = s.whole(d)
	want(t, err, fault.CodeDuplicate)
	// Other children, another municipality, another person: another thing.
	other := s.create(t, born(t, d, "2019-01-01"))
	s.create(t, s.claim(t, hinata))
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	if _, err := s.service.Create(context.Background(), stranger, key("x", "1"), s.claim(t, minato)); err != nil {
		t.Error(details(err))
	}
	// A draft cannot be changed into another open draft.
	_, err = s.service.Change(context.Background(), s.parent, other.ID, other.Version, apply.Patch(`{"facts":`+string(d.Facts)+`}`))
	want(t, err, fault.CodeDuplicate)
	if now := s.get(t, other.ID); now.Version != other.Version {
		t.Errorf("the other draft changed: %+v", now)
	}
	// A separate one stands beside it, even twice.
	for range 2 {
		if _, err := s.tryCreate(d, apply.Separate); err != nil {
			t.Error(details(err))
		}
	}
	// A draft that supersedes takes the place of the first at once.
	second, err := s.tryCreate(d, apply.Supersede)
	if err != nil {
		t.Fatal(details(err))
	}
	_, err = s.service.Get(context.Background(), s.parent, first.ID)
	want(t, err, fault.CodeNotFound)
	if second.ID == first.ID {
		t.Error("the same")
	}
}

// Brothers and sisters are not taken for one another where only the form names the child.
func TestTheChildOfTheForm(t *testing.T) {
	s := setUp(t)
	enrol := func(given, birth string) apply.Draft {
		d := s.example(t, "childcare-enrolment", hinata)
		child := d.Form["child"].(map[string]any)
		child["given_kana"], child["birth_date"] = given, birth
		return d
	}
	for _, d := range []apply.Draft{enrol("ソラ", "2024-08-15"), enrol("ウミ", "2024-08-15"), enrol("ソラ", "2023-01-01")} {
		if _, err := s.whole(d); err != nil {
			t.Fatal(details(err))
		}
	}
	_, err := s.whole(enrol("ウミ", "2024-08-15"))
	want(t, err, fault.CodeDuplicate)
}

func TestReplacingWhatWasFiled(t *testing.T) {
	for how, keeps := range map[string]bool{apply.Amend: true, apply.Supersede: false} {
		for _, whole := range []bool{true, false} {
			t.Run(how, func(t *testing.T) {
				s := setUp(t)
				d := s.claim(t, hinata)
				first, err := s.whole(d)
				if err != nil {
					t.Fatal(details(err))
				}
				// The first arrived ten days ago.
				s.exec(t, `alter table applications disable trigger guard`)
				s.exec(t, `update applications set claim_on = claim_on - 10 where id = $1`, first.ID)
				s.exec(t, `alter table applications enable trigger guard`)
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
					t.Fatal(details(err))
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
		t.Fatal(details(err))
	}
	d.OnDuplicate = apply.Amend
	v := s.create(t, d)
	s.move(t, first.ID, lifecycle.EventAccept, lifecycle.Facts{})
	s.move(t, first.ID, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
	second := s.mustFile(t, v.ID)
	if second.Replaced != "" || s.get(t, first.ID).State != models.StateDecided {
		t.Errorf("%+v", second)
	}
}

// A report of the same fiscal year is the same thing, decided or not; that of another year is another thing.
func TestTheReportOfAYear(t *testing.T) {
	s := setUp(t)
	d := s.example(t, "child-allowance-annual", hinata)
	first, err := s.whole(d)
	if err != nil {
		t.Fatal(details(err))
	}
	s.move(t, first.ID, lifecycle.EventAccept, lifecycle.Facts{})
	d.OnDuplicate = apply.Amend
	v := s.create(t, d) // still under review
	s.move(t, first.ID, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
	_, err = s.file(v.ID)
	if f := want(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID || f.Extra["state"] != string(models.StateDecided) {
		t.Errorf("%v", f.Extra)
	}
	if err := s.service.Delete(context.Background(), s.parent, v.ID, nil); err != nil {
		t.Fatal(err)
	}
	_, err = s.tryCreate(d, apply.Amend)
	want(t, err, fault.CodeNotAllowedNow)
	d.OnDuplicate = ""
	_, err = s.whole(d)
	want(t, err, fault.CodeDuplicate)
	s.exec(t, `update applications set period = (period::int - 1)::text, version = version + 1 where id = $1`, first.ID)
	if _, err := s.whole(d); err != nil {
		t.Errorf("the next year: %s", details(err))
	}
}

// A draft whose children become those of a filed application meets it when it is filed, and is not a dead end.
func TestADraftMeetsWhatWasFiled(t *testing.T) {
	s := setUp(t)
	d := s.claim(t, hinata)
	first, err := s.whole(d)
	if err != nil {
		t.Fatal(details(err))
	}
	v := s.create(t, born(t, d, "2019-01-01"))
	v = s.patch(t, v.ID, v.Version, `{"facts":`+string(d.Facts)+`}`)
	_, err = s.file(v.ID)
	if f := want(t, err, fault.CodeDuplicate); f.Extra["id"] != first.ID {
		t.Errorf("%v", f.Extra)
	}
	second, err := s.tryCreate(d, apply.Supersede)
	if err != nil {
		t.Fatal(details(err))
	}
	if filed := s.mustFile(t, second.ID); filed.Replaced != first.ID {
		t.Errorf("%+v", filed)
	}
}
