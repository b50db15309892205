package queue_test

import (
	"reflect"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
)

func TestBulkAcceptRefusesSingly(t *testing.T) {
	o := newOffice(t)
	free, mine, theirs := o.filed(time.Now(), nil), o.filed(time.Now(), nil), o.filed(time.Now(), nil)
	decided := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.State = models.StateDecided })
	hidden := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Protected = true })
	foreign := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Municipality = minato })
	for _, c := range []struct {
		who models.Actor
		id  string
	}{{o.one, mine.ID}, {o.two, theirs.ID}} {
		if _, err := o.service.Claim(bg, c.who, c.id); err != nil {
			t.Fatal(err)
		}
	}
	cases := []string{free.ID, mine.ID, theirs.ID, decided.ID, hidden.ID, foreign.ID, models.NewID()}
	got, err := o.service.BulkAccept(bg, o.one, request("1", cases), cases)
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{"", "", fault.CodeConflict, fault.CodeNotAllowedNow, fault.CodeNotFound, fault.CodeNotFound, fault.CodeNotFound}
	for i, a := range got {
		if a.ID != cases[i] || a.Code != codes[i] || a.Accepted != (codes[i] == "") || a.Accepted != (a.Fence == 1) {
			t.Errorf("%d: %+v, want %q", i, a, codes[i])
		}
	}
	if got[2].Extra["held_by"] != o.two.Person || got[3].Extra["state"] != string(models.StateDecided) {
		t.Errorf("reasons: %+v, %+v", got[2], got[3])
	}
	if n := casetest.Value[int](o, `select count(*) from applications where state = 'in-review' and version = 2`); n != 2 {
		t.Errorf("%d cases are in review", n)
	}
	if n := casetest.Value[int](o, `select count(*) from claims where reviewer_id = $1`, o.one.Person); n != 2 {
		t.Errorf("%d claims", n)
	}
	if n := casetest.Value[int](o, `select count(*) from history where event = 'accept'`); n != 2 {
		t.Errorf("%d steps", n)
	}
	again, err := o.service.BulkAccept(bg, o.one, request("1", cases), cases)
	if err != nil || !sameAnswer(got, again) {
		t.Errorf("the same request gives %+v, then %+v, %v", got, again, err)
	}
	_, err = o.service.BulkAccept(bg, o.one, request("1", "another"), cases)
	casetest.Refused(t, err, fault.CodeIdempotencyReused)
	if n := casetest.Value[int](o, `select count(*) from history where event = 'accept'`); n != 2 {
		t.Errorf("%d steps after the repeat", n)
	}
	for _, bad := range [][]string{nil, {free.ID, free.ID}, {"x"}, make([]string, queue.MaxBulk+1)} {
		_, err := o.service.BulkAccept(bg, o.one, request("2", bad), bad)
		casetest.Refused(t, err, fault.CodeInvalidRequest)
	}
}

func sameAnswer(a, b []queue.Accepted) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		if x.ExpiresAt != nil && y.ExpiresAt != nil && x.ExpiresAt.Equal(*y.ExpiresAt) {
			x.ExpiresAt, y.ExpiresAt = nil, nil
		}
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

// Two reviewers who accept the same cases at once: each case is accepted once.
func TestBulkAcceptOfTwoReviewersAtOnce(t *testing.T) {
	o := newOffice(t)
	var cases []string
	for range 20 {
		cases = append(cases, o.filed(time.Now(), nil).ID)
	}
	answers := make([][]queue.Accepted, 2)
	for _, err := range casetest.Together(2, func(i int) (err error) {
		answers[i], err = o.service.BulkAccept(bg, []models.Actor{o.one, o.two}[i], request("1", cases), cases)
		return err
	}) {
		casetest.Must(t, err)
	}
	for n := range cases {
		if answers[0][n].Accepted == answers[1][n].Accepted {
			t.Errorf("case %d: %+v and %+v", n, answers[0][n], answers[1][n])
		}
	}
}

func TestStaffIsTheMunicipalitysOwn(t *testing.T) {
	o := newOffice(t)
	category := o.Dossiers.Editions.National().Categories()[0].Code
	_, err := o.service.PutStaff(bg, o.admin, nil, queue.Member{Person: o.one.Person, Categories: []string{category, "none"}})
	if f := casetest.Refused(t, err, fault.CodeInvalidRequest); f.Details[0].Pointer != "/categories/1" {
		t.Errorf("%+v", f.Details)
	}
	for _, person := range []string{models.NewID(), "x"} {
		_, err := o.service.PutStaff(bg, o.admin, nil, queue.Member{Person: person})
		casetest.Refused(t, err, fault.CodeNotFound)
	}
	first, err := o.service.PutStaff(bg, o.admin, nil, queue.Member{Person: o.one.Person, Categories: []string{category, category}})
	if err != nil || !reflect.DeepEqual(first.Categories, []string{category}) {
		t.Fatalf("%+v, %v", first, err)
	}
	o.Named(o.one)
	second, err := o.service.PutStaff(bg, o.admin, &first.Version, queue.Member{Person: o.one.Person, SeesProtected: true})
	if err != nil || second.Version <= first.Version {
		t.Fatalf("%+v, %v", second, err)
	}
	_, err = o.service.PutStaff(bg, o.admin, &first.Version, queue.Member{Person: o.one.Person})
	casetest.Refused(t, err, fault.CodeStale)
	all, err := o.service.Staff(bg, o.admin)
	if err != nil || len(all) != 1 || all[0].Person != o.one.Person || !all[0].SeesProtected || len(all[0].Categories) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	elsewhere := o.Person(t, "admin-minato", models.RoleAdmin, minato)
	if all, err := o.service.Staff(bg, elsewhere); err != nil || len(all) != 0 {
		t.Errorf("another municipality's staff: %+v, %v", all, err)
	}
	national := models.Actor{Person: elsewhere.Person, Role: models.RoleNational}
	if all, err := o.service.Staff(bg, national); err != nil || len(all) != 0 {
		t.Errorf("a national admin: %+v, %v", all, err)
	}
	_, err = o.service.PutStaff(bg, national, nil, queue.Member{Person: o.one.Person})
	casetest.Refused(t, err, fault.CodeNotFound)
}
