package postgres_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// populations are the rows that stand in the database when it is at a version, before the next one comes (house.md,
// habit 13). Each migration has one; a later migration is tried on all before it.
var populations = map[int64]string{
	1: `insert into municipalities (code, name_ja, name_kana, name_en, office_ja, office_plain, office_en, telephone, wrapped_key)
			values ('998010', 'ひなた市', 'ヒナタシ', 'Hinata', '子育て課', 'こそだてか', 'Children', '000', 'k');
		insert into offerings (municipality, procedure, signature) values ('998010', 'nursery', 'login');
		insert into closed_days (municipality, day) values ('998010', '2026-12-29');
		insert into people (id, provider, subject) select gen_random_uuid(), 'idp', 'subject ' || n from generate_series(1, 20) n`,
	2: `insert into applications (id, municipality, person_id, procedure, state, channel, children_index, expires_at, created_at, updated_at)
			select gen_random_uuid(), '998010', id, 'nursery', 'draft', 'online', 'c', now(), now(), now() from people;
		update applications set version = 2, state = 'arrived', receipt_number = 'R' || id, filed_revision = 1, plan_version = '2017-07-18', arrived_at = now(),
			claim_on = now()
			where id < (select percentile_disc(0.5) within group (order by id::text) from applications)::uuid;
		insert into revisions (application_id, number, municipality, person_id, sealed, filed, created_at, updated_at)
			select id, 1, municipality, person_id, 's', state <> 'draft', now(), now() from applications;
		insert into plan_items (application_id, document, subject, municipality, person_id, item, decision, reason, inquire, state, revision, updated_at)
			select id, 'income', 'applicant', municipality, person_id, 'tax', 'attach', 'trial', true, 'awaiting-document', 1, now() from applications
				where state <> 'draft';
		insert into history (id, application_id, municipality, person_id, at, event, from_state, to_state, role, revision)
			select gen_random_uuid(), id, municipality, person_id, now(), 'filed', 'draft', 'arrived', 'applicant', 1 from applications;
		insert into corrections (application_id, number, municipality, person_id, state, items, fields, sealed_text, requested_at)
			select id, 1, municipality, person_id, 'open', '[]', '[]', 's', now() from applications where state <> 'draft';
		insert into consents (id, application_id, municipality, person_id, item, given, given_by, how, at)
			select gen_random_uuid(), id, municipality, person_id, 'tax', true, 'applicant', 'online', now() from applications`,
	3: `insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, media_type, size, sha256, state,
		revision, created_at, stored_at)
			select gen_random_uuid(), id, municipality, person_id, 'income', 'applicant', 'n', 's', 'application/pdf', 1, 'd', 'stored', 1, now(), now()
				from applications;
		insert into file_parts (file_id, number, application_id, municipality, person_id, object_key, size)
			select id, n, application_id, municipality, person_id, id || '/' || n, 1 from files, generate_series(1, 2) n;
		delete from file_parts where number = 2`,
	4: `insert into phase_changes (id, kind, state, municipality, rows, reason, proposed_by, proposed_at, decided_by, decided_at)
			select gen_random_uuid(), 'change', 'approved', '*', '[]', 'r', min(id::text)::uuid, now(), max(id::text)::uuid, now() from people;
		insert into phase_rows (id, procedure, item, municipality, phase, effective_from, change_id) select gen_random_uuid(), '*', '*', '*', 'full',
			now() + interval '1 day', id from phase_changes;
		insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported) values (gen_random_uuid(), '*', '*', '*', 'trial',
			'2017-07-18', true)`,
	5: `insert into audit_entries (id, at, role, purpose, action) select gen_random_uuid(), now(), 'public', 'p', 'a' from people;
		insert into idempotency_keys (person_id, route, key, body_hash, sealed, created_at) select id, 'r', 'k', 'h', 's', now() from people;
		insert into service_keys (name, wrapped_key) values ('answers', 'k');
		insert into messages (id, person_id, municipality, application_id, kind, created_at) select gen_random_uuid(), person_id, municipality, id, 'k', now()
			from applications;
		insert into sessions (token_digest, data, expires_at) values ('d', 's', now())`,
	6: `insert into audit_seals (number, entries, root, chain, horizon, key_id, signature, sealed_at) values (1, 1, 'r', 'c', '9', 'k', 's', now());
		insert into audit_leaves (entry_id, seal, position, leaf) select id, 1, 0, 'l' from audit_entries order by id limit 1;
		insert into audit_entries (id, at, role, purpose, action) values (gen_random_uuid(), '2999-01-01', 'public', 'p', 'of years to come')`,
	7:  fmt.Sprintf(reviewRows, filedCases),
	8:  fmt.Sprintf(linkageRows, filedCases) + ";" + fmt.Sprintf(exchangeRows, filedCases),
	9:  `update corrections set state = 'lapsed'`,
	10: `update applications set version = version + 1, late = true, protected = true, urgent = true where state <> 'draft'`,
	11: `insert into applications (id, municipality, person_id, procedure, state, channel, children_index, expires_at, created_at, updated_at)
			select gen_random_uuid(), '998010', id, 'nursery', 'draft', 'counter', 'paper', now(), now(), now() from people limit 1`,
	12: `insert into handovers (id, site_id, site_name, person_id, municipality, procedure, state, secret_hash, wrapped_key, sealed, created_at, expires_at,
		opened_at)
			select gen_random_uuid(), id, 'site', id, '998010', 'nursery', 'open', sha256('s'), 'k', 's', now(), now(), now() from people;
		insert into shares (id, site_id, site_name, person_id, item, state, secret_hash, wrapped_key, sealed_reason, sealed_login, asked_at, expires_at, until,
			granted_at)
			select gen_random_uuid(), id, 'site', id, 'tax', 'granted', sha256('s'), 'k', 's', 'l', now(), now(), now(), now() from people;
		insert into share_uses (id, share_id, site_id, person_id, item, at, result) select gen_random_uuid(), id, site_id, person_id, item, now(), 'answered'
			from shares`,
	13: `insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at)
			select gen_random_uuid(), application_id, municipality, person_id, procedure, item, document, subject, 'trial', 'facts', now() from comparisons`,
	20: fmt.Sprintf(signatureRows, filedCases),
	21: `insert into person_settings (person_id, sealed_mail, language, wants_mail, updated_at) select id, 's', 'ja', true, now() from people;
		insert into broadcasts (id, municipality, author_id, state, ages_on, texts, created_at, updated_at)
			select gen_random_uuid(), '998010', id, 'running', '2026-04-01', '{}', now(), now() from people limit 1;
		insert into messages (id, person_id, municipality, kind, created_at, broadcast_id)
			select gen_random_uuid(), p.id, b.municipality, 'broadcast', now(), b.id from people p, broadcasts b;
		insert into mails (message_id, municipality, state, queued_at) select id, municipality, 'queued', now() from messages`,
	22: fmt.Sprintf(viewRows, filedCases),
	24: fmt.Sprintf(warningRows, "true") + `;
		update shares set state = 'revoked', wrapped_key = 'slot1' || repeat('x', 17)::bytea, sealed_login = null, ended_at = now();
		update person_settings set sealed_mail = 'slot1' || repeat('y', 17)::bytea;
		delete from person_settings where person_id = (select person_id from person_settings limit 1);
		insert into erasures (id, municipality, procedure, kind, rule, last_day, files, objects, erased_at) values (gen_random_uuid(), '998010', 'nursery',
			'decided', 'decided', '2026-04-01', 1, 2, now())`,
	25: uploadRows,
	27: `insert into circulars (id, number, issued_on, issuer, title, object_key, size, sha256, registered_by)
			select gen_random_uuid(), '府番第1号', '2026-04-01', 'i', 't', 'circulars/' || id, 1, sha256('s'), id from people`,
	28: fmt.Sprintf(briefingRows, filedCases),
	29: `select 1`, // an index alone
	30: `insert into edition_bundles (digest, scope, contents, stored_at) values (repeat('a', 64), '*', 'z', now());
		insert into editions (id, scope, digest, state, uploaded_by, uploaded_at, proposed_by, proposed_at, decided_by, decided_at, effective_from)
			select gen_random_uuid(), '*', repeat('a', 64), 'approved', min(id::text)::uuid, now(), min(id::text)::uuid, now(), max(id::text)::uuid, now(),
				now() + interval '1 day' from people;
		insert into edition_rows (id, scope, digest, effective_from, edition_id) select gen_random_uuid(), '*', digest, effective_from, id from editions;
		insert into edition_rows (id, scope, digest, effective_from, imported) values (gen_random_uuid(), '*', repeat('a', 64), '2017-07-18', true)`,
	31: `select 1`, // constraints alone
	65: `update offerings set weeks = 3`,
	75: `update applications set due_on = now(), reading_row = 8, search_tokens = '{1,2}', version = version + 1 where state = 'arrived';
		insert into queue_views (id, municipality, owner_id, name, filter, shared, created_at) select gen_random_uuid(), '998010', id, 'v', 'flag=mine',
			true, now() from people limit 1;
		insert into staff_names (municipality, staff_id, sealed_name, seen_at) select '998010', id, 's', now() from people limit 1`,
	60: `update files set sealed_answers = 'sealed'`,
	36: `insert into paper_days values ('2026-04-01', now());
		insert into papers_omitted values ('2026-04-01', '998010', 'nursery', 'tax', 3)`,
	34: `insert into edition_certificates (digest, edition_id, contents, made_at) select encode(sha256('c'), 'hex'), id, 'c', now() from editions`,
	40: `update applications set put_aside_at = now(), version = version + 1 where state = 'draft' and channel <> 'counter'`,
	61: `insert into bank_tables values (gen_random_uuid(), 'bank_code', now())`,
	32: replayRows,
	33: fmt.Sprintf(reassessmentRows, filedCases),
	70: `insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at, staff_id, why)
			select gen_random_uuid(), application_id, municipality, person_id, procedure, item, document, subject, 'trial', 'judged', now(), person_id, 'part'
			from comparisons limit 1`,
	71: `select 1`, // a constraint and an index alone
	87: fmt.Sprintf(letterRows, filedCases),
	88: `update applications set origin_number = 'R-1', version = version + 1 where state = 'arrived'`,
	91: ``, // a function
	92: `insert into case_people (application_id, mark, kind, municipality, person_id) select id, 'm', 'form', municipality, person_id from applications;
		insert into protections (id, municipality, source) values ('018f0000-0000-7000-8000-000000000092', '998010', 'directory');
		insert into protection_marks (municipality, mark, protection_id) values ('998010', 'm', '018f0000-0000-7000-8000-000000000092');
		insert into directory_checks (application_id, municipality, person_id) select id, municipality, person_id from applications where state = 'arrived'`,
	93: `update applications set directory_asked_at = now() where state = 'arrived'`,
	94: `insert into protection_grants (id, municipality, staff_id, state, reason, until, proposed_by, proposed_at)
			select gen_random_uuid(), '998010', id, 'proposed', 'r', now(), id, now() from people limit 1`,
	100: ``, // constraints and an index
	101: `insert into audit_pending select id, at from audit_entries order by id desc limit 1;
		insert into audit_checkpoints (number, size, root, edge, note, made_at) values (1, 1, 'r', 'e', 'n', now())`,
	102: `select set_config('app.role', 'reviewer', false); insert into audit_entries (action, at, id) values ('inserted', now(), gen_random_uuid())`,
	103: ``,
	104: ``,
	110: ``,                         // a function
	120: `select claim_shelf('5f')`, // kept when the program is older again
	133: `select met_one(1)`,
	134: ``, // a function
	135: ``, // a function
	130: `insert into reservations (id, municipality, person_id, files, expires_at)
		select gen_random_uuid(), '998010', id, array[gen_random_uuid()], now() from people limit 1`,
	121: `insert into core_systems (id, municipality, name, state, scopes, networks, per_second, sees_protected, keys, reason, proposed_by, proposed_at)
			select id, '998010', 'n', 'proposed', 'core:read', '10.0.0.0/8', 5, false, '{}', 'r', id, now() from people limit 1;
		insert into core_tokens select 'd', id, now() from core_systems;
		insert into core_assertions select id, 'j', now() from core_systems`,
	122: `insert into history (id, application_id, municipality, person_id, at, event, from_state, to_state, role, revision)
			select gen_random_uuid(), id, municipality, person_id, now(), 'file', 'draft', 'arrived', 'applicant', 1 from applications where state = 'arrived'
				limit 3;
		insert into core_feeds (municipality, position) values ('998010', 0)`,
	123: `update core_events set position = seq, published_at = now() where seq = 1`,
	124: `insert into core_cases (application_id, system_id, municipality, person_id, state, revision, at)
			select a.id, s.id, a.municipality, a.person_id, 'taken', 1, now() from applications a, core_systems s where a.state = 'arrived'`,
	140: ``, // a constraint
	141: ``, // and that it holds
	142: `insert into intake_batches (id, municipality, system_id, sender, batch, digest, announced, began_at)
			select gen_random_uuid(), municipality, id, 's', 'b', 'd', 2, now() from core_systems limit 1;
		insert into intake_items (id, municipality, batch_id, sender, number, digest, original, procedure, state, sealed, marks, application_id, person_id, at)
			select gen_random_uuid(), b.municipality, b.id, 's', 'n', 'd', true, '', 'taken', 's', '{}', a.id, a.person_id, now()
				from intake_batches b, applications a where a.state = 'arrived' and a.municipality = b.municipality limit 1;
		insert into intake_items (id, municipality, batch_id, sender, number, digest, original, procedure, state, wrapped_key, sealed, marks, at)
			select gen_random_uuid(), municipality, id, 's', 'm', 'd', true, '', 'waiting', 'k', 's', '{}', now() from intake_batches;
		insert into intake_files (id, item_id, municipality, number, object_key, sealed_name, size)
			select gen_random_uuid(), id, municipality, 1, 'k', 's', 1 from intake_items where state = 'waiting'`,
	125: `select session_own(token_digest, (select id from people limit 1), 'sid', '{998010}') from sessions; select session_first('once', now())`,
	126: ``, // indexes
	145: `insert into signature_timestamps (application_id, number, municipality, person_id) select application_id, number, municipality, person_id
			from signatures`,
	45: `update files set view_shown = view_total where view = 'ready'`,
}

// filled are tables that a migration fills or empties, and how many rows they have then.
var filled = map[string]string{
	"100 audit_entries": `select count(*) from people`, // one of years to come lies apart until the table is in parts
	"102 audit_entries": `select count(*) + 1 from people`,
	"123 core_events":   `select count(*) from applications where arrived_at is not null`,
	"103 audit_pending": `select count(*) - (select sum(cardinality(entries)) from audit_batches)::bigint from audit_entries`,
}

// empty makes a database without a schema, owned by the owner role.
func empty(t testing.TB) (ownerDSN, superDSN string) {
	t.Helper()
	d := pgtest.New(t)
	name := d.Name + "_empty"
	direct(t, d.SuperDSN, func(conn *pgx.Conn) {
		if err := postgres.EnsureDatabase(bg, conn, name, ""); err != nil {
			t.Fatal(err)
		}
	})
	t.Cleanup(func() { exec(t, d.SuperDSN, `drop database `+name+` with (force)`) })
	for from, to := range map[string]*string{d.OwnerDSN: &ownerDSN, d.SuperDSN: &superDSN} {
		u, err := url.Parse(from)
		if err != nil {
			t.Fatal(err)
		}
		u.Path = "/" + name
		*to = u.String()
	}
	return ownerDSN, superDSN
}

func stepper(t testing.TB, ownerDSN string) *goose.Provider {
	t.Helper()
	pool, err := pgxpool.New(bg, ownerDSN)
	if err != nil {
		t.Fatal(err)
	}
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { _ = db.Close(); pool.Close() })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, postgres.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	return provider
}

// rowsPerTable counts the rows of every table.
func rowsPerTable(t testing.TB, superDSN string) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for table := range pairs(t, superDSN, `select relname, '' from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
		and not relispartition and relname not like 'goose%'`) {
		out[table] = rowsOf(t, superDSN, `select count(*) from `+table)
	}
	return out
}

// shape is everything that the migrations made, as text: columns, constraints, indexes, policies, functions, grants.
func shape(t testing.TB, superDSN string) map[string]string {
	t.Helper()
	return pairs(t, superDSN, `
		select 'column ' || table_name || '.' || column_name, data_type || is_nullable || coalesce(column_default, '') from information_schema.columns
			where table_schema = 'public' and table_name not like 'goose%'
		union all select 'constraint ' || conrelid::regclass || conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
			and conrelid::regclass::text not like 'goose%'
		union all select 'index ' || indexname, indexdef from pg_indexes where schemaname = 'public' and tablename not like 'goose%'
		union all select 'policy ' || tablename || policyname, concat(roles, cmd, qual, with_check) from pg_policies where schemaname = 'public'
		union all select 'function ' || proname, prosrc || coalesce(proacl::text, '') from pg_proc where pronamespace = 'public'::regnamespace
		union all select 'trigger ' || tgrelid::regclass || tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
		union all select 'table ' || relname, concat(relrowsecurity, relacl) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
			and relname not like 'goose%'`)
}

func TestEachMigrationRunsOnAPopulatedDatabase(t *testing.T) {
	owner, super := empty(t)
	provider := stepper(t, owner)
	had := map[string]int64{}
	for _, source := range provider.ListSources() {
		population, ok := populations[source.Version]
		if !ok {
			t.Fatalf("populations has nothing for version %d", source.Version)
		}
		if _, err := provider.UpTo(bg, source.Version); err != nil {
			t.Fatalf("up to %d: %v", source.Version, err)
		}
		for table, n := range had {
			if query, fills := filled[fmt.Sprint(source.Version, " ", table)]; fills {
				n = rowsOf(t, super, query)
			}
			if got := rowsOf(t, super, `select count(*) from `+table); got != n {
				t.Errorf("version %d: %s had %d rows and has %d", source.Version, table, n, got)
			}
		}
		exec(t, owner, population)
		had = rowsPerTable(t, super)
		for table, n := range had {
			if n == 0 {
				t.Errorf("populations[%d] leaves %s empty", source.Version, table)
			}
		}
	}
	first := shape(t, super)
	sources := provider.ListSources()
	slices.Reverse(sources)
	for _, source := range sources {
		if _, err := provider.DownTo(bg, source.Version-1); err != nil {
			t.Fatalf("down from %d: %v", source.Version, err)
		}
	}
	if left := shape(t, super); len(left) != 0 {
		t.Errorf("after the way down there are %v", slices.Sorted(maps.Keys(left)))
	}
	if _, err := provider.Up(bg); err != nil {
		t.Fatalf("up again: %v", err)
	}
	again := shape(t, super)
	for what := range first {
		if again[what] != first[what] {
			t.Errorf("%s was %q, is %q", what, first[what], again[what])
		}
	}
	if len(again) != len(first) {
		t.Errorf("the schema had %d parts and has %d", len(first), len(again))
	}
}

// Several nodes may start at once; a second start changes nothing.
func TestMigrateAtOnceAndAgain(t *testing.T) {
	owner, super := empty(t)
	var group errgroup.Group
	for range 3 {
		group.Go(func() error { return postgres.Migrate(bg, owner) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	before := shape(t, super)
	if err := postgres.Migrate(bg, owner); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(before, shape(t, super)) {
		t.Error("migrating again changed the schema")
	}
	files, err := fs.Glob(postgres.Migrations(), "*.sql")
	if err != nil || int64(len(files)) != rowsOf(t, super, `select count(*) from goose_db_version where version_id > 0`) {
		t.Errorf("%d files, %v: not each was applied once", len(files), err)
	}
	if err := postgres.Migrate(bg, fmt.Sprint(owner, "_missing")); err == nil {
		t.Error("migrating a database that is not there succeeds")
	}
}
