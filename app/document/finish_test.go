package document

import (
	"bytes"
	"sync"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Two tabs send the same file at once: all of it, each part twice, and finish it twice. There is one file.
func TestTwoTabsSendTheSameFile(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body := pdf(size)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			p, err := w.service.Begin(t.Context(), w.Parent, beginning(app, "a.pdf", size))
			for number := 1; number <= 4 && err == nil; number++ {
				err = w.service.PutPart(t.Context(), w.Parent, part(app, p, body, number))
			}
			if err == nil {
				_, err = w.service.Finish(t.Context(), w.Parent, app.ID, p.ID, Ending{})
			}
			// A tab that is far behind finds that another one has finished this upload, or replaced it by its own.
			if err != nil && fault.KindOf(err) != fault.NotFound {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if files := w.files(app); len(files) != 1 || files[0].State != models.FileStored {
		t.Fatalf("rows %+v", files)
	}
	w.wantContent(app, w.files(app)[0].ID, body)
	w.sweepAll()
	if keys := w.keys(); len(keys) != 4 {
		t.Errorf("objects %q", keys)
	}
}

// A part that comes late, while or after the file is finished, changes nothing.
func TestALatePartChangesNothing(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	body, other := pdf(size), pdf(size)
	other[100<<10]++
	p := w.beginParts(app, "a.pdf", size)
	w.putParts(app, p, body, 1, 2, 3, 4)
	late := part(app, p, other, 2)
	late.Body = midway(other[64<<10:128<<10], func() { w.wantFinished(app, p, body) })
	if err := w.service.PutPart(t.Context(), w.Parent, late); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the late part: %v", err)
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 4 {
		t.Errorf("objects %q", keys)
	}
	w.wantContent(app, p.ID, body)
}

// What is finished must still be allowed: the application was filed meanwhile.
func TestFinishingAfterFiling(t *testing.T) {
	w := newWorld(t, inParts(), nil, nil)
	app := w.draft(w.Parent)
	p := w.beginParts(app, "a.pdf", 100)
	w.putParts(app, p, pdf(100), 1)
	w.file(app, models.ItemReceived, models.ItemAwaiting)
	_, err := w.finish(app, p)
	wantFault(t, "after filing", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	if open, err := w.service.Uploads(t.Context(), w.Parent, app.ID, "", ""); err != nil || len(open) != 0 {
		t.Errorf("half an upload stays: %+v %v", open, err)
	}
	in := beginning(app, "b.pdf", 100)
	in.Document, in.Subject = support, "child-1"
	awaited, err := w.service.Begin(t.Context(), w.Parent, in)
	if err != nil {
		t.Fatal(err)
	}
	w.putParts(app, awaited, pdf(100), 1)
	w.wantFinished(app, awaited, pdf(100))
	if state := w.itemState(app, "child-1"); state != models.ItemReceived {
		t.Errorf("the requirement is %s", state)
	}
}

// Every reader reads the parts: the scanner here.
func TestAFileInPartsIsScannedWhole(t *testing.T) {
	scanner := &recorder{}
	w := newWorld(t, inParts(), nil, scanner)
	app := w.draft(w.Parent)
	body := pdf(size)
	p := w.beginParts(app, "a.pdf", size)
	w.putParts(app, p, body, 1, 2, 3, 4)
	w.wantFinished(app, p, body)
	if err := w.service.Scan(t.Context(), task.Scan{Municipality: hinata, Application: app.ID, File: p.ID}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(scanner.seen, body) {
		t.Errorf("the scanner saw %d bytes", len(scanner.seen))
	}
	w.In(w.Parent, func(tx *postgres.Tx) error {
		f, err := tx.File(app.ID, p.ID)
		if err == nil && f.Scan != models.ScanClean {
			t.Errorf("the scan is %s", f.Scan)
		}
		return err
	})
}
