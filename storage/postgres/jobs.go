package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// jobDriver is River's own driver but for one thing: the jobs of a transaction are queued with its writes instead of being sent at once. What a job is,
// its queue, its attempts, when it runs and whether it is unique, River itself decides.
type jobDriver struct{ *riverdatabasesql.Driver }

// UnwrapExecutor is how River reaches a transaction.
func (d jobDriver) UnwrapExecutor(tx *Tx) riverdriver.ExecutorTx {
	return jobExecutor{d.Driver.UnwrapExecutor(tx.sql), tx}
}

// UnwrapTx is the way back.
func (d jobDriver) UnwrapTx(e riverdriver.ExecutorTx) *Tx { return e.(jobExecutor).tx }

// Enqueue queues jobs with the writes of the transaction: they run if and only if it commits.
func (tx *Tx) Enqueue(jobs ...river.JobArgs) error {
	params := make([]river.InsertManyParams, len(jobs))
	for i, args := range jobs {
		params[i] = river.InsertManyParams{Args: args}
	}
	return tx.enqueue(params)
}

// EnqueueAt is Enqueue of one job that runs no earlier than at.
func (tx *Tx) EnqueueAt(at time.Time, job river.JobArgs) error {
	return tx.enqueue([]river.InsertManyParams{{Args: job, InsertOpts: &river.InsertOpts{ScheduledAt: at}}})
}

func (tx *Tx) enqueue(jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	if _, err := tx.jobs.InsertManyFastTx(tx.ctx, tx, jobs); err != nil {
		return translate(fmt.Errorf("enqueue: %w", err))
	}
	return nil
}

type jobExecutor struct {
	riverdriver.ExecutorTx
	tx *Tx
}

// The columns are those of River's own statement for many jobs, JobInsertFastManyNoReturning, and what it says of a job that is there already.
const (
	insertJob = `insert into river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags, unique_key, unique_states)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12::integer, 0)::bit(8))`
	unlessThere = ` on conflict (unique_key) where unique_key is not null and unique_states is not null and river_job_state_in_bitmask(unique_states, state)
		do nothing`
)

// JobInsertFastManyNoReturning queues jobs; the number is that of those queued, of which some may be there already.
func (e jobExecutor) JobInsertFastManyNoReturning(_ context.Context, p *riverdriver.JobInsertFastManyParams) (int, error) {
	now := time.Now().UTC() // River's workers compare with this machine's clock, as its client does
	or := func(t *time.Time) time.Time {
		if t == nil {
			return now
		}
		return *t
	}
	for _, j := range p.Jobs {
		statement := insertJob
		if len(j.UniqueKey) > 0 {
			statement += unlessThere
		}
		e.tx.queue(statement, j.EncodedArgs, or(j.CreatedAt), j.Kind, j.MaxAttempts, j.Metadata, j.Priority, j.Queue, or(j.ScheduledAt), string(j.State), j.Tags,
			j.UniqueKey, int32(j.UniqueStates))
	}
	return len(p.Jobs), nil
}

// NotifyMany queues the word to the workers that there are jobs.
func (e jobExecutor) NotifyMany(_ context.Context, p *riverdriver.NotifyManyParams) error {
	for _, payload := range p.Payload {
		e.tx.queue(`select pg_notify(current_schema() || '.' || $1::text, $2)`, p.Topic, payload)
	}
	return nil
}
