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
	queueRatio   = 1.5
	queueGoal    = 30 * time.Millisecond // of the large queue's p99
)

// queuePage is one page of the reviewers' queue as a client asks for it, again and again.
type queuePage struct {
	token, path string
	first       string // id of the first case that has to be on it
}

// queueing measures the first and the hundredth page of a reviewer's queue of a million applications, beside the same
// pages of one of ten thousand: small, large, small. The small one stands alone in the database before the large one is
// put in.
func queueing(ctx context.Context, s settings) ([]Result, error) {
	s.clients = queueClients
	var results []Result
	_, err := withStand(ctx, s, func(b *stand) (r Result, err error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return r, err
		}
		c := newClient(p.base, b.clients)
		if err := b.fillQueue(ctx, inTrial, smallQueue); err != nil {
			return r, err
		}
		small, err := b.queuePages(ctx, c, "reviewer-minato")
		if err != nil {
			return r, err
		}
		limit := func() ([]tally, error) { return b.askPages(ctx, c, p, "small", small) }
		before, err := limit()
		if err != nil {
			return r, err
		}
		if err := b.fillQueue(ctx, inFull, largeQueue); err != nil {
			return r, err
		}
		large, err := b.queuePages(ctx, c, "reviewer-hinata-1")
		if err != nil {
			return r, err
		}
		got, err := b.askPages(ctx, c, p, "large", large)
		if err != nil {
			return r, err
		}
		after, err := limit()
		for i, which := range []string{"first", "hundredth"} {
			one := besidePage(got[i], before[i], after[i])
			one.Details["page"] = which
			one.PeakMiB = p.peak()
			results = append(results, one)
		}
		return r, err
	})
	return results, err
}

// besidePage is a page's figure: the time that one of a hundred answers exceeds, beside the same page of the small queue.
func besidePage(large, before, after tally) Result {
	r := large.result()
	r.Value, r.Unit = r.P99, "ms"
	small := (milliseconds(before.percentile(99)) + milliseconds(after.percentile(99))) / 2
	r.Limit = round(small)
	if small > 0 {
		r.Ratio = round(r.P99 / small)
	}
	r.Errors += before.errors + after.errors
	r.goal(fmt.Sprintf("p99 ratio ≤ %g and p99 ≤ %s", queueRatio, queueGoal), r.Ratio <= queueRatio && large.percentile(99) <= queueGoal)
	r.Details = map[string]any{"small_p50_ms": []float64{milliseconds(before.percentile(50)), milliseconds(after.percentile(50))},
		"small_p99_ms":     []float64{milliseconds(before.percentile(99)), milliseconds(after.percentile(99))},
		"pages_per_second": round(large.rate()), "cpu_ms_each": large.processor}
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
func (b *stand) queuePages(ctx context.Context, c *client, persona string) ([]queuePage, error) {
	token, err := b.token(persona)
	if err != nil {
		return nil, err
	}
	const path = "/api/v1/review/applications"
	here := queuePage{token: token, path: path}
	var pages []queuePage
	seen := map[string]bool{}
	for n := 1; ; n++ {
		var page casesPage
		if err := c.do(ctx, call{method: http.MethodGet, path: here.path, token: token, status: http.StatusOK}, &page); err != nil {
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
			pages = append(pages, here)
		}
		if n == hundredth {
			return pages, nil
		}
		here.path = path + "?cursor=" + url.QueryEscape(page.Next)
	}
}

// askPages measures the first page, then the hundredth, each by itself.
func (b *stand) askPages(ctx context.Context, c *client, p *program, size string, pages []queuePage) ([]tally, error) {
	var out []tally
	for i, page := range pages {
		what := fmt.Sprintf("page %d of the %s queue", []int{1, hundredth}[i], size)
		t, err := b.warmly(ctx, what, p, func(ctx context.Context, _ int) error {
			var got casesPage
			if err := c.do(ctx, call{method: http.MethodGet, path: page.path, token: page.token, status: http.StatusOK}, &got); err != nil {
				return err
			}
			if len(got.Items) == 0 || got.Items[0].ID != page.first {
				return fmt.Errorf("%s shows other cases", what)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, ctx.Err()
}
