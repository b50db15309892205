package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// openSQL gives a database/sql pool over a pgx pool, in which BEGIN travels with a transaction's first statement, and COMMIT with its last writes:
// database/sql would send each alone.
func openSQL(pool *pgxpool.Pool) *sql.DB {
	db := sql.OpenDB(connector{stdlib.GetPoolConnector(pool)})
	db.SetMaxIdleConns(0) // idle connections lie in the pgx pool
	return db
}

type connector struct{ driver.Connector }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	opened, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	inner, ok := opened.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("postgres: connection is a %T", opened), opened.Close())
	}
	return &lazyConn{Conn: inner}, nil
}

// lazyConn is a connection that owes the server a BEGIN from BeginTx to the next statement. Like every driver.Conn it is
// used by one goroutine at a time.
type lazyConn struct {
	*stdlib.Conn
	owed  *pgx.Batch // what begins the transaction, not sent yet; nil: nothing
	ended bool       // its commit was sent with its last writes
	quiet bool       // nothing was said since the reads that were asked ahead (ahead.go)
}

// BeginTx begins a transaction of the default kind when its first statement comes.
func (c *lazyConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if opts != (driver.TxOptions{}) {
		return nil, errors.New("postgres: transactions are READ COMMITTED and may write")
	}
	c.owed, c.ended = &pgx.Batch{}, false
	c.owed.Queue("begin")
	return lazyTx{c, ctx}, nil
}

// begin sends the BEGIN that is owed, before a statement of its own.
func (c *lazyConn) begin(ctx context.Context) error {
	c.quiet = false
	if c.owed == nil {
		return nil
	}
	return c.send(ctx, &pgx.Batch{})
}

// send sends a batch in one round trip, after the BEGIN that is owed. A statement that fails keeps those after it from
// running; the error is its.
func (c *lazyConn) send(ctx context.Context, batch *pgx.Batch) error {
	raw := c.Conn.Conn()
	if raw.IsClosed() {
		return driver.ErrBadConn // it must leave the pool
	}
	c.quiet = false
	if c.owed != nil {
		batch.QueuedQueries = append(c.owed.QueuedQueries, batch.QueuedQueries...)
		c.owed = nil
	}
	return raw.SendBatch(ctx, batch).Close()
}

// ExecContext and the two below are how database/sql reaches the server.
func (c *lazyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.ExecContext(ctx, query, args)
}

// QueryContext is ExecContext for rows.
func (c *lazyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.QueryContext(ctx, query, args)
}

// PrepareContext prepares within the transaction, if there is one.
func (c *lazyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	return c.Conn.PrepareContext(ctx, query)
}

// lazyTx ends what lazyConn began; what was never begun needs no end.
type lazyTx struct {
	c   *lazyConn
	ctx context.Context // database/sql hands none to the two below
}

// Commit commits. A transaction in which a statement failed is rolled back by the server, and that is an error.
func (t lazyTx) Commit() error { return t.end("commit") }

// Rollback takes everything back.
func (t lazyTx) Rollback() error { return t.end("rollback") }

func (t lazyTx) end(how string) error {
	if t.c.owed != nil || t.c.ended {
		t.c.owed = nil
		return nil
	}
	raw := t.c.Conn.Conn()
	if raw.IsClosed() {
		return driver.ErrBadConn
	}
	tag, err := raw.Exec(t.ctx, how)
	switch {
	case err != nil && raw.PgConn().TxStatus() != 'I':
		_ = raw.Close(t.ctx) // nobody may go on in this transaction; the server takes it back when the connection ends
	case err == nil && how == "commit" && tag.String() == "ROLLBACK":
		err = pgx.ErrTxCommitRollback
	}
	return err
}
