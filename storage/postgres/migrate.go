package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"kosodate.example/onestop/models"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations are the goose files, for tests that go step by step.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// Migrate brings the database to the newest schema, as the owner role: the job queue's tables first, then ours. Running
// it again, or on several nodes at once, is harmless: goose and River hold a lock.
func Migrate(ctx context.Context, ownerDSN string) error {
	return asOwner(ctx, ownerDSN, func(pool *pgxpool.Pool, db *sql.DB) error {
		if err := migrateJobs(ctx, pool); err != nil {
			return err
		}
		provider, err := goose.NewProvider(goose.DialectPostgres, db, Migrations())
		if err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
		return up(ctx, provider)
	})
}

// A migration waits for a lock no longer than lockPatience, since all who come after it wait behind it; it is tried again until migratePatience.
const (
	lockPatience    = 2 * time.Second
	migratePatience = 10 * time.Minute
)

// SQLSTATEs.
const (
	lockNotAvailable  = "55P03"
	undefinedFunction = "42883"
)

// up runs what is new, one migration after the other. Each is tried again if something that runs long keeps its lock.
func up(ctx context.Context, provider *goose.Provider) error {
	ctx, cancel := context.WithTimeout(ctx, migratePatience)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
		_, err := provider.Up(ctx)
		var locked *pgconn.PgError
		if !errors.As(err, &locked) || locked.Code != lockNotAvailable {
			if err != nil {
				return fmt.Errorf("migrate: %w", err)
			}
			return nil
		}
		if pause(ctx, wait) != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
}

func pause(ctx context.Context, long time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
		return nil
	}
}

// ErrOldSchema means that the program's own migrations were not all run yet.
var ErrOldSchema = errors.New("the database's schema is older than the program: run `onestop migrate`")

// ErrOwnerPooled means that migrations would run through a pooler, which keeps neither their settings nor their lock.
var ErrOwnerPooled = errors.New("a pooler stands before the database: database.owner_url_file leads to the database itself")

// newestMigration is the version that the program needs at least.
var newestMigration = sync.OnceValues(func() (int64, error) {
	names, err := fs.Glob(Migrations(), "*.sql")
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return strconv.ParseInt(names[len(names)-1][:5], 10, 64)
})

// Migrated says whether the schema is as new as the program: ErrOldSchema. A newer one is no fault: it is migrated before the
// program's next version starts, and a migration takes nothing away that the version before uses.
func (db *DB) Migrated(ctx context.Context) error {
	newest, err := newestMigration()
	if err != nil {
		return err
	}
	var at int64
	err = db.pool.QueryRow(ctx, `select schema_version()`).Scan(&at)
	var missing *pgconn.PgError
	switch {
	case errors.As(err, &missing) && missing.Code == undefinedFunction:
		return ErrOldSchema
	case err != nil:
		return translate(err)
	case at < newest:
		return fmt.Errorf("%w (it is at %d, the program needs %d)", ErrOldSchema, at, newest)
	}
	return nil
}

// asOwner does something as the owner role, one node at a time.
func asOwner(ctx context.Context, ownerDSN string, do func(pool *pgxpool.Pool, db *sql.DB) error) error {
	cfg, err := pgxpool.ParseConfig(ownerDSN)
	if err != nil {
		return errors.New("the owner's connection URL cannot be read") // it holds a password: not in the text
	}
	cfg.ConnConfig.RuntimeParams["lock_timeout"] = fmt.Sprint(lockPatience.Milliseconds())
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer func() { _ = db.Close() }()
	var kept bool
	if err := pool.QueryRow(ctx, `select current_setting('lock_timeout')::interval = make_interval(secs => $1)`,
		pgx.QueryExecModeExec, lockPatience.Seconds()).Scan(&kept); err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	if !kept { // one node at a time could not be kept either
		return ErrOwnerPooled
	}
	unlock, err := lockMigrations(ctx, db)
	if err != nil {
		return err
	}
	defer unlock()
	return do(pool, db)
}

// InstallEdition puts the files of a national edition into a database that has none in force, as imported history from an instant
// on. Where there is one, nothing changes: a newer program never changes what is in force.
func InstallEdition(ctx context.Context, ownerDSN string, b models.EditionBundle, from time.Time) error {
	return asOwner(ctx, ownerDSN, func(pool *pgxpool.Pool, _ *sql.DB) error {
		var there bool
		if err := pool.QueryRow(ctx, `select exists (select from edition_rows where scope = $1)`, b.Scope).Scan(&there); err != nil || there {
			return err
		}
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `insert into edition_bundles (digest, scope, contents, stored_at) values ($1, $2, $3, clock_timestamp())
				on conflict do nothing`, b.Digest, b.Scope, b.Contents); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `insert into edition_rows (id, scope, digest, effective_from, imported) values ($1, $2, $3, $4, true)`,
				models.NewID(), b.Scope, b.Digest, from)
			return err
		})
		if err != nil {
			return fmt.Errorf("install the edition that comes with the program: %w", err)
		}
		return nil
	})
}

// lockMigrations lets one node migrate at a time.
func lockMigrations(ctx context.Context, db *sql.DB) (func(), error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect as owner: %w", err)
	}
	const key = 7_030_201_717 // arbitrary, ours
	// Asked again and again: one that waits in the database has a snapshot, for whose end an index that is made CONCURRENTLY would wait.
	for locked := false; !locked; {
		err := conn.QueryRowContext(ctx, `select pg_try_advisory_lock($1)`, key).Scan(&locked)
		if err == nil && !locked {
			err = pause(ctx, 200*time.Millisecond)
		}
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, key)
		_ = conn.Close()
	}, nil
}

func migrateJobs(ctx context.Context, pool *pgxpool.Pool) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	// Indexes that River makes for searches by arguments and metadata, which neither it nor the program makes: each job would pay for them. Nobody waits
	// while they go.
	for _, unused := range []string{"river_job_args_index", "river_job_metadata_index"} {
		if _, err := pool.Exec(ctx, `drop index concurrently if exists `+unused); err != nil {
			return fmt.Errorf("drop %s: %w", unused, err)
		}
	}
	// Jobs carry ids alone, no personal data; the application role enqueues and works them.
	_, err = pool.Exec(ctx, `
		grant select, insert, update, delete on river_job, river_queue, river_leader, river_notification to onestop_app, onestop_sweep;
		grant select on river_migration to onestop_app;
		grant usage on sequence river_job_id_seq, river_notification_id_seq to onestop_app, onestop_sweep`)
	if err != nil {
		return fmt.Errorf("grant the job queue: %w", err)
	}
	return nil
}
