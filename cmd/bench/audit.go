package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	freshEntries = 1000
	trailGoal    = 100 * time.Millisecond // sealing what is new, and the check of readiness
	verifyGoal   = 200_000                // entries a second
	trailRounds  = 5
)

// trail measures the work on an audit trail of many entries: sealing what is new, asking whether it is sealed, verifying all of it, and
// verifying from a checkpoint on.
func trail(ctx context.Context, s settings) (results []Result, err error) {
	b := &stand{settings: s, dsn: map[string]string{}}
	defer func() { err = errors.Join(err, b.close()) }()
	if b.dir, err = folder(s, &b.cleanup); err != nil {
		return nil, err
	}
	if err := b.startPostgres(ctx); err != nil {
		return nil, err
	}
	t, err := b.newTrail(ctx)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.fill(ctx, int64(s.entries)); err != nil {
		return nil, err
	}
	for _, measure := range []func(context.Context) (Result, error){t.writing, t.sealing, t.readiness, t.verifying, t.fromAnchor} {
		one, err := measure(ctx)
		if err != nil {
			return results, err
		}
		one.Details["entries"] = s.entries
		s.say("%v: %g %s", one.Details["what"], one.Value, one.Unit)
		results = append(results, one)
	}
	return results, nil
}

type auditTrail struct {
	*stand
	app, sweep *postgres.DB
	owner      *pgx.Conn
	sealer     *audit.Sealer
	anchor     *models.AuditCheckpoint // in the middle
	superDSN   string
}

func (b *stand) newTrail(ctx context.Context) (*auditTrail, error) {
	t := &auditTrail{stand: b}
	path := filepath.Join(b.dir, "audit.pem")
	if err := audit.CreateKeys(path); err != nil {
		return nil, err
	}
	keys, err := audit.LoadKeys(path)
	if err != nil {
		return nil, err
	}
	if t.app, err = postgres.Open(ctx, postgres.Options{DSN: b.dsn[postgres.RoleApp]}); err != nil {
		return nil, err
	}
	if t.sweep, err = postgres.Open(ctx, postgres.Options{DSN: b.dsn[postgres.RoleSweep]}); err != nil {
		return nil, err
	}
	t.sealer, err = audit.NewSealer(t.sweep, keys, audit.Options{
		Origins: []string{"onestop.example/audit"},
		Keepers: []audit.Keeper{audit.Folder{Root: b.dir, Name: "checkpoints"}},
		Lag:     time.Hour,
	})
	if err != nil {
		return nil, err
	}
	super, err := url.Parse(b.postgres.DSN)
	if err != nil {
		return nil, err
	}
	super.Path = "/" + database
	t.superDSN = super.String()
	t.owner, err = pgx.Connect(ctx, b.dsn[postgres.RoleOwner])
	return t, err
}

func (t *auditTrail) close() {
	_ = t.owner.Close(context.Background())
	t.app.Close()
	t.sweep.Close()
}

// middle is the middle one of some rounds: what else the machine did meets one of them.
func (t *auditTrail) middle(ctx context.Context, what string, before, do func(context.Context) error) (Result, error) {
	var took tally
	for range trailRounds {
		if err := before(ctx); err != nil {
			return Result{}, err
		}
		begin := time.Now()
		if err := do(ctx); err != nil {
			return Result{}, fmt.Errorf("%s: %w", what, err)
		}
		took.took = append(took.took, time.Since(begin))
	}
	slices.Sort(took.took)
	r := took.result()
	r.Value, r.Unit, r.Details = milliseconds(took.percentile(50)), "ms", map[string]any{"what": what}
	r.goal(fmt.Sprintf("≤ %s", trailGoal), took.percentile(50) <= trailGoal)
	return r, nil
}

func nothing(context.Context) error { return nil }

// writing is how long the entries of 1,000 acts take, beside the same rows in a table that has the indexes and no trigger.
func (t *auditTrail) writing(ctx context.Context) (Result, error) {
	for _, sql := range []string{`create table plain (like audit_entries including all)`, `insert into plain select * from audit_entries limit 100000`} {
		if _, err := t.owner.Exec(ctx, sql); err != nil {
			return Result{}, err
		}
	}
	plain, err := t.middle(ctx, "plain rows", nothing, func(ctx context.Context) error {
		_, err := t.owner.Exec(ctx, `insert into plain (action, object_kind, object_id, subject_id)
			select 'open-case', 'application', gen_random_uuid()::text, gen_random_uuid() from generate_series(1, $1::bigint) n`, freshEntries)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	r, err := t.middle(ctx, "writing 1,000 entries", nothing, func(ctx context.Context) error { return t.insert(ctx, freshEntries) })
	r.Limit = plain.Value
	if r.Limit > 0 {
		r.Ratio = round(r.Value / r.Limit)
	}
	r.Goal, r.Reached = "", nil
	return r, errors.Join(err, t.sealAll(ctx))
}

func (t *auditTrail) sealAll(ctx context.Context) error {
	_, err := t.sealer.Seal(ctx)
	return err
}

func (t *auditTrail) sealing(ctx context.Context) (Result, error) {
	return t.middle(ctx, "sealing 1,000 new entries", func(ctx context.Context) error { return t.insert(ctx, freshEntries) }, t.sealAll)
}

func (t *auditTrail) readiness(ctx context.Context) (Result, error) {
	return t.middle(ctx, "check of readiness", nothing, t.sealer.Ready)
}

func (t *auditTrail) verifying(ctx context.Context) (Result, error) {
	return t.verify(ctx, "verifying all of it", audit.Check{})
}

func (t *auditTrail) fromAnchor(ctx context.Context) (Result, error) {
	return t.verify(ctx, "verifying from a checkpoint in the middle", audit.Check{Begin: &audit.Anchor{Size: t.anchor.Size, Root: t.anchor.Root}})
}

func (t *auditTrail) verify(ctx context.Context, what string, c audit.Check) (Result, error) {
	m := t.meterOf(map[string]int{"bench": os.Getpid()})
	begin := time.Now()
	v, err := t.sealer.Verify(ctx, c)
	if err != nil {
		return Result{}, err
	}
	took := time.Since(begin)
	rate := float64(v.Entries) / took.Seconds()
	r := Result{
		Value:  round(rate),
		Unit:   "entries/s",
		Errors: len(v.Findings),
		Details: map[string]any{"what": what, "seconds": round(took.Seconds()), "verified": v.Entries, "seals": v.Seals,
			"cpu_ms_per_1000": m.each(max(1, v.Entries/1000))},
	}
	r.goal(fmt.Sprintf("≥ %d", verifyGoal), rate >= verifyGoal)
	return r, nil
}
