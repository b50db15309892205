package edge

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// Server is the configured HTTP server: each step of a request has its time, so that a slow client holds a connection
// and nothing else, and not for long. ReadTimeout is for what no route takes care of (the body of a request that was
// refused); a route sets the deadlines of its Class itself.
func (e *Edge) Server() *http.Server {
	l := e.opt.Limits
	return &http.Server{
		Handler:           e.Engine,
		ReadHeaderTimeout: l.HeaderTime,
		ReadTimeout:       l.HeaderTime + l.BodyTime,
		WriteTimeout:      l.WriteTime + l.RequestTime,
		IdleTimeout:       l.IdleTime,
		MaxHeaderBytes:    l.HeaderBytes,
		// Its messages hold addresses (failed handshakes).
		ErrorLog: slog.NewLogLogger(e.log.Handler(), slog.LevelDebug),
	}
}

// Serve serves a listener until ctx ends, then stops gracefully: /readyz says no for DrainTime and every answer closes its connection, so
// that proxies turn away with none of theirs cut under a request; then no new connection is accepted, and what was begun is finished
// within ShutdownTime. It returns nil after a stop that finished everything.
func (e *Edge) Serve(ctx context.Context, listener net.Listener) error {
	server := e.Server()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	e.stopping.Store(true)
	e.log.Info("stopping", slog.Duration("at_most", e.opt.Limits.DrainTime+e.opt.Limits.ShutdownTime))
	if d := e.opt.Limits.DrainTime; d > 0 {
		select {
		case err := <-failed:
			return err
		case <-time.After(d):
		}
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.opt.Limits.ShutdownTime)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return errors.Join(err, server.Close())
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
