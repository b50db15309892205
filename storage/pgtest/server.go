package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/embedded"
)

// ServerVariable names the environment variable with a superuser's connection URL of a server to test on.
const ServerVariable = "ONESTOP_TEST_DSN"

// own is the server of this process. It is kept for the process's life: its folder's lock is a file that the garbage
// collector would close, and another process would then take the folder and stop the server.
var own = sync.OnceValues(func() (*embedded.Postgres, error) { return startServer(context.Background()) })

// Server gives the superuser's connection URL of the test server: the one that ONESTOP_TEST_DSN names, or one of this
// process's own, which ends with it.
func Server() (string, error) {
	if dsn := os.Getenv(ServerVariable); dsn != "" {
		return dsn, nil
	}
	pg, err := own()
	if err != nil {
		return "", err
	}
	return pg.DSN, nil
}

// places is how many test processes can have a server of their own at once.
const places = 32

// startServer starts a server on the first folder that no other test process uses. A folder is used again by later
// runs: its cluster and the migrated template are made already, and nothing piles up.
func startServer(ctx context.Context) (*embedded.Postgres, error) {
	for place := range places {
		dir := filepath.Join(os.TempDir(), fmt.Sprintf("onestop-pgtest-%d-%d", os.Getuid(), place))
		pg, err := embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: dir})
		if errors.Is(err, syscall.EWOULDBLOCK) { // another process has the folder's lock
			continue
		}
		if err != nil {
			return nil, err
		}
		return pg, dropLeft(ctx, pg.DSN)
	}
	return nil, fmt.Errorf("%d test processes have a server of their own already", places)
}

// dropLeft drops the databases of tests that were killed.
func dropLeft(ctx context.Context, dsn string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `select datname from pg_database where datname like 'test\_%' or (datname like 'onestop\_template\_%' and not datistemplate)`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, `drop database `+pgx.Identifier{name}.Sanitize()); err != nil {
			return err
		}
	}
	return nil
}
