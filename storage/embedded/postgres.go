// Package embedded starts a PostgreSQL server for the demo and for tests, from the binaries that the machine has or
// that are fetched once. The demo's object store is in the package s3server below.
//
// A deployment does not use it: there, PostgreSQL is run by those who operate it.
package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/embedded/child"
)

const (
	superuser     = "postgres"
	startTimeout  = time.Minute // recovery after a crash included
	stopTimeout   = 30 * time.Second
	portsToTry    = 3
	loopback      = "127.0.0.1"
	maxConns      = "200"
	clusterFolder = "cluster"
	logFile       = "postgres.log"
)

// PostgresOptions says where the data lie. Dir is required.
type PostgresOptions struct {
	Dir  string    // made if it is missing; the cluster, the superuser's password and the log lie in it
	Port int       // 0: a free one below 32768
	Log  io.Writer // sentences for people, one a line: what is fetched, where data went; nil: nowhere
}

// Postgres is a running server. fsync is on, passwords are scram-sha-256, and it listens on loopback alone.
type Postgres struct {
	DSN    string // of the superuser, as a URL
	Port   int
	Folder string // the cluster's; not below Dir if the server's user cannot get there
	Major  int    // version: 15

	home     *home
	binaries binaries
	account  *account
	process  *child.Process
}

// StartPostgres starts a server on a folder and waits until it takes connections, also after the program was killed
// the last time: an orphan of that start is stopped first. A second program on the same folder is refused.
//
// PostgreSQL does not run as root; root's server runs as the user postgres, else nobody.
func StartPostgres(ctx context.Context, opts PostgresOptions) (*Postgres, error) {
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	who, err := serverAccount()
	if err != nil {
		return nil, err
	}
	h, err := openHome(opts.Dir, who, opts.Log)
	if err != nil {
		return nil, err
	}
	p := &Postgres{Folder: h.path(clusterFolder), home: h, account: who}
	if err := p.prepare(ctx, opts); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if err := p.startOnPort(ctx, opts.Port); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return p, nil
}

// prepare finds the binaries, stops an orphan, and makes the cluster at the first start.
func (p *Postgres) prepare(ctx context.Context, opts PostgresOptions) (err error) {
	wanted, err := clusterMajor(p.Folder)
	if err != nil {
		return err
	}
	if p.binaries, err = findBinaries(ctx, wanted, p.account, opts.Log); err != nil {
		return err
	}
	p.Major = p.binaries.major
	if wanted == 0 {
		return p.initCluster(ctx)
	}
	return stopOrphan(ctx, p.Folder)
}

func (p *Postgres) startOnPort(ctx context.Context, port int) (err error) {
	password, err := p.home.password()
	if err != nil {
		return err
	}
	for range portsToTry {
		if p.Port = port; port == 0 {
			if p.Port, err = child.FreePort(); err != nil {
				return err
			}
		}
		p.DSN = (&url.URL{
			Scheme:   "postgres",
			User:     url.UserPassword(superuser, password),
			Host:     loopback + ":" + strconv.Itoa(p.Port),
			Path:     "/postgres",
			RawQuery: "sslmode=disable",
		}).String()
		// Another program may take a free port before the server does.
		if err = p.run(ctx); err == nil || port != 0 || !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return err
}

var (
	errPortTaken = errors.New("the port is taken")
	errLeaving   = errors.New("backends of the server before are still on their way out")
)

// run starts the server process and waits until it takes connections.
func (p *Postgres) run(ctx context.Context) error {
	log, err := os.Create(p.home.path(logFile))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the child has its own copy
	// The server outlives the start's context.
	cmd := p.command(context.WithoutCancel(ctx), "postgres", "-D", p.Folder, "-p", strconv.Itoa(p.Port),
		"-c", "listen_addresses="+loopback, "-c", "unix_socket_directories=", "-c", "max_connections="+maxConns,
		"-c", "fsync=on", "-c", "logging_collector=off", "-c", "log_destination=stderr")
	cmd.Stdout, cmd.Stderr = log, log
	// SIGINT: a fast and clean stop, so that the next start needs no recovery.
	if p.process, err = child.Start(cmd, syscall.SIGINT); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := p.process.Ready(ctx, p.ask); err != nil {
		p.process.Kill()
		return p.explain(err)
	}
	return nil
}

func (p *Postgres) ask(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.DSN)
	if err != nil {
		return err
	}
	return errors.Join(conn.Ping(ctx), conn.Close(ctx))
}

// explain adds what the server itself wrote.
func (p *Postgres) explain(err error) error {
	written, readErr := os.ReadFile(p.home.path(logFile))
	if readErr != nil {
		return errors.Join(err, readErr)
	}
	if bytes.Contains(written, []byte("Address already in use")) {
		err = fmt.Errorf("port %d: %w: %w", p.Port, errPortTaken, err)
	}
	// Backends of a killed server write to the same file, more lines than are repeated here.
	if bytes.Contains(written, []byte("pre-existing shared memory block")) {
		err = fmt.Errorf("%w: %w", errLeaving, err)
	}
	lines := strings.Split(strings.TrimSpace(string(written)), "\n")
	return fmt.Errorf("%w\n%s", err, strings.Join(lines[max(0, len(lines)-10):], "\n"))
}

func (p *Postgres) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(p.binaries.dir, program), args...)
	cmd.Dir = "/" // the server's user may not be allowed where this program stands
	cmd.Env = append(withoutPostgres(os.Environ()), "LC_ALL=C", "LANG=C")
	p.account.apply(cmd)
	return cmd
}

// withoutPostgres keeps PGDATA, PGPORT and the like, meant for another server, away from this one.
func withoutPostgres(env []string) []string {
	var kept []string
	for _, entry := range env {
		if !strings.HasPrefix(entry, "PG") && !strings.HasPrefix(entry, "LC_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// Kill ends the server as a loss of power would, for tests of what survives. Start it again with Restart.
func (p *Postgres) Kill() { p.process.Kill() }

// Restart starts the server again on the same port and data, after Kill or after it ended by itself; a running one is
// stopped first.
func (p *Postgres) Restart(ctx context.Context) error {
	if err := p.process.Stop(syscall.SIGINT, stopTimeout); err != nil {
		return err
	}
	// After a kill, backends may still be on their way out; the server refuses to start beside them.
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	deadline, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	for {
		err := p.run(ctx)
		if !errors.Is(err, errLeaving) {
			return err
		}
		select {
		case <-deadline.Done():
			return err
		case <-ticker.C:
		}
	}
}

// Stop ends the server cleanly, cutting its connections, and gives the folder free. It may be called once.
func (p *Postgres) Stop() error {
	return errors.Join(p.process.Stop(syscall.SIGINT, stopTimeout), p.home.close())
}
