package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"syscall"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/configs"
)

// profiled is the command line of this command as the program, with a profile. The deployed program has no such thing:
// a profile tells much about those who use a service.
func profiled(config, dir, name string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return exec.Command(self, "serve-profiled", config, filepath.Join(dir, name)), nil
}

func profiledCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "serve-profiled CONFIG FILE",
		Hidden: true,
		Args:   cobra.ExactArgs(2),
		RunE:   func(c *cobra.Command, args []string) error { return serveProfiled(c.Context(), args[0], args[1]) },
	}
}

// serveProfiled serves as `onestop serve` does until it is told to stop, and writes FILE.cpu and FILE.allocs.
func serveProfiled(ctx context.Context, config, path string) (err error) {
	ctx, cancel := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer cancel()
	cfg, err := configs.Load(config)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer a.Close()
	e, err := a.Edge(nil, nil)
	if err != nil {
		return err
	}
	cpu, err := os.Create(path + ".cpu")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cpu.Close()) }()
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	served := a.Serve(ctx, e)
	pprof.StopCPUProfile()
	allocs, err := os.Create(path + ".allocs")
	if err != nil {
		return err
	}
	return errors.Join(served, pprof.Lookup("allocs").WriteTo(allocs, 0), allocs.Close())
}
