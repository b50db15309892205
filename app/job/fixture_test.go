package job_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/job"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

const hinata = casetest.Hinata

// patience is how long a test waits for a signal of the queue before it gives up.
const patience = time.Minute

// store is an object store in memory, which can be down, or broken in a way that nobody thought of.
type store struct {
	mu      sync.Mutex
	objects map[string][]byte
	down    atomic.Bool
	broken  atomic.Bool
}

func (s *store) Put(_ context.Context, key string, r io.Reader, _ int64, _ string) (string, error) {
	body, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[key] = body
	return "", err
}

func (s *store) Get(_ context.Context, key string) (io.ReadCloser, int64, error) {
	if s.broken.Load() {
		panic("the store is broken")
	}
	if s.down.Load() {
		return nil, 0, errors.New("the store is down")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return io.NopCloser(bytes.NewReader(s.objects[key])), int64(len(s.objects[key])), nil
}

func (s *store) Stat(context.Context, string) (object.Info, error) { return object.Info{}, nil }
func (s *store) Remove(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, key)
	return nil
}
func (s *store) List(context.Context, string, string, func(object.Info) error) error { return nil }

// cleaner finds nothing in what it reads to the end.
type cleaner struct{}

func (cleaner) Scan(_ context.Context, r io.Reader) (clamav.Verdict, error) {
	_, err := io.Copy(io.Discard, r)
	return clamav.Verdict{Result: clamav.Clean}, err
}

// plant is the program without its HTTP side.
type plant struct {
	*casetest.World
	objects   *store
	documents *document.Service
	notify    *notify.Service
	services  *usecase.Services
	options   job.Options
	log       *casetest.Log
	swept     atomic.Int64
}

func newPlant(t testing.TB) *plant { return newPlantWith(t, retain.Options{}) }

func newPlantWith(t testing.TB, opt retain.Options) *plant {
	t.Helper()
	w := casetest.New(t, hinata)
	p := &plant{World: w, objects: &store{objects: map[string][]byte{}}, log: &casetest.Log{}, notify: notify.New(w.Dossiers, notify.Options{})}
	p.documents = document.New(w.Dossiers, w.Sweep, p.objects, cleaner{}, document.Options{MaxSize: 1 << 20, MaxFiles: 20, UploadTime: time.Minute,
		UploadGrace: time.Minute, DraftLifetime: time.Hour, ScanPatience: time.Hour})
	p.services = &usecase.Services{Core: core.New(w.Dossiers, w.Sweep, core.Options{}),
		Apply: w.Apply, Documents: p.documents, Notify: p.notify, Retain: retain.New(w.Dossiers, w.Sweep, opt),
		Linkage: linkage.New(w.Dossiers, w.Sweep, nil, nil, linkage.Options{}), Review: review.New(w.Dossiers, review.Options{}),
		Exports: export.New(w.Dossiers, w.Sweep, nil), Partner: partner.New(w.Dossiers, w.Sweep, w.Apply, nil, partner.Options{}),
		Publish: publish.New(w.Dossiers, w.Sweep), Operate: operate.New(w.Dossiers, w.Sweep, operate.Thresholds{}),
		Intake: intake.New(w.Dossiers, w.Sweep, intake.Options{})}
	p.options = job.Options{DB: w.App, Sweep: w.Sweep,
		Log: slog.New(slog.NewJSONHandler(p.log, nil)), MaxWorkers: 4, SweepInterval: time.Hour, SealInterval: time.Hour,
		OnSwept: func(document.Swept) { p.swept.Add(1) }}
	return p
}

// claim is the procedure's example, which needs no document.
func (p *plant) claim() apply.Draft {
	p.T.Helper()
	d := p.Draft(casetest.Claim, hinata)
	d.OnDuplicate = apply.Separate
	return d
}

// worker is a client that works the queue, with what it reports.
type worker struct {
	*river.Client[pgx.Tx]
	events  <-chan *river.Event
	earlier []*river.Event
}

func (p *plant) start() *worker {
	p.T.Helper()
	client, err := job.New(p.services, p.options)
	casetest.Must(p.T, err)
	events, cancel := client.Subscribe(river.EventKindJobCompleted, river.EventKindJobCancelled, river.EventKindJobFailed)
	casetest.Must(p.T, client.Start(context.Background()))
	p.T.Cleanup(func() {
		cancel()
		if err := client.StopAndCancel(context.Background()); err != nil {
			p.T.Error(err)
		}
	})
	return &worker{Client: client, events: events}
}

// wait gives the next event of a kind of job; those of other kinds that come before it are kept for who waits for them.
func (w *worker) wait(t testing.TB, kind string) *river.Event {
	t.Helper()
	for i, e := range w.earlier {
		if e.Job.Kind == kind {
			w.earlier = slices.Delete(w.earlier, i, i+1)
			return e
		}
	}
	limit := time.After(patience)
	for {
		select {
		case e := <-w.events:
			if e.Job.Kind == kind {
				return e
			}
			w.earlier = append(w.earlier, e)
		case <-limit:
			t.Fatalf("no %s job was worked", kind)
		}
	}
}

func (p *plant) inbox() []string {
	p.T.Helper()
	messages, err := p.notify.Inbox(context.Background(), p.Parent, postgres.Page{Limit: 100})
	casetest.Must(p.T, err)
	var kinds []string
	for _, m := range messages.Messages {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func (p *plant) enqueue(jobs ...river.JobArgs) {
	p.T.Helper()
	p.In(models.System(hinata, "test"), func(tx *postgres.Tx) error { return tx.Enqueue(jobs...) })
}
