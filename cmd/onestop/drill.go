package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/configs"
)

// statusLost is the exit status of a drill that did not bring everything back.
const statusLost = 3

// drill restores a backup into servers of its own and looks whether it is whole.
type drill struct {
	cfg          *configs.Config
	out          io.Writer
	at, bin, dir string
	began, step  time.Time
	live         *standing
	found        drillResult
}

// drillResult is the drill's last line.
type drillResult struct {
	LostCases     int               `json:"lost_cases"` // filed in the service, and not in what was restored
	LostFiles     int               `json:"lost_files"` // rows without their object, or with another
	Back          int               `json:"back"`       // erased in the service, and there again even after the replay
	Unreadable    string            `json:"unreadable,omitempty"`
	AuditFindings int               `json:"audit_findings"`
	Cases         int               `json:"cases"`
	ErasedAgain   int               `json:"erased_again"`
	Files         int64             `json:"files"`
	Read          document.ReadBack `json:"read"`
	Seconds       float64           `json:"seconds"`
}

// whole says whether everything came back, and nothing that must not.
func (r *drillResult) whole() bool {
	return r.LostCases+r.LostFiles+r.Back+r.AuditFindings == 0 && r.Unreadable == ""
}

func drillCommand() *cobra.Command {
	var f configFlag
	var d drill
	c := &cobra.Command{
		Use:   "drill",
		Short: "Restore the backup into empty servers beside the service, look whether it is whole, and say what was lost and how long it took",
		Args:  cobra.NoArgs,
		Long: "Restores the database into a folder of its own and starts a PostgreSQL on it, fills a bucket of its own at the store of backups, " +
			"erases again what was erased, reconciles, verifies the audit trail, reads a case of each municipality with its files, and compares " +
			"with the service's own database. Then it removes all of it. The service is not touched. Run it as a user that PostgreSQL starts as, " +
			"not root. Exit status 3 if anything was lost.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := f.load()
			if err != nil {
				return err
			}
			d.cfg, d.out, d.began = cfg, c.OutOrStdout(), time.Now()
			d.step = d.began
			ctx, cancel := untilStopped() // and then it clears away what it made
			defer cancel()
			return watched(&cfg.Backup, partDrill, func() error { return d.say(d.run(ctx)) })
		},
	}
	atFlag(c, &d.at)
	c.Flags().StringVar(&d.bin, "pg-bin", "", "folder of pg_ctl; Debian's for the cluster's version if empty")
	c.Flags().StringVar(&d.dir, "dir", "", "folder for the restored cluster, with room for it; the system's for temporary files if empty")
	return f.on(c)
}

// say is the last line of a drill that came to its end, and whether all was whole.
func (d *drill) say(err error) error {
	if err != nil {
		return err
	}
	d.found.Seconds = time.Since(d.began).Seconds()
	if err := show(d.out, d.found, nil); err != nil {
		return err
	}
	if !d.found.whole() {
		return exitError{errors.New("what was restored is not whole"), statusLost}
	}
	return nil
}

// did says how long a step took.
func (d *drill) did(format string, args ...any) {
	fmt.Fprintf(d.out, "%8.1fs  %s\n", time.Since(d.step).Seconds(), fmt.Sprintf(format, args...))
	d.step = time.Now()
}

func (d *drill) run(ctx context.Context) (err error) {
	if d.dir, err = os.MkdirTemp(d.dir, "onestop-drill-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(d.dir)) }()
	if err := d.lookAtLive(ctx); err != nil {
		return err
	}
	defer d.live.db.Close()
	data := filepath.Join(d.dir, "cluster")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := restoreCluster(ctx, &d.cfg.Backup, data, d.at); err != nil {
		return err
	}
	d.did("the database's files are restored")
	server, err := startRestored(ctx, d.dir, data, d.bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop(ctx)) }()
	d.did("PostgreSQL has replayed what was archived")
	bucket := filepath.Base(d.dir) // unlike any other
	cfg, err := server.restoredConfig(d.cfg, bucket)
	if err != nil {
		return err
	}
	return d.withBucket(ctx, cfg, func() error { return d.examine(ctx, cfg) })
}

// withBucket fills a bucket for the drill and takes it away afterwards.
func (d *drill) withBucket(ctx context.Context, cfg *configs.Config, do func() error) (err error) {
	store, err := app.OpenBucket("backup.objects", cfg.Objects)
	if err != nil {
		return err
	}
	defer store.Close()
	defer func() { err = errors.Join(err, store.RemoveBucket(context.WithoutCancel(ctx))) }()
	// Checkpoints that were kept since contradict a trail of before, as they have to: what is wanted of it is the one that it had (lookAtLive).
	cfg.Audit.CheckpointDir = ""
	if err := fill(ctx, d.cfg, store, d.out, filesPrefix); err != nil {
		return err
	}
	d.did("the bucket is filled")
	return do()
}

// examine does what has to be done after each restore, and looks closer.
func (d *drill) examine(ctx context.Context, cfg *configs.Config) error {
	a, err := app.Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer a.Close()
	owner, err := openOwner(ctx, cfg)
	if err != nil {
		return err
	}
	defer owner.Close()
	again, err := a.Retain.Replay(ctx, owner)
	if err != nil {
		return err
	}
	d.found.ErasedAgain = again.Erased
	d.did("%d cases erased again", again.Erased)

	files, err := a.Documents.Reconcile(ctx, document.ReconcileOptions{DryRun: true, MinAge: cfg.Files.UploadTime + cfg.Files.UploadGrace})
	if err != nil {
		return err
	}
	d.found.LostFiles, d.found.Files = int(files.Missing+files.WrongSize), files.Rows
	d.did("%d parts of files reconciled, %d lost", files.Rows, d.found.LostFiles)

	if err := d.verify(ctx, a); err != nil {
		return err
	}
	if d.found.Read, err = a.Documents.ReadBack(ctx); err != nil {
		d.found.Unreadable = err.Error()
	}
	d.did("a case of each of %d municipalities read, with %d files", d.found.Read.Municipalities, d.found.Read.Files)
	return d.compare(ctx, a)
}

func (d *drill) verify(ctx context.Context, a *app.App) error {
	if a.Sealer == nil {
		d.did("the audit trail is not verified: %v", errNotSealing)
		return nil
	}
	v, err := a.Sealer.Verify(ctx, audit.Check{Anchors: d.live.trail})
	if err != nil {
		return err
	}
	for _, f := range v.Findings {
		fmt.Fprintln(d.out, f)
	}
	d.found.AuditFindings = len(v.Findings)
	d.did("%d audit entries under %d seals verified, %d findings", v.Entries, v.Seals, len(v.Findings))
	return nil
}
