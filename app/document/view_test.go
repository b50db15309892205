package document

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/render"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

// clean is a scanner that finds nothing.
type clean struct{}

func (clean) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	_, err := io.Copy(io.Discard, r)
	return clamav.Verdict{Result: clamav.Clean}, err
}

// drawer draws two pages and a thumbnail of any PDF and refuses anything else; before is called before each page.
type drawer struct{ before func(page int) }

func (d *drawer) Render(_ context.Context, mediaType string, file io.Reader, patience int, each func(render.Page) error) (render.Copy, error) {
	if _, err := io.Copy(io.Discard, file); err != nil {
		return render.Copy{}, err
	}
	if mediaType != "application/pdf" {
		return render.Copy{}, fault.New(fault.Refused, fault.CodeInvalidFile, "").Note("reason", render.ReasonUnsupported)
	}
	for _, n := range []int{1, 2, 0} {
		if d.before != nil {
			d.before(n)
		}
		if err := each(render.Page{Number: n, Width: 20, Height: 30 + n, JPEG: bytes.Repeat([]byte{byte(n)}, 100+n)}); err != nil {
			return render.Copy{}, err
		}
	}
	return render.Copy{Pages: 2, Total: 2}, nil
}

// view scans a file and makes its view copy, as the jobs do.
func (w *world) view(app *models.Application, file string) {
	w.T.Helper()
	if err := w.service.Scan(w.T.Context(), task.Scan{Municipality: hinata, Application: app.ID, File: file}); err != nil {
		w.T.Fatal(err)
	}
	if err := w.service.MakeView(w.T.Context(), task.MakeView{Municipality: hinata, Application: app.ID, File: file}); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) viewKeys() (out []string) {
	for _, key := range w.keys() {
		if strings.HasPrefix(key, "views/") {
			out = append(out, key)
		}
	}
	return out
}

func newViewWorld(t *testing.T, d *drawer) *world {
	opt := options
	opt.Renderer = d
	return newWorld(t, opt, nil, clean{})
}

// The owner of a draft looks at the pages of what was sent, once a scan has found it clean; nobody else does.
func TestTheOwnerSeesThePagesOfADraftsFile(t *testing.T) {
	w := newViewWorld(t, &drawer{})
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "証明書.pdf", pdf(2000)))
	_, err := w.service.Page(t.Context(), w.Parent, app.ID, got.ID, 0)
	wantFault(t, "before the scan", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	w.view(app, got.ID)
	pages, err := w.service.Pages(t.Context(), w.Parent, app.ID, got.ID)
	if err != nil || pages.Name != "証明書.pdf" || pages.Seen != (models.Seen{View: models.ViewReady, ViewShown: 2, ViewTotal: 2}) ||
		len(pages.Made) != 2 || pages.Made[1].Height != 32 {
		t.Errorf("%+v %v", pages, err)
	}
	for n := range 3 {
		d, err := w.service.Page(t.Context(), w.Parent, app.ID, got.ID, n)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(d.Body)
		if err != nil || !bytes.Equal(body, bytes.Repeat([]byte{byte(n)}, 100+n)) || d.MediaType != "image/jpeg" || d.Size != int64(len(body)) {
			t.Errorf("page %d: %d bytes, %v", n, len(body), err)
		}
		_ = d.Body.Close()
	}
	_, err = w.service.Page(t.Context(), w.Parent, app.ID, got.ID, 3)
	wantFault(t, "a page that it has not", err, fault.NotFound, fault.CodeNotFound, "")
	for what, actor := range map[string]models.Actor{
		"another parent":     w.Person(t, "other", models.RoleApplicant, ""),
		"a reviewer":         w.Person(t, "reviewer", models.RoleReviewer, hinata), // a draft is not the municipality's
		"a foreign reviewer": w.Person(t, "foreign", models.RoleReviewer, "998028"),
	} {
		_, err := w.service.Page(t.Context(), actor, app.ID, got.ID, 1)
		wantFault(t, what+" opens a page", err, fault.NotFound, fault.CodeNotFound, "")
		_, err = w.service.Pages(t.Context(), actor, app.ID, got.ID)
		wantFault(t, what+" asks", err, fault.NotFound, fault.CodeNotFound, "")
	}
	other := w.draft(w.Parent)
	_, err = w.service.Page(t.Context(), w.Parent, other.ID, got.ID, 1)
	wantFault(t, "through another application", err, fault.NotFound, fault.CodeNotFound, "")
}

// In the store a page is sealed with the application's key: nothing of the picture is to be read there.
func TestPagesAreSealed(t *testing.T) {
	w := newViewWorld(t, &drawer{})
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(500)))
	w.view(app, got.ID)
	keys := w.viewKeys()
	if len(keys) != 3 {
		t.Fatalf("objects %q", keys)
	}
	for _, key := range keys {
		object, _, err := w.store.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(object)
		_ = object.Close()
		if err != nil || bytes.Contains(raw, bytes.Repeat([]byte{1}, 8)) || bytes.Contains(raw, bytes.Repeat([]byte{2}, 8)) {
			t.Errorf("%s is readable, %v", key, err)
		}
	}
}

// Of what no safe copy can be made it is kept why, and the owner is told.
func TestAFileWithoutASafeCopySaysWhy(t *testing.T) {
	w := newViewWorld(t, &drawer{})
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(500)))
	w.Exec(`update files set media_type = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'`)
	w.view(app, got.ID)
	pages, err := w.service.Pages(t.Context(), w.Parent, app.ID, got.ID)
	if err != nil || pages.View != models.ViewNone || pages.ViewReason != render.ReasonUnsupported {
		t.Errorf("%+v %v", pages, err)
	}
	_, err = w.service.Page(t.Context(), w.Parent, app.ID, got.ID, 0)
	wantFault(t, "its thumbnail", err, fault.Conflict, fault.CodeNotAllowedNow, "")
}

// A draft's file that is deleted takes its pages along, whenever it is deleted.
func TestADeletedFileTakesItsPagesAlong(t *testing.T) {
	t.Run("afterwards", func(t *testing.T) {
		w := newViewWorld(t, &drawer{})
		app := w.draft(w.Parent)
		got := w.receive(upload(app, "a.pdf", pdf(500)))
		w.view(app, got.ID)
		w.delete(app, got.ID)
		w.wantNothing("deleted afterwards")
		w.view(app, got.ID) // jobs that come late
		w.wantNothing("jobs that come late")
	})
	for page, what := range map[int]string{1: "before the first page", 2: "between two pages", 0: "before the thumbnail"} {
		t.Run(what, func(t *testing.T) {
			d := &drawer{}
			w := newViewWorld(t, d)
			app := w.draft(w.Parent)
			got := w.receive(upload(app, "a.pdf", pdf(500)))
			d.before = func(n int) {
				if n == page {
					w.delete(app, got.ID)
					w.sweepAll()
				}
			}
			w.view(app, got.ID)
			w.wantNothing(what)
		})
	}
	t.Run("while a page is on its way", func(t *testing.T) {
		opt := options
		opt.Renderer = &drawer{}
		var w *world
		var app *models.Application
		late := &latePut{}
		w = newWorld(t, opt, func(o Objects) Objects { late.Objects = o; return late }, clean{})
		app = w.draft(w.Parent)
		got := w.receive(upload(app, "a.pdf", pdf(500)))
		late.before = func(key string) {
			if strings.HasSuffix(key, "/0002") {
				w.delete(app, got.ID)
				w.sweepAll() // takes the object that is not there yet
			}
		}
		w.view(app, got.ID)
		w.wantNothing("deleted while a page is on its way")
	})
}

// latePut does something before a view page reaches the store.
type latePut struct {
	Objects
	before func(key string)
}

func (l *latePut) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error) {
	if l.before != nil && strings.HasPrefix(key, "views/") {
		l.before(key)
	}
	return l.Objects.Put(ctx, key, r, size, contentType)
}

func (w *world) delete(app *models.Application, file string) {
	w.T.Helper()
	if err := w.service.Delete(context.Background(), w.Parent, app.ID, file, nil); err != nil {
		w.T.Fatal(err)
	}
}

// slow takes more time than it may so many times.
type slow struct {
	drawer
	times    int
	patience []int
}

func (d *slow) Render(ctx context.Context, mediaType string, file io.Reader, patience int, each func(render.Page) error) (render.Copy, error) {
	d.patience = append(d.patience, patience)
	if d.times--; d.times >= 0 {
		return render.Copy{}, fault.New(fault.Refused, fault.CodeInvalidFile, "").Note("reason", render.ReasonTime)
	}
	return d.drawer.Render(ctx, mediaType, file, patience, each)
}

// A copy that took too much time is tried again later, with more patience each time; who reads the file may have it made anew.
func TestACopyThatTookTooLongIsTriedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		times    int
		patience []int
		last     models.Seen
	}{
		"once":      {1, []int{1, 2}, models.Seen{View: models.ViewReady, ViewShown: 2, ViewTotal: 2}},
		"twice":     {2, []int{1, 2, 4}, models.Seen{View: models.ViewReady, ViewShown: 2, ViewTotal: 2}},
		"each time": {9, []int{1, 2, 4}, models.Seen{View: models.ViewNone, ViewReason: render.ReasonLimits}},
	} {
		t.Run(name, func(t *testing.T) {
			d := &slow{times: c.times}
			opt := options
			opt.Renderer = d
			w := newWorld(t, opt, nil, clean{})
			app := w.draft(w.Parent)
			got := w.receive(upload(app, "a.pdf", pdf(500)))
			w.view(app, got.ID)
			seen := func() models.Seen {
				t.Helper()
				p, err := w.service.Pages(t.Context(), w.Parent, app.ID, got.ID)
				if err != nil {
					t.Fatal(err)
				}
				return p.Seen
			}
			if s := seen(); s != (models.Seen{View: models.ViewNone, ViewReason: render.ReasonTime}) {
				t.Errorf("after the first attempt: %+v", s)
			}
			job := task.MakeView{Municipality: hinata, Application: app.ID, File: got.ID}
			if err := w.service.MakeView(t.Context(), job); err != nil || len(d.patience) != 1 {
				t.Errorf("asked for as before: %v, %v", d.patience, err)
			}
			for job.Try = 1; job.Try < len(c.patience); job.Try++ {
				minutes := casetest.Value[int](w, `select extract(epoch from scheduled_at - now())::int / 60 from river_job where kind = 'make-view'
					and (args->>'try')::int = $1`, job.Try)
				if least := []int{1, 19}[job.Try-1]; minutes < least || minutes > least+1 {
					t.Errorf("attempt %d comes in %d minutes", job.Try, minutes)
				}
				if err := w.service.MakeView(t.Context(), job); err != nil {
					t.Fatal(err)
				}
			}
			if s := seen(); s != c.last || !slices.Equal(d.patience, c.patience) {
				t.Errorf("in the end %+v, %v", s, d.patience)
			}
			w.file(app, models.ItemReceived, models.ItemReceived)
			for who, actor := range map[string]models.Actor{"a foreign reviewer": w.Person(t, "foreign", models.RoleReviewer, "998028"),
				"another parent": w.Person(t, "other", models.RoleApplicant, "")} {
				wantFault(t, who, w.service.Remake(t.Context(), actor, app.ID, got.ID), fault.NotFound, fault.CodeNotFound, "")
			}
			d.times = 0
			if err := w.service.Remake(t.Context(), w.Person(t, "reviewer", models.RoleReviewer, hinata), app.ID, got.ID); err != nil {
				t.Fatal(err)
			}
			if s := seen(); s != (models.Seen{}) {
				t.Errorf("while it is made anew: %+v", s)
			}
			job.Try = 0
			if err := w.service.MakeView(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			if s := seen(); s.View != models.ViewReady || len(w.viewKeys()) != 3 {
				t.Errorf("made anew: %+v, %v", s, w.viewKeys())
			}
		})
	}
}
