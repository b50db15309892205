package postgres_test

import (
	"database/sql"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertype"

	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// onceOnly is a job of which one waits at a time, with all else that a job can say of itself.
type onceOnly struct{ task.Scan }

func (onceOnly) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 7, Priority: 3, Queue: "other", Tags: []string{"one", "two"}, Metadata: []byte(`{"of":"test"}`),
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending,
			rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled}}}
}

// A job that travels with a transaction's writes is, in every column, the job that River itself inserts.
func TestJobsAreRiversOwn(t *testing.T) {
	d := pgtest.New(t)
	db := single(t, d)
	own, err := river.NewClient(riverdatabasesql.New(db.Std()), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	scan := task.Scan{Municipality: hinata, Application: models.NewID(), File: "f"}
	insert := func(tx *sql.Tx) error {
		for _, args := range []river.JobArgs{scan, task.Sweep{}, onceOnly{scan}, onceOnly{scan}} {
			if _, err := own.InsertTx(bg, tx, args, nil); err != nil {
				return err
			}
		}
		_, err := own.InsertTx(bg, tx, task.Remind{Document: "income"}, &river.InsertOpts{ScheduledAt: at})
		return err
	}
	rows := func() (out []string) {
		direct(t, d.SuperDSN, func(conn *pgx.Conn) {
			got, err := conn.Query(bg, `select (to_jsonb(j) - 'id' - 'created_at' - case when state = 'available' then 'scheduled_at' else '' end || jsonb_build_object(
				'fresh', abs(extract(epoch from now() - created_at)) < 60, 'due', scheduled_at - created_at < '1 second'))::text from river_job j order by id`)
			if err == nil {
				out, err = pgx.CollectRows(got, pgx.RowTo[string])
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		return out
	}
	must(t, db, models.Actor{}, func(tx *postgres.Tx) error { return insert(tx.SQL()) })
	want := rows()
	exec(t, d.SuperDSN, `delete from river_job`)
	must(t, db, models.Actor{}, func(tx *postgres.Tx) error {
		if err := tx.Enqueue(scan, task.Sweep{}, onceOnly{scan}, onceOnly{scan}); err != nil {
			return err
		}
		return tx.EnqueueAt(at, task.Remind{Document: "income"})
	})
	if got := rows(); len(want) != 4 || !reflect.DeepEqual(got, want) {
		t.Errorf("queued:\n%v\nby River:\n%v", got, want)
	}
	// One that waits already is one for a later transaction too.
	must(t, db, models.Actor{}, func(tx *postgres.Tx) error { return tx.Enqueue(onceOnly{scan}) })
	if n := rowsOf(t, d.SuperDSN, `select count(*) from river_job`); n != 4 {
		t.Errorf("%d jobs", n)
	}
}

// A job pays for the indexes by which jobs are fetched, shown and taken away, and for no other.
func TestIndexesOfJobs(t *testing.T) {
	d := pgtest.New(t)
	indexes := func() []string {
		names := []string{}
		for name := range pairs(t, d.SuperDSN, `select indexname, '' from pg_indexes where tablename = 'river_job'`) {
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	// They go from a database of the release before too.
	exec(t, d.SuperDSN, `create index if not exists river_job_args_index on river_job using gin (args)`)
	exec(t, d.SuperDSN, `alter index river_job_args_index owner to onestop_owner`)
	if err := postgres.Migrate(bg, d.OwnerDSN); err != nil {
		t.Fatal(err)
	}
	want := []string{"river_job_kind", "river_job_pkey", "river_job_prioritized_fetching_index", "river_job_state_and_finalized_at_index", "river_job_unique_idx"}
	if got := indexes(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
