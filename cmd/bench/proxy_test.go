package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/storage/pgtest"
)

// through connects to a real PostgreSQL through a proxy.
func through(t *testing.T) (*proxy, *pgx.Conn) {
	t.Helper()
	dsn, err := pgtest.Server()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProxy("127.0.0.1:0", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = p.listener.Addr().String()
	query := u.Query()
	query.Set("sslmode", "disable") // the proxy reads along
	u.RawQuery = query.Encode()
	conn, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(conn.Close(context.Background()), p.close()); err != nil {
			t.Error(err)
		}
	})
	if trips, _ := p.drain(); trips != 0 {
		t.Errorf("signing in counts as %d round trips", trips)
	}
	return p, conn
}

func TestProxyCountsRoundTrips(t *testing.T) {
	p, conn := through(t)
	ctx := t.Context()
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		trips int
		do    func()
	}{
		{"a statement that is not known yet: prepare, execute", 2, func() { exec(`select $1::int`, 1) }},
		{"one that is", 1, func() { exec(`select $1::int`, 2) }},
		{"simple queries", 2, func() { exec(`begin`); exec(`commit`) }},
		{"a transaction", 3, func() {
			tx, err := conn.Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			exec(`select $1::int`, 3)
			if err := tx.Commit(ctx); err != nil {
				t.Fatal(err)
			}
		}},
		{"a batch, however long", 1, func() {
			var b pgx.Batch
			for i := range 20 {
				b.Queue(`select $1::int`, i)
			}
			if err := conn.SendBatch(ctx, &b).Close(); err != nil {
				t.Fatal(err)
			}
		}},
		{"an error: prepare, execute, close; and going on", 4, func() {
			if _, err := conn.Exec(ctx, `select 1 / $1::int`, 0); err == nil {
				t.Error("no error")
			}
			exec(`select $1::int`, 4)
		}},
		{"a large parameter", 2, func() { exec(`select length($1::text)`, strings.Repeat("x", 1<<20)) }},
	} {
		c.do()
		if got, said := p.drain(); got != c.trips {
			t.Errorf("%s: %d round trips, not %d:\n%s", c.name, got, c.trips, listed(said))
		}
	}
}

func TestProxyCountsAPipelineOnce(t *testing.T) {
	p, conn := through(t)
	line := conn.PgConn().StartPipeline(t.Context())
	for range 3 {
		line.SendQueryParams(`select 1`, nil, nil, nil, nil)
		line.SendPipelineSync()
	}
	if err := line.Flush(); err != nil { // at once: the server cannot answer the first before the last is sent
		t.Fatal(err)
	}
	if err := line.Close(); err != nil {
		t.Fatal(err)
	}
	if got, said := p.drain(); got != 1 {
		t.Errorf("%d round trips:\n%s", got, listed(said))
	}
}

func TestProxyNamesStatements(t *testing.T) {
	p, conn := through(t)
	for range 2 {
		p.drain()
		if _, err := conn.Exec(t.Context(), "select\n  $1::int", 1); err != nil {
			t.Fatal(err)
		}
	}
	_, said := p.drain()
	if got := listed(said); got != "   1  select $1::int\n" {
		t.Errorf("%q", got)
	}
}

func TestMessagesThatAreNone(t *testing.T) {
	for name, text := range map[string]string{"torn": "Q\x00\x00\x00\x10ab", "too long": "Q\x7f\xff\xff\xff", "too short": "Q\x00\x00\x00\x01", "empty": ""} {
		if _, err := readMessage(strings.NewReader(text), false); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	l := &link{proxy: &proxy{conns: map[net.Conn]bool{}}, names: map[string]string{}}
	for _, kind := range []byte("PBQSZ") { // bodies without the texts that belong there do no harm
		l.fromClient(kind, []byte("no end"))
		l.fromServer(kind, nil)
	}
}
