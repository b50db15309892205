package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// Two requests with one key at once: one commits, the other fails with a conflict that says why, and then finds the
// first one's answer.
func TestTwoRequestsWithOneKey(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	both := make(chan struct{}, 2)
	results := make(chan error, 2)
	answer := func(name string) error {
		return d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
			earlier, err := tx.Remembered(parent.Person, "POST /x", "key")
			if err != nil || earlier != nil {
				return fmt.Errorf("found %v, %w", earlier, err)
			}
			both <- struct{}{}
			for len(both) < 2 { // until the other has looked too
				if _, err := tx.SQL().Exec(`select 1`); err != nil {
					return err
				}
			}
			return tx.Remember(&models.Idempotency{PersonID: parent.Person, Route: "POST /x", Key: "key", BodyHash: []byte("h"), Sealed: []byte(name)})
		})
	}
	for _, name := range []string{"one", "two"} {
		go func() { results <- answer(name) }()
	}
	first, second := <-results, <-results
	if first != nil {
		first, second = second, first
	}
	if first != nil || !isConflict(second) || postgres.Violated(second) != "idempotency_keys_pkey" {
		t.Fatalf("results %v and %v", first, second)
	}
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		got, err := tx.Remembered(parent.Person, "POST /x", "key")
		if got == nil || string(got.Sealed) != "one" && string(got.Sealed) != "two" {
			t.Errorf("remembered %v", got)
		}
		for _, other := range [][3]string{{models.NewID(), "POST /x", "key"}, {parent.Person, "POST /y", "key"}, {parent.Person, "POST /x", "other"}} {
			if found, err := tx.Remembered(other[0], other[1], other[2]); found != nil || err != nil {
				t.Errorf("%v finds %v, %v", other, found, err)
			}
		}
		return err
	})
}

func TestAnswersAreForgottenAfterADay(t *testing.T) {
	w := newWorld(t)
	exec(t, w.OwnerDSN, `update idempotency_keys set created_at = now() - interval '25 hours' where person_id = $1`, w.a.parent.Person)
	must(t, w.Sweep, sweeper(), func(tx *postgres.Tx) error {
		n, err := tx.SweepIdempotency(24 * time.Hour)
		if n != 1 {
			t.Errorf("forgot %d answers", n)
		}
		return err
	})
}

// Many first sign-ins of one person at once, on different connections, make one person.
func TestPersonForAtOnceIsOnePerson(t *testing.T) {
	d := pgtest.New(t)
	for round := range 10 {
		ids := make([]string, 8)
		var group errgroup.Group
		for i := range ids {
			group.Go(func() error {
				return d.App.InTx(bg, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) (err error) {
					ids[i], err = tx.PersonFor("idp", fmt.Sprint("subject ", round))
					return err
				})
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if id != ids[0] || !models.ValidID(id) {
				t.Fatalf("round %d: persons %v", round, ids)
			}
		}
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from people`); n != 10 {
		t.Errorf("%d people", n)
	}
	other := d.Person(t, "subject 0", models.RoleApplicant, "") // of another provider
	if n := rowsOf(t, d.SuperDSN, `select count(*) from people where subject = 'subject 0'`); n != 2 || other.Person == "" {
		t.Errorf("%d people of the same subject at two providers", n)
	}
}

// Several nodes that start at once agree on a key of the service.
func TestServiceKeyIsOneForAllNodes(t *testing.T) {
	d := pgtest.New(t)
	got := make([]string, 8)
	var group errgroup.Group
	for i := range got {
		group.Go(func() error {
			return d.App.InTx(bg, models.Actor{Role: models.RoleSystem}, func(tx *postgres.Tx) error {
				key, err := tx.ServiceKey("answers", fmt.Append(nil, "key ", i))
				got[i] = string(key)
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, key := range got {
		if key != got[0] || key == "" {
			t.Fatalf("keys %q", got)
		}
	}
}
