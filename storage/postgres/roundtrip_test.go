package postgres_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// wire is a pass-through to the server that counts round trips: how often the client spoke after the server had.
type wire struct {
	mu    sync.Mutex
	spoke bool // the client spoke last
	trips int
}

func (w *wire) take() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.trips
	w.trips = 0
	return n
}

func (w *wire) turn(client bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if client && !w.spoke {
		w.trips++
	}
	w.spoke = client
}

func (w *wire) pass(to io.Writer, from io.Reader, client bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			w.turn(client)
			if _, werr := to.Write(buf[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// through opens a pool of one connection over a wire.
func through(t testing.TB, dsn string) (*postgres.DB, *wire) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := u.Host
	w := &wire{}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				return
			}
			go func() { w.pass(upstream, client, true); _ = upstream.Close() }()
			go func() { w.pass(client, upstream, false); _ = client.Close() }()
		}
	}()
	u.Host = listener.Addr().String()
	db, err := postgres.Open(bg, postgres.Options{DSN: u.String(), MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(); _ = listener.Close() })
	return db, w
}

// However much a use case writes, its queued writes are one round trip, with COMMIT, beside BEGIN with the settings
// (measures.md, filing-statements).
func TestQueuedWritesAreOneRoundTrip(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	db, w := through(t, d.AppDSN)
	var trips []int
	for range 3 { // the first prepares the statements
		w.take()
		must(t, db, parent, func(tx *postgres.Tx) error {
			app, rev := newDraft(tx, hinata)
			app.SeparateID = models.NewID()
			if err := tx.AddApplication(app, rev); err != nil {
				return err
			}
			for range 10 {
				if err := tx.AddHistory(&models.History{ID: models.NewID(), ApplicationID: app.ID, Municipality: hinata, PersonID: app.PersonID,
					At: tx.Now, Event: "e", Role: tx.Actor.Role, Revision: 1}); err != nil {
					return err
				}
			}
			tx.ChangeApplication(app, postgres.Columns(app, arrival(tx, "R-"+app.ID))...)
			return nil
		})
		trips = append(trips, w.take())
	}
	const begin, batch, commit = 1, 1, 1
	if trips[2] != begin+batch {
		t.Errorf("round trips %v, want %d once the statements are known", trips, begin+batch)
	}
	w.take()
	must(t, db, parent, func(*postgres.Tx) error { return nil })
	if n := w.take(); n != begin+commit {
		t.Errorf("a transaction without writes takes %d round trips", n)
	}
}

// A failure anywhere in the batch is told as what it is, and nothing of the batch stays.
func TestErrorInABatch(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	addDraft(t, d, parent, hinata)
	err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		other, rev := newDraft(tx, minato)
		if err := tx.AddApplication(other, rev); err != nil {
			return err
		}
		again, rev := newDraft(tx, hinata)
		return tx.AddApplication(again, rev)
	})
	if !isConflict(err) || postgres.Violated(err) != "applications_one_open_draft" {
		t.Errorf("result %v", err)
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from applications`); n != 1 {
		t.Errorf("%d drafts", n)
	}
	err = d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		app, rev := newDraft(tx, "998036") // a municipality that does not use the service
		return tx.AddApplication(app, rev)
	})
	if state(err) != "23503" || postgres.Violated(err) != "applications_municipality_fkey" {
		t.Errorf("an unknown municipality: %v", err)
	}
	if code := state(d.App.InTx(bg, models.System(minato, "t"), func(tx *postgres.Tx) error {
		app, rev := newDraft(tx, hinata)
		app.PersonID, rev.PersonID = parent.Person, parent.Person
		return tx.AddApplication(app, rev)
	})); code != "42501" {
		t.Errorf("a job writes for another municipality: %q", code)
	}
}
