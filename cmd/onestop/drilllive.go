package main

import (
	"context"
	"fmt"
	"time"

	"kosodate.example/onestop/app"
	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// standing is what the service had when the drill began.
type standing struct {
	db    *postgres.DB // as the sweep role
	filed map[string]bool
	trail []audit.Anchor // the newest checkpoint of the audit trail; none at an earlier instant
}

var driller = models.System("", "drill")

// lookAtLive reads which cases were filed and how far the audit trail was sealed, and has pgBackRest archive everything up to now and the bucket's copy
// brought up to date: what was acknowledged until now is wanted back.
func (d *drill) lookAtLive(ctx context.Context) error {
	before := time.Now().AddDate(1, 0, 0)
	if d.at != "" {
		var err error
		if before, err = time.Parse(time.RFC3339, d.at); err != nil {
			return fmt.Errorf("--at: %w", err)
		}
	}
	dsn, err := configs.Secret("database.sweep_url_file", d.cfg.Database.SweepFile)
	if err != nil {
		return err
	}
	db, err := postgres.Open(ctx, postgres.Options{DSN: dsn, MaxConns: 1})
	if err != nil {
		return err
	}
	d.live = &standing{db: db}
	err = d.live.read(ctx, before, d.at == "")
	if err == nil {
		err = pgbackrest(ctx, &d.cfg.Backup, "check")
	}
	if err == nil {
		err = mirror(ctx, d.cfg, d.out)
	}
	if err != nil {
		db.Close()
		return err
	}
	d.did("the service has %d filed cases; all of it is archived", len(d.live.filed))
	return nil
}

func (s *standing) read(ctx context.Context, before time.Time, newest bool) (err error) {
	if s.filed, err = filedIn(ctx, s.db, before); err != nil || !newest {
		return err
	}
	return s.db.InTx(ctx, driller, func(tx *postgres.Tx) error {
		last, err := tx.LastCheckpoint()
		if last != nil {
			s.trail = []audit.Anchor{{Size: last.Size, Root: last.Root}}
		}
		return err
	})
}

func filedIn(ctx context.Context, db *postgres.DB, before time.Time) (map[string]bool, error) {
	const page = 10_000
	out, after := map[string]bool{}, ""
	for {
		var ids []string
		err := db.InTx(ctx, driller, func(tx *postgres.Tx) (err error) {
			ids, err = tx.FiledIDs(before, after, page)
			return err
		})
		for _, id := range ids {
			out[id] = true
		}
		if err != nil || len(ids) < page {
			return out, err
		}
		after = ids[len(ids)-1]
	}
}

// compare finds what is not there, and what is there and must not be.
func (d *drill) compare(ctx context.Context, a *app.App) error {
	restored, err := filedIn(ctx, a.SweepDB, time.Now().AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	d.found.Cases = len(restored)
	for id := range d.live.filed {
		if restored[id] {
			continue
		}
		if erased, err := d.live.erased(ctx, id); err != nil {
			return err
		} else if !erased { // it was not erased since the drill began
			d.found.LostCases++
			fmt.Fprintln(d.out, "lost", id)
		}
	}
	for id := range restored {
		if d.live.filed[id] {
			continue
		}
		if erased, err := d.live.erased(ctx, id); err != nil {
			return err
		} else if erased {
			d.found.Back++
			fmt.Fprintln(d.out, "back", id)
		}
	}
	d.did("%d filed cases are there, %d lost, %d back that were erased", len(restored), d.found.LostCases, d.found.Back)
	return nil
}

func (s *standing) erased(ctx context.Context, id string) (bool, error) {
	err := s.db.InTx(ctx, driller, func(tx *postgres.Tx) error {
		_, err := tx.Erasure(id)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	return err == nil, err
}
