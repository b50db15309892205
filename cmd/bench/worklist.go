package main

import (
	"context"
	"fmt"
)

const (
	openCases = 100_000
	// lookers is how many ask for a page at the same time: one a processor, so that what is measured is the page and not the queue before it.
	lookers = 2
)

// worklist measures the first page and a page far behind of a work list of open cases, in each order by which it can be sorted. The
// program asks as the role with which it is deployed, under row security.
func worklist(ctx context.Context, s settings) ([]Result, error) {
	s.clients = lookers
	var results []Result
	_, err := withStand(ctx, s, func(b *stand) (r Result, err error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return r, err
		}
		c := newClient(p.base, b.clients)
		if err := b.fillQueue(ctx, inFull, openCases, openStates); err != nil {
			return r, err
		}
		pages, err := b.queuePages(ctx, c, "reviewer-hinata-1", "work list")
		if err != nil {
			return r, err
		}
		got, err := b.inTurn(ctx, c, p, pages)
		if err != nil {
			return r, err
		}
		for i, t := range got {
			one := t.result()
			one.Value, one.Unit, one.PeakMiB = one.P99, "ms", p.peak()
			one.goal(fmt.Sprintf("p99 ≤ %s", queueGoal), t.percentile(99) <= queueGoal)
			one.Details = map[string]any{"page": pages[i].name, "pages_per_second": round(t.rate()), "cpu_ms_each": t.processor}
			results = append(results, one)
		}
		return r, nil
	})
	return results, err
}
