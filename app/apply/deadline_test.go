package apply_test

import (
	"fmt"
	"maps"
	"testing"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// happened gives a claim whose event was some days ago.
func happened(d apply.Draft, event jp.Date) apply.Draft {
	d.Form = maps.Clone(d.Form)
	d.Form["event"] = map[string]any{"date": event.String(), "kind": "birth"}
	return d
}

// A deadline never refuses, it marks late (api.md); fifteen days from the day after the event, moved on by closed days.
func TestFifteenDays(t *testing.T) {
	s := setUp(t)
	today := jp.DateIn(s.Now())
	closed := map[jp.Date]bool{}
	for i, ago := range []int{0, 13, 14, 15, 16, 17, 18, 19, 25, 40} {
		event := today.AddDays(-ago)
		d := happened(born(t, s.claim(t, hinata), fmt.Sprintf("2015-01-%02d", i+1)), event)
		filed, err := s.whole(d)
		if err != nil {
			t.Fatal(casetest.Details(err))
		}
		deadline := jp.DeadlineDays(event, 15, jp.Closed(closed))
		if filed.DeadlineOn != deadline.String() || filed.Late != today.After(deadline) {
			t.Errorf("%d days ago: %s late %v, want %s", ago, filed.DeadlineOn, filed.Late, deadline)
		}
		if v := s.get(t, filed.ID); v.Late != filed.Late || v.DeadlineOn != filed.DeadlineOn || v.ClaimOn != today.String() || v.State != models.StateArrived {
			t.Errorf("shown: %+v", v)
		}
	}
	// The office is closed from the last day until yesterday: today is in time.
	event := today.AddDays(-20)
	for ago := 5; ago > 0; ago-- {
		s.Exec(`insert into closed_days (municipality, day, name) values ($1, $2, '休')`, hinata, today.AddDays(-ago).String())
		closed[today.AddDays(-ago)] = true
	}
	s.Exec(`insert into closed_days (municipality, day, name) values ($1, $2, '休')`, minato, today.String())
	filed, err := s.whole(happened(born(t, s.claim(t, hinata), "2015-02-01"), event))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	deadline := jp.DeadlineDays(event, 15, jp.Closed(closed))
	if filed.Late || filed.DeadlineOn != deadline.String() || deadline.Before(today) {
		t.Errorf("closed days: %+v, want %s", filed, deadline)
	}
}

func TestAWindowAndADayOfTheMunicipality(t *testing.T) {
	s := setUp(t)
	today := jp.DateIn(s.Now())
	end, err := jp.NewDate(jp.FiscalYear(today), 6, 30)
	if err != nil {
		t.Fatal(err)
	}
	filed, err := s.whole(s.Draft("child-allowance-annual", hinata))
	if err != nil || filed.DeadlineOn != end.String() || filed.Late != today.After(end) {
		t.Errorf("the window: %+v %s", filed, casetest.Details(err))
	}
	// What the municipality has not said is not late.
	filed, err = s.whole(s.Draft("childcare-enrolment", hinata))
	if err != nil || filed.DeadlineOn != "" || filed.Late {
		t.Errorf("no day: %+v %s", filed, casetest.Details(err))
	}
	for days, late := range map[int]bool{-1: true, 0: false} {
		s.Exec(`update offerings set deadline_on = $1 where municipality = $2 and procedure = 'childcare-enrolment'`, today.AddDays(days).String(), hinata)
		d := s.Draft("childcare-enrolment", hinata)
		d.OnDuplicate = apply.Separate
		filed, err = s.whole(d)
		if err != nil || filed.DeadlineOn != today.AddDays(days).String() || filed.Late != late {
			t.Errorf("%d days: %+v %s", days, filed, casetest.Details(err))
		}
	}
}

// Only an offering outside its dates refuses.
func TestTheDatesOfAnOffering(t *testing.T) {
	s := setUp(t)
	today := jp.DateIn(s.Now())
	v := s.create(t, s.claim(t, hinata))
	for _, c := range []struct {
		opens, closes int // days from today
		note          string
	}{{1, 9, "opens_on"}, {-9, -1, "closes_on"}, {-9, 0, ""}, {0, 9, ""}, {0, 0, ""}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			s.Exec(`update offerings set opens_on = $1, closes_on = $2 where municipality = $3 and procedure = 'child-allowance-claim'`,
				today.AddDays(c.opens).String(), today.AddDays(c.closes).String(), hinata)
			_, wholeErr := s.whole(born(t, s.claim(t, hinata), fmt.Sprintf("2015-03-%02d", c.opens+10)))
			if c.note == "" {
				if wholeErr != nil && fault.As(wholeErr).Code != fault.CodeDuplicate {
					t.Error(casetest.Details(wholeErr))
				}
				return
			}
			_, err := s.file(v.ID)
			for _, err := range []error{err, wholeErr} {
				if f := casetest.Refused(t, err, fault.CodeProcedureClosed); f.Extra[c.note] == "" {
					t.Errorf("it does not say when: %v", f.Extra)
				}
			}
		})
	}
	// A draft waits: it can be saved while the procedure is closed, and filed when it opens again.
	s.Exec(`update offerings set opens_on = $1, closes_on = null where municipality = $2`, today.AddDays(1).String(), hinata)
	v = s.patch(t, v.ID, v.Version, `{"form":{"event":{"note":"双子"}}}`)
	s.Exec(`update offerings set opens_on = null where municipality = $1`, hinata)
	s.mustFile(t, v.ID)
	s.Exec(`update offerings set signature = 'signature' where municipality = $1`, hinata)
	_, err := s.whole(born(t, s.claim(t, hinata), "2015-04-01"))
	casetest.Refused(t, err, fault.CodeInvalidSignature)
}
