package document

import (
	"bytes"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// paperDraft adds a draft of the counter whose paper arrived at an instant.
func (w *world) paperDraft(clerk models.Actor, received time.Time) *models.Application {
	w.T.Helper()
	app := w.Stored(func(app *models.Application, _ *dossier.Content) {
		app.Channel, app.Municipality = models.ChannelCounter, clerk.Municipality
		w.In(clerk, func(tx *postgres.Tx) (err error) {
			app.PersonID, err = tx.CounterPerson(app.ID)
			return err
		})
	})
	w.In(clerk, func(tx *postgres.Tx) error {
		return tx.AddCounterIntake(&models.CounterIntake{ApplicationID: app.ID, Municipality: app.Municipality, PersonID: app.PersonID, ClerkID: clerk.Person,
			IdentityKind: "passport", CheckedAt: tx.Now, ReceivedAt: received, At: tx.Now})
	})
	return app
}

// A clerk scans attachments into a draft of the counter, as a parent does on line; a colleague replaces and deletes.
func TestScanningInAtTheCounter(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	clerk, colleague := w.Person(t, "clerk", models.RoleReviewer, hinata), w.Person(t, "colleague", models.RoleReviewer, hinata)
	app := w.paperDraft(clerk, time.Now())
	send := func(actor models.Actor, name string) (*Received, error) {
		return w.service.Receive(t.Context(), actor, upload(app, name, pdf(2000)))
	}
	first, err := send(clerk, "証明書.pdf")
	if err != nil {
		t.Fatal(err)
	}
	second, err := send(colleague, "証明書.pdf")
	if err != nil || second.ID == first.ID || second.Version <= first.Version {
		t.Fatalf("%+v %v", second, err)
	}
	if rows := w.files(app); len(rows) != 1 || rows[0].ID != second.ID || rows[0].State != models.FileStored {
		t.Errorf("rows %+v", rows)
	}
	stale := first.Version
	wantFault(t, "an old version", w.service.Delete(t.Context(), clerk, app.ID, second.ID, &stale), fault.Stale, fault.CodeStale, "")
	if err := w.service.Delete(t.Context(), clerk, app.ID, second.ID, nil); err != nil {
		t.Fatal(err)
	}
	w.wantNothing("deleted at the counter")
	if n := casetest.Value[int](w,
		`select count(*) from audit_entries where subject_id = $1 and action in ('receive-file', 'delete-file')`, app.PersonID); n != 3 {
		t.Errorf("%d acts of the clerks are recorded", n)
	}
	// An upload that is torn leaves nothing either.
	torn := upload(app, "torn.pdf", pdf(1000))
	torn.Body = bytes.NewReader(pdf(400))
	_, err = w.service.Receive(t.Context(), clerk, torn)
	wantFault(t, "torn", err, fault.Malformed, fault.CodeMalformed, "")
	w.wantNothing("torn at the counter")
}

// Nobody else puts a file into it, and no clerk into what is online or filed.
func TestWhoseFilesAtTheCounter(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	clerk := w.Person(t, "clerk", models.RoleReviewer, hinata)
	app, online := w.paperDraft(clerk, time.Now()), w.draft(w.Parent)
	got, err := w.service.Receive(t.Context(), clerk, upload(app, "a.pdf", pdf(900)))
	if err != nil {
		t.Fatal(err)
	}
	mine := w.receive(upload(online, "a.pdf", pdf(900)))
	for what, c := range map[string]struct {
		actor models.Actor
		app   *models.Application
		file  string
	}{
		"a foreign clerk":             {w.Person(t, "foreign", models.RoleReviewer, "998028"), app, got.ID},
		"an admin":                    {w.Person(t, "admin", models.RoleAdmin, hinata), app, got.ID},
		"a parent":                    {w.Parent, app, got.ID},
		"the person, as if signed in": {models.Actor{Person: app.PersonID, Role: models.RoleApplicant, Purpose: "test"}, app, got.ID},
		"the clerk at an online one":  {clerk, online, mine.ID},
	} {
		_, err := w.service.Receive(t.Context(), c.actor, upload(c.app, "b.pdf", pdf(900)))
		wantFault(t, what+" sends", err, fault.NotFound, fault.CodeNotFound, "")
		wantFault(t, what+" deletes", w.service.Delete(t.Context(), c.actor, c.app.ID, c.file, nil), fault.NotFound, fault.CodeNotFound, "")
	}
	w.Parent, clerk = clerk, w.Parent // file files as the parent
	w.file(app, models.ItemAwaiting, models.ItemReceived)
	w.Parent, clerk = clerk, w.Parent
	_, err = w.service.Receive(t.Context(), clerk, upload(app, "b.pdf", pdf(900)))
	wantFault(t, "after filing", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	wantFault(t, "after filing", w.service.Delete(t.Context(), clerk, app.ID, got.ID, nil), fault.Conflict, fault.CodeNotAllowedNow, "")
	// From then on it is as every case: a file is for staff once a scan has released it.
	seen := func() (n int) {
		w.In(clerk, func(tx *postgres.Tx) error { files, err := tx.FilesOf(app.ID); n = len(files); return err })
		return n
	}
	if n := seen(); n != 0 {
		t.Errorf("%d unscanned files of a filed case are shown", n)
	}
	w.Exec(`update files set scan = 'clean' where id = $1`, got.ID)
	if n := seen(); n != 1 {
		t.Errorf("%d clean files are shown", n)
	}
}

// Which documents are asked for is decided by the day on which the paper arrived (P5).
func TestTheVersionOfAPaper(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	clerk := w.Person(t, "clerk", models.RoleReviewer, hinata)
	now, before := w.paperDraft(clerk, time.Now()), w.paperDraft(clerk, time.Date(2024, 9, 30, 3, 0, 0, 0, time.UTC))
	in := upload(now, "a.pdf", pdf(900))
	in.Document = income
	_, err := w.service.Receive(t.Context(), clerk, in)
	wantFault(t, "today's version", err, fault.Refused, fault.CodeInvalidFile, "unknown-document")
	in = upload(before, "a.pdf", pdf(900))
	in.Document = income
	if _, err := w.service.Receive(t.Context(), clerk, in); err != nil {
		t.Errorf("the version of its day: %v", err)
	}
}
