package postgres_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// A case that is filed while the sweep looks at its reservation keeps its files, and one whose time is over is not filed: only one of the two has them.
func TestAReservationIsEndedOnce(t *testing.T) {
	d := pgtest.New(t)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	reserved := func(until time.Duration) string {
		id := models.NewID()
		must(t, d.App, parent, func(tx *postgres.Tx) error {
			tx.Reserve(id, hinata, []string{models.NewID()}, tx.Now.Add(until))
			return nil
		})
		return id
	}
	claim := func(id string) error {
		return d.App.InTx(bg, parent, func(tx *postgres.Tx) error { tx.ClaimReservation(id); return nil })
	}
	end := func(id string) error {
		return d.Sweep.InTx(bg, models.System("", "test"), func(tx *postgres.Tx) error {
			tx.EndReservation(&postgres.Expired{ID: id, Municipality: hinata}, []string{"files/" + id})
			return nil
		})
	}
	filed := reserved(time.Hour)
	if err := claim(filed); err != nil {
		t.Fatal(err)
	}
	if err := end(filed); fault.KindOf(err) != fault.Conflict || err == nil {
		t.Errorf("the sweep after the filing: %v", err)
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from object_removals`); n != 0 {
		t.Errorf("%d objects of a filed case are to be removed", n)
	}
	late := reserved(-time.Second)
	if err := claim(late); fault.KindOf(err) != fault.Conflict || err == nil {
		t.Errorf("a filing after its time: %v", err)
	}
	if err := end(late); err != nil || rowsOf(t, d.SuperDSN, `select count(*) from object_removals`) != 1 {
		t.Errorf("what it left stays: %v", err)
	}
}
