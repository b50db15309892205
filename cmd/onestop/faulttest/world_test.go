package faulttest

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
)

// uploadTime is what an upload may take in these worlds, its grace included: what a killed server left behind is swept
// away after it.
const uploadTime = 8 * time.Second

// world is one test's own database and bucket.
type world struct {
	t        testing.TB
	dir      string
	database string
	store    *object.Store
	config   string            // the configuration's path
	secrets  map[string]string // name → path; straight to the database
	dsn      string            // of its server's superuser
}

// newWorld makes a database and a bucket; scanner is the address of the one to use.
func newWorld(t testing.TB, scanner string) *world {
	t.Helper()
	id := strings.ReplaceAll(models.NewID(), "-", "")
	w := &world{t: t, dir: t.TempDir(), database: "fault_" + id, store: shared.minio.Store(t, "fault-"+id), dsn: shared.postgres.DSN}
	if err := shared.database(t.Context(), w.database); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.secrets, err = shared.secrets(filepath.Join(w.dir, "straight"), w.database, shared.postgres.DSN); err != nil {
		t.Fatal(err)
	}
	w.config = filepath.Join(w.dir, "onestop.yaml")
	body := fmt.Sprintf(`
limits: {address: {per_second: -1}, account: {per_second: -1}, uploads: {per_second: -1}, drain_time: 0s, stop_time: 20s}
database: {app_url_file: %q, sweep_url_file: %q, max_conns: 12}
objects: {endpoint: %q, bucket: %q, access_key_file: %q, secret_key_file: %q}
scanner: {address: %q, scan_timeout: 5s, patience: 1s}
oidc: {name: %q, issuer: %q, client_id: %q, audience: %q}
keys: {master_file: %q}
files: {upload_time: 7s, upload_grace: 1s}
worker: {jobs: 4, sweep_interval: 1s}
view: {cache_dir: %q}
`, w.secrets["app-url"], w.secrets["sweep-url"], shared.minio.Endpoint, "fault-"+id, w.secrets["access-key"], w.secrets["secret-key"],
		scanner, providerName, shared.provider.Issuer, clientID, audience, shared.masters, filepath.Join(shared.dir, "render"))
	if err := os.WriteFile(w.config, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
	return w
}

// through is the environment of a server that reaches the database over a wire.
func (w *world) through(database *wire) []string { return w.over(database.addr) }

// over is the environment of a process that reaches the database at another address.
func (w *world) over(addr string) []string {
	w.t.Helper()
	u, err := url.Parse(shared.postgres.DSN)
	if err != nil {
		w.t.Fatal(err)
	}
	u.Host = addr
	files, err := shared.secrets(filepath.Join(w.dir, "over-"+addr), w.database, u.String())
	if err != nil {
		w.t.Fatal(err)
	}
	return []string{"ONESTOP_DATABASE__APP_URL_FILE=" + files["app-url"], "ONESTOP_DATABASE__SWEEP_URL_FILE=" + files["sweep-url"],
		"ONESTOP_DATABASE__OWNER_URL_FILE=" + files["owner-url"]}
}

// databaseWire is a wire in front of PostgreSQL.
func databaseWire(t testing.TB) *wire {
	t.Helper()
	return newWire(t, net.JoinHostPort("127.0.0.1", fmt.Sprint(shared.postgres.Port)), pumpDatabase)
}

// rows reads all rows of a statement as the superuser, whom no row security hides anything from, each as one text.
func (w *world) rows(sql string, args ...any) []string {
	w.t.Helper()
	out, err := w.tryRows(sql, args...)
	if err != nil {
		w.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// superDSN is the database as the superuser.
func (w *world) superDSN() string {
	u, err := url.Parse(w.dsn)
	if err != nil {
		w.t.Fatal(err)
	}
	u.Path = "/" + w.database
	return u.String()
}

func (w *world) tryRows(sql string, args ...any) ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, w.superDSN())
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(ctx) }()
	found, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(found, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(v)
		}
		return strings.Join(texts, " "), err
	})
}

// until asks again and again, every 50 ms, until ok; what is waited for happens in another process that does not say
// when.
func until(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	late := time.NewTimer(limit)
	defer late.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-late.C:
			t.Fatalf("%s: not within %s", what, limit)
		case <-tick.C:
		}
	}
}
