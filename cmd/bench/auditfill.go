package main

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// fill writes entries like those of a busy office, one a second until now, and lets the sealer seal them. They are put in past the trigger, and
// indexed afterwards: what is measured later is the same, and it is there in minutes.
func (t *auditTrail) fill(ctx context.Context, n int64) error {
	indexes := map[string]string{"audit_entries_by_time": "(at, id)", "audit_entries_by_object": "(object_id, id)",
		"audit_entries_by_subject": "(subject_id, id) where subject_id is not null"}
	for name := range indexes {
		if _, err := t.owner.Exec(ctx, `drop index `+name); err != nil {
			return err
		}
	}
	const atOnce = 500_000
	for done := int64(0); done < n; done += atOnce {
		t.say("%d of %d entries", done, n)
		if err := t.put(ctx, min(atOnce, n-done), n-done); err != nil {
			return err
		}
		if _, err := t.sealer.Seal(ctx); err != nil {
			return err
		}
		if done <= n/2 {
			var err error
			if t.anchor, err = t.sealer.Newest(ctx); err != nil {
				return err
			}
		}
	}
	t.say("indexes")
	for name, on := range indexes {
		if _, err := t.owner.Exec(ctx, `create index `+name+` on audit_entries `+on); err != nil {
			return err
		}
	}
	for _, table := range []string{"audit_entries", "audit_pending", "audit_batches"} {
		if _, err := t.owner.Exec(ctx, `vacuum analyze `+table); err != nil {
			return err
		}
	}
	return nil
}

// put adds n entries that wait for their seal, the first of them so many seconds ago.
func (t *auditTrail) put(ctx context.Context, n, ago int64) error {
	super, err := pgx.Connect(ctx, t.superDSN)
	if err != nil {
		return err
	}
	defer func() { _ = super.Close(ctx) }()
	if _, err := super.Exec(ctx, `set session_replication_role = replica`); err != nil {
		return err
	}
	_, err = super.Exec(ctx, `with made as (
		insert into audit_entries (id, at, actor_id, role, municipality, purpose, action, object_kind, object_id, subject_id, request_id)
		select encode(overlay(uuid_send(gen_random_uuid()) placing int8send((extract(epoch from at) * 1000)::bigint << 16 | 28672) from 1), 'hex')::uuid,
			at, gen_random_uuid(), 'reviewer', '998010', 'open-case', (array['open-case', 'list-cases', 'open-view', 'read-document'])[1 + n % 4],
			'application', gen_random_uuid()::text, gen_random_uuid(), gen_random_uuid()::text
		from generate_series(1, $1::bigint) n, lateral (select now() + (n - $2::bigint) * interval '1 second' as at) instant returning id, at)
		insert into audit_pending select id, at from made`, n, ago)
	return err
}

func (t *auditTrail) insert(ctx context.Context, n int64) error {
	_, err := t.owner.Exec(ctx, `select set_config('app.role', 'reviewer', false), set_config('app.person', gen_random_uuid()::text, false),
		set_config('app.municipality', '998010', false), set_config('app.purpose', 'review', false), set_config('app.request', gen_random_uuid()::text, false)`)
	if err != nil {
		return err
	}
	_, err = t.owner.Exec(ctx, `insert into audit_entries (action, object_kind, object_id, subject_id)
		select (array['open-case', 'list-cases', 'open-view', 'read-document'])[1 + n % 4], 'application', gen_random_uuid()::text, gen_random_uuid()
		from generate_series(1, $1::bigint) n`, n)
	return err
}
