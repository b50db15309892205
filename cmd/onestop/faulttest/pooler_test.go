package faulttest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/embedded/child"
	"kosodate.example/onestop/storage/postgres"
)

// pooler starts PgBouncer in transaction mode, with the configuration that is delivered and so many connections to the server for each role, and
// gives its address.
func pooler(t *testing.T, w *world, connections int) string {
	t.Helper()
	text, err := os.ReadFile("../../../deploy/container/pgbouncer.ini")
	if err != nil {
		t.Fatal(err)
	}
	port, err := child.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(shared.dir, "pgbouncer-")
	if err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(dir, "userlist.txt")
	here := strings.NewReplacer("onestop = host=database port=5432", fmt.Sprintf("* = host=127.0.0.1 port=%d", shared.postgres.Port),
		"listen_addr = 0.0.0.0", "listen_addr = 127.0.0.1", "listen_port = 6432", fmt.Sprintf("listen_port = %d", port),
		"default_pool_size = 24", fmt.Sprintf("default_pool_size = %d", connections), "/etc/pgbouncer/userlist.txt", users).Replace(string(text))
	// Without TLS on loopback, and as some deploy it: what PgBouncer does not know is dropped, which the program has to find out.
	here = regexp.MustCompile(`(?m)^\w+_tls_.*$`).ReplaceAllString(here, "") +
		"\nignore_startup_parameters = statement_timeout, lock_timeout, idle_in_transaction_session_timeout\n"
	var known strings.Builder
	for _, role := range []string{postgres.RoleApp, postgres.RoleSweep, postgres.RoleOwner} {
		fmt.Fprintf(&known, "%q %q\n", role, password)
	}
	config := filepath.Join(dir, "pgbouncer.ini")
	for path, text := range map[string]string{users: known.String(), config: here} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{config}
	if os.Geteuid() == 0 { // which it refuses
		args = append([]string{"-u", "nobody"}, args...)
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	stands(t, exec.Command(tool("pgbouncer"), args...), func(ctx context.Context) error {
		conn, err := pgx.Connect(ctx, fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", postgres.RoleApp, password, addr, w.database))
		if err != nil {
			return err
		}
		return conn.Close(ctx)
	})
	return addr
}

// TestBehindPgBouncer: two servers and two workers have 48 connections to a pooler in transaction mode, and it has three to the server. Cases with
// files are filed over both servers at once, a worker dies that led the others, and in the end all is whole.
func TestBehindPgBouncer(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	through := w.over(pooler(t, w, 3))
	pooled := append([]string{"ONESTOP_DATABASE__POOLED=true"}, through...)
	leading := w.work(t, pooled...)
	leads := func() bool { return len(w.rows(`select leader_id from river_leader`)) == 1 }
	until(t, 20*time.Second, "a worker leads", leads)
	second := w.work(t, pooled...)
	leading.Kill()
	w.forgetTheDead()
	since := w.rows(`select clock_timestamp()::text`)[0]

	servers := []*process{w.serve(t, "", pooled...), w.serve(t, "", pooled...)}
	for _, s := range servers {
		until(t, 20*time.Second, "the server is ready", func() bool { return says(s.base, "/readyz", http.StatusOK) == nil })
	}
	const people = 12
	var busy sync.WaitGroup
	for n := range people {
		p, one, other := parent(t), servers[n%2].base, servers[(n+1)%2].base
		busy.Go(func() {
			d := p.draft(one, willFollow(statement)...)
			f := p.attach(other, d.ID, record, "記録.pdf", pdf(3000, n))
			p.post(one, "/api/v1/applications/"+d.ID+"/file", newKey(), nil).want(t, http.StatusCreated, nil)
			if got := p.show(other, d.ID); len(got.Files) != 1 || got.Files[0].ID != f.ID || got.ReceiptNumber == "" {
				t.Errorf("%+v", got)
			}
		})
	}
	busy.Wait()
	until(t, time.Minute, "the other worker leads", leads)
	until(t, time.Minute, "what is done again and again is done by it", func() bool {
		return len(w.rows(`select id from river_job where kind = 'sweep' and state = 'completed' and attempted_at > $1::text::timestamptz`, since)) > 0
	})
	until(t, time.Minute, "the worker is done", func() bool { return len(w.unsettled()) == 0 })
	for _, p := range append(servers, second) {
		p.stop(t)
	}
	if n := w.rows(`select count(*) from applications where arrived_at is not null`)[0]; n != fmt.Sprint(people) {
		t.Errorf("%s of %d have arrived", n, people)
	}
	w.wantOneVerdictEach(t)
	w.wantWhole(t)
	w.reconcile(t)

	// Who was not told that a pooler is there says so, and does not file now and then.
	untold := w.serve(t, "", through...)
	until(t, 20*time.Second, "a server that does not know of it is not ready", func() bool { return ready(t, untold).Checks["database"] == "down" })
	for name, env := range map[string][]string{"config check": through, "migrate": pooled} {
		cmd := exec.Command(shared.binary, append(strings.Fields(name), "--config", w.config)...)
		cmd.Env = append(withoutOurs(os.Environ()), env...)
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "pooler") {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
}
