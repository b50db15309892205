package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/postgres"
)

// configFlag is the path of the configuration, shared by the commands that need one.
type configFlag struct{ path string }

func (f *configFlag) on(c *cobra.Command) *cobra.Command {
	c.Flags().StringVar(&f.path, "config", "", "configuration file (YAML); configs/default.yaml explains every key")
	return c
}

// load reads the configuration and makes the log.
func (f *configFlag) load() (*configs.Config, *slog.Logger, error) {
	cfg, err := configs.Load(f.path)
	if err != nil {
		return nil, nil, err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Log.Level)); err != nil {
		return nil, nil, fmt.Errorf("log.level: %w", err)
	}
	return cfg, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})), nil
}

// open makes the program's parts.
func (f *configFlag) open(ctx context.Context) (*app.App, error) {
	cfg, log, err := f.load()
	if err != nil {
		return nil, err
	}
	return app.Open(ctx, cfg, log)
}

// openLasting makes the parts of a process that lives on, within its container's memory.
func (f *configFlag) openLasting(ctx context.Context) (*app.App, error) {
	cfg, log, err := f.load()
	if err != nil {
		return nil, err
	}
	fitMemory(log, memlimit.FromCgroup)
	return app.Open(ctx, cfg, log)
}

// untilStopped is a context that ends when the process is told to stop; a second signal stops it at once.
func untilStopped() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

func serveCommand() *cobra.Command {
	var f configFlag
	var alsoWork bool
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer HTTP until told to stop, then finish what was begun",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx, cancel := untilStopped()
			defer cancel()
			a, err := f.openLasting(ctx)
			if err != nil {
				return err
			}
			defer a.Close()
			e, err := a.Edge(nil, nil)
			if err != nil {
				return err
			}
			parts, ctx := errgroup.WithContext(ctx)
			parts.Go(func() error { return a.Serve(ctx, e) })
			if alsoWork {
				parts.Go(func() error { return a.Work(ctx, e.Registry()) })
			}
			return parts.Wait()
		},
	}
	c.Flags().BoolVar(&alsoWork, "work", false, "work the queue in the same process")
	return f.on(c)
}

func workerCommand() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "worker",
		Short: "Work the queue until told to stop: scans, messages, sweeps",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx, cancel := untilStopped()
			defer cancel()
			a, err := f.openLasting(ctx)
			if err != nil {
				return err
			}
			defer a.Close()
			return a.WorkAlone(ctx)
		},
	})
}

func migrateCommand() *cobra.Command {
	var f configFlag
	return f.on(&cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to the newest schema, as its owner; a new one gets the edition that comes with the program",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := f.load()
			if err != nil {
				return err
			}
			dsn, err := configs.Secret("database.owner_url_file", cfg.Database.OwnerFile)
			if err != nil {
				return err
			}
			return app.Migrate(c.Context(), dsn)
		},
	})
}

// openOwner connects as the database's owner, for the few commands that need it.
func openOwner(ctx context.Context, cfg *configs.Config) (*postgres.DB, error) {
	dsn, err := configs.Secret("database.owner_url_file", cfg.Database.OwnerFile)
	if err != nil {
		return nil, err
	}
	return postgres.Open(ctx, postgres.Options{DSN: dsn, MaxConns: 2})
}

func bootstrapCommand() *cobra.Command {
	var superuser, database, owner, application, sweep string
	c := &cobra.Command{
		Use:   "bootstrap",
		Short: "Make the three database roles and the database, once, as a superuser",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dsn, err := configs.Secret("--superuser-url-file", superuser)
			var pw postgres.Passwords
			for _, s := range []struct {
				flag, path string
				to         *string
			}{{"--owner-password-file", owner, &pw.Owner}, {"--app-password-file", application, &pw.App}, {"--sweep-password-file", sweep, &pw.Sweep}} {
				var readErr error
				*s.to, readErr = configs.Secret(s.flag, s.path)
				err = errors.Join(err, readErr)
			}
			if err != nil {
				return err
			}
			return postgres.Bootstrap(c.Context(), dsn, database, pw)
		},
	}
	c.Flags().StringVar(&superuser, "superuser-url-file", "", "file with the superuser's connection URL")
	c.Flags().StringVar(&database, "database", "onestop", "the database's name")
	c.Flags().StringVar(&owner, "owner-password-file", "", "file with the password of onestop_owner")
	c.Flags().StringVar(&application, "app-password-file", "", "file with the password of onestop_app")
	c.Flags().StringVar(&sweep, "sweep-password-file", "", "file with the password of onestop_sweep")
	return c
}
