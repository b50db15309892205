package job_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/rule/retention"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// What is looked for after the erasure: nobody else in the world is called so.
const (
	markFamily  = "消去山"
	markKana    = "シヨウキヨヤマ"
	markFile    = "MARKER-OF-THE-FILE-5b1f"
	markName    = "消去山の年金証明"
	markNote    = "メモ消去山"
	markAddress = "shokyoyama@example.jp"
)

func kept() retain.Options {
	return retain.Options{
		Messages: retention.Period{Years: 2},
		Settings: retention.Period{Years: 1},
		Periods: retention.Periods{ExpiredDraft: retention.Period{Days: 30},
			Withdrawn: retention.Period{
				Years: 1,
			}, Transferred: retention.Period{Years: 1}, Decided: retention.Period{Years: 5}, Exchange: retention.Period{Years: 7},
			Discrepancy: retention.Period{Years: 7}},
	}
}

// whole files a case with a file, a view copy's object, staff's writing and an exchange, and decides it.
func (p *plant) whole(parent models.Actor, family, kana string) string {
	p.T.Helper()
	ctx, d := context.Background(), p.claim()
	applicant := d.Form["applicant"].(map[string]any)
	applicant["family_name"], applicant["family_kana"] = family, kana
	v, err := p.Apply.Create(ctx, parent, casetest.Once(), d)
	if err != nil {
		p.T.Fatal(err)
	}
	body := "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n% " + markFile + "\ntrailer\n<<>>\n%%EOF\n"
	f, err := p.documents.Receive(
		ctx,
		parent,
		document.Upload{
			Application: v.ID,
			Document:    "pension-enrolment",
			Subject:     "applicant",
			Name:        markName + ".pdf",
			Length:      int64(len(body)),
			Body:        strings.NewReader(body),
		},
	)
	if err != nil {
		p.T.Fatal(err)
	}
	if err := p.documents.Scan(ctx, task.Scan{Municipality: hinata, Application: v.ID, File: f.ID}); err != nil {
		p.T.Fatal(err)
	}
	filed, err := p.Apply.File(ctx, parent, casetest.Once(), v.ID, nil)
	if err != nil {
		p.T.Fatal(err)
	}
	for _, what := range []string{notify.KindArrived, notify.KindDecided} {
		if err := p.notify.Notify(ctx, task.Notify{Municipality: hinata, Application: v.ID, What: what}); err != nil {
			p.T.Fatal(err)
		}
	}
	p.staffWrites(filed.ID, f.ID)
	return filed.ID
}

// staffWrites adds a sealed row of every kind that review and linkage keep, under the case's key, with an object of a view.
func (p *plant) staffWrites(id, file string) {
	p.T.Helper()
	opened, err := p.Dossiers.Open(context.Background(), models.System(hinata, "test"), id, nil)
	if err != nil {
		p.T.Fatal(err)
	}
	sealed, err := opened.Key.Seal([]byte(markNote), dossier.NoteCell(id))
	if err != nil {
		p.T.Fatal(err)
	}
	p.objects.mu.Lock()
	p.objects.objects["views/"+file] = []byte("a sealed page")
	p.objects.mu.Unlock()
	for _, rest := range []string{
		`case_notes (application_id, municipality, person_id, id, author_id, sealed, at) select %s, gen_random_uuid(), person_id, $2, now()`,
		`readings (application_id, municipality, person_id, document, subject, number, reader_id, sealed, at) select %s, 'd', 's', 1, person_id, $2, now()`,
		`dispositions (application_id, municipality, person_id, document, subject, path, explained_at, sealed, reviewer_id, at) select %s, 'd', 's', ` +
			`'network-alone', now(), $2, person_id, now()`,
		`decisions (application_id, municipality, person_id, number, outcome, sealed_reason, sealed_letter, reviewer_id, at) select %s, 1, 'approved', $2, $2, ` +
			`person_id, now()`,
		`corrections (application_id, municipality, person_id, number, state, items, fields, sealed_text, requested_at) select %s, 1, 'submitted', '[]', '[]', ` +
			`$2, now()`,
		`signatures (application_id, municipality, person_id, number, manifest_sha256, sealed, state, at) select %s, 1, 'd', $2, 'good', now()`,
		`resident_links (application_id, municipality, person_id, subject, sealed, how, at) select %s, 'applicant', $2, 'exact', now()`,
		`inquiries (application_id, municipality, person_id, id, document, subject, item, state, phase, sealed_resident, sealed_answer, asked_by, queued_at, ` +
			`give_up_at) select %s, gen_random_uuid(), 'd', 's', 'local-tax', 'answered', 'trial', $2, $2, person_id, now(), now()`,
		`discrepancies (application_id, municipality, person_id, id, procedure, document, subject, item, kind, state, sealed_report, sealed_differences, ` +
			`opened_at, step_at, closed_at) select %s, gen_random_uuid(), 'p', 'd', 's', 'local-tax', 'facts', 'closed', $2, $2, now(), now(), now()`,
		`exchanges (application_id, municipality, person_id, id, subject, document, item, procedure, affair, legal_basis, provider, phase, requested_at, ` +
			`answered_at, result, sealed_reason) select %s, gen_random_uuid(), 's', 'd', 'local-tax', 'p', 'a', 'law', '998036', 'trial', now(), now(), 'answered', $2`,
	} {
		p.Exec(`insert into `+fmt.Sprintf(rest, `id, municipality, person_id`)+` from applications where id = $1`, id, sealed)
	}
	p.Exec(`insert into file_views (file_id, page, application_id, municipality, person_id, object_key, width, height, size)
		select id, 1, application_id, municipality, person_id, 'views/' || id, 1, 1, 1 from files where id = $1`, file)
}

// decidedAgo makes as if the case had been decided so long ago, and its last exchange been made so long ago.
func (p *plant) decidedAgo(id, decided, exchanged string) {
	p.T.Helper()
	p.Exec(`set session_replication_role = replica; ` + fmt.Sprintf(`
		update applications set state = 'decided', updated_at = now() - interval '%[2]s' where id = '%[1]s';
		insert into history (id, application_id, municipality, person_id, at, event, from_state, to_state, role, revision)
			select gen_random_uuid(), id, municipality, person_id, now() - interval '%[2]s', 'decide', 'in-review', 'decided', 'reviewer', 1 from applications
				where id = '%[1]s';
		update inquiries set answered_at = now() - interval '%[3]s' where application_id = '%[1]s';
		update discrepancies set closed_at = now() - interval '%[3]s' where application_id = '%[1]s';
		update exchanges set requested_at = now() - interval '%[3]s', answered_at = now() - interval '%[3]s' where application_id = '%[1]s'`, id, decided,
		exchanged) + `; set session_replication_role = default`)
}

// daysPass makes as if all remembered answers, and the mail address, were old.
func (p *plant) daysPass() {
	p.T.Helper()
	p.Exec(
		`update service_keys set name = 'answers/2019-01-0' || (row_number)::text from (select name as n, row_number() over () from service_keys where name ` +
			`like 'answers/%') d where n = name`,
	)
	p.Exec(`update idempotency_keys set created_at = now() - interval '9 years'`)
	p.Exec(`update person_settings set updated_at = now() - interval '9 years'`)
	p.Exec(`delete from river_job`) // done long ago
}

func (p *plant) retainNow() {
	p.T.Helper()
	ctx := context.Background()
	if err := errors.Join(p.services.Retain.Erase(ctx), p.services.Retain.Sweep(ctx)); err != nil {
		p.T.Fatal(err)
	}
	if _, err := p.documents.Sweep(ctx); err != nil {
		p.T.Fatal(err)
	}
}

// tables gives the text of every row of every table that holds the text, by table.
func tables(t testing.TB, db *sql.DB, texts ...string) map[string]int {
	t.Helper()
	rows, err := db.Query(`select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	out := map[string]int{}
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			var n int
			// As text, and as the bytes that a bytea shows in hexadecimal.
			if err := db.QueryRow(fmt.Sprintf(`select count(*) from %q r where position($1 in r::text) > 0 or position(encode(convert_to($1, 'UTF8'), 'hex') in `+
				`r::text) > 0`, table), text).Scan(&n); err != nil {
				t.Fatal(err)
			}
			if n > 0 {
				out[table] += n
			}
		}
	}
	return out
}

// A case whose time is over is erased: nothing of it is in the database or in the store, the record says so; another, of
// which the network was asked within seven years, stays as it was.
func TestErasure(t *testing.T) {
	p := newPlantWith(t, kept())
	ctx := context.Background()
	parent := p.Person(t, "erased", models.RoleApplicant, "")
	if _, err := p.notify.PutSettings(ctx, parent, notify.Settings{Mail: markAddress, Language: models.LanguageJa, WantsMail: true}); err != nil {
		t.Fatal(err)
	}
	gone, stays := p.whole(parent, markFamily, markKana), p.whole(p.Parent, "ひなた", "ヒナタ")
	var receipt, family string
	if err := p.Super().QueryRow(`select receipt_number, encode(family_index, 'hex') from applications where id = $1`, gone).Scan(&receipt, &family); err != nil {
		t.Fatal(err)
	}
	p.decidedAgo(gone, "8 years", "7 years 2 days")
	p.decidedAgo(stays, "8 years", "6 years 364 days")
	p.daysPass()
	objects := len(p.objects.objects)
	p.retainNow()

	if found := tables(t, p.Super(), markFamily, markKana, markFile, markName, markNote, markAddress, receipt, family); len(found) != 0 {
		t.Errorf("found in %v", found)
	}
	if found := slices.Sorted(maps.Keys(tables(t, p.Super(), gone))); !slices.Equal(found, []string{"audit_entries", "erasures"}) {
		t.Errorf("the case is named in %v", found)
	}
	for key := range p.objects.objects {
		if strings.Contains(key, gone) {
			t.Errorf("object %s", key)
		}
	}
	if objects != 4 || len(p.objects.objects) != 2 { // of each case a file and a page
		t.Errorf("%d objects, then %d", objects, len(p.objects.objects))
	}
	shown, err := p.services.Retain.Show(ctx, gone, time.Time{})
	if err != nil || shown.Erased == nil || shown.Erased.Rule != retention.RuleExchange && shown.Erased.Rule != retention.RuleDiscrepancy ||
		shown.Erased.Files != 1 ||
		shown.Erased.Objects != 2 {
		t.Fatalf("%+v, %v", shown, err)
	}
	var n int
	if err := p.Super().QueryRow(`select count(*) from audit_entries where action = 'erase' and object_id = $1`, gone).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d entries, %v", n, err)
	}
	if _, err := p.Apply.Get(ctx, parent, gone); !errors.Is(err, fault.ErrNotFound) {
		t.Errorf("its owner: %v", err)
	}
	// The other: kept, by the rule of the exchange, and all there.
	if f, err := p.Dossiers.Open(ctx, p.Parent, stays, nil); err != nil || f.Row.State != models.StateDecided {
		t.Error(err)
	}
	if shown, err = p.services.Retain.Show(ctx, stays, time.Time{}); err != nil || shown.Due == nil || shown.Due.Verdict.Erasable ||
		shown.Due.Verdict.Why != retention.WhyKept {
		t.Fatalf("%+v, %v", shown, err)
	}
	// Not the program's own rule alone: the database itself does not give up a young exchange.
	err = p.App.InTx(ctx, models.System(hinata, "test"), func(tx *postgres.Tx) error {
		_, err := tx.EraseApplication(stays, shown.Due.Case.Version, "decided", time.Now())
		return err
	})
	if err == nil {
		t.Error("the database lets a case within seven years go")
	}
	for _, role := range []models.Actor{p.Parent, models.System("998028", "test"), {Role: models.RoleNational}, {Role: models.RoleAdmin, Municipality: hinata,
		Person: p.Parent.Person}} {
		err := p.App.InTx(ctx, role, func(tx *postgres.Tx) error {
			if done, err := tx.EraseApplication(stays, shown.Due.Case.Version, "decided", time.Now()); done || err != nil {
				t.Errorf("as %s of %q: erased %v, %v", role.Role, role.Municipality, done, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	p.decidedAgo(stays, "8 years", "7 years 2 days")
	p.retainNow()
	if len(p.objects.objects) != 0 {
		t.Errorf("%d objects", len(p.objects.objects))
	}
}

// A backup of the database and of the store, made before, cannot be read with the keys of after; another case's can.
func TestABackupMadeBefore(t *testing.T) {
	p := newPlantWith(t, kept())
	ctx := context.Background()
	parent := p.Person(t, "erased", models.RoleApplicant, "")
	if _, err := p.notify.PutSettings(ctx, parent, notify.Settings{Mail: markAddress, Language: models.LanguageJa, WantsMail: true}); err != nil {
		t.Fatal(err)
	}
	gone, stays := p.whole(parent, markFamily, markKana), p.whole(p.Parent, "ひなた", "ヒナタ")
	p.decidedAgo(gone, "8 years", "7 years 2 days")
	p.decidedAgo(stays, "8 years", "6 years")
	p.daysPass()
	backup, bucket := p.dump(), maps.Clone(p.objects.objects)

	before := p.restored(backup, bucket) // with the keys of before all of it opens
	before.reads(gone, parent, markFamily)
	before.reads(stays, p.Parent, "ひなた")
	p.retainNow()

	after := p.restored(backup, bucket)
	after.reads(stays, p.Parent, "ひなた")
	after.cannotRead(gone, parent)
	// What the restored database does not know any more, the journal beside the keys tells it.
	again, err := after.retain.Replay(ctx, after.owner)
	if err != nil || again.Erased != 1 || again.Keys != 1 {
		t.Fatalf("%+v, %v", again, err)
	}
	if found := slices.Sorted(maps.Keys(tables(t, after.super, gone))); !slices.Contains(found, "erasures") || slices.Contains(found, "applications") ||
		slices.Contains(found, "revisions") {
		t.Errorf("the case is named in %v", found)
	}
	if shown, err := after.retain.Show(ctx, gone, time.Time{}); err != nil || shown.Erased == nil {
		t.Errorf("%+v, %v", shown, err)
	}
	after.reads(stays, p.Parent, "ひなた")
	if again, err = after.retain.Replay(ctx, after.owner); err != nil || again.Erased != 0 {
		t.Errorf("a second time: %+v, %v", again, err)
	}
}
