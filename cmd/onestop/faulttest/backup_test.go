package faulttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/object/miniotest"
)

// drilled is the last line of a drill.
type drilled struct {
	LostCases     int    `json:"lost_cases"`
	LostFiles     int    `json:"lost_files"`
	Back          int    `json:"back"`
	Unreadable    string `json:"unreadable"`
	AuditFindings int    `json:"audit_findings"`
	Cases         int    `json:"cases"`
	ErasedAgain   int    `json:"erased_again"`
	Files         int    `json:"files"`
	Read          struct{ Municipalities, Files int }
}

// TestABackupIsRestored: what was filed after the backup comes back from the archive, a case that was erased since does not, also at an instant
// when it was there; and a file that is not in the copy is named.
func TestABackupIsRestored(t *testing.T) {
	timed(t)
	w := newBackedUp(t)
	server := w.serve(t, "")
	file := func(municipality string) string {
		p := parent(t)
		c := exampleClaim(t, server.base, municipality)
		c.Declarations = willFollow(record, statement)
		var d view
		p.post(server.base, "/api/v1/applications", newKey(), c).want(t, http.StatusCreated, &d)
		p.attach(server.base, d.ID, statement, "a.pdf", pdf(200<<10, 1))
		p.post(server.base, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
		return d.ID
	}
	file(hinata)
	gone := parent(t)
	c := exampleClaim(t, server.base, minato)
	c.Declarations = willFollow(record, statement)
	var f filed
	gone.post(server.base, "/api/v1/filings", newKey(), c).want(t, http.StatusCreated, &f)
	w.asPostgres(t, 0, "backup", "--type=full")
	stopped := time.Now()
	damaged := file(minato)

	gone.post(server.base, "/api/v1/applications/"+f.ID+"/withdraw", newKey(), map[string]string{"reason": "duplicate"}).want(t, http.StatusOK, nil)
	w.asPostgres(t, 0, "audit", "seal")
	// pgBackRest counts whole seconds, and restores to no instant in the second in which the backup ended.
	until(t, 10*time.Second, "the second of the backup is over", func() bool { return time.Since(stopped) > 2*time.Second })
	at := w.rows(`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`)[0]
	w.yearsPass(t, f.ID)
	worker := w.work(t)
	until(t, time.Minute, "the case is erased", func() bool { return len(w.rows(`select id from erasures`)) == 1 })
	until(t, time.Minute, "its key is destroyed", func() bool { return len(w.rows(`select slot from key_removals`)) == 0 })
	file(hinata) // after the last copy of the bucket

	if d := w.drill(t, 0); d.Cases != 3 || d.ErasedAgain != 0 || d.Files != 3 || d.Read.Municipalities != 2 || d.Read.Files != 2 {
		t.Errorf("at the last instant: %+v", d)
	}
	key := w.rows(`select p.object_key from file_parts p join files f on f.id = p.file_id where f.application_id = $1`, damaged)[0]
	for _, bucket := range []*object.Store{w.store, w.backup(t)} { // else a drill would copy it again
		if err := bucket.Remove(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if d := w.drill(t, 3, "--at", at); d.Cases != 2 || d.ErasedAgain != 1 || d.LostCases+d.Back != 0 || d.LostFiles != 1 ||
		!strings.Contains(d.Unreadable, damaged) {
		t.Errorf("at an instant before, without a file's object: %+v", d)
	}
	for _, part := range []string{"database", "objects", "drill"} {
		said, err := os.ReadFile(filepath.Join(w.folder, "onestop_backup_"+part+".prom"))
		if err != nil || !strings.Contains(string(said), `onestop_backup_last_success_timestamp_seconds{part="`+part+`"} 1`) {
			t.Errorf("what Prometheus is told of %s: %s, %v", part, said, err)
		}
	}
	if got := parent(t).get(server.base, "/readyz"); got.status != http.StatusOK {
		t.Errorf("the service, after the drills: %s", got)
	}
	worker.stop(t)
}

// backedUp is a world on a PostgreSQL of its own, whose archive and backups pgBackRest keeps.
type backedUp struct {
	*world
	folder, data, bin string
	port              int
	bucket            string // of backups
}

func newBackedUp(t *testing.T) *backedUp {
	t.Helper()
	if _, err := exec.LookPath("pgbackrest"); err != nil {
		t.Fatal("no pgbackrest: run deploy/test.sh, which installs it")
	}
	b := &backedUp{world: newWorld(t, shared.scanner.Address()), bin: fmt.Sprintf("/usr/lib/postgresql/%d/bin", shared.postgres.Major)}
	var err error
	if b.folder, err = os.MkdirTemp(shared.dir, "backup-"); err != nil {
		t.Fatal(err)
	}
	if b.port, err = child.FreePort(); err != nil {
		t.Fatal(err)
	}
	b.data, b.bucket = filepath.Join(b.folder, "cluster"), "backup-"+strings.TrimPrefix(b.database, "fault_")
	b.own(t)
	b.run(t, filepath.Join(b.bin, "pg_basebackup"), "-d", shared.postgres.DSN, "-D", b.data, "-X", "stream", "-c", "fast", "--no-sync")
	backrest := filepath.Join(b.folder, "pgbackrest.conf")
	b.write(t, backrest, fmt.Sprintf("[global]\nrepo1-path=%[1]s/repository\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=test-only\nrepo1-retention-full=2\n"+
		"lock-path=%[1]s/lock\nlog-path=%[1]s\nlog-level-console=warn\nlog-level-file=off\nspool-path=%[1]s/spool\nstart-fast=y\ncompress-type=none\n"+
		"[onestop]\npg1-path=%[2]s\npg1-port=%[3]d\npg1-socket-path=%[1]s\npg1-user=postgres\n", b.folder, b.data, b.port))
	b.write(t, filepath.Join(b.data, "pg_hba.conf"), "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
	b.write(t, filepath.Join(b.data, "postgresql.auto.conf"), fmt.Sprintf("port = %d\nlisten_addresses = '127.0.0.1'\n"+
		"unix_socket_directories = '%s'\nfsync = off\nmax_connections = 100\narchive_mode = on\n"+
		"archive_command = 'pgbackrest --config=%s --stanza=onestop archive-push %%p'\n", b.port, b.folder, backrest))
	b.own(t)
	b.run(t, filepath.Join(b.bin, "pg_ctl"), "-D", b.data, "-w", "-l", filepath.Join(b.folder, "log"), "start")
	t.Cleanup(func() { b.run(t, filepath.Join(b.bin, "pg_ctl"), "-D", b.data, "-w", "-m", "immediate", "stop") })
	b.configure(t, backrest)
	b.run(t, "pgbackrest", "--config="+backrest, "--stanza=onestop", "stanza-create")
	return b
}

// backup opens the bucket of backups.
func (b *backedUp) backup(t *testing.T) *object.Store {
	t.Helper()
	return miniotest.StoreAt(t, shared.minio.Config(b.bucket))
}

// configure gives the world a configuration on that server, with a shelf and keys of its own.
func (b *backedUp) configure(t *testing.T, backrest string) {
	t.Helper()
	u, err := url.Parse(shared.postgres.DSN)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = fmt.Sprintf("127.0.0.1:%d", b.port)
	files, err := shared.secrets(filepath.Join(b.folder, "secrets"), b.database, u.String())
	if err != nil {
		t.Fatal(err)
	}
	masters, audit := filepath.Join(b.folder, "masters.json"), filepath.Join(b.folder, "audit.pem")
	keys, errKeys := os.ReadFile(shared.masters)
	raw, errConfig := os.ReadFile(b.config)
	if err := errors.Join(errKeys, errConfig, os.Mkdir(masters+".shelf", 0o700), os.CopyFS(masters+".shelf", os.DirFS(shared.masters+".shelf"))); err != nil {
		t.Fatal(err)
	}
	b.write(t, masters, string(keys))
	changed := strings.NewReplacer(b.secrets["app-url"], files["app-url"], b.secrets["sweep-url"], files["sweep-url"],
		b.secrets["access-key"], files["access-key"], b.secrets["secret-key"], files["secret-key"], shared.masters, masters,
		"database: {", fmt.Sprintf("database: {owner_url_file: %q, ", files["owner-url"]),
		filepath.Join(shared.dir, "render"), "").Replace(string(raw))
	b.config = filepath.Join(b.folder, "onestop.yaml")
	b.write(t, b.config, changed+fmt.Sprintf("backup: {pgbackrest_config_file: %q, metrics_dir: %q, "+
		"objects: {endpoint: %q, bucket: %q, access_key_file: %q, secret_key_file: %q, create_bucket: true}}\n"+
		"audit: {signing_key_file: %q, seal_interval: 1s}\n", backrest, b.folder, shared.minio.Endpoint, b.bucket, files["access-key"], files["secret-key"], audit))
	b.own(t)
	b.run(t, shared.binary, "keys", "audit", audit)
	b.dsn = u.String()
	b.rows(`drop database ` + template) // a restored file is flushed, each by itself
}

// yearsPass makes a case old enough to be erased.
func (b *backedUp) yearsPass(t *testing.T, id string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.superDSN())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	for _, change := range []string{
		`set session_replication_role = replica`,
		`update history set at = at - interval '3 years' where application_id = '` + id + `'`,
		`update applications set updated_at = updated_at - interval '3 years', arrived_at = arrived_at - interval '3 years' where id = '` + id + `'`,
	} {
		if _, err := conn.Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
}

// drill runs `onestop drill` and wants an exit status.
func (b *backedUp) drill(t *testing.T, status int, args ...string) drilled {
	t.Helper()
	out := b.asPostgres(t, status, append([]string{"drill", "--dir", b.folder, "--pg-bin", b.bin}, args...)...)
	lines := strings.Split(strings.TrimSpace(out), "\n{\n")
	var d drilled
	if err := json.Unmarshal([]byte("{"+lines[len(lines)-1]), &d); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return d
}

// asPostgres runs the program as whoever runs PostgreSQL.
func (b *backedUp) asPostgres(t *testing.T, status int, args ...string) string {
	t.Helper()
	b.own(t)
	cmd := exec.Command(shared.binary, append(args, "--config", b.config)...)
	cmd.Env, cmd.Dir = withoutOurs(os.Environ()), b.folder
	var said strings.Builder
	cmd.Stderr = &said
	lowered(cmd)
	out, err := cmd.Output()
	if got := cmd.ProcessState.ExitCode(); got != status {
		t.Fatalf("%v ended with %d (%v):\n%s%s", args, got, err, out, said.String())
	}
	t.Logf("%v:\n%s", args, out)
	return string(out)
}

func (b *backedUp) run(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = b.folder
	lowered(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		log, _ := os.ReadFile(filepath.Join(b.folder, "log"))
		t.Fatalf("%s %v: %v\n%s%s", program, args, err, out, log)
	}
}

func (b *backedUp) write(t *testing.T, path, body string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// own gives the folder to whoever runs PostgreSQL, who is not root.
func (b *backedUp) own(t *testing.T) {
	t.Helper()
	uid, gid, other := unprivileged()
	if !other {
		return
	}
	err := filepath.WalkDir(b.folder, func(path string, _ fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a file of the server's that is gone
		}
		if failed := os.Chown(path, uid, gid); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			return failed
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// unprivileged is the user whom root lowers itself to.
func unprivileged() (uid, gid int, other bool) {
	u, err := user.Lookup("postgres")
	if os.Geteuid() != 0 || err != nil {
		return 0, 0, false
	}
	uid, _ = strconv.Atoi(u.Uid)
	gid, _ = strconv.Atoi(u.Gid)
	return uid, gid, true
}

func lowered(cmd *exec.Cmd) {
	if uid, gid, other := unprivileged(); other {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
}
