package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"kosodate.example/onestop/models"
)

// Tx is one transaction on behalf of one actor. It lives for the length of the function given to InTx.
type Tx struct {
	Now   time.Time // the database's clock, read once, before anything else (house.md, habit 5)
	Actor models.Actor

	ctx   context.Context
	conn  *sql.Conn
	sql   *sql.Tx
	gorm  *gorm.DB
	jobs  *river.Client[*Tx]
	later pgx.Batch

	broken error // a write that could not be put together; Flush gives it
}

// begin reads the clock and says who acts, in one round trip with BEGIN (begin.go). clock_timestamp and not now: a filing reads its instant
// first and the phase rows in a later statement.
const begin = `select clock_timestamp(), set_config('app.role', $1, true), set_config('app.person', $2, true),
	set_config('app.municipality', $3, true), set_config('app.purpose', $4, true), set_config('app.request', $5, true)`

// InTx runs fn in one READ COMMITTED transaction as the actor and commits if fn returns nil. The result of a failed
// commit is the result of the call. fn makes no network call. Errors are fault errors: conflict (a guarded update met
// another version, a unique constraint), not-found, unavailable (the server is down or a lock was not had in time).
func (db *DB) InTx(ctx context.Context, actor models.Actor, fn func(tx *Tx) error) (err error) {
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = conn.Close() }()
	stx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return translate(err)
	}
	defer func() { _ = stx.Rollback() }() // after a commit it does nothing
	tx := &Tx{Actor: actor, ctx: ctx, conn: conn, sql: stx, jobs: db.jobs}
	tx.later.Queue(begin, string(actor.Role), actor.Person, actor.Municipality, actor.Purpose, actor.Request).
		QueryRow(func(row pgx.Row) error { return row.Scan(&tx.Now, nil, nil, nil, nil, nil) })
	sent := time.Now()
	if err := tx.Flush(); err != nil {
		return err
	}
	tx.Now = tx.Now.UTC()
	db.skew.Store(int64(skewOf(time.Duration(db.skew.Load()), time.Until(tx.Now), tx.Now.Sub(sent))))
	tx.gorm = db.gorm.Session(&gorm.Session{
		NewDB:                  true,
		Context:                ctx,
		SkipDefaultTransaction: true,
		NowFunc:                func() time.Time { return tx.Now },
	})
	tx.gorm.Statement.ConnPool = stx
	if err := fn(tx); err != nil {
		return translate(err)
	}
	return tx.commit()
}

// queue puts a write off until Flush, so that the writes of a use case go to the server in one round trip. Their
// errors appear there.
func (tx *Tx) queue(sql string, args ...any) { tx.later.Queue(sql, args...) }

// guarded queues a write that has to meet one row. It fails on the server if it does not: the commit may travel with it.
func (tx *Tx) guarded(sql string, args ...any) {
	tx.queue(`with met as (`+sql+` returning 1) select met_one(count(*)) from met`, args...)
}

// Flush sends the queued writes in one round trip. A use case calls it when a later statement of its own must see them.
func (tx *Tx) Flush() error {
	if tx.broken != nil {
		return tx.broken
	}
	if tx.later.Len() == 0 {
		return nil
	}
	return tx.send(false)
}

// commit sends the queued writes and the commit in one round trip.
func (tx *Tx) commit() error {
	if tx.broken != nil {
		return tx.broken
	}
	if tx.later.Len() == 0 {
		return translate(tx.sql.Commit())
	}
	tx.later.Queue("commit")
	if err := tx.send(true); err != nil {
		return err
	}
	_ = tx.sql.Commit() // gives the connection back; it is committed, whatever the caller's context says meanwhile
	return nil
}

func (tx *Tx) send(commits bool) error {
	batch := tx.later
	tx.later = pgx.Batch{}
	err := tx.conn.Raw(func(c any) error {
		conn, ok := c.(*lazyConn)
		if !ok {
			return fmt.Errorf("postgres: connection is a %T", c)
		}
		err := conn.send(tx.ctx, &batch)
		conn.ended = commits && err == nil
		return err
	})
	return translate(err)
}
