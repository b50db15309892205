package postgres_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// rowsRead are reads of each kind of row that use cases ask ahead.
func rowsRead(tx *postgres.Tx, app *models.Application) ([]any, error) {
	var out []any
	var errs []error
	note := func(row any, err error) { out, errs = append(out, row), append(errs, err) }
	same := postgres.Same{Person: app.PersonID, Municipality: app.Municipality, Procedure: app.Procedure, Children: app.ChildrenIndex}
	for _, read := range []func() (any, error){
		func() (any, error) { return tx.Remembered(app.PersonID, "POST /x", "key") },
		func() (any, error) { return tx.OfferingAlone(app.PersonID, app.Municipality, app.Procedure) },
		func() (any, error) { return tx.Offering(app.Municipality, app.Procedure) },
		func() (any, error) { return tx.Application(app.ID) },
		func() (any, error) { return tx.LockApplication(app.ID) },
		func() (any, error) { return tx.NewestRevision(app.ID) },
		func() (any, error) { return tx.HistoryOf(app.ID) },
		func() (any, error) { return tx.FilesOf(app.ID) },
		func() (any, error) { return tx.PlanItems(app.ID) },
		func() (any, error) { rows, err := tx.EditionRowsOf(app.ID); return len(rows), err },
		func() (any, error) {
			phases, editions, err := tx.Switches(app.Procedure, app.Municipality)
			return []any{phases, editions}, err
		},
		func() (any, error) { return tx.SameThing(same) },
		func() (any, error) { return tx.ClosedDays(app.Municipality, day(2026, 1, 1), day(2027, 12, 31)) },
		func() (any, error) { return tx.CountFiles(app.ID, "d", "s", []byte("n"), "") },
	} {
		note(read())
	}
	return out, errors.Join(errs...)
}

// What was asked ahead is, row for row, what the transaction would have read itself, and costs no round trip of its own.
func TestWhatIsAskedAheadIsWhatIsRead(t *testing.T) {
	w := newWorld(t)
	db, wire := through(t, w.AppDSN)
	app, parent := w.a.filed, w.a.parent
	must(t, w.App, models.Actor{Role: models.RoleAdmin, Municipality: app.Municipality, Purpose: "test"}, func(tx *postgres.Tx) error {
		return errors.Join(tx.PutOffering(&models.Offering{Municipality: app.Municipality, Procedure: app.Procedure, Signature: "none"}),
			tx.PutClosedDay(&models.ClosedDay{Municipality: app.Municipality, Day: day(2027, 1, 1), Name: "元日"}))
	})
	must(t, w.App, parent, func(tx *postgres.Tx) error {
		return tx.Remember(&models.Idempotency{PersonID: app.PersonID, Route: "POST /x", Key: "key", BodyHash: []byte("h"), Sealed: []byte("s")})
	})
	var plain, ahead []any
	must(t, w.App, parent, func(tx *postgres.Tx) (err error) { plain, err = rowsRead(tx, app); return err })
	ask := func(tx *postgres.Tx) { _, _ = rowsRead(tx, app) }
	read := func(tx *postgres.Tx) (err error) { ahead, err = rowsRead(tx, app); return err }
	for name, in := range map[string]struct {
		do    func() error
		trips int
	}{
		"and writes": {func() error {
			return db.InTxAhead(bg, parent, ask, func(tx *postgres.Tx) error {
				return errors.Join(read(tx), tx.AddAudit(&models.AuditEntry{Action: "looked"}))
			})
		}, 2},
		"a look": {func() error { return db.Look(bg, parent, ask, read) }, 1},
		"a look that ends": {func() error {
			return db.Look(bg, parent, ask, func(tx *postgres.Tx) error { _ = read(tx); return fault.ErrNotFound })
		}, 1},
		"a look, and more": {func() error {
			return db.Look(bg, parent, ask, func(tx *postgres.Tx) error {
				_, err := tx.Municipalities()
				return errors.Join(read(tx), err)
			})
		}, 1 + len(plain) + 3},
	} {
		for range 3 { // the first two prepare the statements
			wire.take()
			if err := in.do(); err != nil && !errors.Is(err, fault.ErrNotFound) {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if n := wire.take(); n != in.trips {
			t.Errorf("%s: %d round trips, want %d", name, n, in.trips)
		}
		for i := range plain {
			if !reflect.DeepEqual(ahead[i], plain[i]) {
				t.Errorf("%s: read %d is\n%+v, one by one\n%+v", name, i, ahead[i], plain[i])
			}
		}
		idle(t, db)
	}
}

// A look that says more than it asked ahead still acts as the actor, and what it writes is committed.
func TestALookThatSaysMore(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	if err := db.Look(bg, parent, func(tx *postgres.Tx) { _, _ = tx.Municipalities() }, func(tx *postgres.Tx) error {
		app, rev := newDraft(tx, hinata)
		return tx.AddApplication(app, rev)
	}); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from applications`); n != 1 {
		t.Errorf("%d drafts", n)
	}
	if err := db.Look(bg, parent, func(tx *postgres.Tx) { _, _ = tx.Municipalities() }, func(tx *postgres.Tx) error {
		if _, err := tx.SQL().Exec(`delete from applications`); err != nil {
			t.Error(err)
		}
		return errTest
	}); !errors.Is(err, errTest) {
		t.Fatal(err)
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from applications`); n != 1 {
		t.Error("a look that failed has left something")
	}
	idle(t, db)
}

// An answer counts until something else is said, and once: what would be read after a write, or after another read, is read then.
func TestAnAnswerIsNoOlderThanTheCode(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	app := addDraft(t, d, parent, hinata)
	history := func(tx *postgres.Tx) int {
		rows, err := tx.HistoryOf(app.ID)
		return len(rows) + map[bool]int{true: 100}[err != nil]
	}
	ask := func(tx *postgres.Tx) {
		_, _ = tx.HistoryOf(app.ID)
		_, _ = tx.FilesOf(app.ID)
		_, _ = tx.HistoryOf(app.ID)
	}
	add := func(tx *postgres.Tx) error {
		return tx.AddHistory(&models.History{ID: models.NewID(), ApplicationID: app.ID, Municipality: hinata, PersonID: app.PersonID,
			At: tx.Now, Event: "e", Role: tx.Actor.Role, Revision: 1})
	}
	before := -1
	for name, say := range map[string]func(tx *postgres.Tx) error{
		"a flush": func(tx *postgres.Tx) error { return errors.Join(add(tx), tx.Flush()) },
		"a statement": func(tx *postgres.Tx) error {
			_, err := tx.SQL().Exec(`select 1`)
			return errors.Join(err, add(tx), tx.Flush())
		},
		"another's": func(tx *postgres.Tx) error { must(t, d.App, parent, add); _, err := tx.Municipalities(); return err },
	} {
		if err := d.App.InTxAhead(bg, parent, ask, func(tx *postgres.Tx) error {
			before = history(tx)
			err := say(tx)
			if n := history(tx); n != before+1 {
				t.Errorf("%s: %d steps, then %d", name, before, n)
			}
			return err
		}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A read behind a lock, both asked ahead, sees what the holder before has committed.
func TestAReadBehindALockIsMadeBehindIt(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	must(t, d.App, models.Actor{Role: models.RoleAdmin, Municipality: hinata, Purpose: "test"}, func(tx *postgres.Tx) error {
		return tx.PutOffering(&models.Offering{Municipality: hinata, Procedure: "child-allowance-claim", Signature: "none"})
	})
	same := postgres.Same{Person: parent.Person, Municipality: hinata, Procedure: "child-allowance-claim", Children: []byte("none")}
	held, second := make(chan bool), make(chan int, 1)
	go func() {
		<-held
		n := -1
		err := d.App.InTxAhead(bg, parent, func(tx *postgres.Tx) {
			_, _ = tx.OfferingAlone(parent.Person, hinata, same.Procedure)
			_, _ = tx.SameThing(same)
		}, func(tx *postgres.Tx) error {
			_, _ = tx.OfferingAlone(parent.Person, hinata, same.Procedure)
			found, err := tx.SameThing(same)
			n = len(found)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		second <- n
	}()
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		_, _ = tx.OfferingAlone(parent.Person, hinata, same.Procedure)
		held <- true
		until := time.Now().Add(10 * time.Second)
		for rowsOf(t, d.SuperDSN, `select count(*) from pg_locks where locktype = 'advisory' and not granted
			and database = (select oid from pg_database where datname = current_database())`) == 0 && time.Now().Before(until) {
			continue
		}
		app, rev := newDraft(tx, hinata)
		app.Procedure, app.ChildrenIndex = same.Procedure, same.Children
		return tx.AddApplication(app, rev)
	})
	if n := <-second; n != 1 {
		t.Errorf("the second finds %d", n)
	}
}

// What is asked ahead and fails ends the transaction, and the connection is good for the next one.
func TestAReadAheadThatFails(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	for _, in := range []func(ahead postgres.Ahead, fn func(tx *postgres.Tx) error) error{
		func(ahead postgres.Ahead, fn func(tx *postgres.Tx) error) error {
			return db.InTxAhead(bg, parent, ahead, fn)
		},
		func(ahead postgres.Ahead, fn func(tx *postgres.Tx) error) error {
			return db.Look(bg, parent, ahead, fn)
		},
	} {
		err := in(func(tx *postgres.Tx) { _, _ = tx.FilesOf("no id") }, func(*postgres.Tx) error { t.Error("it went on"); return nil })
		if state(err) != "22P02" {
			t.Errorf("result %v", err)
		}
		idle(t, db)
		must(t, db, parent, func(tx *postgres.Tx) error { _, err := tx.Municipalities(); return err })
	}
}
