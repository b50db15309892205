package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

const (
	smallQueue   = 10_000
	largeQueue   = 1_000_000
	queueClients = 8
	hundredth    = 100
	queueRounds  = 3
	queueRatio   = 1.5
	queueGoal    = 30 * time.Millisecond // of the large queue's p99
)

// queuePage is one page of the reviewers' queue as a client asks for it, again and again.
type queuePage struct {
	name, token, path string
	first             string // id of the first case that has to be on it
}

// queueing measures the first and the hundredth page of a reviewer's queue of a million applications, beside the same
// pages of one of ten thousand, and both in each order in which the list can be sorted. The small queue is measured
// alone first; then both in turn, round by round, so that
// whatever else the machine does meets both alike.
func queueing(ctx context.Context, s settings) ([]Result, error) {
	s.clients = queueClients
	var results []Result
	_, err := withStand(ctx, s, func(b *stand) (r Result, err error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return r, err
		}
		c := newClient(p.base, b.clients)
		if err := b.fillQueue(ctx, inTrial, smallQueue, queueStates); err != nil {
			return r, err
		}
		small, err := b.queuePages(ctx, c, "reviewer-minato", "small queue")
		if err != nil {
			return r, err
		}
		var alone []tally
		for _, page := range small {
			alone = append(alone, drive(ctx, b.clients, b.limitWindow(), c.asking(page)))
		}
		if err := b.fillQueue(ctx, inFull, largeQueue, queueStates); err != nil {
			return r, err
		}
		large, err := b.queuePages(ctx, c, "reviewer-hinata-1", "large queue")
		if err != nil {
			return r, err
		}
		var pages []queuePage
		for i := range small {
			pages = append(pages, small[i], large[i])
		}
		got, err := b.inTurn(ctx, c, p, pages)
		if err != nil {
			return r, err
		}
		for i := range small {
			one := besidePage(got[2*i+1], got[2*i], alone[i])
			one.Details["page"] = large[i].name
			one.PeakMiB = p.peak()
			results = append(results, one)
		}
		return r, nil
	})
	return results, err
}

// inTurn asks for each page in every round, after all have been warmed up.
func (b *stand) inTurn(ctx context.Context, c *client, p *program, pages []queuePage) ([]tally, error) {
	for _, page := range pages {
		if warm := drive(ctx, b.clients, b.warmUp(), c.asking(page)); warm.firstErr != nil {
			return nil, fmt.Errorf("%s: %w\n%s", page.name, warm.firstErr, p.tail())
		}
	}
	if err := forgetPeak(p.process.PID()); err != nil {
		b.say("the peak of memory includes the start: %v", err)
	}
	out := make([]tally, len(pages))
	for range queueRounds {
		for i, page := range pages {
			m := b.newMeter(p)
			t := drive(ctx, b.clients, b.window()/queueRounds, c.asking(page))
			out[i].add(t)
			out[i].elapsed += t.elapsed
			out[i].processor = m.each(len(t.took)) // of the last round
		}
	}
	for i := range out {
		slices.Sort(out[i].took)
		b.report(pages[i].name, out[i])
	}
	return out, ctx.Err()
}

// besidePage is a page's figure: the time that one of a hundred answers exceeds, beside the same page of the small queue.
func besidePage(large, small, alone tally) Result {
	r := large.result()
	r.Value, r.Unit = r.P99, "ms"
	if r.Limit = milliseconds(small.percentile(99)); r.Limit > 0 {
		r.Ratio = round(r.P99 / r.Limit)
	}
	r.Errors += small.errors + alone.errors
	r.goal(fmt.Sprintf("p99 ratio ≤ %g and p99 ≤ %s", queueRatio, queueGoal), r.Ratio <= queueRatio && large.percentile(99) <= queueGoal)
	r.Details = map[string]any{"small_p50_ms": milliseconds(small.percentile(50)), "alone_p50_ms": milliseconds(alone.percentile(50)),
		"alone_p99_ms": milliseconds(alone.percentile(99)), "pages_per_second": round(large.rate()), "cpu_ms_each": large.processor}
	return r
}

// casesPage is the answer of the queue, as far as it is looked at.
type casesPage struct {
	Items []listedCase
	Next  string
}

type listedCase struct {
	ID        string
	Applicant struct{ Name string }
}

// queuePages finds the first and the hundredth page by walking there, and looks whether no case comes twice.
func (b *stand) queuePages(ctx context.Context, c *client, persona, name string) ([]queuePage, error) {
	token, err := b.token(persona)
	if err != nil {
		return nil, err
	}
	var out []queuePage
	for _, sort := range append([]string{""}, queueSorts...) {
		pages, err := b.queueOrder(ctx, c, token, persona, name, sort)
		if err != nil {
			return nil, err
		}
		out = append(out, pages...)
	}
	return out, nil
}

// queueSorts are the orders of the list, one of them backwards: an index is read both ways alike.
var queueSorts = []string{"receipt", "reading", "procedure", "arrived", "due", "-due", "state", "holder"}

// queueOrder is queuePages of one order.
func (b *stand) queueOrder(ctx context.Context, c *client, token, persona, name, sort string) ([]queuePage, error) {
	path := "/api/v1/review/applications?sort=" + sort
	if sort != "" {
		name += " by " + sort
	}
	here := queuePage{token: token, path: path}
	var pages []queuePage
	seen := map[string]bool{}
	for n := 1; ; n++ {
		var page casesPage
		if err := c.do(ctx, call{
			method: http.MethodGet,
			path:   here.path,
			token:  token,
			status: http.StatusOK,
		}, &page); err != nil {
			return nil, err
		}
		if len(page.Items) != 20 || page.Next == "" || slices.ContainsFunc(page.Items, func(i listedCase) bool { return seen[i.ID] || i.Applicant.Name == "" }) {
			return nil, fmt.Errorf("page %d of %s's queue is not whole", n, persona)
		}
		for _, i := range page.Items {
			seen[i.ID] = true
		}
		here.first = page.Items[0].ID
		if n == 1 || n == hundredth {
			here.name = fmt.Sprintf("page %d of the %s", n, name)
			pages = append(pages, here)
		}
		if n == hundredth {
			return pages, nil
		}
		here.path = path + "&cursor=" + url.QueryEscape(page.Next)
	}
}

// asking asks for a page and looks whether it still is the same.
func (c *client) asking(page queuePage) func(ctx context.Context, client int) error {
	return func(ctx context.Context, _ int) error {
		var got casesPage
		if err := c.do(ctx, call{
			method: http.MethodGet,
			path:   page.path,
			token:  page.token,
			status: http.StatusOK,
		}, &got); err != nil {
			return err
		}
		if len(got.Items) == 0 || got.Items[0].ID != page.first {
			return fmt.Errorf("%s shows other cases", page.name)
		}
		return nil
	}
}
