package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

const (
	hinata = "998010"
	minato = "998028"
)

var bg = context.Background()

func national() models.Actor { return models.Actor{Role: models.RoleNational, Purpose: "test"} }

// must runs fn in a transaction that has to succeed.
func must(t testing.TB, db *postgres.DB, actor models.Actor, fn func(tx *postgres.Tx) error) {
	t.Helper()
	if err := db.InTx(bg, actor, fn); err != nil {
		t.Fatalf("as %s of %q: %v", actor.Role, actor.Municipality, err)
	}
}

// one reads a single value in a transaction of the actor.
func one[T any](t testing.TB, db *postgres.DB, actor models.Actor, query string, args ...any) T {
	t.Helper()
	var out T
	must(t, db, actor, func(tx *postgres.Tx) error { return tx.SQL().QueryRow(query, args...).Scan(&out) })
	return out
}

// direct runs fn on a connection of its own, for the owner and the superuser.
func direct(t testing.TB, dsn string, fn func(conn *pgx.Conn)) {
	t.Helper()
	conn, err := pgx.Connect(bg, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(bg) }()
	fn(conn)
}

func exec(t testing.TB, dsn, statement string, args ...any) {
	t.Helper()
	direct(t, dsn, func(conn *pgx.Conn) {
		if _, err := conn.Exec(bg, statement, args...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	})
}

// attempt runs one statement inside the transaction and takes it back, so that a refusal does not end the transaction.
func attempt(tx *postgres.Tx, statement string, args ...any) (int64, error) {
	if _, err := tx.SQL().Exec(`savepoint attempt`); err != nil {
		return 0, err
	}
	res, err := tx.SQL().Exec(statement, args...)
	if _, back := tx.SQL().Exec(`rollback to savepoint attempt`); back != nil {
		return 0, back
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// family is one parent with a draft and a filed case in one municipality, with a row in every table of a case.
type family struct {
	parent       models.Actor
	municipality string
	draft, filed *models.Application
	files        map[string]*models.File // by the application's state and the scan's, "draft/pending"
}

func municipalities(t testing.TB, d *pgtest.Database) {
	t.Helper()
	must(t, d.App, national(), func(tx *postgres.Tx) error {
		for code, name := range map[string]string{hinata: "ひなた市", minato: "みなと町"} {
			if err := tx.PutMunicipality(&models.Municipality{Code: code, NameJa: name, WrappedKey: []byte("k"), Version: 1}); err != nil {
				return err
			}
			if err := tx.PutOffering(&models.Offering{Municipality: code, Procedure: "child-allowance-new", Signature: models.SignatureLogin}); err != nil {
				return err
			}
			if err := tx.PutClosedDay(&models.ClosedDay{Municipality: code, Day: day(2026, 12, 29), Name: "年末"}); err != nil {
				return err
			}
		}
		return nil
	})
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func newDraft(tx *postgres.Tx, municipality string) (*models.Application, *models.Revision) {
	until := tx.Now.Add(30 * 24 * time.Hour)
	app := &models.Application{ID: models.NewID(), Municipality: municipality, PersonID: tx.Actor.Person, Procedure: "child-allowance-new",
		State: models.StateDraft, Version: 1, Revision: 1, Channel: models.ChannelOnline, ChildrenIndex: []byte("children"),
		WrappedKey: []byte("key"), ExpiresAt: &until, CreatedAt: tx.Now, UpdatedAt: tx.Now}
	rev := &models.Revision{ApplicationID: app.ID, Number: 1, Municipality: municipality, PersonID: app.PersonID, Sealed: []byte("{}"),
		CreatedAt: tx.Now, UpdatedAt: tx.Now}
	return app, rev
}

// arrival is what a draft gets when it is filed.
func arrival(tx *postgres.Tx, receipt string) postgres.Changes {
	return postgres.Changes{"state": models.StateArrived, "receipt_number": receipt, "filed_revision": 1, "plan_version": "2017-07-18",
		"arrived_at": tx.Now, "claim_on": day(2026, 4, 1)}
}

func addDraft(t testing.TB, d *pgtest.Database, parent models.Actor, municipality string) *models.Application {
	t.Helper()
	var app *models.Application
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		var rev *models.Revision
		app, rev = newDraft(tx, municipality)
		return tx.AddApplication(app, rev)
	})
	return app
}

func fileDraft(t testing.TB, d *pgtest.Database, parent models.Actor, app *models.Application) {
	t.Helper()
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		tx.ChangeApplication(app, postgres.Columns(app, arrival(tx, "R-"+app.ID))...)
		tx.ChangeRevision(app.ID, 1, []byte("{}"), true)
		return nil
	})
}

// addFile adds a file with one part; a scan of "" leaves it receiving.
func addFile(t testing.TB, d *pgtest.Database, parent models.Actor, app *models.Application, scan models.ScanState) *models.File {
	t.Helper()
	var f *models.File
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		until := tx.Now.Add(time.Hour)
		f = &models.File{ID: models.NewID(), ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID, Document: "income",
			Subject: "applicant", NameIndex: []byte("name " + scan), SealedName: []byte("sealed"), State: models.FileReceiving,
			Scan: models.ScanPending, ExpiresAt: &until, Revision: 1, CreatedAt: tx.Now}
		part := &models.FilePart{FileID: f.ID, Number: 1, ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
			ObjectKey: app.Municipality + "/" + f.ID + "/1"}
		if err := tx.AddFile(f, part); err != nil || scan == "" {
			return err
		}
		tx.ChangeFile(f, postgres.Columns(f, postgres.Changes{"state": models.FileStored, "expires_at": nil, "sha256": []byte("digest"), "size": 3,
			"media_type": "application/pdf", "stored_at": tx.Now, "scan": scan})...)
		tx.ChangePart(part, 3, 19, []byte("digest"))
		return nil
	})
	return f
}

// addFamily makes a parent with a draft and a filed case, and a row of every kind under each.
func addFamily(t testing.TB, d *pgtest.Database, subject, municipality string) *family {
	t.Helper()
	f := &family{parent: d.Person(t, subject, models.RoleApplicant, ""), municipality: municipality, files: map[string]*models.File{}}
	f.filed = addDraft(t, d, f.parent, municipality)
	for _, app := range []**models.Application{&f.filed, &f.draft} {
		if *app == nil {
			*app = addDraft(t, d, f.parent, municipality)
		}
		f.addRows(t, d, *app)
		if *app == f.filed {
			fileDraft(t, d, f.parent, f.filed)
		}
	}
	must(t, d.App, f.parent, func(tx *postgres.Tx) error {
		return tx.Remember(&models.Idempotency{PersonID: f.parent.Person, Route: "POST /x", Key: "k", BodyHash: []byte("h"), Sealed: []byte("s")})
	})
	return f
}

func (f *family) addRows(t testing.TB, d *pgtest.Database, app *models.Application) {
	t.Helper()
	kind := map[bool]string{true: "filed", false: "draft"}[app == f.filed]
	for _, scan := range []string{"", string(models.ScanPending), string(models.ScanInfected), string(models.ScanClean)} {
		f.files[kind+"/"+scan] = addFile(t, d, f.parent, app, models.ScanState(scan))
	}
	addUpload(t, d, f.parent, f.files[kind+"/"])
	must(t, d.App, f.parent, func(tx *postgres.Tx) error {
		if err := tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: "income", Subject: "applicant", Municipality: app.Municipality,
			PersonID: app.PersonID, Item: "tax", Decision: "attach", Reason: "trial", State: models.ItemAwaiting, Revision: 1, UpdatedAt: tx.Now}); err != nil {
			return err
		}
		if err := tx.AddHistory(&models.History{ID: models.NewID(), ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
			At: tx.Now, Event: "saved", FromState: "draft", ToState: "draft", Role: tx.Actor.Role, Revision: 1}); err != nil {
			return err
		}
		if err := tx.AddConsents(&models.Consent{ID: models.NewID(), ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID,
			Item: "tax", Given: true, GivenBy: "applicant", How: models.ChannelOnline, At: tx.Now}); err != nil {
			return err
		}
		if err := tx.AddCorrection(&models.Correction{ApplicationID: app.ID, Number: 1, Municipality: app.Municipality, PersonID: app.PersonID,
			State: "open", Items: []byte(`[]`), Fields: []byte(`[]`), SealedText: []byte("s"), RequestedAt: tx.Now}); err != nil {
			return err
		}
		if _, err := tx.PutMessage(&models.Message{ID: models.NewID(), PersonID: app.PersonID, Municipality: app.Municipality, ApplicationID: &app.ID,
			Kind: "arrived", Params: []byte(`{}`), CreatedAt: tx.Now}, false); err != nil {
			return err
		}
		return tx.AddAudit(
			&models.AuditEntry{Municipality: app.Municipality, Action: "opened", ObjectKind: "application", ObjectID: app.ID, SubjectID: &app.PersonID},
		)
	})
}

// world is a database with two families in two municipalities and at least one row in every table.
type world struct {
	*pgtest.Database
	a, b *family
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Database: pgtest.New(t)}
	municipalities(t, w.Database)
	w.a, w.b = addFamily(t, w.Database, "a", hinata), addFamily(t, w.Database, "b", minato)
	must(t, w.App, national(), func(tx *postgres.Tx) error {
		if _, err := tx.ServiceKey("answers", []byte("wrapped")); err != nil {
			return err
		}
		tx.SessionStore([]byte("digest"), []byte("data"), tx.Now.Add(time.Hour))
		return nil
	})
	for _, f := range []*family{w.a, w.b} {
		addLinks(t, w.Database, f)
		addReview(t, w.Database, f)
		addTold(t, w.Database, f)
		exec(t, w.SuperDSN, erasureRow, models.NewID(), f.municipality)
		removed := addFile(t, w.Database, f.parent, f.draft, "") // its object waits for removal
		must(t, w.App, f.parent, func(tx *postgres.Tx) error {
			tx.DeleteFile(removed)
			tx.Reserve(models.NewID(), f.municipality, []string{models.NewID()}, tx.Now.Add(time.Hour))
			return nil
		})
		clerk := w.Person(t, "clerk "+f.municipality, models.RoleReviewer, f.municipality).Person
		exec(t, w.SuperDSN, `insert into queue_views (id, municipality, owner_id, name, filter, shared, created_at)
			values ($1, $2, $3, 'v', 'flag=mine', true, now())`,
			models.NewID(), f.municipality, clerk)
		exec(t, w.SuperDSN, `insert into staff_names (municipality, staff_id, sealed_name, seen_at) values ($1, $2, 's', now())`, f.municipality, clerk)
		proposer := w.Person(t, "proposer "+f.municipality, models.RoleAdmin, f.municipality)
		change := propose(t, w.Database, proposer)
		approve(t, w.Database, w.Person(t, "approver "+f.municipality, models.RoleAdmin, f.municipality), change, time.Hour)
		propose(t, w.Database, proposer)
	}
	return w
}

// propose adds a phase change for the actor's municipality, or for all for a national one.
func propose(t testing.TB, d *pgtest.Database, actor models.Actor) *models.PhaseChange {
	t.Helper()
	c := &models.PhaseChange{ID: models.NewID(), Kind: models.ChangeSwitch, State: models.ChangeProposed, Municipality: reach(actor), Rows: []byte(`[]`),
		Reason: "通知", Impact: []byte(`{}`), ProposedBy: actor.Person, Version: 1}
	must(t, d.App, actor, func(tx *postgres.Tx) error { c.ProposedAt = tx.Now; return tx.AddPhaseChange(c) })
	return c
}

func reach(actor models.Actor) string {
	if actor.Municipality == "" {
		return "*"
	}
	return actor.Municipality
}

// approve approves a change and adds a row that takes effect after a while.
func approve(t testing.TB, d *pgtest.Database, actor models.Actor, c *models.PhaseChange, after time.Duration) {
	t.Helper()
	must(t, d.App, actor, func(tx *postgres.Tx) error {
		tx.ChangePhaseChange(c, postgres.Columns(c, postgres.Changes{"state": models.ChangeApproved, "decided_by": actor.Person, "decided_at": tx.Now})...)
		return tx.AddPhaseRows(phaseRow(c, tx.Now.Add(after)))
	})
}

func phaseRow(c *models.PhaseChange, from time.Time) *models.PhaseRow {
	return &models.PhaseRow{ID: models.NewID(), Procedure: "*", Item: "tax", Municipality: c.Municipality, Phase: "full", EffectiveFrom: from, ChangeID: &c.ID}
}

// rowsOf counts rows for a role that sees everything.
func rowsOf(t testing.TB, dsn, query string, args ...any) (n int64) {
	t.Helper()
	direct(t, dsn, func(conn *pgx.Conn) {
		if err := conn.QueryRow(bg, query, args...).Scan(&n); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	})
	return n
}
