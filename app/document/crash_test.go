package document

import (
	"bytes"
	"context"
	"io"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object/miniotest"
)

// begin goes the first steps of an upload, as Receive does, and stops there as a killed program would: up to `reserved`
// the rows stand, up to `sent` the object is there too.
func (w *world) begin(app *models.Application, name string, body []byte, sent bool) (*arrival, *intake) {
	w.T.Helper()
	ctx := context.Background()
	a := &arrival{in: upload(app, name, body), name: name, mediaType: "application/pdf"}
	if err := w.service.introduce(ctx, w.Parent, a); err != nil {
		w.T.Fatal(err)
	}
	if err := w.service.reserve(ctx, w.Parent, a); err != nil {
		w.T.Fatal(err)
	}
	bytes := newIntake(ctx, a.in.Body, a.in.Length)
	if sent {
		if err := w.service.stream(ctx, a, bytes); err != nil {
			w.T.Fatal(err)
		}
	}
	return a, bytes
}

const expire = `update files set expires_at = now() - interval '1 second' where state = 'receiving'`

func TestAnUploadThatDiedLeavesNothing(t *testing.T) {
	for what, sent := range map[string]bool{"after the rows": false, "after the object": true} {
		w := newWorld(t, options, nil, nil)
		app := w.draft(w.Parent)
		w.begin(app, "a.pdf", pdf(100<<10), sent)
		before := len(w.keys())
		if swept := w.sweepAll(); swept.Abandoned != 0 || len(w.files(app)) != 1 || len(w.keys()) != before {
			t.Errorf("%s: an upload whose time is not over was swept: %+v", what, swept)
		}
		w.Exec(expire)
		if swept := w.sweepAll(); swept.Abandoned != 1 || swept.Removed != 1 {
			t.Errorf("%s: swept %+v", what, swept)
		}
		w.wantNothing(what)
	}
}

// The same name again works while the remains of a dead upload are still there.
func TestADeadUploadIsInNobodysWay(t *testing.T) {
	opt := options
	opt.MaxFiles = 1
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	w.begin(app, "a.pdf", pdf(1000), true)
	got := w.receive(upload(app, "a.pdf", pdf(2000)))
	_, err := w.service.Receive(t.Context(), w.Parent, upload(app, "b.pdf", pdf(1000)))
	wantFault(t, "one too many", err, fault.Refused, fault.CodeInvalidFile, "too-many-files")
	w.Exec(expire)
	w.sweepAll()
	if files := w.files(app); len(files) != 1 || files[0].ID != got.ID || len(w.keys()) != 1 {
		t.Errorf("left: %+v, %q", files, w.keys())
	}
}

// A commit of which nobody was told stands: taking the file back could lose the one that it replaced.
func TestAnUploadThatDiedAfterItsCommitIsKept(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	w.receive(upload(app, "a.pdf", pdf(1000)))
	a, body := w.begin(app, "a.pdf", pdf(2000), true)
	if _, err := w.service.keep(t.Context(), w.Parent, a, body.sha256()); err != nil {
		t.Fatal(err)
	}
	w.service.abandon(t.Context(), w.Parent, a)
	w.sweepAll()
	if files := w.files(app); len(files) != 1 || files[0].ID != a.file.ID || files[0].State != models.FileStored || len(w.keys()) != 1 {
		t.Errorf("left: %+v, %q", files, w.keys())
	}
}

// An upload that outlived its row, because the sweep came between, is refused and leaves nothing.
func TestAnUploadWhoseRowWasSweptIsRefused(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(1 << 20)
	in := upload(app, "a.pdf", body)
	in.Body = midway(body, func() { w.Exec(expire); w.sweepAll() })
	if _, err := w.service.Receive(t.Context(), w.Parent, in); fault.KindOf(err) != fault.Conflict {
		t.Errorf("received: %v", err)
	}
	if n := casetest.Value[int](w, `select count(*) from files`); n != 0 {
		t.Errorf("%d rows", n)
	}
	// Its object came after the sweep had taken its key away: only reconciling can find it.
	if report := w.reconcile(ReconcileOptions{MinAge: tomorrow}); report.Orphans != 0 || report.Young != 1 {
		t.Errorf("too young: %+v", report)
	}
	w.age()
	if report := w.reconcile(ReconcileOptions{MinAge: leastAge()}); report.Orphans != 1 || report.Queued != 1 {
		t.Errorf("reconciled: %+v", report)
	}
	w.wantNothing("an upload that outlived its row")
}

// The second transaction fails after the store has taken the object.
func TestAFailureAfterTheObjectWasStored(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, options, func(o Objects) Objects { return afterPut{o, cancel} }, nil)
	app := w.draft(w.Parent)
	if _, err := w.service.Receive(ctx, w.Parent, upload(app, "a.pdf", pdf(1000))); err == nil {
		t.Fatal("received")
	}
	if len(w.keys()) != 1 {
		t.Errorf("the test wants an object: %q", w.keys())
	}
	w.wantNothing("a failure after the object")
}

type afterPut struct {
	Objects
	do func()
}

func (a afterPut) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error) {
	etag, err := a.Objects.Put(ctx, key, r, size, contentType)
	a.do()
	return etag, err
}

func TestTheStoreKilledDuringAnUpload(t *testing.T) {
	server := miniotest.New(t)
	w := newWorldOn(t, server.Store(t, "files"), options, nil, nil)
	app := w.draft(w.Parent)
	kept := w.receive(upload(app, "kept.pdf", pdf(300<<10)))
	body := pdf(16 << 20)
	in := upload(app, "a.pdf", body)
	in.Body = midway(body, server.Kill)
	_, err := w.service.Receive(t.Context(), w.Parent, in)
	wantFault(t, "the store is killed", err, fault.Unavailable, fault.CodeUnavailable, "")
	_, err = w.service.Receive(t.Context(), w.Parent, upload(app, "b.pdf", pdf(1000)))
	wantFault(t, "the store is down", err, fault.Unavailable, fault.CodeUnavailable, "")
	w.Exec(`update files set scan = 'clean'`)
	_, err = w.service.Content(t.Context(), w.Parent, app.ID, kept.ID)
	wantFault(t, "reading while it is down", err, fault.Unavailable, fault.CodeUnavailable, "")
	if files := w.files(app); len(files) != 1 || files[0].ID != kept.ID {
		t.Errorf("rows %+v", files)
	}
	if swept, err := w.service.Sweep(t.Context()); fault.KindOf(err) != fault.Unavailable || swept.Removed != 0 {
		t.Errorf("a sweep while it is down: %+v, %v", swept, err)
	}
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 1 {
		t.Errorf("objects %q", keys)
	}
	if back, err := w.read(app, kept.ID); err != nil || !bytes.Equal(back, pdf(300<<10)) {
		t.Errorf("an acknowledged file: %d bytes, %v", len(back), err)
	}
	w.receive(upload(app, "a.pdf", body))
}
