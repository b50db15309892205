package faulttest

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/mutual"
	network "kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/linkage/linkagetest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

var inquiries = sized(10_000)

// TestTheWorkerKilledDuringInquiries: thousands of them, a worker that is killed again and again, and a network that is down
// for a while: each is asked once, answered once and recorded once; none is lost.
func TestTheWorkerKilledDuringInquiries(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	env, server := w.network(t)
	w.queueInquiries(t, inquiries)
	concluded := func() int {
		n := 0
		_, _ = fmt.Sscan(w.rows(`select count(*) from inquiries where state not in ('queued', 'waiting')`)[0], &n)
		return n
	}
	for round, share := range []int{5, 20, 40, 60, 80} {
		until := inquiries * share / 100
		worker := w.inquire(t, env)
		w.reached(t, concluded, until)
		worker.Kill() // -9, wherever it is
		w.forgetTheDead()
		if round == 2 { // and nobody can be asked for a while
			if err := server.SetFaults(network.Faults{Cut: true}); err != nil {
				t.Fatal(err)
			}
			worker := w.inquire(t, env)
			until := server.Totals().Processed
			w.reached(t, func() int { return len(w.rows(`select id from inquiries where attempts > 0 limit 20`)) }, 20)
			worker.Kill()
			w.forgetTheDead()
			if now := server.Totals().Processed; now != until {
				t.Errorf("%d were asked while the network was cut", now-until)
			}
			if err := server.SetFaults(network.Faults{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	worker := w.inquire(t, env)
	w.reached(t, concluded, inquiries)
	worker.stop(t)
	if totals := server.Totals(); totals.Processed != int64(inquiries) {
		t.Errorf("the network was asked %d questions: %+v", totals.Processed, totals)
	}
	for what, query := range map[string]string{
		"inquiries that were lost": `select id from inquiries where state in ('queued', 'waiting', 'given-up')`,
		"replies without exactly one record": `select i.id from inquiries i where 1 <> (select count(*) from exchanges e where e.application_id = ` +
			`i.application_id)`,
		"answers that their item does not have": `select i.id from inquiries i join plan_items p using (application_id) where (i.state = 'answered') <> ` +
			`(p.state = 'matched')`,
		"replies that nobody learns of": `select i.id from inquiries i where i.state = 'ended' and not exists (select from review_tasks r where ` +
			`r.application_id = i.application_id)`,
	} {
		if rows := w.rows(query); len(rows) > 0 {
			t.Errorf("%d %s", len(rows), what)
		}
	}
}

// inquire starts a worker that reaches the network.
func (w *world) inquire(t testing.TB, env []string) *process {
	t.Helper()
	p, err := w.command(env, "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	p.waitFor(t, `"msg":"working"`)
	return p
}

// reached waits until a count is there.
func (w *world) reached(t testing.TB, count func() int, wanted int) {
	t.Helper()
	until(t, 3*time.Minute, fmt.Sprintf("%d of them", wanted), func() bool { return count() >= wanted })
}

// network starts the network's simulator behind mutual TLS; env is how the program reaches it.
func (w *world) network(t testing.TB) (env []string, server *network.Server) {
	t.Helper()
	authority, err := mutual.NewAuthority()
	if err != nil {
		t.Fatal(err)
	}
	service, err := authority.Server("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	client, err := authority.WriteClient(w.dir, "network")
	if err != nil {
		t.Fatal(err)
	}
	server, err = network.Start(network.Options{Addr: "127.0.0.1:0", TLS: service, Delay: 20 * time.Millisecond, Keep: time.Hour, Data: &residents.Register{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return []string{"ONESTOP_NETWORK__URL=" + server.URL(), "ONESTOP_NETWORK__CA_FILE=" + client.CA, "ONESTOP_NETWORK__CERT_FILE=" + client.Cert,
		"ONESTOP_NETWORK__KEY_FILE=" + client.Key, "ONESTOP_NETWORK__RETRY=50ms", "ONESTOP_NETWORK__RETRY_MOST=200ms", "ONESTOP_NETWORK__BREAK_FOR=200ms"}, server
}

// queueInquiries queues inquiries of ひなた市.
func (w *world) queueInquiries(t testing.TB, n int) {
	t.Helper()
	keys, err := seal.LoadKeyring(shared.masters)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := url.Parse(shared.postgres.DSN)
	if err != nil {
		t.Fatal(err)
	}
	owner.Path = "/" + w.database
	app, err := postgres.DSNFor(shared.postgres.DSN, postgres.RoleApp, password, w.database)
	if err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(context.Background(), postgres.Options{DSN: app, MaxConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := linkagetest.Queue(context.Background(), owner.String(), db, keys, "998010", n); err != nil {
		t.Fatal(err)
	}
}
