package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

const (
	hinata = casetest.Hinata

	procedure = casetest.Claim
	pension   = "pension-enrolment"  // asked for of the applicant
	support   = "support-statement"  // asked for of a child
	income    = "income-certificate" // asked for until the version of October 2024
)

// options are small limits, so that tests can go over them.
var options = Options{MaxSize: 20 << 20, MaxFiles: 20, UploadTime: 30 * time.Second, UploadGrace: 10 * time.Second,
	DraftLifetime: 90 * 24 * time.Hour, ScanPatience: time.Hour}

// world is one municipality with its bucket and the service on them.
type world struct {
	*casetest.World
	store   *object.Store
	service *Service
}

// newWorld makes a world on a bucket of its own. objects, if not nil, stands between the service and the store.
func newWorld(t testing.TB, opt Options, objects func(Objects) Objects, scanner Scanner) *world {
	t.Helper()
	return newWorldOn(t, bucket(t), opt, objects, scanner)
}

func newWorldOn(t testing.TB, store *object.Store, opt Options, objects func(Objects) Objects, scanner Scanner) *world {
	t.Helper()
	w := &world{World: casetest.New(t, hinata), store: store}
	var used Objects = store
	if objects != nil {
		used = objects(store)
	}
	w.service = New(w.Dossiers, w.Sweep, used, scanner, opt)
	return w
}

// draft adds a draft of the actor's.
func (w *world) draft(actor models.Actor) *models.Application {
	w.T.Helper()
	return w.Stored(func(app *models.Application, _ *dossier.Content) { app.PersonID = actor.Person })
}

// file files a draft with two requirements in the states given: the applicant's pension enrolment, and the statement
// for the first child.
func (w *world) file(app *models.Application, applicant, child models.ItemState) {
	w.T.Helper()
	w.Exec(`update applications set state = 'arrived', version = version + 1, receipt_number = 'R-' || id, filed_revision = 1, plan_version = '2017-07-18',
		arrived_at = clock_timestamp(), claim_on = current_date, expires_at = null where id = $1`, app.ID)
	w.Exec(`update revisions set sealed = 'filed', filed = true where application_id = $1`, app.ID)
	w.item(app, pension, "applicant", applicant)
	w.item(app, support, "child-1", child)
	*app = *w.Row(app.ID)
}

func (w *world) item(app *models.Application, document, subject string, state models.ItemState) {
	w.T.Helper()
	declared := ""
	if state == models.ItemAwaiting {
		declared = dossier.WillFollow
	}
	w.In(w.Parent, func(tx *postgres.Tx) error {
		return tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: document, Subject: subject, Municipality: hinata, PersonID: app.PersonID,
			Item: "pension", Decision: "attach", Reason: "trial", Inquire: true, Phase: "trial", State: state, Declared: declared, Revision: 1, UpdatedAt: tx.Now})
	})
}

// correction asks for a correction: from now on the parent works on revision 2.
func (w *world) correction(app *models.Application) {
	w.T.Helper()
	w.In(models.System(hinata, "test"), func(tx *postgres.Tx) error {
		return tx.AddRevision(&models.Revision{ApplicationID: app.ID, Number: 2, Municipality: hinata, PersonID: app.PersonID, Sealed: []byte("x"),
			CreatedAt: tx.Now, UpdatedAt: tx.Now})
	})
	w.Exec(`update applications set state = 'correction-requested', revision = 2, version = version + 1 where id = $1`, app.ID)
	*app = *w.Row(app.ID)
}

// upload is an upload of the applicant's pension enrolment.
func upload(app *models.Application, name string, body []byte) Upload {
	return Upload{Application: app.ID, Document: pension, Subject: "applicant", Name: name, Length: int64(len(body)), Body: bytes.NewReader(body)}
}

func (w *world) receive(in Upload) *Received {
	w.T.Helper()
	got, err := w.service.Receive(context.Background(), w.Parent, in)
	if err != nil {
		w.T.Fatalf("receive %q: %v", in.Name, err)
	}
	return got
}

// keys are the keys of all objects in the store.
func (w *world) keys() []string {
	w.T.Helper()
	keys := []string{}
	casetest.Must(w.T, w.store.List(context.Background(), "", "", func(o object.Info) error { keys = append(keys, o.Key); return nil }))
	return keys
}

// wantNothing checks that after a sweep there is neither a row nor an object nor a queued removal.
func (w *world) wantNothing(what string) {
	w.T.Helper()
	w.sweepAll()
	if n := casetest.Value[int](w, `select count(*) from files`); n != 0 {
		w.T.Errorf("%s: %d rows are left", what, n)
	}
	if keys := w.keys(); len(keys) != 0 {
		w.T.Errorf("%s: objects are left: %q", what, keys)
	}
}

func (w *world) sweepAll() Swept {
	w.T.Helper()
	swept, err := w.service.Sweep(context.Background())
	casetest.Must(w.T, err)
	if swept.Waiting != 0 {
		w.T.Errorf("%d objects still wait for removal", swept.Waiting)
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
	w.T.Helper()
	rows, err := w.Super().Query(`select id, state, scan, revision from files where application_id = $1 order by id`, app.ID)
	casetest.Must(w.T, err)
	defer func() { _ = rows.Close() }()
	var out []fileRow
	for rows.Next() {
		var f fileRow
		casetest.Must(w.T, rows.Scan(&f.ID, &f.State, &f.Scan, &f.Revision))
		out = append(out, f)
	}
	return out
}

func (w *world) itemState(app *models.Application, subject string) models.ItemState {
	w.T.Helper()
	return casetest.Value[models.ItemState](w, `select state from plan_items where application_id = $1 and subject = $2`, app.ID, subject)
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
	d, err := w.service.Content(context.Background(), w.Parent, app.ID, file)
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
