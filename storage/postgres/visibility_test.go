package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ofCase are the tables of one case, with the condition that finds an application's rows.
func (w *world) ofCase(t testing.TB) map[string]string {
	out := map[string]string{"applications": "id"}
	for table, columns := range migrated(t, w.Database) {
		_, closed := withoutModel[table] // nobody reads it
		if _, ok := columns["application_id"]; ok && !closed {
			out[table] = "application_id"
		}
	}
	return out
}

func count(t testing.TB, tx *postgres.Tx, table, condition string, args ...any) int {
	t.Helper()
	var n int
	if err := tx.SQL().QueryRow(fmt.Sprintf(`select count(*) from %s where %s`, table, condition), args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return n
}

func TestStaffSeeFiledCasesAndNothingOfADraft(t *testing.T) {
	w := newWorld(t)
	// the person's inbox, what is not sent in full yet, and what the program keeps for itself
	notForStaff := []string{"messages", "uploads", "part_attempts", "draft_warnings"}
	for _, role := range []models.Role{models.RoleReviewer, models.RoleAdmin} {
		must(t, w.App, models.Actor{Role: role, Person: w.a.parent.Person, Municipality: minato, Purpose: "test"}, func(tx *postgres.Tx) error {
			for table, column := range w.ofCase(t) {
				if n := count(t, tx, table, column+" = $1", w.b.draft.ID); n != 0 {
					t.Errorf("%s sees %d rows of a draft in %s", role, n, table)
				}
				if n := count(t, tx, table, column+" = $1", w.b.filed.ID); (n == 0) != slices.Contains(notForStaff, table) {
					t.Errorf("%s sees %d rows of a filed case in %s", role, n, table)
				}
			}
			for _, f := range []*models.Application{w.b.draft, w.a.filed} {
				if _, err := tx.Application(f.ID); !isNotFound(err) {
					t.Errorf("%s reads %s of %s: %v", role, f.State, f.Municipality, err)
				}
			}
			return nil
		})
	}
}

// security.md, "Files": nobody but its owner sees that a file exists before a scan has released it.
func TestStaffSeeOnlyFilesThatAScanReleased(t *testing.T) {
	w := newWorld(t)
	must(t, w.App, models.Actor{Role: models.RoleReviewer, Person: w.a.parent.Person, Municipality: minato}, func(tx *postgres.Tx) error {
		for key, f := range w.b.files {
			_, err := tx.File(f.ApplicationID, f.ID)
			parts, partsErr := tx.PartsOf(f.ID)
			if partsErr != nil {
				return partsErr
			}
			if seen := err == nil; seen != (key == "filed/clean") || (len(parts) > 0) != seen {
				t.Errorf("%s: the reviewer gets %v and %d parts", key, err, len(parts))
			}
		}
		files, err := tx.FilesOf(w.b.filed.ID)
		if len(files) != 1 {
			t.Errorf("the reviewer lists %d files, want the clean one", len(files))
		}
		return err
	})
	must(t, w.App, w.b.parent, func(tx *postgres.Tx) error {
		for key, f := range w.b.files {
			if _, err := tx.File(f.ApplicationID, f.ID); err != nil {
				t.Errorf("%s: its owner gets %v", key, err)
			}
		}
		return nil
	})
}

// What one sees, the other does not: the positive side of the crossing tests.
func TestParentsAndJobsSeeTheirOwn(t *testing.T) {
	w := newWorld(t)
	for who, c := range map[string]struct {
		actor         models.Actor
		case1, absent *models.Application
		unseen        []string
	}{
		"parent": {w.b.parent, w.b.draft, w.a.draft, notForParents},
		"job":    {models.System(minato, "test"), w.b.draft, w.a.draft, []string{"intake_items"}}, // which only who takes them in and clerks open
	} {
		must(t, w.App, c.actor, func(tx *postgres.Tx) error {
			for table, column := range w.ofCase(t) {
				n := count(t, tx, table, column+" = $1", c.case1.ID)
				if hidden := slices.Contains(c.unseen, table); (n == 0) != hidden && table != "exchanges" { // a draft has no exchange
					t.Errorf("%s sees %d of the own rows in %s", who, n, table)
				}
				if n := count(t, tx, table, column+" = $1", c.absent.ID); n != 0 {
					t.Errorf("%s sees %d rows of another in %s", who, n, table)
				}
			}
			apps, err := tx.ApplicationsOf(w.a.parent.Person, postgres.Page{Limit: 10})
			if len(apps) != 0 {
				t.Errorf("%s lists %d cases of another", who, len(apps))
			}
			return err
		})
	}
}

func TestAuditIsReadByTheAuditorAndTheSubjectAndNeverChanged(t *testing.T) {
	w := newWorld(t)
	all := rowsOf(t, w.SuperDSN, `select count(*) from audit_entries`)
	readers := map[int64]models.Actor{all: {Role: models.RoleAuditor}, all / 2: w.b.parent}
	for want, actor := range readers {
		if n := one[int64](t, w.App, actor, `select count(*) from audit_entries`); n != want {
			t.Errorf("%s reads %d of %d entries, want %d", actor.Role, n, all, want)
		}
	}
	for _, role := range []models.Role{models.RoleReviewer, models.RoleAdmin, models.RoleNational, models.RoleSystem, models.RolePartner, models.RolePublic} {
		actor := models.Actor{Role: role, Person: w.b.parent.Person, Municipality: minato}
		if n := one[int64](t, w.App, actor, `select count(*) from audit_entries`); n != 0 {
			t.Errorf("%s reads %d entries", role, n)
		}
	}
	for _, statement := range []string{`update audit_entries set action = ''`, `delete from audit_entries`, `truncate audit_entries`} {
		for _, actor := range readers {
			must(t, w.App, actor, func(tx *postgres.Tx) error {
				if _, err := attempt(tx, statement); !denied(err) {
					t.Errorf("%s as %s: %v", statement, actor.Role, err)
				}
				return nil
			})
		}
	}
	// Not even the owner of the table, whom row security does not bind.
	for _, statement := range []string{`update audit_entries set action = ''`, `delete from audit_entries`, `truncate audit_entries`,
		`truncate audit_entries_before`, `truncate audit_entries_other`, `truncate audit_pending`, `truncate audit_batches`, `truncate audit_checkpoints`,
		`truncate history`, `truncate erasures`, `truncate phase_rows`, `truncate edition_certificates`} {
		if code := refusedBy(t, w.OwnerDSN, statement); code != "OS001" {
			t.Errorf("%s as the owner: %q", statement, code)
		}
	}
}

// An entry says who the transaction acted for; the caller cannot say otherwise.
func TestAuditEntriesAreWrittenInNoOtherName(t *testing.T) {
	w := newWorld(t)
	reviewer := models.Actor{Role: models.RoleReviewer, Person: w.a.parent.Person, Municipality: hinata, Purpose: "review", Request: "r-1"}
	other := w.b.parent.Person
	entry := &models.AuditEntry{Action: "opened", ObjectID: "x", Role: models.RoleAuditor, ActorID: &other, Municipality: minato}
	must(t, w.App, reviewer, func(tx *postgres.Tx) error { return tx.AddAudit(entry) })
	must(t, w.App, models.Actor{Role: models.RoleAuditor}, func(tx *postgres.Tx) error {
		got, err := tx.Audit(postgres.AuditQuery{Object: "x", Limit: 10})
		if err != nil || len(got) != 1 {
			t.Fatalf("%d entries, %v", len(got), err)
		}
		e := got[0]
		if e.Role != reviewer.Role || *e.ActorID != reviewer.Person || e.Municipality != hinata || e.Purpose != "review" || e.RequestID != "r-1" || e.At.IsZero() {
			t.Errorf("entry %+v", e)
		}
		return nil
	})
	// Whoever writes the statement by hand cannot say it either: who, when, and in which place of the order.
	must(t, w.App, reviewer, func(tx *postgres.Tx) error {
		far := models.NewID()
		_, err := tx.SQL().Exec(`insert into audit_entries (id, at, role, actor_id, municipality, purpose, action, object_id, request_id)
			values ('ffffffff-ffff-7fff-bfff-ffffffffffff', date_trunc('month', now()) + interval '1 second', 'auditor', $1, $2, 'p', 'a', $3, 'r')`, other, minato, far)
		if err != nil {
			t.Errorf("an entry as an older program writes it: %v", err)
		}
		if _, err := attempt(tx, `insert into audit_entries (at, action) values ('2999-01-01', 'a')`); err == nil {
			t.Error("an entry of years to come was taken")
		}
		if _, err := attempt(tx, `insert into audit_entries (at, action) values ('2020-01-01', 'a')`); err != nil && !strings.Contains(err.Error(), "partition") {
			t.Errorf("an entry of the past: %v", err)
		}
		return nil
	})
	wrong := rowsOf(t, w.SuperDSN, `select count(*) from audit_entries where at not between now() - interval '1 minute' and now()
		or id > 'e0000000-0000-0000-0000-000000000000' or purpose = 'p' or request_id = 'r' or action = 'a' and (role <> 'reviewer' or municipality <> '998010')
		or (('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint - extract(epoch from at) * 1000) not between -1 and 1`)
	if wrong != 0 {
		t.Errorf("%d entries say what the database did not", wrong)
	}
}

func TestSessionsAreReachedThroughFunctionsAlone(t *testing.T) {
	w := newWorld(t)
	must(t, w.App, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
		for _, statement := range []string{`select * from sessions`, `update sessions set data = ''`, `delete from sessions`, `select sessions_sweep()`} {
			if _, err := attempt(tx, statement); !denied(err) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		tx.SessionStore([]byte("old"), []byte("1"), tx.Now.Add(-1))
		tx.SessionStore([]byte("new"), []byte("1"), tx.Now.Add(3600e9))
		tx.SessionStore([]byte("new"), []byte("2"), tx.Now.Add(3600e9))
		return nil
	})
	must(t, w.App, models.Actor{}, func(tx *postgres.Tx) error {
		for digest, want := range map[string]string{"new": "2", "old": "", "unknown": ""} {
			if data, err := tx.SessionLoad([]byte(digest)); err != nil || string(data) != want {
				t.Errorf("session %s: %q, %v; want %q", digest, data, err, want)
			}
		}
		tx.SessionDrop([]byte("new"))
		return nil
	})
	must(t, w.Sweep, models.Actor{Role: models.RoleSystem}, func(tx *postgres.Tx) error {
		n, err := tx.SweepSessions()
		if n != 1 {
			t.Errorf("swept %d sessions, want the one that ended", n)
		}
		return err
	})
	if n := rowsOf(t, w.SuperDSN, `select count(*) from sessions`); n != 1 {
		t.Errorf("%d sessions are left, want the fixture's", n)
	}
}

// An admin decides for the own municipality; what is nationwide the admin may read and not change.
func TestPhaseChangesStayWithinTheReach(t *testing.T) {
	w := newWorld(t)
	nationwide := propose(t, w.Database, w.Person(t, "national", models.RoleNational, ""))
	admin := w.Person(t, "admin", models.RoleAdmin, hinata)
	must(t, w.App, admin, func(tx *postgres.Tx) error {
		if _, err := tx.PhaseChange(nationwide.ID); err != nil {
			t.Errorf("an admin does not see a nationwide proposal: %v", err)
		}
		for _, statement := range []string{`update phase_changes set reason = 'x' where municipality = '*'`,
			`update phase_changes set municipality = '998010' where municipality = '*'`} {
			if n, err := attempt(tx, statement); n != 0 {
				t.Errorf("%s: %d rows, %v", statement, n, err)
			}
		}
		for _, scope := range []string{"*", minato} {
			row := phaseRow(&models.PhaseChange{ID: nationwide.ID, Municipality: scope}, tx.Now.Add(3600e9))
			if _, err := attempt(tx, `insert into phase_rows (id, procedure, item, municipality, phase, effective_from, change_id) values ($1, '*', '*', $2, `+
				`'full', $3, $4)`,
				row.ID, scope, row.EffectiveFrom, nationwide.ID); !denied(
				err,
			) {
				t.Errorf("an admin of %s adds a row for %s: %v", hinata, scope, err)
			}
		}
		return nil
	})
	for _, who := range []string{"the public", "another parent", "a job for another municipality", "a foreign reviewer"} {
		must(t, w.App, w.strangers()[who], func(tx *postgres.Tx) error {
			if _, err := tx.PhaseChange(nationwide.ID); !isNotFound(err) {
				t.Errorf("%s sees a proposal: %v", who, err)
			}
			return nil
		})
	}
}

// A record that was hidden (不開示) is kept from the citizen, never from staff or audit; what is recorded never changes.
func TestAHiddenRecordIsKeptFromTheCitizenAlone(t *testing.T) {
	w := newWorld(t)
	staff := models.Actor{Role: models.RoleReviewer, Person: w.a.parent.Person, Municipality: minato, Purpose: "test"}
	readers := map[string]models.Actor{
		"citizen":       w.b.parent,
		"staff":         staff,
		"auditor":       {Role: models.RoleAuditor},
		"foreign staff": {Role: models.RoleReviewer, Person: w.a.parent.Person, Municipality: hinata},
	}
	see := func(want map[string]int) {
		t.Helper()
		for who, actor := range readers {
			must(t, w.App, actor, func(tx *postgres.Tx) error {
				if n := count(t, tx, "exchanges", "application_id = $1", w.b.filed.ID); n != want[who] {
					t.Errorf("%s sees %d, want %d", who, n, want[who])
				}
				return nil
			})
		}
	}
	see(map[string]int{"citizen": 1, "staff": 1, "auditor": 1})
	must(t, w.App, staff, func(tx *postgres.Tx) error {
		rows, err := tx.ExchangesOf(w.b.filed.ID)
		if err != nil {
			return err
		}
		tx.HideExchange(rows[0].ID, true, staff.Person, []byte("s"))
		return nil
	})
	see(map[string]int{"staff": 1, "auditor": 1})
	must(t, w.App, staff, func(tx *postgres.Tx) error {
		for _, statement := range []string{`update exchanges set result = 'no-record'`, `update readings set sealed = 'x'`,
			`update discrepancy_steps set step = 'closed'`,
			`update comparisons set outcome = 'matched'`, `update decisions set outcome = 'rejected'`, `update claims set fence = 0`} {
			if n, err := attempt(tx, statement); err == nil {
				t.Errorf("%s: %d rows", statement, n)
			}
		}
		return nil
	})
}

// R4 (b) without the word that no individual number was used does not get into the database; nor does a second open
// inquiry, discrepancy or task for one document, or a decision reopened by who decided.
func TestWrongStatesOfAReviewAreImpossible(t *testing.T) {
	w := newWorld(t)
	id := w.b.filed.ID
	for what, statement := range map[string]string{
		"R4 (b) with an individual number": `update dispositions set path = path`, // rows never change
		"a direct path without the word": `insert into dispositions (application_id, document, subject, municipality, person_id, path, obtained_at, sealed,
			reviewer_id, at)
			select application_id, 'other', subject, municipality, person_id, 'direct', now(), sealed, reviewer_id, at from dispositions
				where application_id = '` + id + `'`,
		"a second open inquiry": `insert into inquiries select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).* from inquiries i ` +
			`where application_id = '` + id + `'`,
		"a second open discrepancy": `insert into discrepancies select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).* from ` +
			`discrepancies i where application_id = '` + id + `'`,
		"a second open task": `insert into review_tasks select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).* from review_tasks ` +
			`i where application_id = '` + id + `'`,
		"reopened by who decided": `update decisions set reopened_by = reviewer_id, reopened_at = now(), sealed_reopening = 's' where application_id = '` + id + `'`,
	} {
		if code := refusedBy(t, w.OwnerDSN, statement); code == "" {
			t.Errorf("%s is possible", what)
		}
	}
}
