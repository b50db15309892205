package account

import (
	"context"
	"strconv"
	"sync"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func TestAPersonIsOneProviderAndOneSubject(t *testing.T) {
	db := pgtest.New(t)
	a := New(db.App, 0)
	ids := map[string]bool{}
	for _, who := range [][2]string{{"demo", "parent-1"}, {"demo", "parent-2"}, {"other", "parent-1"}} {
		id, err := a.PersonFor(t.Context(), who[0], who[1])
		if err != nil || !models.ValidID(id) {
			t.Fatalf("%v: %q %v", who, id, err)
		}
		ids[id] = true
		for _, accounts := range []*Accounts{a, New(db.App, 0)} { // from memory, and from the database
			again, err := accounts.PersonFor(t.Context(), who[0], who[1])
			if err != nil || again != id {
				t.Errorf("%v: %q, then %q %v", who, id, again, err)
			}
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d people, want 3", len(ids))
	}
	for _, who := range [][2]string{{"", "x"}, {"x", ""}} {
		if _, err := a.PersonFor(t.Context(), who[0], who[1]); fault.KindOf(err) != fault.Refused {
			t.Errorf("%v: %v", who, err)
		}
	}
}

// Two programs and many requests meet a new person at the same moment.
func TestAPersonIsMadeOnce(t *testing.T) {
	db := pgtest.New(t)
	nodes := []*Accounts{New(db.App, 0), New(db.App, 0), New(db.App, 0)}
	for round := range 5 {
		var mu sync.Mutex
		ids := map[string]bool{}
		var wg sync.WaitGroup
		for i := range 24 {
			wg.Go(func() {
				id, err := nodes[i%len(nodes)].PersonFor(t.Context(), "demo", "new-"+strconv.Itoa(round))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[id] = true
			})
		}
		wg.Wait()
		if len(ids) != 1 {
			t.Errorf("%d ids for one person", len(ids))
		}
	}
}

func TestKnownPeopleNeedNoDatabase(t *testing.T) {
	dead, err := postgres.Open(t.Context(), postgres.Options{DSN: "postgres://x:y@127.0.0.1:9/none?connect_timeout=1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dead.Close)
	a := New(dead, 0)
	a.people.put(subjectKey{"demo", "parent-1"}, "known")
	if id, err := a.PersonFor(t.Context(), "demo", "parent-1"); id != "known" || err != nil {
		t.Error(id, err)
	}
	if _, err := a.PersonFor(t.Context(), "demo", "parent-2"); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
}

func TestMemoryIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	m := newMemory(100)
	used := subjectKey{"demo", "used"}
	m.put(used, "id")
	for i := range 10_000 {
		m.put(subjectKey{"demo", strconv.Itoa(i)}, "x")
		if _, ok := m.get(used); !ok {
			t.Fatal("forgotten while in use")
		}
		if n := len(m.new) + len(m.old); n > 100 {
			t.Fatalf("%d remembered", n)
		}
	}
}

func TestMeNamesRolesAndMunicipalities(t *testing.T) {
	db := pgtest.New(t)
	a := New(db.App, 0)
	national := db.Person(t, "admin-national-1", models.RoleNational, "")
	err := db.App.InTx(context.Background(), national, func(tx *postgres.Tx) error {
		return tx.PutMunicipality(&models.Municipality{Code: "998010", NameJa: "ひなた市", NameKana: "ひなたし", NameEn: "Hinata City",
			OfficeJa: "x", OfficePlain: "x", OfficeEn: "x", Telephone: "000", WrappedKey: []byte{1}, Version: 1})
	})
	if err != nil {
		t.Fatal(err)
	}
	actor := db.Person(t, "reviewer-hinata-1", models.RoleReviewer, "998010")
	me, err := a.Me(t.Context(), actor, Holder{Name: "花子", Roles: []string{"reviewer@998010", "applicant", "reviewer@998028", "admin@national"}})
	if err != nil {
		t.Fatal(err)
	}
	wanted := []Role{
		{Role: models.RoleNational},
		{Role: models.RoleApplicant},
		{models.RoleReviewer, "998010", "ひなた市", "Hinata City"},
		{Role: models.RoleReviewer, Municipality: "998028"},
	}
	if len(me.Roles) != len(wanted) {
		t.Fatalf("%+v", me.Roles)
	}
	for i := range wanted {
		if me.Roles[i] != wanted[i] {
			t.Errorf("role %d: %+v, want %+v", i, me.Roles[i], wanted[i])
		}
	}
	if me.Person != actor.Person || me.Name != "花子" || !me.NeedsSecond || me.SecondFactor {
		t.Errorf("%+v", me)
	}
	parent, err := a.Me(t.Context(), db.Person(t, "parent-1", models.RoleApplicant, ""), Holder{Roles: []string{"applicant"}})
	if err != nil || parent.NeedsSecond {
		t.Errorf("%+v %v", parent, err)
	}
}
