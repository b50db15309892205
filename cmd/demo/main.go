// Command demo runs the whole system on one machine: a database, an object store, a virus scanner, an identity
// provider with invented people, the program and its worker, with the three municipalities of the demo.
//
//	go run ./cmd/demo --addr 127.0.0.1:8080 --data DIR
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/storage/embedded/child"
)

// options are the command's flags.
type options struct {
	addr, oidcAddr, data string
	verbose              bool
}

func main() {
	render.Child() // started to render a file, it does nothing else
	var o options
	flag.StringVar(&o.addr, "addr", "127.0.0.1:8080", "where the service listens")
	flag.StringVar(&o.oidcAddr, "oidc-addr", "", "where the identity provider listens; the port after --addr's if empty")
	flag.StringVar(&o.data, "data", "", "folder for everything that is kept; a folder of this user's if empty")
	flag.BoolVar(&o.verbose, "verbose", false, "show the program's own log")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	if err := run(ctx, o); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

// run starts every part, seeds the data once, and serves until ctx ends.
func run(ctx context.Context, o options) error {
	if err := o.complete(); err != nil {
		return err
	}
	level := slog.LevelError
	if o.verbose {
		level = slog.LevelInfo
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	p, err := start(ctx, o)
	if err != nil {
		return err
	}
	defer p.stop()
	a, err := app.Open(ctx, p.config, log)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := p.seed(ctx, a); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	e, err := a.Edge(personas(), p.devRoutes)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("the address %s cannot be used: %w; choose another with --addr", o.addr, err)
	}
	parts, ctx := errgroup.WithContext(ctx)
	parts.Go(func() error { return e.Serve(ctx, listener) })
	parts.Go(func() error { return a.Work(ctx, e.Registry()) })
	parts.Go(func() error { return p.tellTrial(ctx, a) })
	p.announce(o)
	return parts.Wait()
}

// besidePort is the port after the service's, or another free one if a stranger holds it: people are kept by the
// provider's name, not by its address.
func besidePort(host string, port int) string {
	addr := net.JoinHostPort(host, strconv.Itoa(port))
	l, err := net.Listen("tcp", addr)
	if err == nil {
		_ = l.Close()
		return addr
	}
	if other, err := child.FreePort(); err == nil {
		return net.JoinHostPort(host, strconv.Itoa(other))
	}
	return addr
}

// complete fills in what was left empty.
func (o *options) complete() error {
	host, port, err := net.SplitHostPort(o.addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65534 {
		return errors.New("--addr: the port is a number from 1 to 65534")
	}
	if host == "" {
		return errors.New("--addr: name the address too, for example 127.0.0.1:8080; the demo is not for a network")
	}
	if o.oidcAddr == "" {
		o.oidcAddr = besidePort(host, n+1)
	}
	if o.data == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return errors.New("--data: this user has no folder for data; name one")
		}
		o.data = filepath.Join(cache, "onestop-demo")
	}
	if o.data, err = filepath.Abs(o.data); err != nil {
		return err
	}
	return os.MkdirAll(o.data, 0o755)
}
