package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const (
	hinata = "998010"

	procedure = "child-allowance-claim"
	pension   = "pension-enrolment"  // asked for of the applicant
	support   = "support-statement"  // asked for of a child
	income    = "income-certificate" // asked for until the version of October 2024
)

// options are small limits, so that tests can go over them.
var options = Options{MaxSize: 20 << 20, MaxFiles: 20, UploadTime: 30 * time.Second, UploadGrace: 10 * time.Second,
	DraftLifetime: 90 * 24 * time.Hour, ScanPatience: time.Hour}

// world is one municipality with its database, its bucket and the service on them.
type world struct {
	t        testing.TB
	db       *pgtest.Database
	dossiers *dossier.Service
	store    *object.Store
	service  *Service
	parent   models.Actor
	super    *sql.DB // sees and changes everything, to look behind the service's back
}

// newWorld makes a world on a bucket of its own. objects, if not nil, stands between the service and the store.
func newWorld(t testing.TB, opt Options, objects func(Objects) Objects, scanner Scanner) *world {
	t.Helper()
	return newWorldOn(t, bucket(t), opt, objects, scanner)
}

func newWorldOn(t testing.TB, store *object.Store, opt Options, objects func(Objects) Objects, scanner Scanner) *world {
	t.Helper()
	w := &world{t: t, db: pgtest.New(t), store: store}
	keyring, err := seal.CreateKeyring(filepath.Join(t.TempDir(), "keyset.json"))
	if err != nil {
		t.Fatal(err)
	}
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	w.dossiers = dossier.New(w.db.App, cat, keyring)
	var used Objects = store
	if objects != nil {
		used = objects(store)
	}
	w.service = New(w.dossiers, w.db.Sweep, used, scanner, opt)
	if w.super, err = sql.Open("pgx", w.db.SuperDSN); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.super.Close() })
	w.parent = w.db.Person(t, "parent", models.RoleApplicant, "")
	wrapped, err := w.dossiers.NewMunicipalityKey(t.Context(), hinata)
	if err != nil {
		t.Fatal(err)
	}
	w.must(models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		return tx.PutMunicipality(&models.Municipality{Code: hinata, NameJa: "ひなた市", WrappedKey: wrapped, Version: 1})
	})
	return w
}

func (w *world) must(actor models.Actor, fn func(tx *postgres.Tx) error) {
	w.t.Helper()
	if err := w.db.App.InTx(context.Background(), actor, fn); err != nil {
		w.t.Fatal(err)
	}
}

// exec changes rows behind the service's back.
func (w *world) exec(statement string, args ...any) {
	w.t.Helper()
	if _, err := w.super.Exec(statement, args...); err != nil {
		w.t.Fatalf("%s: %v", statement, err)
	}
}

// value reads one value behind the service's back.
func value[T any](w *world, query string, args ...any) T {
	w.t.Helper()
	var out T
	if err := w.super.QueryRow(query, args...).Scan(&out); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return out
}

// draft adds a draft of the actor's.
func (w *world) draft(actor models.Actor) *models.Application {
	w.t.Helper()
	id := models.NewID()
	key, wrapped, err := w.dossiers.NewApplicationKey(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	sealed, err := dossier.SealContent(key, id, 1, &dossier.Content{})
	if err != nil {
		w.t.Fatal(err)
	}
	app := &models.Application{ID: id, Municipality: hinata, PersonID: actor.Person, Procedure: procedure, State: models.StateDraft, Version: 1,
		Revision: 1, Channel: models.ChannelOnline, ChildrenIndex: []byte(id), WrappedKey: wrapped}
	w.must(actor, func(tx *postgres.Tx) error {
		until := tx.Now.Add(time.Hour)
		app.ExpiresAt, app.CreatedAt, app.UpdatedAt = &until, tx.Now, tx.Now
		return tx.AddApplication(app, &models.Revision{ApplicationID: id, Number: 1, Municipality: hinata, PersonID: actor.Person, Sealed: sealed,
			CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
	return app
}

// file files a draft with two requirements in the states given: the applicant's pension enrolment, and the statement
// for the first child.
func (w *world) file(app *models.Application, applicant, child models.ItemState) {
	w.t.Helper()
	w.must(w.parent, func(tx *postgres.Tx) error {
		now, err := tx.LockApplication(app.ID)
		if err != nil {
			return err
		}
		*app = *now
		tx.ChangeApplication(app, postgres.Set(&app.State, models.StateArrived), postgres.Set(&app.ReceiptNumber, new("R-"+app.ID)),
			postgres.Set(&app.FiledRevision, new(1)), postgres.Set(&app.PlanVersion, new("2017-07-18")), postgres.Set(&app.ArrivedAt, &tx.Now),
			postgres.Set(&app.ClaimOn, &tx.Now), postgres.Set(&app.ExpiresAt, nil))
		tx.ChangeRevision(app.ID, 1, []byte("filed"), true)
		for subject, state := range map[string]models.ItemState{"applicant": applicant, "child-1": child} {
			document := map[string]string{"applicant": pension, "child-1": support}[subject]
			declared := ""
			if state == models.ItemAwaiting {
				declared = dossier.WillFollow
			}
			err := tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: document, Subject: subject, Municipality: hinata, PersonID: app.PersonID,
				Item: "pension", Decision: "attach", Reason: "trial", Inquire: true, Phase: "trial", State: state, Declared: declared, Revision: 1, UpdatedAt: tx.Now})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// correction asks for a correction: from now on the parent works on revision 2.
func (w *world) correction(app *models.Application) {
	w.t.Helper()
	w.must(models.System(hinata, "test"), func(tx *postgres.Tx) error {
		now, err := tx.LockApplication(app.ID)
		if err != nil {
			return err
		}
		*app = *now
		if err := tx.AddRevision(&models.Revision{ApplicationID: app.ID, Number: 2, Municipality: hinata, PersonID: app.PersonID, Sealed: []byte("x"),
			CreatedAt: tx.Now, UpdatedAt: tx.Now}); err != nil {
			return err
		}
		tx.ChangeApplication(app, postgres.Set(&app.State, models.StateCorrectionRequested), postgres.Set(&app.Revision, 2))
		return nil
	})
}

// upload is an upload of the applicant's pension enrolment.
func upload(app *models.Application, name string, body []byte) Upload {
	return Upload{Application: app.ID, Document: pension, Subject: "applicant", Name: name, Length: int64(len(body)), Body: bytes.NewReader(body)}
}

func (w *world) receive(in Upload) *Received {
	w.t.Helper()
	got, err := w.service.Receive(context.Background(), w.parent, in)
	if err != nil {
		w.t.Fatalf("receive %q: %v", in.Name, err)
	}
	return got
}

// keys are the keys of all objects in the store.
func (w *world) keys() []string {
	w.t.Helper()
	keys := []string{}
	if err := w.store.List(context.Background(), "", "", func(o object.Info) error { keys = append(keys, o.Key); return nil }); err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// wantNothing checks that after a sweep there is neither a row nor an object nor a queued removal.
func (w *world) wantNothing(what string) {
	w.t.Helper()
	w.sweepAll()
	if n := value[int](w, `select count(*) from files`); n != 0 {
		w.t.Errorf("%s: %d rows are left", what, n)
	}
	if keys := w.keys(); len(keys) != 0 {
		w.t.Errorf("%s: objects are left: %q", what, keys)
	}
}

func (w *world) sweepAll() Swept {
	w.t.Helper()
	swept, err := w.service.Sweep(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	if swept.Waiting != 0 {
		w.t.Errorf("%d objects still wait for removal", swept.Waiting)
	}
	return swept
}

// fileRow is what a test looks at in a file's row.
type fileRow struct {
	ID       string
	State    models.FileState
	Scan     string
	Revision int
}

func (w *world) files(app *models.Application) []fileRow {
	w.t.Helper()
	rows, err := w.super.Query(`select id, state, scan, revision from files where application_id = $1 order by id`, app.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []fileRow
	for rows.Next() {
		var f fileRow
		if err := rows.Scan(&f.ID, &f.State, &f.Scan, &f.Revision); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func (w *world) itemState(app *models.Application, subject string) models.ItemState {
	w.t.Helper()
	return value[models.ItemState](w, `select state from plan_items where application_id = $1 and subject = $2`, app.ID, subject)
}

// pdf is a PDF of exactly size bytes, which no compression or deduplication can shorten.
func pdf(size int) []byte {
	out := make([]byte, size)
	source := rand.NewChaCha8([32]byte{1})
	_, _ = source.Read(out)
	copy(out, "%PDF-1.7\n")
	return out
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// wantFault checks an error's kind and code, and its first detail's code if one is given.
func wantFault(t testing.TB, what string, err error, kind fault.Kind, code, detail string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
		return
	}
	if detail != "" && (len(f.Details) == 0 || f.Details[0].Code != detail) {
		t.Errorf("%s: details %+v, want %s", what, f.Details, detail)
	}
}

// read reads a file's content as its owner.
func (w *world) read(app *models.Application, file string) ([]byte, error) {
	d, err := w.service.Content(context.Background(), w.parent, app.ID, file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Body.Close() }()
	out, err := io.ReadAll(d.Body)
	if err == nil && int64(len(out)) != d.Size {
		err = fmt.Errorf("%d bytes came, %d were promised", len(out), d.Size)
	}
	return out, err
}
