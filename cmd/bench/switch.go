package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	nodes      = 3
	switchGoal = 1.0             // second
	warm       = 2 * time.Second // of load before the approval, and after the instant
)

// items are the linkage items that are switched together; the case of livesElsewhere needs a document of each.
var items = []string{"pension", "resident-record"}

// observation is one filing as its parent saw it.
type observation struct {
	node int
	done time.Time
	rule string // byOld, byNew or byBoth
}

// What a filing was decided by.
const (
	byOld  = "old"
	byNew  = "new"
	byBoth = "both" // never
)

// switching lets two admins switch two items to full operation while three nodes on one database take filings, and
// measures from the instant in the approval to the first answer of each node that was decided by the new rows. Then it
// reads every stored plan: each has to be wholly by the rows before or wholly by those after, by its arrival.
func switching(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		var clients []*client
		var first *program
		for n := range nodes {
			p, err := b.serve(ctx, fmt.Sprintf("serve-%d", n+1), b.secrets["app-url"])
			if err != nil {
				return Result{}, err
			}
			if first == nil {
				first = p
			}
			clients = append(clients, newClient(p.base, b.clients))
		}
		claims, err := b.newCases(ctx, clients[0], inTrial, true, livesElsewhere)
		if err != nil {
			return Result{}, err
		}
		seen, t, at, err := b.switchUnderLoad(ctx, clients, claims)
		if err != nil {
			return Result{}, err
		}
		b.report("filings during the switch", t)
		wrong, checked, err := b.checkStored(ctx, at)
		if err != nil {
			return Result{}, err
		}
		seconds, err := slowest(seen, at)
		if err != nil {
			return Result{}, err
		}
		r := t.result()
		r.Value, r.Unit, r.PeakMiB = round(seconds), "s", first.peak()
		r.Errors += wrong
		r.goal(fmt.Sprintf("≤ %g s, no error, no filing by both rules", switchGoal), seconds <= switchGoal && r.Errors == 0)
		r.Details = map[string]any{"nodes": nodes, "filings_per_second": round(t.rate()), "plans_checked": checked, "plans_wrong": wrong}
		return r, nil
	})
}

// switchUnderLoad files through all nodes in turn, and switches meanwhile.
func (b *stand) switchUnderLoad(ctx context.Context, nodes []*client, claims *cases) (seen []observation, t tally, at time.Time, err error) {
	var mu sync.Mutex
	file := func(ctx context.Context, c int) error {
		var f filed
		token, body := claims.next()
		if err := nodes[c%len(nodes)].fileWhole(ctx, token, body, &f); err != nil {
			return err
		}
		mu.Lock()
		seen = append(seen, observation{node: c % len(nodes), done: time.Now(), rule: decidedBy(f.Plan.Documents)})
		mu.Unlock()
		return nil
	}
	over := make(chan struct{})
	var load sync.WaitGroup
	load.Go(func() { t = driveUntil(ctx, b.clients, over, file) })
	if err = pause(ctx, warm); err == nil {
		if at, err = b.switchItems(ctx, nodes[0]); err == nil {
			err = pause(ctx, time.Until(at)+warm)
		}
	}
	close(over)
	load.Wait()
	return seen, t, at, err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// switchItems lets one admin propose and another approve, and gives the instant that counts.
func (b *stand) switchItems(ctx context.Context, c *client) (time.Time, error) {
	var tokens [2]string
	for i := range tokens {
		var err error
		if tokens[i], err = b.token(fmt.Sprintf("admin-national-%d", i+1)); err != nil {
			return time.Time{}, err
		}
	}
	type row struct {
		Procedure    string    `json:"procedure"`
		Item         string    `json:"item"`
		Municipality string    `json:"municipality"`
		Phase        string    `json:"phase"`
		From         time.Time `json:"from"`
	}
	var rows []row
	for _, item := range items {
		rows = append(rows, row{procedure, item, inTrial, "full", time.Now().UTC()})
	}
	body, err := json.Marshal(map[string]any{"rows": rows, "reason": "試行の結果に齟齬がないため", "circular": "府番第1号"})
	if err != nil {
		return time.Time{}, err
	}
	const path = "/api/v1/admin/phase-changes"
	var change struct {
		ID   string
		Rows []row
	}
	if err := c.do(ctx, call{
		method: http.MethodPost,
		path:   path,
		token:  tokens[0],
		key:    true,
		json:   body,
		status: http.StatusCreated,
	}, &change); err != nil {
		return time.Time{}, err
	}
	if err := c.do(ctx, call{
		method: http.MethodPost,
		path:   path + "/" + change.ID + "/approve",
		token:  tokens[1],
		status: http.StatusOK,
	}, &change); err != nil {
		return time.Time{}, err
	}
	if len(change.Rows) != len(items) || !change.Rows[0].From.Equal(change.Rows[1].From) {
		return time.Time{}, fmt.Errorf("approved rows %v", change.Rows)
	}
	return change.Rows[0].From, nil
}

// decidedBy says by which rows a plan was made, looking at the items that are switched.
func decidedBy(plan []requirement) string {
	omitted, asked := 0, 0
	for _, r := range plan {
		switch {
		case r.Item == "":
		case r.Decision == "omit":
			omitted++
		default:
			asked++
		}
	}
	switch {
	case omitted == 0:
		return byOld
	case asked == 0:
		return byNew
	default:
		return byBoth
	}
}

// slowest is how long after the instant the last node gave its first answer by the new rows.
func slowest(seen []observation, at time.Time) (float64, error) {
	first := map[int]time.Time{}
	for _, o := range seen {
		if t, ok := first[o.node]; o.rule == byNew && (!ok || o.done.Before(t)) {
			first[o.node] = o.done
		}
	}
	worst := 0.0
	for n := range nodes {
		t, ok := first[n]
		if !ok {
			return 0, fmt.Errorf("node %d never decided by the new rows", n+1)
		}
		worst = max(worst, t.Sub(at).Seconds())
	}
	return worst, nil
}

// checkStored reads every stored plan, past the row security, and counts those that are not by the rows of their arrival.
func (b *stand) checkStored(ctx context.Context, at time.Time) (wrong, checked int, err error) {
	cfg, err := pgx.ParseConfig(b.postgres.DSN) // the superuser's
	if err != nil {
		return 0, 0, errors.New("the connection URL cannot be read")
	}
	cfg.Database = database
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	// Microseconds are the database's precision, and the rows' too.
	row := conn.QueryRow(ctx, `select count(*), count(*) filter (where not right_rows) from (
		select a.id, bool_and(i.phase = case when a.arrived_at >= $1 then 'full' else 'trial' end) and count(*) = $2 as right_rows
		from applications a join plan_items i on i.application_id = a.id
		where a.arrived_at is not null and i.item = any($3) group by a.id) plans`, at, len(items), items)
	return wrong, checked, row.Scan(&checked, &wrong)
}
