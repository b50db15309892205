// Package intake takes in what was filed at another portal (deploy/decisions/intake.md): each application of a batch in a transaction of its own, once; what
// does not fit waits for a clerk with what was sent.
package intake

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/portal"
	"kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Objects is the object store.
type Objects interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error)
	Get(ctx context.Context, key string) (io.ReadCloser, int64, error)
}

// Options of New.
type Options struct {
	Senders    *intake.Senders
	Apply      *apply.Service
	Documents  *document.Service
	Objects    Objects
	Scanner    document.Scanner
	AtOnce     int           // applications at once (4 if 0)
	MostBehind time.Duration // how long ago one may have arrived that is taken in by itself (60 days if 0); an older one is for a clerk
}

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB
	opt      Options
}

// New makes the service.
func New(dossiers *dossier.Service, sweep *postgres.DB, opt Options) *Service {
	if opt.AtOnce == 0 {
		opt.AtOnce = 4
	}
	if opt.MostBehind == 0 {
		opt.MostBehind = 60 * 24 * time.Hour
	}
	return &Service{dossiers: dossiers, sweep: sweep, opt: opt}
}

// Report is what became of a batch: what was announced is taken, known already, or waits for a clerk.
type Report struct {
	Sender, Batch                    string
	Announced, Taken, Known, Waiting int
	ForClerk                         []Unfit // those that wait, in the order of the batch
}

// Unfit is an application that waits for a clerk, and why.
type Unfit struct {
	Place   int    // in the batch, from 1
	Number  string // the sender's receipt number
	Reasons []fault.Reason
}

// run is one batch on its way in.
type run struct {
	*Service
	actor  models.Actor // the registered system
	batch  *portal.Batch
	row    *models.IntakeBatch
	sender *intake.Sender
	key    seal.Key // the municipality's

	mu     sync.Mutex
	report Report
	unfit  map[int]Unfit
}

// Take takes a batch in. It may be sent again, whole or after it was cut: what is there is known. Its signature is who sends it: the registration, of two
// admins, whose key it was made with. system is who has sent it, empty for whoever has it on a disk.
//
// Errors: invalid-request for what is wrong with the package as a whole, before anything of it is taken; unavailable, and then what was taken stays.
func (s *Service) Take(ctx context.Context, system string, b *portal.Batch) (*Report, error) {
	r, err := s.begin(ctx, system, b)
	if err != nil {
		return nil, err
	}
	group, each := errgroup.WithContext(ctx)
	group.SetLimit(s.opt.AtOnce)
	for i := range b.Applications {
		if each.Err() != nil {
			break
		}
		group.Go(func() error { return r.one(each, i) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return r.end(ctx)
}

// begin checks the package as a whole, and notes that it came.
func (s *Service) begin(ctx context.Context, system string, b *portal.Batch) (*run, error) {
	if system != "" && system != b.System {
		return nil, unfit("intake-system")
	}
	var known *models.CoreSystem
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "intake"}, func(tx *postgres.Tx) (err error) {
		known, err = tx.CoreClient(b.System)
		return err
	})
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return nil, unfit("intake-system")
	case err != nil:
		return nil, err
	case !strings.Contains(" "+known.Scopes+" ", " "+models.ScopeIntake+" "):
		return nil, unfit("intake-system")
	}
	if err := b.Verify(known.Keys); err != nil {
		return nil, err
	}
	r := &run{Service: s, batch: b, sender: s.opt.Senders.Of(b.Sender), unfit: map[int]Unfit{},
		actor: models.Actor{Person: known.ID, Role: models.RoleCore, Municipality: known.Municipality, Purpose: "intake"}}
	if r.sender == nil {
		return nil, unfit("intake-sender")
	}
	if r.key, err = s.dossiers.MunicipalityKey(ctx, known.Municipality); err != nil {
		return nil, err
	}
	err = s.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) error {
		r.row = &models.IntakeBatch{ID: models.NewID(), Municipality: known.Municipality, SystemID: known.ID, Sender: b.Sender, Batch: masked(b.Batch),
			Digest: b.Digest[:], Announced: b.Count, BeganAt: tx.Now}
		if err := tx.AddIntakeBatch(r.row); err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "receive-intake", ObjectKind: "intake-batch", ObjectID: r.row.ID})
	})
	return r, err
}

// end closes the batch with its report.
func (r *run) end(ctx context.Context) (*Report, error) {
	out := &r.report
	out.Sender, out.Batch, out.Announced = r.row.Sender, r.row.Batch, r.row.Announced
	for i := range r.batch.Applications {
		if one, ok := r.unfit[i]; ok {
			out.ForClerk = append(out.ForClerk, one)
		}
	}
	return out, r.dossiers.DB.InTx(ctx, r.actor, func(tx *postgres.Tx) error {
		tx.ChangeIntakeBatch(r.row, postgres.Set(&r.row.Taken, out.Taken), postgres.Set(&r.row.Known, out.Known), postgres.Set(&r.row.Waiting, out.Waiting),
			postgres.Set(&r.row.EndedAt, &tx.Now))
		return nil
	})
}

func (r *run) count(n *int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*n++
}

// Sweep takes away what a clerk was done with more than 90 days ago.
func (s *Service) Sweep(ctx context.Context) error {
	return s.sweep.InTx(ctx, models.System("", "sweep-intake"), func(tx *postgres.Tx) error {
		_, err := tx.SweepIntake(sweepAtOnce)
		return err
	})
}

const sweepAtOnce = 500

func unfit(reason fault.Reason) *fault.Error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, reason)
}
