package apply_test

import (
	"context"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// everything tries each thing that can be done with an application, and gives the errors.
func (s *stage) everything(actor models.Actor, id string) map[string]error {
	ctx, errs := context.Background(), map[string]error{}
	_, errs["open"] = s.service.Get(ctx, actor, id)
	_, errs["change"] = s.service.Change(ctx, actor, id, 1, apply.Patch(`{"consents":[]}`))
	_, errs["file"] = s.service.File(ctx, actor, casetest.Once(), id, nil)
	_, errs["file at the counter"] = s.service.FileAtCounter(ctx, actor, casetest.Once(), id, nil, apply.CounterPapers{})
	_, errs["withdraw"] = s.service.Withdraw(ctx, actor, casetest.Once(), id, "because", nil)
	_, errs["submit"] = s.service.SubmitCorrection(ctx, actor, casetest.Once(), id, 1, nil)
	_, errs["manifest"] = s.service.Manifest(ctx, actor, id)
	errs["delete"] = s.service.Delete(ctx, actor, id, nil)
	return errs
}

// What is not in one's hands does not exist: an online case for a clerk, filed or not; a case of the counter for everybody
// but the clerks of its municipality.
func TestInWhoseHandsACaseIs(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	d := s.claim(t, hinata)
	draft := s.create(t, d).ID
	filed, err := s.whole(born(t, d, "2019-01-01"))
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	ours := c.takeIn(t, paper(d)).ID
	person := casetest.Value[string](s, `select person_id from applications where id = $1`, ours)
	for _, test := range []struct {
		who   string
		actor models.Actor
		id    string
	}{
		{"the clerk at an online draft", c.clerk, draft},
		{"the clerk at an online case", c.clerk, filed.ID},
		{"a foreign clerk", s.Person(t, "foreign", models.RoleReviewer, minato), ours},
		{"an admin", s.Person(t, "admin-hinata", models.RoleAdmin, hinata), ours},
		{"a parent", s.Parent, ours},
		{"somebody who is taken for the person", models.Actor{Person: person, Role: models.RoleApplicant, Purpose: "test"}, ours},
	} {
		for what, err := range s.everything(test.actor, test.id) {
			if fault.KindOf(err) != fault.NotFound || err == nil {
				t.Errorf("%s, %s: %v", test.who, what, err)
			}
		}
	}
	for who, actor := range map[string]models.Actor{"a parent": s.Parent, "a foreign clerk": s.Person(t, "foreign", models.RoleReviewer, minato)} {
		_, err := s.service.CreateAtCounter(context.Background(), actor, casetest.Once(), paper(d))
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s takes in for %s: %v", who, hinata, err)
		}
	}
	if v := s.get(t, draft); v.State != models.StateDraft {
		t.Errorf("the draft is %s", v.State)
	}
}

// A colleague goes on where a clerk stopped; what the one saved meanwhile, the other does not overwrite.
func TestAColleagueGoesOn(t *testing.T) {
	s := setUp(t)
	c, ctx := s.counter(t, hinata), context.Background()
	colleague := s.Person(t, "colleague", models.RoleReviewer, hinata)
	p := paper(s.claim(t, hinata))
	p.Applicant["family_name"] = "港"
	delete(p.Form, "payee")
	v := c.takeIn(t, p)
	list, err := s.service.CounterDrafts(ctx, colleague, postgres.Page{Limit: 10})
	if err != nil || len(list) != 1 || list[0].ID != v.ID || list[0].Applicant.FamilyName != "港" || list[0].ClerkID != c.clerk.Person {
		t.Fatalf("%+v %v", list, err)
	}
	after, err := s.service.Change(ctx, colleague, v.ID, v.Version, apply.Patch(`{"form":{"applicant":{"family_name":"浜"}}}`))
	if err != nil || after.Version <= v.Version {
		t.Fatal(casetest.Details(err))
	}
	_, err = s.service.Change(ctx, c.clerk, v.ID, v.Version, apply.Patch(`{"form":{"applicant":{"family_name":"川"}}}`))
	casetest.RefusedAt(t, err, fault.CodeStale, "/form/applicant/family_name changed-meanwhile")
	if list, err = s.service.CounterDrafts(ctx, c.clerk, postgres.Page{Limit: 10}); err != nil || list[0].Applicant.FamilyName != "浜" {
		t.Errorf("%+v %v", list, err)
	}
	foreign := s.Person(t, "foreign", models.RoleReviewer, minato)
	if list, err = s.service.CounterDrafts(ctx, foreign, postgres.Page{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("a foreign counter lists %+v %v", list, err)
	}
	for who, want := range map[string]string{c.clerk.Person: "create", colleague.Person: "save"} {
		n := casetest.Value[int](s, `select count(*) from audit_entries e join applications a on a.id::text = e.object_id
			where e.actor_id = $1 and e.action = $2 and a.id = $3 and e.subject_id = a.person_id and e.municipality = $4`, who, want, v.ID, hinata)
		if n != 1 {
			t.Errorf("%s by %s is recorded %d times", want, who, n)
		}
	}
	if err := s.service.Delete(ctx, colleague, v.ID, nil); err != nil {
		t.Fatal(casetest.Details(err))
	}
	if n := casetest.Value[int](s, `select count(*) from counter_intakes`); n != 0 {
		t.Errorf("%d intakes of a deleted draft", n)
	}
}

// A clerk works on the categories of procedures that are his, and sees a protected person's case only if he may.
func TestAClerksCategoriesAndProtection(t *testing.T) {
	s := setUp(t)
	c, ctx := s.counter(t, hinata), context.Background()
	v := c.takeIn(t, paper(s.claim(t, hinata)))
	set := func(categories string, sees bool) {
		s.Exec(`insert into staff (municipality, staff_id, categories, sees_protected, updated_by, updated_at) values ($1, $2, $3, $4, $2, now())
			on conflict (municipality, staff_id) do update set categories = excluded.categories, sees_protected = excluded.sees_protected`, hinata, c.clerk.Person,
			categories, sees)
	}
	set("childcare", false)
	_, err := s.service.Get(ctx, c.clerk, v.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = c.tryTakeIn(paper(s.claim(t, hinata)))
	casetest.Refused(t, err, fault.CodeForbidden)
	if list, err := s.service.CounterDrafts(ctx, c.clerk, postgres.Page{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	set("", false)
	s.Exec(`update applications set protected = true, version = version + 1 where id = $1`, v.ID)
	_, err = s.service.Get(ctx, c.clerk, v.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	set("", true)
	if _, err = s.service.Get(ctx, c.clerk, v.ID); err != nil {
		t.Error(casetest.Details(err))
	}
}

// The same request twice makes one case; a paper that needs a signature bears it already.
func TestTakenInOnce(t *testing.T) {
	s := setUp(t)
	c, ctx := s.counter(t, hinata), context.Background()
	s.Exec(`update offerings set signature = 'signature' where municipality = $1`, hinata)
	p := paper(s.claim(t, hinata))
	p.ReceivedAt = time.Now().Add(-time.Hour)
	req := casetest.Request("once", "1")
	first, err := s.service.CreateAtCounter(ctx, c.clerk, req, p)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	again, err := s.service.CreateAtCounter(ctx, c.clerk, req, p)
	if err != nil || again.ID != first.ID || again.Counter == nil {
		t.Errorf("%+v %v", again, err)
	}
	if n := casetest.Value[int](s, `select count(*) from applications`); n != 1 {
		t.Errorf("%d applications", n)
	}
	if _, err := c.tryFile(first.ID, apply.CounterPapers{}); err != nil {
		t.Error(casetest.Details(err))
	}
	_, err = c.tryFile(first.ID, apply.CounterPapers{})
	casetest.Refused(t, err, fault.CodeNotAllowedNow)
}
