package document

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// recorder is a scanner that keeps what it saw, and finds nothing.
type recorder struct{ seen []byte }

func (r *recorder) Scan(_ context.Context, in io.Reader) (_ clamav.Verdict, err error) {
	r.seen, err = io.ReadAll(in)
	return clamav.Verdict{Result: clamav.Clean}, err
}

func TestAStreamOfUnknownLength(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	for i, n := range []int{5, headSize - 1, headSize, headSize + 1, streamPart - 1, streamPart, streamPart + 1, 2 * streamPart, 3*streamPart + 100} {
		body, name := pdf(max(n, 9))[:n], string(rune('a'+i))+".pdf"
		got, err := w.service.ReceiveStream(t.Context(), w.Parent, streaming(app, name, oneByOne(bytes.NewReader(body))))
		if err != nil || got.Size != int64(n) || got.Sha256 != digest(body) || got.MediaType != "application/pdf" {
			t.Fatalf("%d bytes: %+v, %v", n, got, err)
		}
		w.wantContent(app, got.ID, body)
	}
	w.age()
	if report := w.reconcile(ReconcileOptions{MinAge: leastAge()}); report.Missing+report.WrongSize+report.Orphans != 0 || report.Rows != report.Objects {
		t.Errorf("reconciled: %+v", report)
	}
}

// streaming is an upload whose length nobody knows.
func streaming(app *models.Application, name string, body io.Reader) Upload {
	return Upload{Application: app.ID, Document: pension, Subject: "applicant", Name: name, Body: body}
}

// oneByOne gives a reader's bytes in uneven pieces.
func oneByOne(in io.Reader) io.Reader {
	n := 0
	return readerFunc(func(p []byte) (int, error) {
		n++
		return in.Read(p[:min(len(p), 1+n*7919%40000)])
	})
}

func TestBadStreamsLeaveNothing(t *testing.T) {
	opt := options
	opt.MaxSize = 1 << 20
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	for what, c := range map[string]struct {
		name         string
		body         io.Reader
		kind         fault.Kind
		code, detail string
	}{
		"empty":               {"a.pdf", bytes.NewReader(nil), fault.Refused, fault.CodeInvalidFile, "empty"},
		"one byte over":       {"a.pdf", bytes.NewReader(pdf(1<<20 + 1)), fault.TooLarge, fault.CodeTooLarge, ""},
		"endless":             {"a.pdf", &endless{}, fault.TooLarge, fault.CodeTooLarge, ""},
		"torn in the head":    {"a.pdf", tornAfter(pdf(100), io.ErrUnexpectedEOF), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"torn":                {"a.pdf", tornAfter(pdf(600<<10), io.ErrUnexpectedEOF), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"torn between parts":  {"a.pdf", tornAfter(pdf(streamPart), io.ErrUnexpectedEOF), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"reset":               {"a.pdf", tornAfter(pdf(600<<10), errReset), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"a type not taken":    {"a.pdf", bytes.NewReader([]byte("<html>")), fault.Unsupported, fault.CodeUnsupportedMedia, "type-refused"},
		"an ending":           {"a.jpg", bytes.NewReader(pdf(100)), fault.Unsupported, fault.CodeUnsupportedMedia, "type-mismatch"},
		"a separator":         {"../a.pdf", bytes.NewReader(pdf(100)), fault.Refused, fault.CodeInvalidFile, "name-separator"},
		"an individual nr":    {"123456789018.pdf", bytes.NewReader(pdf(100)), fault.Refused, fault.CodeIndividualNumber, ""},
		"the limit, and torn": {"a.pdf", tornAfter(pdf(1<<20), io.ErrUnexpectedEOF), fault.Malformed, fault.CodeMalformed, "upload-torn"},
	} {
		_, err := w.service.ReceiveStream(t.Context(), w.Parent, streaming(app, c.name, c.body))
		wantFault(t, what, err, c.kind, c.code, c.detail)
		if n := casetest.Value[int](w, `select count(*) from files`); n != 0 {
			t.Fatalf("%s: a row is left", what)
		}
	}
	w.wantNothing("bad streams")
	if _, err := w.service.ReceiveStream(t.Context(), w.Parent, streaming(app, "a.pdf", bytes.NewReader(pdf(1<<20)))); err != nil {
		t.Errorf("exactly the limit: %v", err)
	}
}

// Cut off from the database after each object in turn: nothing is acknowledged, and nothing is left.
func TestAStreamThatDiesLeavesNothing(t *testing.T) {
	put, cut := 0, func() {}
	w := newWorld(t, options, func(o Objects) Objects {
		return afterPut{o, func() {
			if put--; put == 0 {
				cut()
			}
		}}
	}, nil)
	app := w.draft(w.Parent)
	for after := 1; after <= 3; after++ {
		ctx, cancel := context.WithCancel(t.Context())
		put, cut = after, cancel
		if _, err := w.service.ReceiveStream(ctx, w.Parent, streaming(app, "a.pdf", bytes.NewReader(pdf(3*streamPart)))); err == nil {
			t.Errorf("received although it was cut off after part %d", after)
		}
		cancel()
		w.wantNothing("a stream that was cut off")
	}
	// Killed: the rows and objects wait for the sweep.
	a := &arrival{in: Upload{Application: app.ID, Document: pension, Subject: "applicant"}, name: "a.pdf"}
	if err := w.service.introduce(t.Context(), w.Parent, a); err != nil {
		t.Fatal(err)
	}
	if err := w.service.place(t.Context(), w.Parent, a, func(tx *postgres.Tx) error { return tx.AddFile(a.file) }); err != nil {
		t.Fatal(err)
	}
	if err := w.service.streamed(t.Context(), w.Parent, a, 1, false, pdf(1000)); err != nil {
		t.Fatal(err)
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 1 {
		t.Errorf("an upload whose time is not over was swept: %q", keys)
	}
	w.Exec(expire)
	w.wantNothing("a stream that was killed")
}

// A clerk of the counter sends files in every way too; a colleague of another municipality in none.
func TestPartsAndStreamsAtTheCounter(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	clerk, foreign := w.Person(t, "clerk", models.RoleReviewer, hinata), w.Person(t, "foreign", models.RoleReviewer, "998028")
	app := w.paperDraft(clerk, time.Now())
	body := pdf(size)
	for _, c := range []struct {
		actor models.Actor
		may   bool
	}{{foreign, false}, {w.Parent, false}, {clerk, true}} {
		_, err := w.service.ReceiveStream(t.Context(), c.actor, streaming(app, "a.pdf", bytes.NewReader(body)))
		if (err == nil) != c.may || err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("a stream of %s: %v", c.actor.Role, err)
		}
		p, err := w.service.Begin(t.Context(), c.actor, beginning(app, "b.pdf", size))
		for number := 1; number <= 4 && err == nil; number++ {
			err = w.service.PutPart(t.Context(), c.actor, part(app, p, body, number))
		}
		if err == nil {
			_, err = w.service.Finish(t.Context(), c.actor, app.ID, p.ID, Ending{})
		}
		if (err == nil) != c.may || err != nil && fault.KindOf(err) != fault.NotFound {
			t.Errorf("parts of %s: %v", c.actor.Role, err)
		}
	}
	if files := w.files(app); len(files) != 2 {
		t.Errorf("rows %+v", files)
	}
}

// Memory does not grow with the size of files in parts, of streams, or of what is read back at the end.
func TestPartsAndStreamsAreFlat(t *testing.T) {
	opt := options
	opt.MaxFiles, opt.PartSize = 200, 4<<20
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	const length = 20 << 20
	streams := peak(func() {
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				name := string(rune('a'+i)) + ".pdf"
				if _, err := w.service.ReceiveStream(t.Context(), w.Parent, streaming(app, name, io.LimitReader(&endless{}, length))); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	})
	p := w.beginParts(app, "parts.pdf", length)
	whole := io.LimitReader(&endless{}, length)
	parts := peak(func() {
		for number := 1; number <= 5; number++ {
			in := PartUpload{Application: app.ID, Upload: p.ID, Number: number, Length: 4 << 20, Body: io.LimitReader(whole, 4<<20)}
			if err := w.service.PutPart(t.Context(), w.Parent, in); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.finish(app, p); err != nil {
			t.Error(err)
		}
	})
	t.Logf("8 streams of 20 MiB at once: %d MiB; a file of 20 MiB in parts: %d MiB", streams>>20, parts>>20)
	if streams > 32<<20 || parts > 12<<20 {
		t.Errorf("streams %d bytes, parts %d bytes", streams, parts)
	}
}
