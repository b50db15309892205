package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// folderVariable makes the test binary a program that starts a server and waits to be killed.
const folderVariable = "ONESTOP_EMBEDDED_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(folderVariable); dir != "" {
		pg, err := StartPostgres(context.Background(), PostgresOptions{Dir: dir})
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		fmt.Println("ready", pg.DSN)
		<-pg.Done() // for ever: the test kills this program
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// folder is a new folder that the server's user can be let into, unlike t.TempDir, which lies in a closed one.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "onestop-embedded-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, dir string) *Postgres {
	t.Helper()
	pg, err := StartPostgres(t.Context(), PostgresOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop() })
	return pg
}

func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return strings.Join(got, " ")
}

func TestServerIsSetUpSafely(t *testing.T) {
	pg := start(t, folder(t))
	if pg.Port <= 0 || pg.Port >= 32768 || pg.Major < oldestMajor {
		t.Errorf("port %d, version %d", pg.Port, pg.Major)
	}
	for setting, want := range map[string]string{"fsync": "on", "listen_addresses": "127.0.0.1", "server_encoding": "UTF8",
		"password_encryption": "scram-sha-256", "unix_socket_directories": "", "synchronous_commit": "on"} {
		if got := query(t, pg.DSN, "show "+setting); got != want {
			t.Errorf("%s = %q, want %q", setting, got, want)
		}
	}
	if got := query(t, pg.DSN, "select distinct auth_method from pg_hba_file_rules"); got != "scram-sha-256" {
		t.Errorf("authentication by %s", got)
	}
	if _, err := pgx.Connect(t.Context(), strings.Replace(pg.DSN, superuser+":", superuser+":not", 1)); err == nil {
		t.Error("a wrong password was accepted")
	}
	info, err := os.Stat(pg.home.path(passwordFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file: %v, %v", info, err)
	}
}

func TestSecondStartKeepsTheData(t *testing.T) {
	dir := folder(t)
	pg := start(t, dir)
	query(t, pg.DSN, "create table kept as select 'ひなた'::text as name")
	if _, err := StartPostgres(t.Context(), PostgresOptions{Dir: dir}); err == nil || !strings.Contains(err.Error(), "another program") {
		t.Errorf("a second program on the same folder: %v", err)
	}
	if err := pg.Stop(); err != nil {
		t.Fatal(err)
	}
	if got := query(t, start(t, dir).DSN, "select name from kept"); got != "ひなた" {
		t.Errorf("kept %q", got)
	}
}

func TestRestartAfterKill(t *testing.T) {
	pg := start(t, folder(t))
	query(t, pg.DSN, "create table kept as select 'x'::text as name")
	pg.Kill()
	<-pg.Done()
	if err := pg.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := query(t, pg.DSN, "select name from kept"); got != "x" {
		t.Errorf("kept %q", got)
	}
}

// The program is killed (-9) while its server runs; the next start has the data that were committed.
func TestStartAfterProgramWasKilled(t *testing.T) {
	dir := folder(t)
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), folderVariable+"="+dir)
	output, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(output).ReadString('\n')
	dsn, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if err != nil || !ok {
		t.Fatalf("the program says %q, %v", line, err)
	}
	query(t, dsn, "create table kept as select 'x'::text as name")
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait()
	pg := start(t, dir)
	if got := query(t, pg.DSN, "select name from kept"); got != "x" {
		t.Errorf("kept %q", got)
	}
}

// An orphan that still runs, as on a system without a signal on the parent's death, is stopped and not doubled.
func TestOrphanIsStopped(t *testing.T) {
	dir := folder(t)
	orphan := start(t, dir)
	query(t, orphan.DSN, "create table kept as select 'x'::text as name")
	if err := orphan.home.close(); err != nil { // what the system does when a program dies
		t.Fatal(err)
	}
	pg := start(t, dir)
	select {
	case <-orphan.Done():
	default:
		t.Error("the orphan still runs")
	}
	if got := query(t, pg.DSN, "select name from kept"); got != "x" {
		t.Errorf("kept %q", got)
	}
}

// A pid file whose number belongs to another program by now: this test's, and one that is nobody's.
func TestStalePidFile(t *testing.T) {
	dir := folder(t)
	pg := start(t, dir)
	for _, pid := range []int{os.Getpid(), 1, 1 << 22} {
		if err := pg.Stop(); err != nil {
			t.Fatal(err)
		}
		stale := filepath.Join(pg.Folder, "postmaster.pid")
		if err := os.WriteFile(stale, []byte(strconv.Itoa(pid)+"\n"+pg.Folder+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := pg.account.own(stale); err != nil {
			t.Fatal(err)
		}
		pg = start(t, dir)
	}
}

// A folder below a closed one, such as root's home: root's server goes elsewhere and says so.
func TestUnreachableFolder(t *testing.T) {
	closed := filepath.Join(folder(t), "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	pg, err := StartPostgres(t.Context(), PostgresOptions{Dir: filepath.Join(closed, "data"), Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop() })
	if os.Geteuid() != 0 {
		if !strings.HasPrefix(pg.Folder, closed) {
			t.Errorf("not root, and yet elsewhere: %s", pg.Folder)
		}
		return
	}
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(pg.Folder)) })
	if strings.HasPrefix(pg.Folder, closed) || !strings.Contains(log.String(), filepath.Dir(pg.Folder)) {
		t.Errorf("cluster in %s, said %q", pg.Folder, log.String())
	}
}

func TestPortInUseIsExplained(t *testing.T) {
	first := start(t, folder(t))
	_, err := StartPostgres(t.Context(), PostgresOptions{Dir: folder(t), Port: first.Port})
	if !errors.Is(err, errPortTaken) {
		t.Errorf("the port of another server: %v", err)
	}
}

func TestChooseBinaries(t *testing.T) {
	found := []binaries{{"/a", 13}, {"/b", 15}, {"/c", 17}, {"/d", 14}}
	for wanted, want := range map[int]string{0: "/c", 15: "/b", 13: "", 18: ""} {
		if got, ok := choose(found, wanted); got.dir != want || ok != (want != "") {
			t.Errorf("wanted %d: %+v", wanted, got)
		}
	}
	_, err := findBinaries(t.Context(), 9, nil, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), "postgresql-9") {
		t.Errorf("data of a version that is not here: %v", err)
	}
}

// Done is closed when the server has ended, by Stop or by itself.
func (p *Postgres) Done() <-chan struct{} { return p.process.Done() }
