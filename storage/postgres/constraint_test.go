package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func isNotFound(err error) bool { return errors.Is(err, fault.ErrNotFound) }
func isConflict(err error) bool { return errors.Is(err, fault.ErrConflict) }

// refusedBy runs a statement in the name of another database role and gives the state with which it was refused.
func refusedBy(t testing.TB, dsn, statement string, args ...any) (code string) {
	t.Helper()
	direct(t, dsn, func(conn *pgx.Conn) {
		_, err := conn.Exec(bg, statement, args...)
		code = state(err)
	})
	return code
}

func TestOneOpenDraftOfAKind(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	first := addDraft(t, d, parent, hinata)
	again := func(change func(app *models.Application)) error {
		return d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
			app, rev := newDraft(tx, hinata)
			change(app)
			rev.Municipality, rev.PersonID = app.Municipality, app.PersonID
			return tx.AddApplication(app, rev)
		})
	}
	err := again(func(*models.Application) {})
	if !isConflict(err) || postgres.Violated(err) != "applications_one_open_draft" {
		t.Errorf("a second draft: %v, violated %q", err, postgres.Violated(err))
	}
	for name, change := range map[string]func(app *models.Application){
		"a separate one":       func(app *models.Application) { app.SeparateID = models.NewID() },
		"other children":       func(app *models.Application) { app.ChildrenIndex = []byte("others") },
		"another period":       func(app *models.Application) { app.Period = "2026" },
		"another procedure":    func(app *models.Application) { app.Procedure = "nursery" },
		"another municipality": func(app *models.Application) { app.Municipality = minato },
	} {
		if err := again(change); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	fileDraft(t, d, parent, first)
	if err := again(func(*models.Application) {}); err != nil {
		t.Errorf("a draft after the first was filed: %v", err)
	}
}

// What has arrived has all of it, and it never changes (P5). Tried as the owner of the case, who may write the row.
func TestArrivalIsWholeAndNeverChanges(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	app := addDraft(t, d, parent, hinata)
	change := func(changes postgres.Changes) error {
		copied := *app
		return d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
			tx.ChangeApplication(&copied, postgres.Columns(&copied, changes)...)
			return nil
		})
	}
	for _, missing := range []string{"receipt_number", "filed_revision", "plan_version", "claim_on", "arrived_at", "state"} {
		must(t, d.App, parent, func(tx *postgres.Tx) error {
			changes := arrival(tx, "R1")
			delete(changes, missing)
			err := change(changes)
			if state(err) != "23514" {
				t.Errorf("arrived without %s: %v", missing, err)
			}
			return nil
		})
	}
	for column, wrong := range map[string]any{"state": "lost", "channel": "fax", "revision": 0, "replaces_how": "amend", "plan_version": "soon",
		"expires_at": nil} {
		if err := change(postgres.Changes{column: wrong}); state(err) != "23514" {
			t.Errorf("%s = %v: %v", column, wrong, err)
		}
	}
	fileDraft(t, d, parent, app)
	for column, value := range map[string]any{"receipt_number": "R2", "filed_revision": 2, "plan_version": "2020-01-01", "claim_on": day(2026, 5, 1),
		"arrived_at": time.Now(), "procedure": "nursery", "municipality": minato, "person_id": models.NewID()} {
		if err := change(postgres.Changes{column: value}); err == nil || !isConflict(err) && state(err) != "42501" {
			t.Errorf("after the arrival, %s = %v: %v", column, value, err)
		}
	}
	if err := change(postgres.Changes{"state": models.StateDraft, "expires_at": time.Now()}); state(err) != "23514" {
		t.Errorf("back to a draft: %v", err)
	}
	if err := change(postgres.Changes{"state": models.StateWithdrawn}); err != nil {
		t.Errorf("withdrawn: %v", err)
	}
	if err := change(postgres.Changes{"late": true}); !isConflict(err) {
		t.Errorf("with an old version: %v", err)
	}
	if code := refusedBy(t, d.OwnerDSN, `update applications set version = version + 2`); code != "OS002" {
		t.Errorf("a version that does not follow: %q", code)
	}
}

func TestFiledRevisionAndRecordsNeverChange(t *testing.T) {
	w := newWorld(t)
	err := w.App.InTx(bg, w.a.parent, func(tx *postgres.Tx) error {
		tx.ChangeRevision(w.a.filed.ID, 1, []byte("other"), true)
		return nil
	})
	if !isConflict(err) {
		t.Errorf("a filed revision written again: %v", err)
	}
	must(t, w.App, w.a.parent, func(tx *postgres.Tx) error {
		tx.ChangeRevision(w.a.draft.ID, 1, []byte("other"), false)
		for _, statement := range []string{`update revisions set sealed = 'x' where filed`, `update revisions set filed = false where filed`} {
			if _, err := attempt(tx, statement); state(err) != "OS002" {
				t.Errorf("%s: %v", statement, err)
			}
		}
		return nil
	})
	for _, statement := range []string{`update history set event = ''`, `update consents set given = not given`, `update phase_rows set phase = 'full'`,
		`delete from phase_rows`} {
		if code := refusedBy(t, w.OwnerDSN, statement); code != "OS001" {
			t.Errorf("%s as the owner: %q", statement, code)
		}
		must(t, w.App, w.a.parent, func(tx *postgres.Tx) error {
			if _, err := attempt(tx, statement); !denied(err) {
				t.Errorf("%s as the program: %v", statement, err)
			}
			return nil
		})
	}
}

// Only a draft is deleted, by its owner, and all that belongs to it goes with it.
func TestOnlyDraftsAreDeleted(t *testing.T) {
	w := newWorld(t)
	if err := w.App.InTx(bg, w.a.parent, func(tx *postgres.Tx) error { return tx.DeleteDraft(w.a.filed) }); !isConflict(err) {
		t.Errorf("a filed case: %v", err)
	}
	must(t, w.App, w.a.parent, func(tx *postgres.Tx) error {
		if _, err := attempt(tx, `delete from applications where id = $1`, w.a.filed.ID); state(err) != "OS002" {
			t.Errorf("a filed case, by hand: %v", err)
		}
		return nil
	})
	old := *w.a.draft
	old.Version--
	if err := w.App.InTx(bg, w.a.parent, func(tx *postgres.Tx) error { return tx.DeleteDraft(&old) }); !isConflict(err) {
		t.Errorf("an old version: %v", err)
	}
	must(t, w.App, w.a.parent, func(tx *postgres.Tx) error { return tx.DeleteDraft(w.a.draft) })
	for table, column := range w.ofCase(t) {
		if n := rowsOf(t, w.SuperDSN, `select count(*) from `+table+` where `+column+` = $1`, w.a.draft.ID); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
		if n := rowsOf(t, w.SuperDSN, `select count(*) from `+table+` where `+column+` = $1`, w.a.filed.ID); n == 0 {
			t.Errorf("the filed case lost its rows in %s", table)
		}
	}
}

func TestCorrectionAndMessageOnce(t *testing.T) {
	w := newWorld(t)
	err := w.App.InTx(bg, w.a.parent, func(tx *postgres.Tx) error {
		return tx.AddCorrection(&models.Correction{ApplicationID: w.a.filed.ID, Number: 2, Municipality: hinata, PersonID: w.a.parent.Person, State: "open",
			Items: []byte(`[]`), Fields: []byte(`[]`), SealedText: []byte("s"), RequestedAt: tx.Now})
	})
	if !isConflict(err) || postgres.Violated(err) != "corrections_one_open" {
		t.Errorf("a second open correction: %v", err)
	}
	before := rowsOf(t, w.SuperDSN, `select count(*) from messages`)
	must(t, w.App, models.System(hinata, "notify"), func(tx *postgres.Tx) error {
		_, err := tx.PutMessage(&models.Message{ID: models.NewID(), PersonID: w.a.parent.Person, Municipality: hinata, ApplicationID: &w.a.filed.ID,
			Kind: "arrived", Params: []byte(`{}`), CreatedAt: tx.Now}, true)
		return err
	})
	if after := rowsOf(t, w.SuperDSN, `select count(*) from messages`); after != before {
		t.Errorf("a job that ran twice wrote %d messages", after-before)
	}
}

// A pointer to what the database keeps must come back as it went in.
func TestPlanVersionComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	must(t, w.App, w.a.parent, func(tx *postgres.Tx) error {
		app, err := tx.Application(strings.ToLower(w.a.filed.ID))
		if err == nil && (app.PlanVersion == nil || *app.PlanVersion != "2017-07-18" || !app.ClaimOn.Equal(day(2026, 4, 1))) {
			t.Errorf("plan version %v, claim %v", app.PlanVersion, app.ClaimOn)
		}
		return err
	})
}
