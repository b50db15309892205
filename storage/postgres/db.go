// Package postgres is the database: transactions that set who acts, and one file of queries an aggregate.
//
// Every read and write goes through InTx, because row-level security reads the transaction's settings: a query outside
// one sees nothing that belongs to a person or a municipality.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	gormpg "gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Options of Open.
type Options struct {
	DSN      string // of the application role, or of the sweep role
	MaxConns int32  // 0: pgx's default
	Tracer   pgx.QueryTracer
	// StatementTimeout bounds every statement, LockTimeout every wait for a lock; 0 means none.
	StatementTimeout, LockTimeout time.Duration
	// Pooled: a pooler stands before the server and may run each transaction on another connection (PgBouncer). Nothing is then kept on a
	// connection from one transaction to the next: no prepared statement, no setting. The limits hold within InTx.
	Pooled bool
}

// DB is one connection pool, shared by GORM and the job queue.
type DB struct {
	pool *pgxpool.Pool
	sql  *sql.DB
	gorm *gorm.DB
	jobs *river.Client[*Tx]

	first  string // a transaction's first statement
	pooled bool
	skew   atomic.Int64 // nanoseconds by which the server's clock is ahead of this machine's
}

// Now is the database's clock outside of a transaction, as the last transaction showed it: it costs no round trip. What is
// stored, and what is decided for good, comes from Tx.Now.
func (db *DB) Now() time.Time { return time.Now().Add(time.Duration(db.skew.Load())).UTC() }

// skewOf is by how much the server's clock is ahead, after one more reading of it: it was read between the sending of the
// question and its answer, so that it is ahead by at least low and at most high. What fits is kept: on one machine the two
// clocks stay the same one, however long an answer takes.
func skewOf(before, low, high time.Duration) time.Duration { return min(max(before, low), high) }

// Open connects; it does not fail while the server is down, so that the program can start and say so on /readyz.
func Open(ctx context.Context, opt Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(opt.DSN)
	if err != nil {
		return nil, errors.New("the database's connection URL cannot be read") // the URL holds a password: not in the text
	}
	if opt.MaxConns > 0 {
		cfg.MaxConns = opt.MaxConns
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	cfg.ConnConfig.Tracer = opt.Tracer
	cfg.ConnConfig.RuntimeParams["application_name"] = "onestop"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	db := &DB{first: opt.limit(cfg.ConnConfig), pooled: opt.Pooled}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.pool, db.sql = pool, openSQL(pool)
	// PrepareStmt stays off: it hides *sql.Tx, and pgx caches statements itself.
	db.gorm, err = gorm.Open(gormpg.New(gormpg.Config{Conn: db.sql}), &gorm.Config{
		// Errors are translated in errors.go, which keeps the name of a violated constraint; GORM's own translation drops it.
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { return time.Now().UTC() },
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.jobs, err = river.NewClient(jobDriver{riverdatabasesql.New(db.sql)}, &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open the job queue: %w", err)
	}
	return db, nil
}

// limit sets how long a statement, a wait and a silent transaction may last: with the connection, or, where that is the pooler's, with each
// transaction, whose first statement it gives.
func (opt Options) limit(conn *pgx.ConnConfig) string {
	limits := map[string]time.Duration{
		"statement_timeout":                   opt.StatementTimeout,
		"lock_timeout":                        opt.LockTimeout,
		"idle_in_transaction_session_timeout": idleInTransaction,
	}
	if opt.Pooled {
		conn.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	var local []string
	for name, limit := range limits {
		switch {
		case limit <= 0:
		case opt.Pooled:
			local = append(local, fmt.Sprintf("set_config('%s', '%d', true)", name, limit.Milliseconds()))
		default:
			conn.RuntimeParams[name] = fmt.Sprint(limit.Milliseconds())
		}
	}
	if len(local) == 0 {
		return fmt.Sprintf(begin, "null")
	}
	slices.Sort(local)
	return fmt.Sprintf(begin, strings.Join(local, " || "))
}

// idleInTransaction: a transaction whose client died must not hold its locks for ever.
const idleInTransaction = time.Minute

// Pooled says whether a pooler stands before the server: notifications do not come through it.
func (db *DB) Pooled() bool { return db.pooled }

// Pool is for the job queue's worker and for metrics alone.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Ready asks the server whether it answers and takes writes: a standby, or a server that was made read-only, takes no application. A pooler
// of which the program was not told is found by what it does not pass on.
func (db *DB) Ready(ctx context.Context) error {
	var readOnly, kept bool
	// Not prepared, which would fail through such a pooler before it could be told.
	err := db.pool.QueryRow(ctx, `select pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean,
		current_setting('idle_in_transaction_session_timeout')::interval = make_interval(secs => $1)`,
		pgx.QueryExecModeExec, idleInTransaction.Seconds()).Scan(&readOnly, &kept)
	switch {
	case err != nil:
		return err
	case readOnly:
		return errReadOnly
	case !kept && !db.pooled:
		return errPooler
	}
	return nil
}

var (
	errReadOnly = errors.New("the database takes no writes")
	errPooler   = errors.New("the connection does not keep its settings: where a pooler stands before the database, database.pooled is true")
)

// Close ends all connections, after the transactions under way.
func (db *DB) Close() {
	_ = db.sql.Close()
	db.pool.Close()
}
