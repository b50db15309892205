package main

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
)

const uploadSize = 300 << 10

// first figures to reach (measures of the product); then 1.0 and 0.20.
const (
	threeFilesGoal = 0.60
	wholeGoal      = 0.80
	noFilesGoal    = 0.08
)

// livesElsewhere makes a case that needs three documents in the trial: two that the network replaces later, of two
// linkage items, and one that it never replaces.
func livesElsewhere(child map[string]any) {
	child["lives_with_applicant"], child["studying_abroad"], child["municipality"] = false, false, elsewhere
}

// filingThreeFiles measures whole cases: a draft, its three documents, the filing.
func filingThreeFiles(ctx context.Context, s settings) ([]Result, error) {
	return filingFiles(ctx, s, "filings with three files", threeFilesGoal, (*client).fileWithFiles)
}

// filingWhole measures the same cases in one request each.
func filingWhole(ctx context.Context, s settings) ([]Result, error) {
	return filingFiles(ctx, s, "filings with three files in one request", wholeGoal, (*client).fileForm)
}

// filingFiles measures cases with three files, each filed by one call of file. The limit is what MinIO takes from its own client, ÷ 3. Scans
// stay queued, as they do when many file at once: no worker runs, unless --scan asks for one, which then competes with the load for the
// same processors.
func filingFiles(ctx context.Context, s settings, what string, goal float64,
	fileOne func(c *client, ctx context.Context, claims *cases, file []byte) error) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return Result{}, err
		}
		if b.scan {
			if _, err := b.work(); err != nil {
				return Result{}, err
			}
		}
		c := newClient(p.base, b.clients)
		claims, err := b.newCases(ctx, c, inTrial, false, livesElsewhere)
		if err != nil {
			return Result{}, err
		}
		if n := len(claims.attach()); n != 3 {
			return Result{}, fmt.Errorf("the case needs %d documents, not 3: %v", n, claims.documents)
		}
		file, err := pdf(uploadSize)
		if err != nil {
			return Result{}, err
		}
		limit, err := b.newPutLimit(ctx, file)
		if err != nil {
			return Result{}, err
		}
		one := func() (float64, error) {
			rate, err := limit.rate(ctx, b.settings)
			return rate / 3, err
		}
		t, before, after, err := between(ctx, one, func() (tally, error) {
			return b.warmly(ctx, what, p, func(ctx context.Context, _ int) error { return fileOne(c, ctx, claims, file) })
		})
		r := beside(t, before, after, goal)
		r.Unit, r.PeakMiB = "filings/s", p.peak()
		r.Details["clients"], r.Details["scanned_meanwhile"] = b.clients, b.scan
		return r, err
	})
}

// fileWithFiles takes one case from its beginning to its receipt, as a parent does: one step after the other.
func (c *client) fileWithFiles(ctx context.Context, claims *cases, file []byte) error {
	token, body := claims.next()
	id, err := c.draft(ctx, token, body)
	if err != nil {
		return err
	}
	for i, r := range claims.attach() {
		if err := c.upload(ctx, token, id, r, fileName(i+1), bytes.NewReader(file), int64(len(file))); err != nil {
			return err
		}
	}
	return c.file(ctx, token, id)
}

// fileForm files one case with its files in one request, as a form.
func (c *client) fileForm(ctx context.Context, claims *cases, file []byte) error {
	token, body := claims.next()
	var form bytes.Buffer
	form.Grow(len(body) + 3*len(file) + 2048)
	w := multipart.NewWriter(&form)
	part := func(name, of string, content []byte) {
		out, _ := w.CreateFormFile(name, of) // to memory
		_, _ = out.Write(content)
	}
	part("application", "claim.json", body)
	for i, r := range claims.attach() {
		part(r.Document+"/"+r.Subject, fileName(i+1), file)
	}
	_ = w.Close()
	return c.do(ctx, call{
		method: http.MethodPost,
		path:   "/api/v1/filings",
		token:  token,
		key:    true,
		json:   form.Bytes(),
		media:  w.FormDataContentType(),
		status: http.StatusCreated,
	}, nil)
}

// filingNoFiles measures filings in one request, in full operation, where the network replaces every document. Jobs
// stay queued: no worker runs.
func filingNoFiles(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (Result, error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return Result{}, err
		}
		c := newClient(p.base, b.clients)
		claims, err := b.newCases(ctx, c, inFull, false, nil)
		if err != nil {
			return Result{}, err
		}
		if n := len(claims.attach()); n != 0 {
			return Result{}, fmt.Errorf("the case needs %d documents, not none: %v", n, claims.documents)
		}
		limit, err := b.newInsertLimit(ctx)
		if err != nil {
			return Result{}, err
		}
		t, before, after, err := between(ctx, func() (float64, error) { return limit.rate(ctx, b.settings) }, func() (tally, error) {
			return b.warmly(ctx, "filings without files", p, func(ctx context.Context, _ int) error {
				token, body := claims.next()
				return c.fileWhole(ctx, token, body, nil)
			})
		})
		r := beside(t, before, after, noFilesGoal)
		r.Unit, r.PeakMiB = "filings/s", p.peak()
		r.Details["clients"], r.Details["connections"] = b.clients, b.conns
		return r, err
	})
}
