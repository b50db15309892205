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
	sql   *sql.Tx
	gorm  *gorm.DB
	jobs  *river.Client[*Tx]
	conn  *sql.Conn
	later pgx.Batch
	ahead []*question // asked with BEGIN and not looked at yet
	notes bool        // reads are noted, not made

	broken error // a write that could not be put together; Flush gives it
}

// begin reads the clock and says who acts, in one round trip with BEGIN (begin.go). clock_timestamp and not now: a filing reads its instant
// first and the phase rows in a later statement. Behind a pooler the limits of time come last (Options.limit).
const begin = `select clock_timestamp(), set_config('app.role', $1, true), set_config('app.person', $2, true),
	set_config('app.municipality', $3, true), set_config('app.purpose', $4, true), set_config('app.request', $5, true), %s`

// InTx runs fn in one READ COMMITTED transaction as the actor and commits if fn returns nil. The result of a failed
// commit is the result of the call. fn makes no network call. Errors are fault errors: conflict (a guarded update met
// another version, a unique constraint), not-found, unavailable (the server is down or a lock was not had in time).
func (db *DB) InTx(ctx context.Context, actor models.Actor, fn func(tx *Tx) error) error {
	return db.inTx(ctx, actor, nil, false, fn)
}

func (db *DB) inTx(ctx context.Context, actor models.Actor, ahead Ahead, ends bool, fn func(tx *Tx) error) error {
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
	if err := db.begin(tx, ahead, ends); err != nil {
		return err
	}
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

// begin begins a transaction with what is asked ahead. ends says that it ends with that: what more is said begins anew.
func (db *DB) begin(tx *Tx, ahead Ahead, ends bool) error {
	settings := []any{string(tx.Actor.Role), tx.Actor.Person, tx.Actor.Municipality, tx.Actor.Purpose, tx.Actor.Request}
	tx.later.Queue(db.first, settings...).QueryRow(func(row pgx.Row) error { return row.Scan(&tx.Now, nil, nil, nil, nil, nil, nil) })
	if ahead != nil {
		tx.note(ahead, db.Now())
	}
	if ends {
		tx.later.Queue("commit")
	}
	sent := time.Now()
	if err := tx.Flush(); err != nil {
		return err
	}
	tx.Now = tx.Now.UTC()
	db.skew.Store(int64(skewOf(time.Duration(db.skew.Load()), time.Until(tx.Now), tx.Now.Sub(sent))))
	if len(tx.ahead) == 0 && !ends {
		return nil
	}
	return tx.wire(func(c *lazyConn) error {
		if c.quiet = true; ends {
			c.owed = &pgx.Batch{}
			c.owed.Queue("begin")
			c.owed.Queue(db.first, settings...)
		}
		return nil
	})
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
	return tx.wire(func(c *lazyConn) error {
		err := c.send(tx.ctx, &batch)
		c.ended = commits && err == nil
		return err
	})
}

// wire reaches the connection under the transaction.
func (tx *Tx) wire(do func(c *lazyConn) error) error {
	return translate(tx.conn.Raw(func(c any) error {
		conn, ok := c.(*lazyConn)
		if !ok {
			return fmt.Errorf("postgres: connection is a %T", c)
		}
		return do(conn)
	}))
}
