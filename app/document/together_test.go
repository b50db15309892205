package document

import (
	"fmt"
	"sync"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestTheSameNameAgainReplaces(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	first := w.receive(upload(app, "か\u3099.pdf", pdf(1000)))
	second := w.receive(upload(app, "が.pdf", pdf(2000)))
	other := upload(app, "が.pdf", pdf(3000))
	other.Document, other.Subject = support, "child-1" // of another document it is another file
	third := w.receive(other)
	w.sweepAll()
	files := w.files(app)
	if len(files) != 2 || files[0].ID != second.ID || files[1].ID != third.ID || len(w.keys()) != 2 {
		t.Errorf("of %s and %s: %+v, %q", first.ID, second.ID, files, w.keys())
	}
}

func TestTwoUploadsOfANameAtOnceLeaveOne(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	const uploads = 8
	received := make([]*Received, uploads)
	var group, halfway sync.WaitGroup
	halfway.Add(uploads)
	for i := range uploads {
		body := pdf(200<<10 + i)
		in := upload(app, "a.pdf", body)
		in.Body = midway(body, func() { halfway.Done(); halfway.Wait() }) // all are under way together
		group.Go(func() {
			var err error
			if received[i], err = w.service.Receive(t.Context(), w.Parent, in); err != nil {
				t.Errorf("upload %d: %v", i, err)
			}
		})
	}
	group.Wait()
	last := received[0]
	for _, r := range received {
		if r == nil {
			t.FailNow()
		}
		if r.Version > last.Version { // the later commit wins
			last = r
		}
	}
	w.sweepAll()
	files := w.files(app)
	if len(files) != 1 || files[0].ID != last.ID || files[0].State != models.FileStored || len(w.keys()) != 1 {
		t.Fatalf("left: %+v, %q", files, w.keys())
	}
	w.Exec(`update files set scan = 'clean'`)
	if body, err := w.read(app, last.ID); err != nil || digest(body) != last.Sha256 {
		t.Errorf("its content: %d bytes, %v", len(body), err)
	}
}

func TestTheLimitOfFilesHoldsForUploadsAtOnce(t *testing.T) {
	opt := options
	opt.MaxFiles = 4
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	var group sync.WaitGroup
	var mu sync.Mutex
	taken := 0
	for i := range 10 {
		group.Go(func() {
			_, err := w.service.Receive(t.Context(), w.Parent, upload(app, fmt.Sprintf("%d.pdf", i), pdf(1000)))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				taken++
			} else {
				wantFault(t, "over the limit", err, fault.Refused, fault.CodeInvalidFile, "too-many-files")
			}
		})
	}
	group.Wait()
	if files := w.files(app); taken != 4 || len(files) != 4 {
		t.Errorf("%d taken, rows %+v", taken, files)
	}
	var name string
	for i := range 10 { // the same name again is not one more
		name = fmt.Sprintf("%d.pdf", i)
		if _, err := w.service.Receive(t.Context(), w.Parent, upload(app, name, pdf(2000))); err == nil {
			break
		}
	}
	if files := w.files(app); len(files) != 4 {
		t.Errorf("after %s came again: %+v", name, files)
	}
}

// Filing does not wait for an upload; the upload learns of it when it is done.
func TestAnApplicationFiledDuringAnUpload(t *testing.T) {
	for _, state := range []models.ItemState{models.ItemReceived, models.ItemAwaiting} {
		w := newWorld(t, options, nil, nil)
		app := w.draft(w.Parent)
		body := pdf(1 << 20)
		in := upload(app, "a.pdf", body)
		in.Body = midway(body, func() { w.file(app, state, models.ItemReceived) })
		got, err := w.service.Receive(t.Context(), w.Parent, in)
		if state == models.ItemReceived {
			wantFault(t, "filed without it", err, fault.Conflict, fault.CodeNotAllowedNow, "")
			w.wantNothing("filed without it")
			continue
		}
		if err != nil || w.itemState(app, "applicant") != models.ItemReceived {
			t.Errorf("filed, to follow: %+v, %v, %s", got, err, w.itemState(app, "applicant"))
		}
	}
}

// A draft that goes while a file for it comes takes the file with it.
func TestADraftDeletedDuringAnUpload(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	body := pdf(1 << 20)
	in := upload(app, "a.pdf", body)
	in.Body = midway(body, func() {
		w.In(w.Parent, func(tx *postgres.Tx) error { return tx.DeleteDraft(app) })
	})
	_, err := w.service.Receive(t.Context(), w.Parent, in)
	wantFault(t, "deleted meanwhile", err, fault.NotFound, fault.CodeNotFound, "")
	w.wantNothing("a draft deleted meanwhile")
}
