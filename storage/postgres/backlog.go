package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Backlog is how many jobs of a kind are in a state, and how long the one that is due longest has been so.
type Backlog struct {
	Kind, State string // available, running, retryable, scheduled, discarded
	Jobs        int64
	Oldest      time.Duration // 0: none is due yet
}

// Backlog counts the jobs that are not done.
func (db *DB) Backlog(ctx context.Context) ([]Backlog, error) {
	rows, err := db.pool.Query(ctx, `select kind, state::text, count(*), greatest(0, extract(epoch from clock_timestamp() - min(scheduled_at)))::float8
		from river_job where state in ('available', 'running', 'retryable', 'scheduled', 'discarded') group by kind, state order by kind, state`)
	if err != nil {
		return nil, translate(err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b Backlog, err error) {
		var seconds float64
		err = row.Scan(&b.Kind, &b.State, &b.Jobs, &seconds)
		b.Oldest = time.Duration(seconds * float64(time.Second))
		return b, err
	})
	return out, translate(err)
}

// ErrNobodyWorks means that jobs are due and no worker takes them.
var ErrNobodyWorks = errors.New("jobs are due that no worker takes")

// Worked says whether somebody takes the jobs that are due: ErrNobodyWorks, with the kind of one, once one has waited longer than patience.
// It is asked every second: it counts nothing.
func (db *DB) Worked(ctx context.Context, patience time.Duration) error {
	var kind string
	err := db.pool.QueryRow(ctx, `select kind from river_job where state = 'available' and scheduled_at < clock_timestamp() - $1::interval limit 1`, patience).
		Scan(&kind)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return translate(err)
	}
	return fmt.Errorf("%w: %s", ErrNobodyWorks, kind)
}
