package postgres_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// What each role may do, in whole. A migration that grants more has to say so here.
var grants = map[string]map[string]string{
	"onestop_app": {
		"municipalities": "SELECT INSERT UPDATE", "offerings": "SELECT INSERT UPDATE DELETE", "closed_days": "SELECT INSERT UPDATE DELETE",
		"people": "SELECT", "applications": "SELECT INSERT UPDATE DELETE", "revisions": "SELECT INSERT UPDATE",
		"plan_items": "SELECT INSERT UPDATE DELETE", "history": "SELECT INSERT", "corrections": "SELECT INSERT UPDATE", "consents": "SELECT INSERT",
		"file_views": "SELECT INSERT UPDATE DELETE", "files": "SELECT INSERT UPDATE DELETE", "file_parts": "SELECT INSERT UPDATE DELETE",
		"uploads": "SELECT INSERT UPDATE DELETE", "part_attempts": "SELECT INSERT DELETE", "phase_changes": "SELECT INSERT UPDATE",
		"editions": "SELECT INSERT UPDATE", "edition_bundles": "SELECT INSERT", "edition_rows": "SELECT INSERT", "edition_certificates": "SELECT INSERT",
		"edition_replays": "SELECT INSERT UPDATE", "edition_replay_counts": "SELECT INSERT UPDATE", "reassessments": "SELECT INSERT UPDATE DELETE",
		"phase_rows": "SELECT INSERT", "audit_entries": "SELECT INSERT", "idempotency_keys": "SELECT INSERT DELETE",
		"service_keys": "SELECT INSERT", "messages": "SELECT INSERT", "messages.read_at": "UPDATE",
		"person_settings": "SELECT INSERT UPDATE", "broadcasts": "SELECT INSERT", "broadcasts.state": "UPDATE", "broadcasts.cursor": "UPDATE",
		"broadcasts.examined":   "UPDATE",
		"broadcasts.recipients": "UPDATE", "broadcasts.updated_at": "UPDATE", "broadcasts.ended_at": "UPDATE",
		"mails": "SELECT INSERT", "mails.state": "UPDATE", "mails.attempts": "UPDATE", "mails.claimed_at": "UPDATE", "mails.ended_at": "UPDATE",
		"claims": "SELECT INSERT UPDATE", "case_notes": "SELECT INSERT", "readings": "SELECT INSERT", "papers": "SELECT INSERT", "dispositions": "SELECT INSERT",
		"decisions": "SELECT INSERT UPDATE", "review_tasks": "SELECT INSERT UPDATE", "counter_intakes": "SELECT INSERT", "staff": "SELECT INSERT UPDATE",
		"exports": "SELECT INSERT UPDATE", "resident_links": "SELECT INSERT UPDATE", "inquiries": "SELECT INSERT UPDATE", "exchanges": "SELECT INSERT UPDATE",
		"discrepancies": "SELECT INSERT UPDATE", "discrepancy_steps": "SELECT INSERT", "comparisons": "SELECT INSERT", "provider_requests": "SELECT INSERT UPDATE",
		"provider_request_steps": "SELECT INSERT", "readiness_checks": "SELECT INSERT UPDATE DELETE", "signatures": "SELECT INSERT UPDATE",
		"signature_timestamps": "SELECT INSERT UPDATE",
		"circulars":            "SELECT INSERT", "bank_tables": "SELECT INSERT", "staff_briefings": "SELECT INSERT",
		"queue_views": "SELECT INSERT DELETE", "staff_names": "SELECT INSERT UPDATE",
		"letter_settings": "SELECT INSERT", "letter_numbers": "SELECT INSERT UPDATE", "letters": "SELECT INSERT", "letter_reads": "SELECT INSERT",
		"reservations": "SELECT INSERT UPDATE DELETE", "boilerplates": "SELECT INSERT", "protection_grants": "SELECT INSERT UPDATE",
		"intake_batches": "SELECT INSERT UPDATE", "intake_items": "SELECT INSERT UPDATE", "intake_files": "SELECT INSERT UPDATE",
		"core_systems": "SELECT INSERT UPDATE", "core_events": "SELECT", "core_cases": "SELECT INSERT UPDATE",
		"handovers": "SELECT INSERT", "handovers.state": "UPDATE", "handovers.wrapped_key": "UPDATE", "handovers.sealed": "UPDATE", "handovers.ended_at": "UPDATE",
		"shares": "SELECT INSERT", "shares.state": "UPDATE", "shares.wrapped_key": "UPDATE", "shares.sealed_reason": "UPDATE", "shares.sealed_login": "UPDATE",
		"shares.granted_at": "UPDATE", "shares.ended_at": "UPDATE", "share_uses": "SELECT INSERT", "share_uses.result": "UPDATE",
		"draft_warnings": "SELECT INSERT", "erasures": "SELECT",
		"river_job": "SELECT INSERT UPDATE DELETE", "river_queue": "SELECT INSERT UPDATE DELETE", "river_leader": "SELECT INSERT UPDATE DELETE",
		"river_notification": "SELECT INSERT UPDATE DELETE", "river_migration": "SELECT",
		"river_job_id_seq": "USAGE", "river_notification_id_seq": "USAGE",
	},
	"onestop_sweep": {
		"municipalities": "SELECT", "offerings": "SELECT", "closed_days": "SELECT", "applications": "SELECT", "revisions": "SELECT",
		"plan_items": "SELECT", "history": "SELECT", "corrections": "SELECT", "consents": "SELECT", "phase_rows": "SELECT",
		"edition_bundles": "SELECT", "edition_rows": "SELECT", "edition_certificates": "SELECT", "reassessments": "SELECT",
		"file_views": "SELECT DELETE", "files": "SELECT DELETE", "file_parts": "SELECT DELETE", "part_attempts": "SELECT DELETE",
		"reservations": "SELECT DELETE", "object_removals": "SELECT INSERT DELETE", "idempotency_keys": "SELECT DELETE",
		"audit_entries": "SELECT", "audit_pending": "SELECT DELETE", "audit_batches": "SELECT INSERT", "audit_checkpoints": "SELECT INSERT",
		"audit_seals": "SELECT", "audit_leaves": "SELECT",
		"claims": "SELECT", "case_notes": "SELECT", "readings": "SELECT", "papers": "SELECT", "dispositions": "SELECT", "decisions": "SELECT",
		"review_tasks":    "SELECT",
		"counter_intakes": "SELECT", "exports": "SELECT DELETE", "resident_links": "SELECT", "inquiries": "SELECT", "exchanges": "SELECT", "discrepancies": "SELECT",
		"discrepancy_steps": "SELECT", "comparisons": "SELECT", "signatures": "SELECT", "signature_timestamps": "SELECT", "core_cases": "SELECT",
		"intake_items": "SELECT DELETE", "intake_files": "SELECT",
		"draft_warnings": "SELECT", "erasures": "SELECT", "key_removals": "SELECT DELETE", "directory_checks": "SELECT", "directory_backfill": "SELECT UPDATE",
		"river_job": "SELECT INSERT UPDATE DELETE", "river_queue": "SELECT INSERT UPDATE DELETE", "river_leader": "SELECT INSERT UPDATE DELETE",
		"river_notification": "SELECT INSERT UPDATE DELETE", "river_job_id_seq": "USAGE", "river_notification_id_seq": "USAGE",
	},
	"PUBLIC": {},
}

// Functions that run with the owner's rights, and who may call them. Trigger functions cannot be called.
var definers = map[string]string{
	"person_for": "onestop_app", "filed_here": "onestop_app", "released": "onestop_app", "cases_found": "onestop_app",
	"unscanned": "onestop_app", "counter_draft": "onestop_app",
	"trial_figures": "onestop_app onestop_sweep", "papers_not_asked": "onestop_app", "count_papers": "onestop_sweep",
	"session_renew": "onestop_app",
	"session_load":  "onestop_app", "session_store": "onestop_app", "session_drop": "onestop_app", "sessions_sweep": "onestop_sweep",
	"session_own": "onestop_app", "session_claim": "onestop_app", "session_first": "onestop_app", "sessions_end_by_provider": "onestop_app",
	"sessions_of_staff": "onestop_app", "sessions_end_of_staff": "onestop_app",
	"claim_shelf": "onestop_app onestop_sweep", "schema_version": "onestop_app onestop_sweep", "newest_key": "onestop_app onestop_sweep",
	"core_client": "onestop_app", "add_core_token": "onestop_app", "core_token": "onestop_app", "publish_core_events": "onestop_app",
	"sweep_core_events": "onestop_sweep", "tell_core_of_history": "trigger", "tell_core_of_file": "trigger", "tell_core_of_hiding": "trigger",
	"audited_case": "onestop_app", "audit_months": "onestop_sweep", "take_audit_entry": "trigger",
	"marks_protected":      "onestop_app",
	"work_of":              "onestop_app",
	"actor_sees_protected": "onestop_app", "took_in": "onestop_app", "name_people": "onestop_app", "await_directory": "onestop_app",
	"hold_protections": "onestop_app", "people_of": "onestop_app", "protect_people": "onestop_app", "unprotect_people": "onestop_app",
	"settle_directory": "onestop_app", "awaited": "onestop_app", "hidden_cases": "onestop_app", "keep_protected": "trigger", "keep_hidden": "trigger",
	"put_draft_aside": "onestop_app", "put_draft_back": "onestop_app", "drafts_put_aside": "onestop_app", "put_aside_sweep": "onestop_sweep",
	"mail_wanted": "onestop_app", "mail_addressee": "onestop_app",
	"bind_handover": "onestop_app", "bind_share": "onestop_app", "links_sweep": "onestop_sweep",
	"erase_application": "onestop_app", "exchanges_sweep": "onestop_sweep", "messages_sweep": "onestop_sweep", "settings_sweep": "onestop_sweep",
	"answer_keys_sweep": "onestop_sweep", "queue_key_removal": "trigger",
	"queue_object_removal": "trigger", "queue_attempt_removal": "trigger", "refuse_late_phase_row": "trigger",
	"refuse_late_edition_row": "trigger",
}

// pairs reads rows of two texts.
func pairs(t testing.TB, dsn, query string, args ...any) map[string]string {
	t.Helper()
	out := map[string]string{}
	direct(t, dsn, func(conn *pgx.Conn) {
		rows, err := conn.Query(bg, query, args...)
		if err != nil {
			t.Fatal(err)
		}
		var k, v string
		if _, err := pgx.ForEachRow(rows, []any{&k, &v}, func() error { out[k] = v; return nil }); err != nil {
			t.Fatal(err)
		}
	})
	return out
}

func sorted(privileges string) string {
	return strings.Join(slices.Sorted(slices.Values(strings.Fields(privileges))), " ")
}

func TestRolesHaveTheGrantsIntendedAndNoOthers(t *testing.T) {
	d := pgtest.New(t)
	for role, want := range grants {
		// Column grants too: they would widen a table's.
		got := pairs(t, d.SuperDSN, `select name, string_agg(distinct privilege, ' ') from (
				select c.relname as name, a.privilege_type as privilege, a.grantee from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'public'::regnamespace
				union all
				select c.relname || '.' || k.attname, a.privilege_type, a.grantee from pg_attribute k join pg_class c on c.oid = k.attrelid, aclexplode(k.attacl) a
				where c.relnamespace = 'public'::regnamespace) g
			where case when g.grantee = 0 then 'PUBLIC' else g.grantee::regrole::text end = $1 group by 1`, role)
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if sorted(got[name]) != sorted(want[name]) {
				t.Errorf("%s has %q on %s, intended is %q", role, sorted(got[name]), name, sorted(want[name]))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if got[name] == "" {
				t.Errorf("%s has nothing on %s, intended is %q", role, name, want[name])
			}
		}
	}
}

func TestRolesOwnNothingAndCannotBypassRowSecurity(t *testing.T) {
	d := pgtest.New(t)
	for _, role := range []string{postgres.RoleApp, postgres.RoleSweep} {
		if n := rowsOf(t, d.SuperDSN, `select count(*) from pg_shdepend where refobjid = $1::regrole and deptype = 'o' and dbid = (select oid from pg_database `+
			`where datname = current_database())`, role); n != 0 {
			t.Errorf("%s owns %d objects", role, n)
		}
		if n := rowsOf(t, d.SuperDSN, `select count(*) from pg_auth_members where member = $1::regrole`, role); n != 0 {
			t.Errorf("%s is a member of %d other roles", role, n)
		}
		flags := pairs(t, d.SuperDSN, `select f.name, f.has::text from pg_roles r, lateral (values ('superuser', rolsuper), ('bypassrls', rolbypassrls),
				('createdb', rolcreatedb), ('createrole', rolcreaterole), ('replication', rolreplication),
				('create in database', has_database_privilege(rolname, current_database(), 'CREATE')), ('temp', has_database_privilege(rolname, current_database(),
					'TEMP')),
				('create in schema', has_schema_privilege(rolname, 'public', 'CREATE'))) f (name, has) where rolname = $1`, role)
		if len(flags) != 8 {
			t.Fatalf("%s: read %v", role, flags)
		}
		for name, has := range flags {
			if has != "false" {
				t.Errorf("%s has %s", role, name)
			}
		}
	}
	if n := rowsOf(t, d.SuperDSN, `select count(*) from pg_class where relnamespace = 'public'::regnamespace and relowner <> 'onestop_owner'::regrole`); n != 0 {
		t.Errorf("%d objects do not belong to the owner role", n)
	}
}

func TestFunctionsWithTheOwnersRightsAreTheListedOnes(t *testing.T) {
	d := pgtest.New(t)
	got := pairs(t, d.SuperDSN, `select proname, case when prorettype = 'trigger'::regtype then 'trigger'
			when proacl is null then 'everyone'
			else (select string_agg(case when a.grantee = 0 then 'everyone' else a.grantee::regrole::text end, ' ') from aclexplode(proacl) a
				where a.grantee <> proowner) end
		from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`)
	if !maps.Equal(got, definers) {
		t.Errorf("security definer functions and their callers:\n got %v\nwant %v", got, definers)
	}
	// Without a fixed search path a caller could put a table of its own before ours.
	if n := rowsOf(t, d.SuperDSN, `select count(*) from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
		and not coalesce('search_path=public' = any (proconfig), false)`); n != 0 {
		t.Errorf("%d functions with the owner's rights have no fixed search path", n)
	}
}

// Whatever has a municipality or a person is under row security, and so is every other table of ours.
func TestEveryTableIsUnderRowSecurity(t *testing.T) {
	d := pgtest.New(t)
	secured := pairs(t, d.SuperDSN, `select relname, relrowsecurity::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`)
	for table, columns := range migrated(t, d) {
		if secured[table] == "true" {
			continue
		}
		_, hasMunicipality := columns["municipality"]
		_, hasPerson := columns["person_id"]
		t.Errorf("%s has no row security (municipality: %v, person: %v)", table, hasMunicipality, hasPerson)
	}
	// A table of a case names both, so that its policies look at its own row alone.
	for table, columns := range migrated(t, d) {
		if _, of := columns["application_id"]; of && (columns["municipality"].kind == "" || columns["person_id"].kind == "") {
			t.Errorf("%s belongs to an application and lacks its municipality or person", table)
		}
	}
}

// The sweep role has no write beyond its deletions, whatever a policy would allow.
func TestSweepRoleCannotWriteCases(t *testing.T) {
	w := newWorld(t)
	must(t, w.Sweep, models.System("", "sweep"), func(tx *postgres.Tx) error {
		for _, statement := range []string{`update applications set late = true`, `delete from applications`, `insert into history select * from history`,
			`update files set scan = 'clean'`, `select * from messages`, `delete from audit_entries`,
			`update audit_checkpoints set size = 1`, `delete from audit_batches`,
			`insert into audit_pending values (gen_random_uuid(), now())`,
			`select * from people`, `select * from sessions`,
			`select session_load('digest')`, `select person_for(gen_random_uuid(), 'p', 's')`, `truncate files`} {
			if n, err := attempt(tx, statement); !denied(err) {
				t.Errorf("%s: %d rows, %v; want a refusal", statement, n, err)
			}
		}
		return nil
	})
}
