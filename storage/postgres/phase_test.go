package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func TestPhaseRowMustBeCommittedBeforeItsInstant(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	proposer, approver := d.Person(t, "p", models.RoleNational, ""), d.Person(t, "q", models.RoleNational, "")
	for name, c := range map[string]struct {
		after time.Duration
		late  bool
	}{"past": {-time.Hour, true}, "now": {0, true}, "within the margin": {200 * time.Millisecond, true}, "soon": {time.Minute, false}} {
		t.Run(name, func(t *testing.T) {
			change := propose(t, d, proposer)
			row := (*models.PhaseRow)(nil)
			reached := false
			err := d.App.InTx(bg, approver, func(tx *postgres.Tx) error {
				tx.ChangePhaseChange(change, postgres.Set(&change.State, models.ChangeApproved), postgres.Set(&change.DecidedBy, &approver.Person),
					postgres.Set(&change.DecidedAt, &tx.Now))
				row = phaseRow(change, tx.Now.Add(c.after))
				if err := tx.AddPhaseRows(row); err != nil {
					return err
				}
				if err := tx.Flush(); err != nil {
					return err
				}
				reached = true // only the commit refuses
				return nil
			})
			if !reached || postgres.LatePhaseRow(err) != c.late || (err != nil) != c.late {
				t.Errorf("reached the commit %v; result %v", reached, err)
			}
			if n := rowsOf(t, d.SuperDSN, `select count(*) from phase_rows where id = $1`, row.ID); (n == 0) != c.late {
				t.Errorf("%d rows are there", n)
			}
		})
	}
}

// A transaction that began in time and waited too long is refused as well: the check is the commit's.
func TestPhaseRowThatBecameLateIsRefused(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	change := propose(t, d, d.Person(t, "p", models.RoleNational, ""))
	approver := d.Person(t, "q", models.RoleNational, "")
	err := d.App.InTx(bg, approver, func(tx *postgres.Tx) error {
		tx.ChangePhaseChange(change, postgres.Set(&change.State, models.ChangeApproved), postgres.Set(&change.DecidedBy, &approver.Person),
			postgres.Set(&change.DecidedAt, &tx.Now))
		if err := tx.AddPhaseRows(phaseRow(change, tx.Now.Add(500*time.Millisecond))); err != nil {
			return err
		}
		if err := tx.Flush(); err != nil {
			return err
		}
		_, err := tx.SQL().Exec(`select pg_sleep(0.4)`) // the server's own clock is what counts
		return err
	})
	if !postgres.LatePhaseRow(err) {
		t.Errorf("result %v", err)
	}
}

func TestPhaseRowsNeedADecidedChange(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	national := d.Person(t, "p", models.RoleNational, "")
	change := propose(t, d, national)
	add := func(row *models.PhaseRow) error {
		return d.App.InTx(bg, national, func(tx *postgres.Tx) error { return tx.AddPhaseRows(row) })
	}
	if err := add(phaseRow(change, time.Now().Add(time.Hour))); !isConflict(err) {
		t.Errorf("a row of a proposal: %v", err)
	}
	if err := add(&models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "*", Municipality: "*", Phase: "full",
		EffectiveFrom: time.Now().Add(time.Hour)}); state(
		err,
	) != "23514" {
		t.Errorf("a row of no change: %v", err)
	}
	wrong := phaseRow(change, time.Now().Add(time.Hour))
	wrong.Phase = "on"
	if err := add(wrong); state(err) != "23514" {
		t.Errorf("an unknown phase: %v", err)
	}
	imported := &models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "*", Municipality: "*", Phase: "trial", EffectiveFrom: day(2017, 7, 18), Imported: true}
	if err := add(imported); state(err) != "42501" {
		t.Errorf("history imported by the program: %v", err)
	}
	insert := `insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values ($1, '*', '*', '*', 'trial', $2, true)`
	exec(t, d.OwnerDSN, insert, imported.ID, imported.EffectiveFrom)
	must(t, d.App, models.Actor{}, func(tx *postgres.Tx) error {
		rows, err := tx.PhaseRows("child-allowance-new", hinata)
		if len(rows) != 1 || rows[0].Seq == 0 || !rows[0].EffectiveFrom.Equal(day(2017, 7, 18)) || rows[0].RecordedAt.IsZero() {
			t.Errorf("rows %+v", rows)
		}
		return err
	})
}

func TestASecondPersonApproves(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	proposer := d.Person(t, "p", models.RoleAdmin, hinata)
	change := propose(t, d, proposer)
	decide := func(changes postgres.Changes) error {
		copied := *change
		return d.App.InTx(bg, proposer, func(tx *postgres.Tx) error {
			tx.ChangePhaseChange(&copied, postgres.Columns(&copied, changes)...)
			return nil
		})
	}
	for name, changes := range map[string]postgres.Changes{
		"the proposer":   {"state": models.ChangeApproved, "decided_by": proposer.Person, "decided_at": time.Now()},
		"nobody":         {"state": models.ChangeApproved},
		"without a time": {"state": models.ChangeApproved, "decided_by": d.Person(t, "q", models.RoleAdmin, hinata).Person},
		"a state":        {"state": "done"}, "a kind": {"kind": "other"}, "a reach": {"municipality": "all"},
	} {
		if err := decide(changes); state(err) != "23514" && state(err) != "42501" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := decide(postgres.Changes{"state": models.ChangeCancelled, "ended_by": proposer.Person, "ended_at": time.Now()}); err != nil {
		t.Errorf("the proposer cancels: %v", err)
	}
	if err := decide(postgres.Changes{"reason": "x"}); !isConflict(err) {
		t.Errorf("with an old version: %v", err)
	}
}

// One transaction at a time adds rows, so that the order of adding is the order of commits.
func TestPhasesAreChangedOneAfterAnother(t *testing.T) {
	d := pgtest.New(t)
	locked, release, second := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	first := make(chan error, 1)
	go func() {
		first <- d.App.InTx(bg, national(), func(tx *postgres.Tx) error {
			if err := tx.LockPhases(); err != nil {
				return err
			}
			close(locked)
			<-release
			return nil
		})
	}()
	<-locked
	go func() {
		second <- d.App.InTx(bg, national(), func(tx *postgres.Tx) error { return tx.LockPhases() })
	}()
	waitBlocked(t, d, 1)
	select {
	case err := <-second:
		t.Errorf("the second did not wait: %v", err)
	default:
	}
	close(release)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// waitBlocked returns once n sessions of the test's database wait for a lock; the server itself is asked, again and
// again, until it says so.
func waitBlocked(t testing.TB, d *pgtest.Database, n int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	direct(t, d.SuperDSN, func(conn *pgx.Conn) {
		for got := -1; got < n; {
			if err := conn.QueryRow(bg, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if time.Now().After(deadline) {
				t.Fatalf("%d sessions wait for a lock, want %d", got, n)
			}
		}
	})
}
