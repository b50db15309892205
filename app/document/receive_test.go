package document

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
	"kosodate.example/onestop/models"
)

func TestReceiveStoresWhatWasSent(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(300 << 10)
	got := w.receive(upload(app, "証明書.pdf", body))
	if got.Name != "証明書.pdf" || got.MediaType != "application/pdf" || got.Size != int64(len(body)) || got.Sha256 != digest(body) ||
		got.Scan != models.ScanPending || got.Version != app.Version+1 {
		t.Errorf("received %+v", got)
	}
	if files := w.files(app); len(files) != 1 || files[0] != (fileRow{got.ID, models.FileStored, string(models.ScanPending), 1}) {
		t.Errorf("rows %+v", files)
	}
	if v := casetest.Value[int64](w, `select version from applications where id = $1`, app.ID); v != got.Version {
		t.Errorf("version %d, told %d", v, got.Version)
	}
	if n := casetest.Value[int](w, `select count(*) from audit_entries
		where action = 'receive-file' and object_id = $1 and actor_id = $2 and subject_id = $2`, got.ID, w.Parent.Person); n != 1 {
		t.Errorf("%d audit entries", n)
	}
	if n := casetest.Value[int](w, `select count(*) from river_job where kind = 'scan' and args ->> 'file' = $1`, got.ID); n != 1 {
		t.Errorf("%d scans are queued", n)
	}
	if days := casetest.Value[float64](w, `select extract(epoch from expires_at - now()) / 86400 from applications where id = $1`, app.ID); days < 89 {
		t.Errorf("the draft lives %.1f days after an upload", days)
	}
	w.wantSealed(got, body)
	w.Exec(`update files set scan = 'clean'`)
	if back, err := w.read(app, got.ID); err != nil || !bytes.Equal(back, body) {
		t.Errorf("read back %d bytes, %v", len(back), err)
	}
}

// wantSealed checks that neither the store nor the database has the file or its name in plain.
func (w *world) wantSealed(got *Received, body []byte) {
	w.T.Helper()
	keys := w.keys()
	if len(keys) != 1 {
		w.T.Fatalf("objects %q", keys)
	}
	object, size, err := w.store.Get(context.Background(), keys[0])
	if err != nil {
		w.T.Fatal(err)
	}
	defer func() { _ = object.Close() }()
	sealed, err := io.ReadAll(object)
	if err != nil || int64(len(sealed)) != size || size != casetest.Value[int64](w, `select sealed_size from file_parts`) {
		w.T.Errorf("object of %d bytes, %d read, %v", size, len(sealed), err)
	}
	if bytes.Contains(sealed, []byte("%PDF")) || bytes.Contains(sealed, body[1000:1032]) {
		w.T.Error("the object is not encrypted")
	}
	if name := casetest.Value[[]byte](w, `select sealed_name from files`); bytes.Contains(name, []byte(got.Name)) {
		w.T.Error("the name is not sealed")
	}
}

func TestBadUploadsLeaveNothing(t *testing.T) {
	opt := options
	opt.MaxSize = 1 << 20
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	jpg, _ := pictures(t)
	good := pdf(100 << 10)
	with := func(change func(*Upload)) Upload {
		u := upload(app, "a.pdf", good)
		change(&u)
		return u
	}
	for what, c := range map[string]struct {
		in     Upload
		kind   fault.Kind
		code   string
		detail string
	}{
		"0 bytes":            {upload(app, "a.pdf", nil), fault.Refused, fault.CodeInvalidFile, "empty"},
		"one byte over":      {upload(app, "a.pdf", pdf(1<<20+1)), fault.TooLarge, fault.CodeTooLarge, ""},
		"no length":          {with(func(u *Upload) { u.Length = -1 }), fault.LengthNeeded, fault.CodeLengthRequired, ""},
		"shorter":            {with(func(u *Upload) { u.Length++ }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"longer":             {with(func(u *Upload) { u.Length-- }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"much shorter":       {with(func(u *Upload) { u.Length = 1 << 20 }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"no byte at all":     {with(func(u *Upload) { u.Body = bytes.NewReader(nil) }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"short, in the head": {with(func(u *Upload) { u.Body, u.Length = bytes.NewReader(good[:10]), 11 }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"long, in the head":  {with(func(u *Upload) { u.Body, u.Length = bytes.NewReader(good[:11]), 10 }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"torn": {with(func(u *Upload) { u.Body = tornAfter(good[:50<<10], io.ErrUnexpectedEOF) }), fault.Malformed, fault.CodeMalformed,
			"length-mismatch"},
		"reset":              {with(func(u *Upload) { u.Body = tornAfter(good[:50<<10], errReset) }), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"another type":       {upload(app, "a.pdf", jpg), fault.Unsupported, fault.CodeUnsupportedMedia, "type-mismatch"},
		"a type not taken":   {upload(app, "a.html", []byte("<html>")), fault.Unsupported, fault.CodeUnsupportedMedia, "type-refused"},
		"EICAR":              {upload(app, "eicar.pdf", simulator.EICAR()), fault.Unsupported, fault.CodeUnsupportedMedia, "type-refused"},
		"../":                {upload(app, "../a.pdf", good), fault.Refused, fault.CodeInvalidFile, "name-separator"},
		"control characters": {upload(app, "a\r\n.pdf", good), fault.Refused, fault.CodeInvalidFile, "name-control"},
		"unknown document":   {with(func(u *Upload) { u.Document = "passport" }), fault.Refused, fault.CodeInvalidFile, "unknown-document"},
		"of nobody":          {with(func(u *Upload) { u.Subject = "child-1" }), fault.Refused, fault.CodeInvalidFile, "unknown-document"},
		"no such child":      {with(func(u *Upload) { u.Document, u.Subject = support, "child-0" }), fault.Refused, fault.CodeInvalidFile, "unknown-document"},
		"of a past version":  {with(func(u *Upload) { u.Document = income }), fault.Refused, fault.CodeInvalidFile, "unknown-document"},
		"no application":     {with(func(u *Upload) { u.Application = models.NewID() }), fault.NotFound, fault.CodeNotFound, ""},
		"a malformed id":     {with(func(u *Upload) { u.Application = "1; drop" }), fault.NotFound, fault.CodeNotFound, ""},
	} {
		_, err := w.service.Receive(t.Context(), w.Parent, c.in)
		wantFault(t, what, err, c.kind, c.code, c.detail)
		if n := casetest.Value[int](w, `select count(*) from files`); n != 0 {
			t.Fatalf("%s: a row is left", what)
		}
	}
	if _, err := w.service.Receive(t.Context(), w.Parent, upload(app, "a.pdf", pdf(1<<20+1))); fault.As(err).Extra["limit"] != "1048576" {
		t.Errorf("the limit is not named: %v", err)
	}
	w.wantNothing("bad uploads")
	if v := casetest.Value[int64](w, `select version from applications`); v != app.Version {
		t.Errorf("the application was changed to version %d", v)
	}
	w.receive(upload(app, "a.pdf", pdf(1<<20))) // exactly the limit
	w.receive(upload(app, "b.pdf", pdf(headSize)))
	w.receive(upload(app, "c.pdf", []byte("%PDF-")))
}

// An upload that was under way when the client went away leaves nothing, although its context is over.
func TestAClientThatGoesAwayLeavesNothing(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	ctx, cancel := context.WithCancel(t.Context())
	in := upload(app, "a.pdf", nil)
	body := pdf(4 << 20)
	in.Length = int64(len(body))
	in.Body = io.MultiReader(bytes.NewReader(body[:2<<20]), readerFunc(func([]byte) (int, error) { cancel(); return 0, context.Canceled }))
	if _, err := w.service.Receive(ctx, w.Parent, in); err == nil {
		t.Fatal("it was received")
	}
	if n := casetest.Value[int](w, `select count(*) from files`); n != 0 {
		t.Errorf("%d rows are left before the sweep", n)
	}
	w.wantNothing("a client that went away")
}

// A client that stops sending is cut off by the upload's own deadline.
func TestASilentClientIsCutOff(t *testing.T) {
	opt := options
	opt.UploadTime = 200 * time.Millisecond
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	for what, sent := range map[string][]byte{"from the start": nil, "in the middle": pdf(1 << 20)} {
		conn := silentAfter(t, sent)
		in := upload(app, "a.pdf", nil)
		in.Body, in.Length, in.Until = conn, 2<<20, conn.SetReadDeadline
		_, err := w.service.Receive(t.Context(), w.Parent, in)
		wantFault(t, what, err, fault.Malformed, fault.CodeMalformed, "upload-too-slow")
	}
	w.wantNothing("a silent client")
}
