package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/spf13/cobra"

	"kosodate.example/onestop/storage/embedded/child"
)

const (
	publicPath  = "/procedures/child-allowance-claim?municipality=998010"
	publicRate  = 10_000 // pages a second, of two processors that the clients share
	publicRatio = 0.7
	turns       = 4 // how often program and limit are measured, in turn
)

// publicPage measures a procedure's page as somebody who is not signed in asks for it, beside a Gin handler that answers with the same bytes, each a
// process of its own, in turn.
func publicPage(ctx context.Context, s settings) ([]Result, error) {
	return withStand(ctx, s, func(b *stand) (r Result, err error) {
		p, err := b.serve(ctx, "serve", b.secrets["app-url"])
		if err != nil {
			return r, err
		}
		c := newClient(p.base, b.clients)
		body, err := c.page(ctx, publicPath)
		if err != nil {
			return r, err
		}
		limit, err := b.bare(ctx, body)
		if err != nil {
			return r, err
		}
		bare := newClient(limit.base, b.clients)
		ask := func(c *client) func(context.Context, int) error {
			return func(ctx context.Context, _ int) error { _, err := c.page(ctx, publicPath); return err }
		}
		for _, one := range []*client{c, bare} {
			if warm := drive(ctx, b.clients, b.warmUp(), ask(one)); warm.firstErr != nil {
				return r, warm.firstErr
			}
		}
		if err := forgetPeak(p.process.PID()); err != nil {
			b.say("the peak of memory includes the start: %v", err)
		}
		var ours, limits tally
		for range turns {
			m := b.newMeter(p)
			t := drive(ctx, b.clients, b.window()/turns, ask(c))
			ours.add(t)
			ours.elapsed += t.elapsed
			ours.processor = m.each(len(t.took))
			t = drive(ctx, b.clients, b.window()/turns, ask(bare))
			limits.add(t)
			limits.elapsed += t.elapsed
		}
		b.report("public page", ours)
		b.report("limit: bare handler", limits)
		r = beside(ours, limits.rate(), limits.rate(), publicRatio)
		r.goal(fmt.Sprintf("ratio ≥ %g and ≥ %d a second", publicRatio, publicRate), r.Ratio >= publicRatio && ours.rate() >= publicRate)
		r.PeakMiB = p.peak()
		r.Details = map[string]any{"bytes": len(body), "cpu_ms_each": ours.processor}
		return r, errors.Join(ours.firstErr, limits.firstErr)
	})
}

// page asks for a page, packed, and reads it.
func (c *client) page(ctx context.Context, path string) (body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if body, err = io.ReadAll(res.Body); err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, res.Status)
	}
	return body, err
}

// bare starts the limit: this command as a process that answers every request with the same bytes.
func (b *stand) bare(ctx context.Context, body []byte) (*program, error) {
	file := filepath.Join(b.dir, "page.gz")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		return nil, err
	}
	port, err := child.FreePort()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	p, err := b.start(exec.Command(self, "bare", addr, file), "bare")
	if err != nil {
		return nil, err
	}
	p.base = "http://" + addr
	return p, p.process.Ready(ctx, func(ctx context.Context) error { _, err := newClient(p.base, 1).page(ctx, "/"); return err })
}

func bareCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "bare ADDR FILE",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			body, err := os.ReadFile(args[1])
			if err != nil {
				return err
			}
			gin.SetMode(gin.ReleaseMode)
			e := gin.New()
			e.NoRoute(func(c *gin.Context) {
				c.Header("Content-Encoding", "gzip")
				c.Data(http.StatusOK, "text/html; charset=utf-8", body)
			})
			server := &http.Server{Addr: args[0], Handler: e, ReadHeaderTimeout: time.Minute}
			defer context.AfterFunc(c.Context(), func() { _ = server.Close() })()
			if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
	}
}
