package account

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// TestStaffSessionsAreTheirMunicipalitys: an admin sees and ends those of who works in the own municipality; parents' and others' are not there.
func TestStaffSessionsAreTheirMunicipalitys(t *testing.T) {
	db := pgtest.New(t)
	a := New(db.App, 0)
	begin := func(token, subject string, places ...string) string {
		t.Helper()
		person := db.Person(t, subject, models.RoleApplicant, "").Person
		err := db.App.InTx(t.Context(), models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
			tx.SessionStore([]byte(token), []byte("sealed"), tx.Now.Add(time.Hour))
			return nil
		})
		if err == nil {
			err = db.App.InTx(t.Context(), models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
				tx.SessionOwn([]byte(token), postgres.SessionOwner{Person: person, Places: places})
				return nil
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		return person
	}
	clerk := begin("1", "clerk", "998010")
	begin("2", "clerk", "998010")
	both := begin("3", "both", "998010", "998028")
	begin("4", "elsewhere", "998028")
	parent := begin("5", "parent")
	admin := db.Person(t, "admin", models.RoleAdmin, "998010")
	seen := func(actor models.Actor) int {
		t.Helper()
		all, err := a.StaffSessions(t.Context(), actor)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if n := seen(admin); n != 3 {
		t.Errorf("%d sessions, want 3", n)
	}
	for _, other := range []models.Actor{db.Person(t, "r", models.RoleReviewer, "998010"), db.Person(t, "n", models.RoleNational, "")} {
		if n := seen(other); n != 0 {
			t.Errorf("%s sees %d", other.Role, n)
		}
		if _, err := a.EndStaffSessions(t.Context(), other, clerk); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", other.Role, err)
		}
	}
	for _, person := range []string{parent, "no id", models.NewID()} {
		if _, err := a.EndStaffSessions(t.Context(), admin, person); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", person, err)
		}
	}
	if n, err := a.EndStaffSessions(t.Context(), admin, clerk); n != 2 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if n, err := a.EndStaffSessions(t.Context(), admin, both); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if n := seen(admin) + seen(db.Person(t, "admin-2", models.RoleAdmin, "998028")); n != 1 {
		t.Errorf("%d sessions are left", n)
	}
}
