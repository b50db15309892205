package faulttest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	scanner "kosodate.example/onestop/app/gateway/clamav/simulator"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	"kosodate.example/onestop/storage/embedded"
	"kosodate.example/onestop/storage/object/miniotest"
	"kosodate.example/onestop/storage/seal"
)

// The names that every world shares.
const (
	providerName = "test"
	audience     = "onestop-api"
	clientID     = "onestop"
	password     = "test-only" // of the roles; the server listens on loopback alone
	template     = "fault_template"
)

// rig is what all tests share: the program, and what it runs on. Tests that kill a part start it again before they end.
type rig struct {
	dir      string
	binary   string
	masters  string // the keyset's path
	postgres *embedded.Postgres
	minio    *miniotest.Server
	provider *provider.Server
	scanner  *scanner.Server
}

var shared rig

// sized is how many of something a test makes whose kills and outages do not depend on it: a fifth of full, and all of it where
// ONESTOP_TEST_FULL is set.
func sized(full int) int {
	if os.Getenv("ONESTOP_TEST_FULL") != "" {
		return full
	}
	return full / 5
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	ctx := context.Background()
	defer shared.stop()
	began := time.Now()
	if err := shared.start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "faulttest:", err)
		return 1
	}
	note("the program and what it runs on", time.Since(began))
	code := m.Run()
	printNotes()
	return code
}

func (r *rig) start(ctx context.Context) (err error) {
	if r.dir, err = os.MkdirTemp("", "onestop-faulttest-"); err != nil {
		return err
	}
	// The server of the database may run as another user, who has to get to its folder.
	if err = os.Chmod(r.dir, 0o755); err != nil {
		return err
	}
	r.binary = filepath.Join(r.dir, "onestop")
	build := exec.CommandContext(ctx, "go", "build", "-o", r.binary, "kosodate.example/onestop/cmd/onestop")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	r.masters = filepath.Join(r.dir, "master-keys.json")
	if _, err = seal.CreateKeyring(r.masters); err != nil {
		return err
	}
	if r.postgres, err = embedded.StartPostgres(ctx, embedded.PostgresOptions{Dir: filepath.Join(r.dir, "postgres"), Log: os.Stderr}); err != nil {
		return err
	}
	if r.minio, err = miniotest.Start(ctx, filepath.Join(r.dir, "objects")); err != nil {
		return err
	}
	if r.scanner, err = scanner.Start("127.0.0.1:0", 0); err != nil {
		return err
	}
	r.provider, err = provider.Start(ctx, provider.Options{Addr: "127.0.0.1:0", Audience: audience, TokenLifetime: 3 * time.Hour,
		Clients: []provider.Client{{ID: clientID, RedirectURLs: []string{"http://127.0.0.1/auth/callback"}}}})
	if err != nil {
		return err
	}
	return r.seedTemplate(ctx)
}

func (r *rig) stop() {
	if r.provider != nil {
		_ = r.provider.Close()
	}
	if r.scanner != nil {
		r.scanner.Close()
	}
	if r.minio != nil {
		r.minio.Kill()
	}
	if r.postgres != nil {
		if err := r.postgres.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "faulttest:", err)
		}
	}
	if r.dir != "" {
		_ = os.RemoveAll(r.dir)
	}
}

// notes are how long each part took, printed at the end: this package is slow by nature, and one wants to see where.
var notes struct {
	sync.Mutex
	lines []string
}

func note(what string, took time.Duration) {
	notes.Lock()
	defer notes.Unlock()
	notes.lines = append(notes.lines, fmt.Sprintf("%8.1fs  %s", took.Seconds(), what))
}

func printNotes() {
	for _, line := range notes.lines {
		fmt.Println(line)
	}
}

// timed notes how long a test takes.
func timed(t *testing.T) {
	t.Helper()
	began := time.Now()
	t.Cleanup(func() { note(t.Name(), time.Since(began)) })
}
