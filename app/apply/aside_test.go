package apply_test

import (
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// TestADeletedDraftCanBeHadBackForAnHour: with its files, by its owner alone, unless another one was begun; then all of it goes.
func TestADeletedDraftCanBeHadBackForAnHour(t *testing.T) {
	s := setUp(t)
	v := s.create(t, s.claim(t, minato))
	s.Attach(v.ID, casetest.Record, "住民票.pdf", models.ScanClean)
	stranger := s.Person(t, "stranger", models.RoleApplicant, "")
	aside := func(actor models.Actor) int {
		t.Helper()
		out, err := s.service.SetAside(t.Context(), actor)
		casetest.Must(t, err)
		return len(out)
	}
	casetest.Refused(t, s.service.PutAside(t.Context(), stranger, v.ID, nil), fault.CodeNotFound)
	old := int64(7)
	casetest.Refused(t, s.service.PutAside(t.Context(), s.Parent, v.ID, &old), fault.CodeStale)
	casetest.Must(t, s.service.PutAside(t.Context(), s.Parent, v.ID, &v.Version))
	_, err := s.service.Get(t.Context(), s.Parent, v.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	if all, err := s.service.List(t.Context(), s.Parent, postgres.Page{Limit: 9}); err != nil || len(all) != 0 {
		t.Errorf("it is listed: %v %v", all, err)
	}
	casetest.Refused(t, s.service.PutAside(t.Context(), s.Parent, v.ID, nil), fault.CodeNotFound)
	casetest.Refused(t, s.service.PutBack(t.Context(), stranger, v.ID), fault.CodeNotFound)
	if aside(s.Parent) != 1 || aside(stranger) != 0 {
		t.Errorf("%d, of a stranger %d", aside(s.Parent), aside(stranger))
	}
	casetest.Must(t, s.service.PutBack(t.Context(), s.Parent, v.ID))
	back, err := s.service.Get(t.Context(), s.Parent, v.ID)
	if err != nil || len(back.Files) != 1 || aside(s.Parent) != 0 {
		t.Fatalf("%+v %v", back, err)
	}
	casetest.Refused(t, s.service.PutBack(t.Context(), s.Parent, v.ID), fault.CodeNotFound)

	casetest.Must(t, s.service.PutAside(t.Context(), s.Parent, v.ID, nil))
	another := s.create(t, s.claim(t, minato)) // for the same thing
	casetest.Refused(t, s.service.PutBack(t.Context(), s.Parent, v.ID), fault.CodeNotAllowedNow)
	s.Exec(`update applications set put_aside_at = now() - interval '61 minutes', version = version + 1 where put_aside_at is not null`)
	casetest.Refused(t, s.service.PutBack(t.Context(), s.Parent, v.ID), fault.CodeNotFound)
	err = s.Sweep.InTx(t.Context(), models.System("", "retain"), func(tx *postgres.Tx) error {
		n, err := tx.SweepDraftsAside()
		if n != 1 {
			t.Errorf("%d went", n)
		}
		return err
	})
	casetest.Must(t, err)
	if n := casetest.Value[int](s, `select count(*) from object_removals`); n != 1 {
		t.Errorf("%d objects are removed", n)
	}
	if _, err := s.service.Get(t.Context(), s.Parent, another.ID); err != nil {
		t.Errorf("the other one: %v", err)
	}
}
