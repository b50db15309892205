package postgres_test

import (
	"fmt"
	"testing"

	"kosodate.example/onestop/storage/pgtest"
)

// Rows of review and linkage under every application a that a condition finds: for a database that is being migrated, and
// for the two families.
const (
	reviewRows = `
		insert into claims (application_id, municipality, person_id, fence, reviewer_id, expires_at) select id, municipality, person_id, 1, person_id,
			now() + interval '1 hour' from applications a where %[1]s;
		insert into case_notes (id, application_id, municipality, person_id, author_id, sealed, at) select gen_random_uuid(), id, municipality, person_id,
			person_id, 's', now() from applications a where %[1]s;
		insert into readings (application_id, document, subject, number, municipality, person_id, reader_id, sealed, at) select id, 'income', 'applicant', 1,
			municipality, person_id, person_id, 's', now() from applications a where %[1]s;
		insert into papers (id, application_id, municipality, person_id, document, subject, received_at, original, clerk_id, at) select gen_random_uuid(), id,
			municipality, person_id, 'income', 'applicant', now(), true, person_id, now() from applications a where %[1]s;
		insert into dispositions (application_id, document, subject, municipality, person_id, path, explained_at, sealed, reviewer_id, at) select id, 'income',
			'applicant', municipality, person_id, 'network-alone', now(), 's', person_id, now() from applications a where %[1]s;
		insert into decisions (application_id, number, municipality, person_id, outcome, sealed_reason, sealed_letter, reviewer_id, at) select id, 1,
			municipality, person_id, 'approved', 's', 's', person_id, now() from applications a where %[1]s;
		insert into review_tasks (id, application_id, municipality, person_id, kind, opened_at) select gen_random_uuid(), id, municipality, person_id,
			'inquiry-gave-up', now() from applications a where %[1]s;
		insert into counter_intakes (application_id, municipality, person_id, clerk_id, identity_kind, checked_at, received_at, at) select id, municipality,
			person_id, person_id, 'passport', now(), now(), now() from applications a where %[1]s;
		insert into staff (municipality, staff_id, updated_by, updated_at) select distinct municipality, person_id, person_id, now() from applications a
			where %[1]s on conflict do nothing;
		insert into exports (id, municipality, kind, encoding, state, wrapped_key, requested_by, created_at, expires_at) select gen_random_uuid(), municipality,
			'core-system', 'utf-8', 'queued', 'k', person_id, now(), now() from applications a where %[1]s`

	// Of nobody who is in a case, and of cases that do not wait: staff see those as before.
	protectionRows = `
		set constraints all immediate;
		insert into case_people (application_id, mark, kind, municipality, person_id) select id, 'p', 'form', municipality, person_id from applications a
			where %[1]s;
		insert into protections (id, municipality, source) select gen_random_uuid(), municipality, 'staff' from applications a where %[1]s;
		insert into protection_marks (municipality, mark, protection_id) select municipality, 'q', id from protections on conflict do nothing;
		insert into directory_checks (application_id, municipality, person_id) select id, municipality, person_id from applications a where %[1]s;
		update applications a set awaits_directory = false where %[1]s;
		insert into protection_grants (id, municipality, staff_id, state, reason, until, proposed_by, proposed_at) select gen_random_uuid(), municipality,
			person_id, 'proposed', 'r', now(), person_id, now() from applications a where %[1]s on conflict do nothing`

	coreRows = `
		insert into core_systems (id, municipality, name, state, scopes, networks, per_second, sees_protected, keys, reason, proposed_by, proposed_at)
			select distinct on (person_id) person_id, municipality, 'n', 'proposed', 'core:read', '10.0.0.0/8', 5, false, '{}', 'r', person_id, now()
			from applications a where %[1]s on conflict do nothing;
		insert into core_tokens select sha256(id::text::bytea), id, now() from core_systems on conflict do nothing;
		insert into core_assertions select id, 'j', now() from core_systems on conflict do nothing;
		insert into core_feeds (municipality, position) select distinct municipality, 1 from applications a where %[1]s on conflict do nothing;
		insert into core_events (municipality, application_id, person_id, kind, state, revision, at) select municipality, id, person_id, 'arrived', state, 1,
			now() from applications a where %[1]s;
		insert into core_cases (application_id, system_id, municipality, person_id, state, revision, at) select a.id, s.id, a.municipality, a.person_id,
			'taken', 1, now() from applications a join core_systems s on s.municipality = a.municipality where %[1]s on conflict do nothing;
		insert into intake_batches (id, municipality, system_id, sender, batch, digest, announced, began_at) select gen_random_uuid(), s.municipality, s.id,
			's', 'b', 'd', 1, now() from core_systems s where s.id in (select person_id from applications a where %[1]s);
		insert into intake_items (id, municipality, batch_id, sender, number, digest, original, procedure, state, sealed, marks, application_id, person_id, at)
			select gen_random_uuid(), a.municipality, b.id, 's', a.id::text, 'd', true, '', 'taken', 's', '{}', a.id, a.person_id, now()
			from applications a join intake_batches b on b.system_id = a.person_id where %[1]s and a.arrived_at is not null;
		insert into intake_items (id, municipality, batch_id, sender, number, digest, original, procedure, state, wrapped_key, sealed, marks, at)
			select gen_random_uuid(), municipality, id, 's', id::text, 'd', true, '', 'waiting', 'k', 's', '{}', now() from intake_batches on conflict do nothing;
		insert into intake_files (id, item_id, municipality, number, object_key, sealed_name, size)
			select gen_random_uuid(), id, municipality, 1, id::text, 's', 1 from intake_items where state = 'waiting' on conflict do nothing`

	briefingRows = `
		insert into staff_briefings (municipality, staff_id, version, confirmed_at) select distinct municipality, person_id, '1', now() from applications a
			where %[1]s on conflict do nothing`

	// An edition of nobody in particular, for the rows that speak of one.
	editionRows = `
		insert into edition_bundles (digest, scope, contents, stored_at) values (repeat('b', 64), '*', 'z', now()) on conflict do nothing;
		insert into editions (id, scope, digest, state, uploaded_by, uploaded_at) select gen_random_uuid(), '*', repeat('b', 64), 'draft', person_id, now()
			from applications a where %[1]s limit 1`
	replayRows = `
		insert into edition_replays (id, edition_id, scope, state, period_from, period_to, started_by, started_at) select gen_random_uuid(), id, scope,
			'running', '2026-01-01', now(), uploaded_by, now() from editions;
		insert into edition_replay_counts (replay_id, procedure, municipality, more) select r.id, 'nursery', m.code, 1 from edition_replays r, municipalities m
			on conflict do nothing`
	reassessmentRows = `
		insert into reassessments (id, application_id, municipality, person_id, procedure, document, subject, direction, edition_id, found_at)
			select gen_random_uuid(), id, municipality, person_id, procedure, 'income', 'applicant', 'too-much', (select min(id::text)::uuid from editions),
				now() from applications a where %[1]s`

	linkageRows = `
		insert into resident_links (application_id, subject, municipality, person_id, sealed, how, at) select id, 'applicant', municipality, person_id, 's',
			'exact', now() from applications a where %[1]s;
		insert into inquiries (id, application_id, municipality, person_id, document, subject, item, state, phase, sealed_resident, asked_by, queued_at,
			give_up_at) select gen_random_uuid(), id, municipality, person_id, 'income', 'applicant', 'tax', 'queued', 'trial', 's', person_id, now(), now()
				from applications a where %[1]s;
		insert into discrepancies (id, application_id, municipality, person_id, procedure, document, subject, item, kind, state, sealed_differences, opened_at,
			step_at) select gen_random_uuid(), id, municipality, person_id, procedure, 'income', 'applicant', 'tax', 'facts', 'open', 's', now(), now()
				from applications a where %[1]s;
		insert into discrepancy_steps (id, discrepancy_id, application_id, municipality, person_id, step, staff_id, at, sealed_note) select gen_random_uuid(),
			d.id, d.application_id, d.municipality, d.person_id, 'operation-checked', d.person_id, now(), 's'
			from discrepancies d join applications a on a.id = d.application_id where %[1]s;
		insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at) select gen_random_uuid(),
			id, municipality, person_id, procedure, 'tax', 'income', 'applicant', 'trial', 'matched', now() from applications a where %[1]s;
		insert into provider_requests (id, municipality, inquirer, item, state, step, sealed, received_at, step_at) select gen_random_uuid(), municipality,
			'998036', 'tax', 'open', 'received', 's', now(), now() from applications a where %[1]s;
		insert into provider_request_steps (id, request_id, municipality, step, staff_id, at, sealed_note) select gen_random_uuid(), r.id, r.municipality,
			'checked', gen_random_uuid(), now(), 's' from provider_requests r;
		insert into readiness_checks (municipality, procedure, item, tried, done_at, done_by) select distinct municipality, 'p', 'tax', 'counter', now(),
			person_id from applications a where %[1]s on conflict do nothing`

	// The record of information provided outlives its case, so a draft, which is deleted whole, has none.
	exchangeRows = `
		insert into exchanges (id, municipality, person_id, application_id, subject, document, item, procedure, affair, legal_basis, provider, phase,
			requested_at, answered_at, result)
			select gen_random_uuid(), municipality, person_id, id, 'applicant', 'income', 'tax', procedure, 'X-A-001', 'law', '998036', 'trial', now(), now(),
				'answered' from applications a where %[1]s`

	// Of the files that a scan released.
	viewRows = `
		insert into file_views (file_id, page, application_id, municipality, person_id, object_key, width, height, size) select f.id, 1, f.application_id,
			f.municipality, f.person_id, 'views/' || f.id, 1, 1, 1 from files f join applications a on a.id = f.application_id where f.state = 'stored' and %[1]s`

	// What was counted names no case.
	paperRows = `
		insert into paper_days values ('2026-04-01', now()) on conflict do nothing;
		insert into papers_omitted select distinct date '2026-04-01', municipality, 'p', 'tax', 3 from applications a where %[1]s on conflict do nothing`

	warningRows = `
		insert into draft_warnings (application_id, municipality, person_id, days, expires_at, at) select id, municipality, person_id, 14, now(), now()
			from applications a where %[1]s`

	erasureRow = `insert into erasures (id, municipality, procedure, kind, rule, last_day, files, objects, erased_at) values ($1, $2, 'nursery', 'decided', ` +
		`'decided', '2026-04-01', 1, 2, now())`

	letterRows = `
		insert into letter_settings (municipality, version, prefix, mayor_title, mayor_name, address, contact, appeal, suit, seal, changed_by, changed_at)
			select distinct on (municipality) municipality, 1, 'p', 't', 'n', 'a', 'c', 'e', 's', 'space', person_id, now() from applications a where %[1]s
				on conflict do nothing;
		insert into letter_numbers (municipality, year, last) select distinct municipality, 2026, 9 from applications a where %[1]s on conflict do nothing;
		insert into letters (application_id, number, municipality, person_id, year, running, document_number, made_on, sealed_pdf) select id, 1, municipality,
			person_id, 2026, row_number() over (), 'p', now(), 's' from applications a where %[1]s;
		insert into letter_reads (application_id, number, municipality, person_id, read_at) select application_id, number, municipality, person_id, now()
			from letters on conflict do nothing;
		insert into boilerplates (id, version, municipality, kind, procedure, name, texts, retired, changed_by, changed_at) select gen_random_uuid(), 1,
			municipality, 'reason', '*', 'n', '{}', false, person_id, now() from applications a where %[1]s`

	signatureRows = `
		insert into signatures (application_id, number, municipality, person_id, manifest_sha256, sealed, state, at) select id, 1, municipality, person_id, 'd',
			's', 'pending', now() from applications a where %[1]s`

	timestampRows = `
		insert into signature_timestamps (application_id, number, municipality, person_id) select id, 1, municipality, person_id from applications a where %[1]s`
)

// filedCases finds those that arrived.
const filedCases = `a.state <> 'draft'`

// addReview gives both of a family's cases a row of every kind that review, linkage and signatures keep.
func addReview(t testing.TB, d *pgtest.Database, f *family) {
	t.Helper()
	both := fmt.Sprintf(`a.id in ('%s', '%s')`, f.filed.ID, f.draft.ID)
	for _, rows := range []string{reviewRows, linkageRows, signatureRows, timestampRows, viewRows, warningRows, briefingRows, editionRows, reassessmentRows,
		paperRows, letterRows, protectionRows, coreRows} {
		exec(t, d.SuperDSN, fmt.Sprintf(rows, both))
	}
	exec(t, d.SuperDSN, replayRows)
	exec(t, d.SuperDSN, fmt.Sprintf(exchangeRows, fmt.Sprintf(`a.id = '%s'`, f.filed.ID)))
}

// Of what staff and jobs write about a case, the parent sees the decision, the record of information provided and the own
// signatures; nothing of how it is worked on.
var notForParents = []string{"claims", "case_notes", "readings", "papers", "dispositions", "review_tasks", "counter_intakes", "resident_links", "inquiries",
	"reassessments", "discrepancies", "discrepancy_steps", "comparisons", "draft_warnings", "core_cases",
	"intake_items"}

// uploadRows are open uploads of drafts with a part and an attempt each. First: a file that came whole before has its
// digest at its part.
const uploadRows = `
	do $$ begin
		if exists (select 1 from file_parts p join files f on f.id = p.file_id where p.sha256 is distinct from f.sha256) then
			raise exception 'a part has no digest';
		end if;
	end $$;
	insert into files (id, application_id, municipality, person_id, document, subject, name_index, sealed_name, state, expires_at, revision, created_at)
		select gen_random_uuid(), id, municipality, person_id, 'income', 'applicant', 'open', 's', 'receiving', now() + interval '1 day', 1, now()
			from applications where state = 'draft';
	insert into uploads (file_id, application_id, municipality, person_id, size, part_size, attempts, touched_at)
		select id, application_id, municipality, person_id, 20, 10, 2, now() from files where name_index = 'open';
	insert into file_parts (file_id, number, application_id, municipality, person_id, object_key, size, sealed_size, sha256)
		select id, 1, application_id, municipality, person_id, id || '/part', 10, 26, 'd' from files where name_index = 'open';
	insert into part_attempts (object_key, file_id, number, application_id, municipality, person_id, expires_at)
		select id || '/attempt', id, 2, application_id, municipality, person_id, now() + interval '1 hour' from files where name_index = 'open'`
