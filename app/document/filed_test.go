package document

import (
	"fmt"
	"slices"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

func TestADocumentHandedInAfterFiling(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	w.file(app, models.ItemAwaiting, models.ItemReceived)
	page1 := w.receive(upload(app, "1.jpg.pdf", pdf(1000)))
	w.receive(upload(app, "2.pdf", pdf(1000))) // page by page, until somebody reads it
	if got := w.itemState(app, "applicant"); got != models.ItemReceived {
		t.Errorf("the requirement is %s", got)
	}
	if n := casetest.Value[int](w, `select count(*) from history
		where event = 'hand-in' and detail = 'pension-enrolment/applicant' and from_state = 'arrived' and to_state = 'arrived'`); n != 2 {
		t.Errorf("%d steps in the history", n)
	}
	again := w.receive(upload(app, "1.jpg.pdf", pdf(2000))) // what was handed in is kept as it was
	want := map[string]models.FileState{page1.ID: models.FileSuperseded, again.ID: models.FileStored}
	for _, f := range w.files(app) {
		if state, asked := want[f.ID]; asked && f.State != state {
			t.Errorf("%s is %s, want %s", f.ID, f.State, state)
		}
	}
	err := w.service.Delete(t.Context(), w.Parent, app.ID, again.ID, nil)
	wantFault(t, "deleting what was handed in", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	w.Exec(`update plan_items set state = 'matched' where subject = 'applicant'`)
	_, err = w.service.Receive(t.Context(), w.Parent, upload(app, "3.pdf", pdf(1000)))
	wantFault(t, "after somebody read it", err, fault.Conflict, fault.CodeNotAllowedNow, "")
}

func TestWhichStatesTakeAFile(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	for _, c := range []struct {
		state models.ApplicationState
		item  models.ItemState
		taken bool
	}{
		{models.StateArrived, models.ItemAwaiting, true},
		{models.StateArrived, models.ItemReceived, false}, // attached when it was filed
		{models.StateArrived, models.ItemInquiring, false},
		{models.StateInReview, models.ItemAwaiting, true},
		{models.StateInReview, models.ItemDiscrepant, false},
		{models.StateCorrectionRequested, models.ItemAwaiting, true},
		{models.StateCorrectionRequested, models.ItemMatched, true},
		{models.StateDecided, models.ItemAwaiting, false},
		{models.StateWithdrawn, models.ItemAwaiting, false},
		{models.StateSignatureInvalid, models.ItemAwaiting, false},
		{models.StateTransferred, models.ItemAwaiting, false},
	} {
		app := w.draft(w.Parent)
		w.file(app, c.item, models.ItemReceived)
		w.Exec(`update applications set state = $2, version = version + 1 where id = $1`, app.ID, c.state)
		_, err := w.service.Receive(t.Context(), w.Parent, upload(app, "a.pdf", pdf(1000)))
		if c.taken && err != nil {
			t.Errorf("%s, %s: %v", c.state, c.item, err)
		} else if !c.taken {
			wantFault(t, string(c.state)+", "+string(c.item), err, fault.Conflict, fault.CodeNotAllowedNow, "")
			later := []models.ApplicationState{models.StateArrived, models.StateInReview, models.StateSignatureInvalid}
			if again := slices.Contains([]fault.Reason{"not-awaited", "documents-after-signing"}, fault.As(err).Reason); again != slices.Contains(later, c.state) {
				t.Errorf("%s, %s: whether it may come later is not said as it is: %v", c.state, c.item, err)
			}
		}
	}
	app := w.draft(w.Parent)
	w.Exec(`update applications set state = 'expired', version = version + 1 where id = $1`, app.ID)
	_, err := w.service.Receive(t.Context(), w.Parent, upload(app, "a.pdf", pdf(1000)))
	wantFault(t, "an expired draft", err, fault.Conflict, fault.CodeNotAllowedNow, "")
}

// The version at arrival says what may be asked for (P5), not the version of the day on which the file comes.
func TestTheVersionAtArrivalCounts(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	w.Exec(`alter table applications disable trigger user`)
	w.file(app, models.ItemAwaiting, models.ItemReceived)
	w.Exec(`update applications set arrived_at = '2020-06-01T00:00:00Z' where id = $1`, app.ID)
	w.Exec(`update plan_items set document = $1 where subject = 'applicant'`, income)
	w.Exec(`alter table applications enable trigger user`)
	in := upload(app, "a.pdf", pdf(1000))
	in.Document = income
	w.receive(in)
}

func TestACorrection(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	filed := w.receive(upload(app, "a.pdf", pdf(1000)))
	w.file(app, models.ItemReceived, models.ItemAwaiting)
	w.correction(app)
	better := w.receive(upload(app, "a.pdf", pdf(2000)))
	states := func() string {
		out := ""
		for _, f := range w.files(app) {
			out += fmt.Sprintf("%s@%d ", f.State, f.Revision)
		}
		return out
	}
	if got := states(); got != "superseded@1 stored@2 " {
		t.Errorf("after the replacement: %s", got)
	}
	w.Exec(`update files set scan = 'clean'`)
	if body, err := w.read(app, filed.ID); err != nil || digest(body) != filed.Sha256 {
		t.Errorf("what was filed is not kept: %v", err)
	}
	w.receive(upload(app, "a.pdf", pdf(3000))) // of this correction the last counts
	if got := states(); got != "superseded@1 stored@2 " {
		t.Errorf("after another replacement: %s", got)
	}
	if err := w.service.Delete(t.Context(), w.Parent, app.ID, better.ID, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("deleting what was replaced: %v", err)
	}
	last := w.files(app)[1].ID
	if err := w.service.Delete(t.Context(), w.Parent, app.ID, last, nil); err != nil {
		t.Fatal(err)
	}
	if got := states(); got != "stored@1 " { // what was filed counts again
		t.Errorf("after the deletion: %s", got)
	}
	if got := w.itemState(app, "applicant"); got != models.ItemReceived {
		t.Errorf("the requirement is %s although its filed document is there", got)
	}
	if err := w.service.Delete(t.Context(), w.Parent, app.ID, filed.ID, nil); fault.KindOf(err) != fault.Conflict {
		t.Errorf("deleting what was filed: %v", err)
	}
	w.sweepAll()
	if keys := w.keys(); len(keys) != 1 {
		t.Errorf("objects %q", keys)
	}
}

// In a correction an awaited document is received when it comes, and awaited again when its owner takes it back.
func TestACorrectionTakenBack(t *testing.T) {
	w := newWorld(t, options, nil, nil)
	app := w.draft(w.Parent)
	w.file(app, models.ItemAwaiting, models.ItemReceived)
	w.correction(app)
	one, two := w.receive(upload(app, "1.pdf", pdf(1000))), w.receive(upload(app, "2.pdf", pdf(1000)))
	for i, step := range []struct {
		file string
		want models.ItemState
	}{{one.ID, models.ItemReceived}, {two.ID, models.ItemAwaiting}} {
		if err := w.service.Delete(t.Context(), w.Parent, app.ID, step.file, nil); err != nil {
			t.Fatal(err)
		}
		if got := w.itemState(app, "applicant"); got != step.want {
			t.Errorf("after deletion %d: %s", i+1, got)
		}
	}
}

// One name sent again and again after filing does not fill the store: what was handed in is kept, and so it counts.
func TestWhatIsKeptCounts(t *testing.T) {
	opt := options
	opt.MaxFiles = 3
	w := newWorld(t, opt, nil, nil)
	app := w.draft(w.Parent)
	w.file(app, models.ItemAwaiting, models.ItemReceived)
	for i := range 10 {
		_, err := w.service.Receive(t.Context(), w.Parent, upload(app, "a.pdf", pdf(1000)))
		if i < 2*opt.MaxFiles && err != nil {
			t.Fatalf("upload %d: %v", i+1, err)
		} else if i >= 2*opt.MaxFiles {
			wantFault(t, "one more", err, fault.Refused, fault.CodeInvalidFile, "too-many-files")
		}
	}
}
