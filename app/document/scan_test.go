package document

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
)

// scanner is a client of a real clamd.
func scanner(t testing.TB, opt clamdtest.Options) *clamav.Client {
	t.Helper()
	return clientOf(t, clamdtest.New(t, opt))
}

func clientOf(t testing.TB, server *clamdtest.Server) *clamav.Client {
	t.Helper()
	client, err := clamav.New(clamav.Config{Address: server.Address})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// infectedFile is a stored PDF in which a scanner finds a virus.
func (w *world) infectedFile(app *models.Application, name string) string {
	w.T.Helper()
	return w.receive(upload(app, name, append(pdf(1000), simulator.EICAR()...))).ID
}

func scanOf(app *models.Application, file string) task.Scan {
	return task.Scan{Municipality: app.Municipality, Application: app.ID, File: file}
}

func (w *world) scan(app *models.Application, file string) {
	w.T.Helper()
	if err := w.service.Scan(context.Background(), scanOf(app, file)); err != nil {
		w.T.Fatal(err)
	}
}

func (w *world) scanState(file string) string {
	w.T.Helper()
	return casetest.Value[string](w, `select scan from files where id = $1`, file)
}

const notified = `select count(*) from river_job where kind = 'notify' and args ->> 'what' = 'file-infected'`

func TestScanOfADraft(t *testing.T) {
	w := newWorld(t, options, nil, scanner(t, clamdtest.Options{}))
	app := w.draft(w.Parent)
	clean, infected := w.receive(upload(app, "a.pdf", pdf(3<<20))), w.infectedFile(app, "b.pdf")
	version := casetest.Value[int64](w, `select version from applications`)
	w.scan(app, clean.ID)
	w.scan(app, infected)
	if c, i := w.scanState(clean.ID), w.scanState(infected); c != string(models.ScanClean) || i != string(models.ScanInfected) {
		t.Errorf("clean is %s, infected is %s", c, i)
	}
	if _, err := w.read(app, clean.ID); err != nil {
		t.Error(err)
	}
	_, err := w.read(app, infected)
	wantFault(t, "an infected file", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	if n := casetest.Value[int](w, notified+` and args ->> 'detail' = 'pension-enrolment/applicant'`); n != 1 {
		t.Errorf("%d messages", n)
	}
	// A person who is typing is not disturbed by a scan that ends.
	if now := casetest.Value[int64](w, `select version from applications`); now != version {
		t.Errorf("the application's version went from %d to %d", version, now)
	}
	if n := casetest.Value[int](w, `select count(*) from audit_entries where role = 'system' and action in ('scan-clean', 'scan-infected')`); n != 2 {
		t.Errorf("%d verdicts recorded", n)
	}
}

func TestAFileFoundInfectedAfterArrival(t *testing.T) {
	w := newWorld(t, options, nil, scanner(t, clamdtest.Options{}))
	app := w.draft(w.Parent)
	infected := w.infectedFile(app, "b.pdf")
	w.file(app, models.ItemReceived, models.ItemReceived)
	arrived := casetest.Value[string](w, `select arrived_at || receipt_number || state from applications`)
	for range 2 { // the job may run twice
		w.scan(app, infected)
	}
	if a, c := w.itemState(app, "applicant"), w.itemState(app, "child-1"); a != models.ItemAwaiting || c != models.ItemReceived {
		t.Errorf("requirements: %s, %s", a, c)
	}
	if now := casetest.Value[string](w, `select arrived_at || receipt_number || state from applications`); now != arrived {
		t.Errorf("the arrival was %s and is %s", arrived, now)
	}
	for _, event := range []string{"file-infected", "await-document"} {
		if n := casetest.Value[int](w,
			`select count(*) from history where event = $1 and role = 'system' and detail = 'pension-enrolment/applicant'`, event); n != 1 {
			t.Errorf("%d steps %s", n, event)
		}
	}
	if n := casetest.Value[int](w, notified); n != 1 {
		t.Errorf("%d messages", n)
	}
	again := w.receive(upload(app, "b.pdf", pdf(1000))) // now it can be handed in again
	w.scan(app, again.ID)
	if got := w.itemState(app, "applicant"); got != models.ItemReceived || w.scanState(again.ID) != string(models.ScanClean) {
		t.Errorf("handed in again: %s, %s", got, w.scanState(again.ID))
	}
}

// Of two scans at once, as when the sweep asked again, the second finds the verdict of the first.
func TestAScanThatRunsTwiceAtOnce(t *testing.T) {
	var both sync.WaitGroup
	for _, result := range []clamav.Result{clamav.Clean, clamav.Infected} {
		w := newWorld(t, options, nil, meeting{&both, result})
		app := w.draft(w.Parent)
		got := w.receive(upload(app, "a.pdf", pdf(1000)))
		w.file(app, models.ItemReceived, models.ItemReceived)
		both.Add(2)
		var group sync.WaitGroup
		for range 2 {
			group.Go(func() {
				if err := w.service.Scan(t.Context(), scanOf(app, got.ID)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := casetest.Value[int](w, `select count(*) from audit_entries where action in ('scan-clean', 'scan-infected')`); n != 1 {
			t.Errorf("%s: recorded %d times", result, n)
		}
	}
}

// meeting gives its result once two scans are under way.
type meeting struct {
	both   *sync.WaitGroup
	result clamav.Result
}

func (m meeting) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	m.both.Done()
	m.both.Wait()
	_, err := io.Copy(io.Discard, r)
	return clamav.Verdict{Result: m.result}, err
}

// After the decision nothing moves any more; the verdict is kept.
func TestAFileFoundInfectedAfterTheDecision(t *testing.T) {
	w := newWorld(t, options, nil, scanner(t, clamdtest.Options{}))
	app := w.draft(w.Parent)
	infected := w.infectedFile(app, "b.pdf")
	w.file(app, models.ItemMatched, models.ItemReceived)
	w.Exec(`update applications set state = 'decided', version = version + 1`)
	w.scan(app, infected)
	if got := w.itemState(app, "applicant"); got != models.ItemMatched || w.scanState(infected) != string(models.ScanInfected) {
		t.Errorf("%s, %s", got, w.scanState(infected))
	}
}

// An error is not clean, and the job tries again.
func TestAScannerThatIsDown(t *testing.T) {
	server := clamdtest.New(t, clamdtest.Options{})
	w := newWorld(t, options, nil, clientOf(t, server))
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(1000)))
	server.Kill()
	for range 2 {
		if err := w.service.Scan(t.Context(), scanOf(app, got.ID)); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("the scanner is down: %v", err)
		}
		if state := w.scanState(got.ID); state != string(models.ScanFailed) {
			t.Errorf("the file is %s", state)
		}
	}
	_, err := w.read(app, got.ID)
	wantFault(t, "an unscanned file", err, fault.Conflict, fault.CodeNotAllowedNow, "")
	w.service.scanner = scanner(t, clamdtest.Options{})
	w.scan(app, got.ID)
	if state := w.scanState(got.ID); state != string(models.ScanClean) {
		t.Errorf("with a scanner the file is %s", state)
	}
}

func TestScansThatCannotBeMade(t *testing.T) {
	w := newWorld(t, options, nil, scanner(t, clamdtest.Options{MaxStream: 1 << 20}))
	app := w.draft(w.Parent)
	lost, large := w.receive(upload(app, "a.pdf", pdf(1000))), w.receive(upload(app, "b.pdf", pdf(2<<20)))
	if err := w.store.Remove(t.Context(), casetest.Value[string](w, `select object_key from file_parts where file_id = $1`, lost.ID)); err != nil {
		t.Fatal(err)
	}
	for what, id := range map[string]string{"lost": lost.ID, "above the scanner's limit": large.ID} {
		w.scan(app, id) // no error: trying again at once would not help
		if state := w.scanState(id); state != string(models.ScanFailed) {
			t.Errorf("%s: %s", what, state)
		}
	}
	w.scan(app, models.NewID()) // deleted meanwhile
	w.scan(&models.Application{ID: models.NewID(), Municipality: hinata}, large.ID)
	other := *app
	other.Municipality = "998028" // a job of another municipality reaches nothing
	w.Exec(`update files set scan = 'pending'`)
	w.scan(&other, large.ID)
	if state := w.scanState(large.ID); state != string(models.ScanPending) {
		t.Errorf("a foreign job left %s", state)
	}
}

// A worker that is stopping says nothing about a file.
func TestAScanThatIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(t, options, nil, stopping{cancel})
	app := w.draft(w.Parent)
	got := w.receive(upload(app, "a.pdf", pdf(1000)))
	if err := w.service.Scan(ctx, scanOf(app, got.ID)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if state := w.scanState(got.ID); state != string(models.ScanPending) {
		t.Errorf("the file is %s", state)
	}
}

type stopping struct{ cancel func() }

func (s stopping) Scan(ctx context.Context, _ io.Reader) (clamav.Verdict, error) {
	s.cancel()
	return clamav.Verdict{}, ctx.Err()
}
