package job_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/export"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/job"
	"kosodate.example/onestop/app/linkage"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/partner"
	"kosodate.example/onestop/app/retain"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/configs"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

const hinata = "998010"

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
	*pgtest.Database
	t         testing.TB
	objects   *store
	dossiers  *dossier.Service
	master    string // the keyset's path
	apply     *apply.Service
	documents *document.Service
	notify    *notify.Service
	services  *usecase.Services
	options   job.Options
	parent    models.Actor
	super     *sql.DB
	log       *lockedBuffer
	swept     atomic.Int64
}

// lockedBuffer is a log that is written and read at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newPlant(t testing.TB) *plant { return newPlantWith(t, retain.Options{}) }

func newPlantWith(t testing.TB, opt retain.Options) *plant {
	t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	master := filepath.Join(t.TempDir(), "keys.json")
	keys, err := seal.CreateKeyring(master)
	if err != nil {
		t.Fatal(err)
	}
	p := &plant{Database: pgtest.New(t), t: t, objects: &store{objects: map[string][]byte{}}, log: &lockedBuffer{}, master: master}
	dossiers := dossier.New(p.App, cat, keys)
	p.dossiers = dossiers
	p.apply = apply.New(dossiers, apply.Options{DraftLifetime: time.Hour, FollowUp: 30 * 24 * time.Hour, FollowUpLimit: 90 * 24 * time.Hour})
	p.documents = document.New(dossiers, p.Sweep, p.objects, cleaner{}, document.Options{MaxSize: 1 << 20, MaxFiles: 20, UploadTime: time.Minute,
		UploadGrace: time.Minute, DraftLifetime: time.Hour, ScanPatience: time.Hour})
	p.notify = notify.New(dossiers, notify.Options{})
	p.services = &usecase.Services{Apply: p.apply, Documents: p.documents, Notify: p.notify, Retain: retain.New(dossiers, p.Sweep, opt),
		Linkage: linkage.New(
			dossiers,
			p.Sweep,
			nil,
			nil,
			linkage.Options{},
		), Review: review.New(dossiers, review.Options{}), Exports: export.New(dossiers, p.Sweep, nil), Partner: partner.New(dossiers, p.Sweep, p.apply, nil, partner.Options{})}
	p.options = job.Options{DB: p.App, Sweep: p.Sweep,
		Log: slog.New(slog.NewJSONHandler(p.log, nil)), MaxWorkers: 4, SweepInterval: time.Hour, SealInterval: time.Hour,
		OnSwept: func(document.Swept) { p.swept.Add(1) }}
	p.parent = p.Person(t, "parent", models.RoleApplicant, "")
	if p.super, err = sql.Open("pgx", p.SuperDSN); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.super.Close() })
	err = p.App.InTx(context.Background(), models.Actor{Role: models.RoleNational, Purpose: "test"}, func(tx *postgres.Tx) error {
		wrapped, err := dossiers.NewMunicipalityKey(context.Background(), hinata)
		if err != nil {
			return err
		}
		if err := tx.PutMunicipality(&models.Municipality{Code: hinata, WrappedKey: wrapped, Version: 1}); err != nil {
			return err
		}
		return tx.PutOffering(&models.Offering{Municipality: hinata, Procedure: "child-allowance-claim", Signature: models.SignatureLogin})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// claim is the procedure's example, which needs no document.
func (p *plant) claim() apply.Draft {
	p.t.Helper()
	cat, err := catalogue.Load(configs.Procedures())
	if err != nil {
		p.t.Fatal(err)
	}
	today := jp.DateIn(time.Now())
	facts, form, err := cat.Version("child-allowance-claim", today).ExampleCase(hinata, today)
	if err != nil {
		p.t.Fatal(err)
	}
	return apply.Draft{Procedure: "child-allowance-claim", Municipality: hinata, Facts: facts, Form: form, OnDuplicate: apply.Separate}
}

func request() dossier.Request {
	return dossier.Request{Route: "test", Key: models.NewID(), BodyHash: []byte("x")}
}

// worker is a client that works the queue, with what it reports.
type worker struct {
	*river.Client[pgx.Tx]
	events  <-chan *river.Event
	earlier []*river.Event
}

func (p *plant) start() *worker {
	p.t.Helper()
	client, err := job.New(p.services, p.options)
	if err != nil {
		p.t.Fatal(err)
	}
	events, cancel := client.Subscribe(river.EventKindJobCompleted, river.EventKindJobCancelled, river.EventKindJobFailed)
	if err := client.Start(context.Background()); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		cancel()
		if err := client.StopAndCancel(context.Background()); err != nil {
			p.t.Error(err)
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
	p.t.Helper()
	messages, err := p.notify.Inbox(context.Background(), p.parent, postgres.Page{Limit: 100})
	if err != nil {
		p.t.Fatal(err)
	}
	var kinds []string
	for _, m := range messages.Messages {
		kinds = append(kinds, m.Kind)
	}
	return kinds
}

func (p *plant) enqueue(jobs ...river.JobArgs) {
	p.t.Helper()
	if err := p.App.InTx(context.Background(), models.System(hinata, "test"), func(tx *postgres.Tx) error { return tx.Enqueue(jobs...) }); err != nil {
		p.t.Fatal(err)
	}
}
