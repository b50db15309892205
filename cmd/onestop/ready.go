package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/spf13/cobra"
)

// readyCommand asks a process of this machine whether it can work: an image without a shell has nothing else to ask with.
func readyCommand() *cobra.Command {
	var f configFlag
	var worker bool
	c := &cobra.Command{
		Use:   "ready",
		Short: "Ask the server, or the worker, of this machine whether it is ready: exit status 0 or 1",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := f.load()
			if err != nil {
				return err
			}
			addr := cfg.HTTP.Addr
			if worker {
				addr = cfg.Worker.Addr
			}
			return askReady(c.Context(), addr)
		},
	}
	c.Flags().BoolVar(&worker, "worker", false, "the worker, on worker.addr")
	return f.on(c)
}

func askReady(ctx context.Context, addr string) error {
	if addr == "" {
		return errors.New("it has no address: worker.addr is empty")
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() { // it listens everywhere
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it is not ready: %s", answer.Status)
	}
	return nil
}
