package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kosodate.example/onestop/storage/postgres"
)

const (
	statementsGoal = 14
	warmRequests   = 40 // of a connection: statements are prepared, keys and people known
	countedEach    = 9
)

// filingStatements counts the round trips of one POST /api/v1/filings: BEGIN and COMMIT too, and whatever else the
// program asks PostgreSQL for that request. The program is warm and does nothing else.
func filingStatements(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		between, dsn, err := b.countingProxy()
		if err != nil {
			return Result{}, err
		}
		p, err := b.serve(ctx, "serve", dsn)
		if err != nil {
			return Result{}, err
		}
		c := newClient(p.base, 1)
		claims, err := b.newCases(ctx, c, inFull, false, nil)
		if err != nil {
			return Result{}, err
		}
		claims.tokens = slices.Repeat(claims.tokens[:1], parents) // one parent, who is known
		for range warmRequests {
			if err := c.fileNext(ctx, claims); err != nil {
				return Result{}, err
			}
		}
		between.drain()
		var counts []int
		var statements []string
		for range countedEach {
			if err := c.fileNext(ctx, claims); err != nil {
				return Result{}, err
			}
			var n int
			n, statements = between.drain()
			counts = append(counts, n)
		}
		if b.verbose {
			b.say("the statements of the last request:\n%s", listed(statements))
		}
		slices.Sort(counts)
		n := counts[len(counts)/2]
		r := Result{Value: float64(n), Unit: "round trips", Details: map[string]any{"least": counts[0], "most": counts[len(counts)-1]}}
		r.goal(fmt.Sprintf("≤ %d", statementsGoal), n <= statementsGoal)
		return r, nil
	})
}

// fileNext files one case more. One parent's claims differ by their birth dates, which claims.next changes only after
// all parents had their turn: so it takes a turn of the whole round.
func (c *client) fileNext(ctx context.Context, claims *cases) error {
	token, body := claims.next()
	claims.sequence.n.Add(parents - 1)
	return c.fileWhole(ctx, token, body, nil)
}

// countingProxy puts the proxy before PostgreSQL, and gives the file that leads the program there.
func (b *stand) countingProxy() (*proxy, string, error) {
	u, err := url.Parse(b.dsn[postgres.RoleApp])
	if err != nil {
		return nil, "", fmt.Errorf("connection URL: %w", err)
	}
	p, err := newProxy("127.0.0.1:0", u.Host)
	if err != nil {
		return nil, "", err
	}
	b.cleanup = append(b.cleanup, p.close)
	u.Host = p.listener.Addr().(*net.TCPAddr).String()
	path := filepath.Join(b.dir, "secrets", "proxy-url")
	return p, path, os.WriteFile(path, []byte(u.String()), 0o600)
}

// listed numbers the round trips and shows what each one carried.
func listed(statements []string) string {
	var out strings.Builder
	trip := 0
	for _, s := range statements {
		if s == "" {
			trip++
			continue
		}
		text := strings.Join(strings.Fields(s), " ")
		if len(text) > 150 {
			text = text[:150] + "…"
		}
		fmt.Fprintf(&out, "  %2d  %s\n", trip, text)
	}
	return out.String()
}
