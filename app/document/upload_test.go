package document

import (
	"bytes"
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// inParts are options with parts of 64 KiB, so that a small file has several.
func inParts() Options {
	opt := options
	opt.PartSize, opt.MaxUploads = 64<<10, 2
	return opt
}

func beginning(app *models.Application, name string, size int) Beginning {
	return Beginning{Application: app.ID, Document: pension, Subject: "applicant", Name: name, Size: int64(size)}
}

func (w *world) beginParts(app *models.Application, name string, size int) *Progress {
	w.T.Helper()
	p, err := w.service.Begin(context.Background(), w.Parent, beginning(app, name, size))
	if err != nil {
		w.T.Fatalf("begin %q: %v", name, err)
	}
	return p
}

// part is one part of a body.
func part(app *models.Application, p *Progress, body []byte, number int) PartUpload {
	from := (number - 1) * p.PartSize
	piece := body[from:min(len(body), from+p.PartSize)]
	sum := sha256.Sum256(piece)
	return PartUpload{Application: app.ID, Upload: p.ID, Number: number, Length: int64(len(piece)), Sha256: sum[:], Body: bytes.NewReader(piece)}
}

func (w *world) putParts(app *models.Application, p *Progress, body []byte, numbers ...int) {
	w.T.Helper()
	for _, n := range numbers {
		if err := w.service.PutPart(context.Background(), w.Parent, part(app, p, body, n)); err != nil {
			w.T.Fatalf("part %d: %v", n, err)
		}
	}
}

func (w *world) finish(app *models.Application, p *Progress) (*Received, error) {
	return w.service.Finish(context.Background(), w.Parent, app.ID, p.ID, Ending{})
}

func (w *world) wantFinished(app *models.Application, p *Progress, body []byte) *Received {
	w.T.Helper()
	got, err := w.finish(app, p)
	if err != nil || got.ID != p.ID || got.Sha256 != digest(body) || got.Size != int64(len(body)) {
		w.T.Fatalf("finished: %+v, %v", got, err)
	}
	return got
}

func (w *world) wantContent(app *models.Application, file string, body []byte) {
	w.T.Helper()
	w.Exec(`update files set scan = 'clean'`)
	if back, err := w.read(app, file); err != nil || !bytes.Equal(back, body) {
		w.T.Errorf("read back %d bytes, %v", len(back), err)
	}
}

func numbers(p *Progress) (out []int) {
	for _, one := range p.Parts {
		out = append(out, one.Number)
	}
	return out
}

const size = 200 << 10 // three parts and a bit

func TestAFileInPartsIsAFileLikeAnyOther(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body := pdf(size)
	p := w.beginParts(app, "証明書.pdf", size)
	if p.PartSize != 64<<10 || len(p.Parts) != 0 || !p.ExpiresAt.After(time.Now().Add(23*time.Hour)) {
		t.Errorf("begun: %+v", p)
	}
	w.putParts(app, p, body, 3, 1)
	_, err := w.finish(app, p)
	wantFault(t, "parts are missing", err, fault.Conflict, fault.CodeNotAllowedNow, "parts-missing")
	if f := fault.As(err); f.Extra["missing"] != "2,4" {
		t.Errorf("missing: %q", f.Extra["missing"])
	}
	// After a reload, or elsewhere: the same file is found again with what is there.
	again := w.beginParts(app, "証明書.pdf", size)
	if again.ID != p.ID || !slices.Equal(numbers(again), []int{1, 3}) || !bytes.Equal(again.Parts[0].Sha256, part(app, p, body, 1).Sha256) {
		t.Errorf("again: %+v", again)
	}
	if seen, err := w.service.Progress(t.Context(), w.Parent, app.ID, p.ID); err != nil || seen.Name != "証明書.pdf" || len(seen.Parts) != 2 {
		t.Errorf("seen: %+v, %v", seen, err)
	}
	if list, err := w.service.Uploads(t.Context(), w.Parent, app.ID, pension, "applicant"); err != nil || len(list) != 1 || list[0].Name != "証明書.pdf" {
		t.Errorf("list: %+v, %v", list, err)
	}
	if list, err := w.service.Uploads(t.Context(), w.Parent, app.ID, support, ""); err != nil || len(list) != 0 {
		t.Errorf("of another document: %+v, %v", list, err)
	}
	if seen, err := w.service.Uploads(t.Context(), w.Parent, app.ID, "", ""); err != nil || len(seen) != 1 {
		t.Errorf("all: %+v, %v", seen, err)
	}
	w.putParts(app, p, body, 4, 2)
	got := w.wantFinished(app, p, body)
	if got.Name != "証明書.pdf" || got.MediaType != "application/pdf" || got.Scan != models.ScanPending || got.Version != app.Version+1 {
		t.Errorf("finished: %+v", got)
	}
	if files := w.files(app); len(files) != 1 || files[0] != (fileRow{got.ID, models.FileStored, string(models.ScanPending), 1}) {
		t.Errorf("rows %+v", files)
	}
	for _, query := range []string{`select count(*) from audit_entries where action = 'receive-file'`, `select count(*) from river_job where kind = 'scan'`} {
		if n := casetest.Value[int](w, query); n != 1 {
			t.Errorf("%s: %d", query, n)
		}
	}
	// The answer was lost: it is given again, and a part that is sent again is taken.
	if same, err := w.finish(app, p); err != nil || *same != *got {
		t.Errorf("finished again: %+v, %v", same, err)
	}
	w.putParts(app, p, body, 2)
	if _, err := w.service.Progress(t.Context(), w.Parent, app.ID, p.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("progress of a finished one: %v", err)
	}
	w.wantContent(app, got.ID, body)
	w.age()
	if report := w.reconcile(ReconcileOptions{MinAge: leastAge()}); report != (Report{Objects: 4, Rows: 4}) {
		t.Errorf("reconciled: %+v", report)
	}
}

// A sole part is bound as a file that came whole.
func TestASmallFileInPartsIsOnePart(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	for i, n := range []int{100, 64 << 10, 64<<10 + 1, 128 << 10} {
		body, name := pdf(n), string(rune('a'+i))+".pdf"
		p := w.beginParts(app, name, n)
		for number := 1; (number-1)*p.PartSize < n; number++ {
			w.putParts(app, p, body, number)
		}
		w.wantContent(app, w.wantFinished(app, p, body).ID, body)
	}
}

func TestBadParts(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body := pdf(size)
	p := w.beginParts(app, "a.pdf", size)
	with := func(number int, change func(*PartUpload)) PartUpload {
		in := part(app, p, body, number)
		change(&in)
		return in
	}
	html := append([]byte("<html>"), make([]byte, 64<<10-6)...)
	for what, c := range map[string]struct {
		in           PartUpload
		kind         fault.Kind
		code, detail string
	}{
		"no length":   {with(2, func(in *PartUpload) { in.Length = -1 }), fault.LengthNeeded, fault.CodeLengthRequired, ""},
		"too short":   {with(2, func(in *PartUpload) { in.Length-- }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"too long":    {with(4, func(in *PartUpload) { in.Length++ }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"fewer bytes": {with(2, func(in *PartUpload) { in.Body = bytes.NewReader(body[:10]) }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"more bytes":  {with(4, func(in *PartUpload) { in.Body = bytes.NewReader(body) }), fault.Malformed, fault.CodeMalformed, "length-mismatch"},
		"torn":        {with(2, func(in *PartUpload) { in.Body = tornAfter(body[:1000], errReset) }), fault.Malformed, fault.CodeMalformed, "upload-torn"},
		"other bytes": {with(2, func(in *PartUpload) { in.Sha256 = part(app, p, body, 3).Sha256 }), fault.Malformed, fault.CodeMalformed, "digest-mismatch"},
		"number 0":    {with(1, func(in *PartUpload) { in.Number = 0 }), fault.NotFound, fault.CodeNotFound, ""},
		"number 5":    {with(1, func(in *PartUpload) { in.Number = 5 }), fault.NotFound, fault.CodeNotFound, ""},
		"no such one": {with(1, func(in *PartUpload) { in.Upload = models.NewID() }), fault.NotFound, fault.CodeNotFound, ""},
		"a type": {with(1, func(in *PartUpload) { in.Body, in.Sha256 = bytes.NewReader(html), nil }), fault.Unsupported, fault.CodeUnsupportedMedia,
			"type-refused"},
		"no applicaton": {with(1, func(in *PartUpload) { in.Application = models.NewID() }), fault.NotFound, fault.CodeNotFound, ""},
	} {
		wantFault(t, what, w.service.PutPart(t.Context(), w.Parent, c.in), c.kind, c.code, c.detail)
		if n := casetest.Value[int](w, `select (select count(*) from file_parts) + (select count(*) from part_attempts)`); n != 0 {
			t.Errorf("%s: %d rows are left", what, n)
		}
	}
	stranger := w.Person(t, "stranger", models.RoleApplicant, "")
	wantFault(t, "a stranger's part", w.service.PutPart(t.Context(), stranger, part(app, p, body, 1)), fault.NotFound, fault.CodeNotFound, "")
	for what, err := range map[string]error{
		"progress": second(w.service.Progress(t.Context(), stranger, app.ID, p.ID)), "uploads": second(w.service.Uploads(t.Context(), stranger, app.ID, "", "")),
		"finish": second(w.service.Finish(t.Context(), stranger, app.ID, p.ID, Ending{})), "cancel": w.service.Cancel(t.Context(), stranger, app.ID, p.ID)} {
		wantFault(t, "a stranger's "+what, err, fault.NotFound, fault.CodeNotFound, "")
	}
	if err := w.service.Cancel(t.Context(), w.Parent, app.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	w.wantNothing("bad parts")
}

func second[T any](_ T, err error) error { return err }

func TestLimitsOfUploads(t *testing.T) {
	opt := inParts()
	opt.MaxSize, opt.MaxFiles = 1<<20, 3
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	for what, c := range map[string]struct {
		in           Beginning
		kind         fault.Kind
		code, detail string
	}{
		"empty":     {beginning(app, "a.pdf", 0), fault.Refused, fault.CodeInvalidFile, "empty"},
		"negative":  {beginning(app, "a.pdf", -1), fault.Refused, fault.CodeInvalidFile, "empty"},
		"too large": {beginning(app, "a.pdf", 1<<20+1), fault.TooLarge, fault.CodeTooLarge, ""},
		"a kind":    {beginning(app, "a.exe", 100), fault.Unsupported, fault.CodeUnsupportedMedia, "type-refused"},
		"a name":    {beginning(app, "a/b.pdf", 100), fault.Refused, fault.CodeInvalidFile, "name-separator"},
		"a document": {Beginning{Application: app.ID, Document: "passport", Subject: "applicant", Name: "a.pdf", Size: 1}, fault.Refused, fault.CodeInvalidFile,
			"unknown-document"},
	} {
		_, err := w.service.Begin(t.Context(), w.Parent, c.in)
		wantFault(t, what, err, c.kind, c.code, c.detail)
	}
	first := w.beginParts(app, "a.pdf", 100)
	w.beginParts(app, "b.pdf", 100)
	_, err := w.service.Begin(t.Context(), w.Parent, beginning(app, "c.pdf", 100))
	wantFault(t, "a third at once", err, fault.Refused, fault.CodeInvalidFile, "too-many-uploads")
	// What was left alone makes way, and open uploads take no place of a file.
	w.Exec(`update uploads set touched_at = now() - interval '1 hour' where file_id = $1`, first.ID)
	third := w.beginParts(app, "c.pdf", 100)
	if _, err := w.service.Progress(t.Context(), w.Parent, app.ID, first.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the oldest stays: %v", err)
	}
	for _, name := range []string{"x.pdf", "y.pdf", "z.pdf"} {
		w.receive(upload(app, name, pdf(100)))
	}
	w.putParts(app, third, pdf(100), 1)
	_, err = w.finish(app, third)
	wantFault(t, "one too many", err, fault.Refused, fault.CodeInvalidFile, "too-many-files")
	w.Exec(`delete from files where state = 'stored' and id = (select id from files where state = 'stored' limit 1)`)
	w.wantFinished(app, third, pdf(100))
}

// The same name again replaces, whichever way it comes, and the content of a part may change until the end.
func TestPartsReplaceTheSameNameAndEachOther(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	old := w.receive(upload(app, "a.pdf", pdf(1000)))
	body, other := pdf(size), pdf(size)
	other[100<<10]++
	p := w.beginParts(app, "a.pdf", size)
	w.putParts(app, p, body, 1, 2, 3, 4)
	w.putParts(app, p, other, 1, 2, 3, 4) // another file of the same name and size was picked
	if n := casetest.Value[int](w, `select count(*) from object_removals`); n != 1 {
		t.Errorf("%d objects wait for removal, want that of part 2", n)
	}
	got := w.wantFinished(app, p, other)
	if files := w.files(app); len(files) != 1 || files[0].ID != got.ID || files[0].ID == old.ID {
		t.Errorf("rows %+v", files)
	}
	w.wantContent(app, got.ID, other)
	w.sweepAll()
	if keys := w.keys(); len(keys) != 4 {
		t.Errorf("objects %q", keys)
	}
	whole := w.receive(upload(app, "a.pdf", pdf(1000)))
	w.sweepAll()
	if keys := w.keys(); len(keys) != 1 || keys[0] != objectKey(hinata, whole.ID, 1) {
		t.Errorf("objects %q", keys)
	}
}
