// Package export makes files for other systems as jobs: the cases for the municipality's core system (基幹システム), and the
// report of discrepancies (顛末報告, R7). Each is sealed with a key of its own and swept after a week.
package export

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Lifetime is how long an export can be fetched.
const Lifetime = 7 * 24 * time.Hour

// Objects is the object store.
type Objects interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) (string, error)
	Get(ctx context.Context, key string) (io.ReadCloser, int64, error)
}

// Service has the use cases. sweep is the database as the sweep role.
type Service struct {
	dossiers *dossier.Service
	sweep    *postgres.DB
	objects  Objects
}

// New makes the service.
func New(dossiers *dossier.Service, sweep *postgres.DB, objects Objects) *Service {
	return &Service{dossiers: dossiers, sweep: sweep, objects: objects}
}

// Wish is what is to be exported: cases by their arrival, or discrepancies by when they were opened.
type Wish struct {
	Kind      string    `json:"-"`
	Encoding  string    `json:"-"`
	Procedure string    `json:"procedure,omitempty"`
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"`
	// Protected says that whoever asked may see protected persons (支援措置), or that somebody in it was protected since: it is for such staff alone.
	Protected bool `json:"protected,omitempty"`
	// Procedures are those on which whoever asked works; nil: all.
	Procedures []string `json:"procedures"`
}

// procedures are those of the rows: the one that was asked for, of those on which whoever asked works; nil: all.
func (w *Wish) procedures() []string {
	switch {
	case w.Procedure == "":
		return w.Procedures
	case w.Procedures == nil || slices.Contains(w.Procedures, w.Procedure):
		return []string{w.Procedure}
	}
	return []string{}
}

// within says whether what was made shows no more than its requester may see now: a role can be taken back while the file
// is there. now are the procedures on which the requester works, protected whether protected persons are for them.
func (w *Wish) within(now []string, protected bool) bool {
	if w.Protected && !protected {
		return false
	}
	shown := w.procedures()
	return now == nil || shown != nil && !slices.ContainsFunc(shown, func(p string) bool { return !slices.Contains(now, p) })
}

// Export is one export as staff see it.
type Export struct {
	ID, Kind, Encoding   string
	State                models.ExportState
	Rows                 int
	Size                 int64
	Unfit                string // characters that the encoding does not have, written as 〓
	CreatedAt, ExpiresAt time.Time
	FinishedAt           *time.Time
}

func exportOf(m *models.Export) Export {
	return Export{
		ID:         m.ID,
		Kind:       m.Kind,
		Encoding:   m.Encoding,
		State:      m.State,
		Rows:       m.Rows,
		Size:       m.Size,
		Unfit:      m.Unfit,
		CreatedAt:  m.CreatedAt,
		ExpiresAt:  m.ExpiresAt,
		FinishedAt: m.FinishedAt,
	}
}

// Request queues an export. Errors: invalid-request with the pointer of what is wrong; unknown-procedure.
func (s *Service) Request(ctx context.Context, actor models.Actor, req dossier.Request, w Wish) (*Export, error) {
	if err := s.check(actor.Municipality, w); err != nil {
		return nil, err
	}
	id := models.NewID()
	_, wrapped, err := s.dossiers.NewLinkKey(ctx, dossier.LinkExport, id)
	if err != nil {
		return nil, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Export, error) {
		member, err := s.dossiers.Staff(tx)
		if err != nil {
			return nil, err
		}
		w.Protected, w.Procedures = member != nil && member.SeesProtected, s.dossiers.ProceduresOf(member)
		params, err := json.Marshal(w)
		if err != nil {
			return nil, err
		}
		// The key of the object stands before its first byte (house.md, habit 9): whatever becomes of the job, the sweep
		// finds the object with the row.
		row := &models.Export{
			ID:           id,
			Municipality: actor.Municipality,
			Kind:         w.Kind,
			Encoding:     w.Encoding,
			Params:       params,
			State:        models.ExportQueued,
			WrappedKey:   wrapped,
			ObjectKey:    objectKey(actor.Municipality, id),
			RequestedBy:  actor.Person,
			CreatedAt:    tx.Now,
			ExpiresAt:    tx.Now.Add(Lifetime),
		}
		if err := tx.AddExport(row); err != nil {
			return nil, err
		}
		if err := tx.AddAudit(&models.AuditEntry{Action: "request-export", ObjectKind: "export", ObjectID: id}); err != nil {
			return nil, err
		}
		out := exportOf(row)
		return &out, tx.Enqueue(task.MakeExport{Municipality: row.Municipality, Export: id})
	})
}

func (s *Service) check(municipality string, w Wish) error {
	fail := func(pointer string, reason fault.Reason) error {
		return fault.Detail{Code: "not-a-choice", Reason: reason, Pointer: pointer}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	switch {
	case !slices.Contains([]string{models.ExportCoreSystem, models.ExportDiscrepancyReport}, w.Kind):
		return fail("/kind", "export-kind")
	case !slices.Contains([]string{models.EncodingUTF8, models.EncodingCP932}, w.Encoding):
		return fail("/encoding", "export-encoding")
	case !w.From.IsZero() && !w.To.IsZero() && !w.From.Before(w.To):
		return fail("/to", "invalid-range")
	case w.Procedure != "" && s.dossiers.Editions.ForProcedure(municipality, w.Procedure).Procedure(w.Procedure) == nil:
		return fail("/procedure", "unknown-procedure")
	}
	return nil
}

// List gives the municipality's exports, newest first; recorded.
func (s *Service) List(ctx context.Context, actor models.Actor, page postgres.Page) ([]Export, error) {
	var out []Export
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.Exports(actor.Municipality, page)
		for i := range rows {
			out = append(out, exportOf(&rows[i]))
		}
		if err != nil {
			return err
		}
		return tx.AddAudit(&models.AuditEntry{Action: "list-exports", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	return out, err
}

// Get gives one. Error: not-found, also for another municipality's.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*Export, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var out Export
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := tx.Export(id)
		if err == nil {
			out = exportOf(row)
		}
		return err
	})
	return &out, err
}

// Content opens a finished export for whoever asked for it; recorded. Errors: not-found, also for a colleague's, and for
// what its requester may not see any more; not-allowed-now until it is done; unavailable while the object store is down.
func (s *Service) Content(ctx context.Context, actor models.Actor, id string) (*Export, io.ReadCloser, error) {
	row, err := s.release(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkExport, row.ID, row.WrappedKey)
	if err != nil {
		return nil, nil, err
	}
	object, sealed, err := s.objects.Get(ctx, row.ObjectKey)
	if err != nil {
		return nil, nil, err
	}
	plain, err := key.DecryptStream(object, contentCell(row.ObjectKey))
	if err != nil {
		_ = object.Close()
		return nil, nil, err
	}
	out := exportOf(row)
	out.Size = plainSize(sealed)
	return &out, struct {
		io.Reader
		io.Closer
	}{plain, object}, nil
}

// release reads a finished export that the actor may open, and records the act.
func (s *Service) release(ctx context.Context, actor models.Actor, id string) (row *models.Export, err error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if row, err = tx.Export(id); err != nil {
			return err
		}
		member, err := s.dossiers.Staff(tx)
		if err != nil {
			return err
		}
		var w Wish
		if err := json.Unmarshal(row.Params, &w); err != nil {
			return err
		}
		switch {
		case row.RequestedBy != actor.Person || member == nil: // what it shows depends on who asked
			return fault.ErrNotFound
		case !w.within(s.dossiers.ProceduresOf(member), member.SeesProtected):
			return fault.ErrNotFound
		case row.State == models.ExportFailed:
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "export-failed").Note("state", string(row.State))
		case row.State != models.ExportDone:
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "export-not-made").Note("state", string(row.State))
		}
		return tx.AddAudit(&models.AuditEntry{Action: "open-export", ObjectKind: "export", ObjectID: id})
	})
	return row, err
}

// plainSize is how many bytes come out of a sealed object. The object says it, not the row: of two workers at the same
// export one wrote the row and the other, it may be, the object.
func plainSize(sealed int64) int64 {
	return int64(sort.Search(int(sealed), func(n int) bool { return seal.SealedSize(int64(n)) >= sealed }))
}

func contentCell(key string) seal.Cell {
	return seal.Cell{Table: "exports", Column: "content", Row: key}
}

// objectKey names an export's object; files have another prefix.
func objectKey(municipality, id string) string {
	return fmt.Sprintf("exports/%s/%s", municipality, id)
}

// Sweep deletes exports whose time is over; their objects follow.
func (s *Service) Sweep(ctx context.Context) error {
	return s.sweep.InTx(ctx, models.System("", "export"), func(tx *postgres.Tx) error { return tx.DeleteExpiredExports() })
}
