package main

import (
	"bytes"
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
	warmRequests = 40 // of a connection: statements are prepared, keys and people known
	countedEach  = 9
)

// operation is one request of a parent that is counted.
type operation struct {
	name string
	goal int // round trips to reach; 0: none
	do   func(ctx context.Context) error
}

// filingStatements counts what a parent's requests ask of PostgreSQL, one line an operation: round trips with BEGIN and
// COMMIT, statements, transactions, and whatever else the program asks for that request. The program is warm and does
// nothing else.
func filingStatements(ctx context.Context, s settings) ([]Result, error) {
	var results []Result
	_, err := withStand(ctx, s, func(b *stand) (Result, error) {
		between, dsn, err := b.countingProxy()
		if err != nil {
			return Result{}, err
		}
		p, err := b.serve(ctx, "serve", dsn)
		if err != nil {
			return Result{}, err
		}
		operations, err := b.operations(ctx, newClient(p.base, 1))
		if err != nil {
			return Result{}, err
		}
		counts := map[string][]counted{}
		for n := range warmRequests + countedEach {
			for _, o := range operations {
				between.drain()
				if err := o.do(ctx); err != nil {
					return Result{}, fmt.Errorf("%s: %w", o.name, err)
				}
				if n >= warmRequests {
					counts[o.name] = append(counts[o.name], count(between.drain()))
				}
			}
		}
		for _, o := range operations {
			results = append(results, b.line(o, counts[o.name]))
		}
		return Result{}, nil
	})
	return results, err
}

// operations are the requests that make a case, in the order in which they are made, and a whole case in one request.
func (b *stand) operations(ctx context.Context, c *client) ([]operation, error) {
	whole, err := b.newCases(ctx, c, inFull, false, nil)
	if err != nil {
		return nil, err
	}
	drafts, err := b.newCases(ctx, c, inTrial, true, livesElsewhere)
	if err != nil {
		return nil, err
	}
	for _, claims := range []*cases{whole, drafts} {
		claims.tokens = slices.Repeat(claims.tokens[:1], parents) // one parent, who is known
	}
	file, err := pdf(uploadSize)
	if err != nil {
		return nil, err
	}
	token, paper := drafts.tokens[0], drafts.attach()[0]
	var id string
	version := 0
	return []operation{
		{"POST filings", 2, func(ctx context.Context) error { return c.fileWhole(ctx, token, nextOf(whole), nil) }},
		{"POST applications", 2, func(ctx context.Context) (err error) {
			version = 1
			id, err = c.draft(ctx, token, nextOf(drafts))
			return err
		}},
		{"PATCH application", 3, func(ctx context.Context) error { return c.patch(ctx, token, id, version) }},
		{"PUT file", 4, func(ctx context.Context) error {
			return c.upload(ctx, token, id, paper, fileName(1), bytes.NewReader(file), int64(len(file)))
		}},
		{"POST file", 3, func(ctx context.Context) error { return c.file(ctx, token, id) }},
	}, nil
}

// nextOf is the body of one claim more. One parent's claims differ by their birth dates, which claims.next changes only
// after all parents had their turn: so it takes a turn of the whole round.
func nextOf(claims *cases) []byte {
	_, body := claims.next()
	claims.sequence.n.Add(parents - 1)
	return body
}

// counted is what one request asked of the server.
type counted struct {
	trips, transactions int
	statements          []string // "" before each round trip
}

func count(trips int, statements []string) counted {
	c := counted{trips: trips, statements: statements}
	for _, s := range statements {
		if s == "begin" {
			c.transactions++
		}
	}
	return c
}

// ran counts the statements that ran.
func (c counted) ran() int {
	n := 0
	for _, s := range c.statements {
		if s != "" && s != "close" && !strings.HasPrefix(s, "prepare ") {
			n++
		}
	}
	return n
}

// line is the median request of an operation.
func (b *stand) line(o operation, counts []counted) Result {
	slices.SortFunc(counts, func(x, y counted) int { return x.trips - y.trips })
	c := counts[len(counts)/2]
	if b.verbose {
		b.say("the statements of %s:\n%s", o.name, listed(c.statements))
	}
	r := Result{Value: float64(c.trips), Unit: "round trips", Details: map[string]any{
		"operation":    o.name,
		"statements":   c.ran(),
		"transactions": c.transactions,
		"least":        counts[0].trips,
		"most":         counts[len(counts)-1].trips,
	}}
	if o.goal > 0 {
		r.goal(fmt.Sprintf("≤ %d", o.goal), c.trips <= o.goal)
	}
	return r
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
