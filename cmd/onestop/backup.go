package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/storage/object"
)

// filesPrefix and auditPrefix are below what files and the checkpoints of the audit trail lie in the bucket.
const (
	filesPrefix = "files/"
	auditPrefix = "audit/"
)

// backedUp is what a backup has of the bucket.
var backedUp = []string{filesPrefix, auditPrefix}

// The parts of a backup, by which a command may be told to do one alone.
const (
	partDatabase = "database"
	partObjects  = "objects"
)

// onlyFlag lets a command do one part of its work, on the machine that can.
type onlyFlag struct{ part string }

func (o *onlyFlag) on(c *cobra.Command) {
	c.Flags().StringVar(&o.part, "only", "", partDatabase+" or "+partObjects+": one of the two, where not both can be reached from one machine")
}

// each does the parts that are wanted.
func (o *onlyFlag) each(database, objects func() error) error {
	switch o.part {
	case "":
		return errors.Join(database(), objects()) // one that fails keeps nobody from having the other
	case partDatabase:
		return database()
	case partObjects:
		return objects()
	}
	return fmt.Errorf("--only is %s or %s, not %q", partDatabase, partObjects, o.part)
}

func backupCommand() *cobra.Command {
	var f configFlag
	var only onlyFlag
	var kind string
	c := &cobra.Command{
		Use:   "backup",
		Short: "Back up the database with pgBackRest, and copy to the bucket of backups what is new in the bucket",
		Args:  cobra.NoArgs,
		Long: "Takes a backup of the database with pgBackRest (encrypted by its own configuration, any instant since by its archive), then brings " +
			"the copy of the bucket up to date. Neither holds a key: the keyset and the shelf are kept apart (RUNBOOK, " +
			"Backups). The copy alone may be brought up to date every few minutes.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := f.load()
			if err != nil {
				return err
			}
			database := func() error { return pgbackrest(c.Context(), &cfg.Backup, "backup", "--type="+kind) }
			objects := func() error { return mirror(c.Context(), cfg, c.OutOrStdout()) }
			return only.each(
				func() error { return watched(&cfg.Backup, partDatabase, database) },
				func() error { return watched(&cfg.Backup, partObjects, objects) })
		},
	}
	only.on(c)
	c.Flags().StringVar(&kind, "type", "incr", "of the database's backup: full, diff or incr")
	return f.on(c)
}

func restoreCommand() *cobra.Command {
	var f configFlag
	var only onlyFlag
	var data, at string
	c := &cobra.Command{
		Use:   "restore",
		Short: "Restore the database into an empty folder, to the last instant or an earlier one, and the bucket",
		Args:  cobra.NoArgs,
		Long: "Restores a cluster into an empty folder, which PostgreSQL then starts from, and copies into the bucket what it lacks. Afterwards, " +
			"before the program starts: retention replay, reconcile, audit verify (RUNBOOK, Backups). `drill` does all of it on servers of its own.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := f.load()
			if err != nil {
				return err
			}
			if data == "" && only.part != partObjects {
				return errors.New("--data names the empty folder for the cluster")
			}
			return only.each(
				func() error { return restoreCluster(c.Context(), &cfg.Backup, data, at) },
				func() error {
					bucket, err := app.OpenBucket("objects", cfg.Objects)
					if err != nil {
						return err
					}
					defer bucket.Close()
					return fill(c.Context(), cfg, bucket, c.OutOrStdout(), backedUp...)
				})
		},
	}
	only.on(c)
	c.Flags().StringVar(&data, "data", "", "the empty folder for the cluster")
	atFlag(c, &at)
	return f.on(c)
}

func atFlag(c *cobra.Command, at *string) {
	c.Flags().StringVar(at, "at", "", "the instant to restore to, as 2026-04-01T09:30:00+09:00; the last one that was archived if empty")
}

// pgbackrest runs pgBackRest, which says itself what fails.
func pgbackrest(ctx context.Context, b *configs.Backup, args ...string) error {
	if b.ConfigFile == "" {
		return errors.New("backup.pgbackrest_config_file is empty")
	}
	cmd := exec.CommandContext(ctx, "pgbackrest", append([]string{"--config=" + b.ConfigFile, "--stanza=" + b.Stanza}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("pgbackrest %s: %w", args[0], err)
	}
	return nil
}

// restoreCluster restores into a folder. What is restored archives nothing: it would be into the repository of the one that it is a copy of.
func restoreCluster(ctx context.Context, b *configs.Backup, data, at string) error {
	args := []string{"restore", "--pg1-path=" + data, "--archive-mode=off"}
	if at != "" {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return fmt.Errorf("--at is an instant with its zone, as 2026-04-01T09:30:00+09:00: %w", err)
		}
		args = append(args, "--type=time", "--target-action=promote", "--target="+instant.UTC().Format("2006-01-02 15:04:05.999999+00"))
	}
	return pgbackrest(ctx, b, args...)
}

// backups opens the bucket of backups.
func backups(ctx context.Context, cfg *configs.Config) (*object.Store, error) {
	if cfg.Backup.Objects.Endpoint == "" {
		return nil, errors.New("backup.objects.endpoint is empty")
	}
	store, err := app.OpenBucket("backup.objects", cfg.Backup.Objects)
	if err == nil && cfg.Backup.Objects.CreateBucket {
		err = store.EnsureBucket(ctx)
	}
	return store, err
}

func mirror(ctx context.Context, cfg *configs.Config, out io.Writer) error {
	bucket, err := app.OpenBucket("objects", cfg.Objects)
	if err != nil {
		return err
	}
	defer bucket.Close()
	copies, err := backups(ctx, cfg)
	if err != nil {
		return err
	}
	defer copies.Close()
	done, err := object.Mirror(ctx, bucket, copies, cfg.Backup.Keep, backedUp...)
	return errors.Join(err, show(out, done, nil))
}

// fill copies into a bucket what it lacks of the backup.
func fill(ctx context.Context, cfg *configs.Config, bucket *object.Store, out io.Writer, prefixes ...string) error {
	copies, err := backups(ctx, cfg)
	if err != nil {
		return err
	}
	defer copies.Close()
	if err := bucket.EnsureBucket(ctx); err != nil {
		return err
	}
	done, err := object.Fill(ctx, copies, bucket, prefixes...)
	return errors.Join(err, show(out, done, nil))
}
