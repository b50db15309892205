package postgres_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// Behind a pooler a connection is whoever's is next: the limits of time hold in each transaction, and nothing is left after it.
func TestBehindAPoolerATransactionLeavesNothing(t *testing.T) {
	const limits = `select concat_ws(' ', current_setting('statement_timeout'), current_setting('lock_timeout'),
		current_setting('idle_in_transaction_session_timeout'), (select count(*) > 0 from pg_prepared_statements))`
	d := pgtest.New(t)
	for _, c := range []struct {
		pooled          bool
		within, outside string
	}{{false, "20s 10s 1min t", "20s 10s 1min t"}, {true, "20s 10s 1min f", "0 0 0 f"}} {
		db, err := postgres.Open(bg, postgres.Options{DSN: d.AppDSN, MaxConns: 1, StatementTimeout: 20 * time.Second, LockTimeout: 10 * time.Second,
			Pooled: c.pooled})
		if err != nil {
			t.Fatal(err)
		}
		var within, outside string
		for range 2 { // the second time from what is remembered of the first
			must(t, db, models.Actor{}, func(tx *postgres.Tx) error { return tx.SQL().QueryRow(limits).Scan(&within) })
			if err := db.Pool().QueryRow(bg, limits).Scan(&outside); err != nil {
				t.Error(err)
			}
		}
		if within != c.within || outside != c.outside {
			t.Errorf("pooled %t: %q in a transaction and %q outside", c.pooled, within, outside)
		}
		if err := db.Ready(bg); err != nil || db.Pooled() != c.pooled {
			t.Error(err)
		}
		db.Close()
	}
}
