package document

import (
	"context"
	"fmt"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/object"
	"kosodate.example/onestop/storage/postgres"
)

// ReconcileOptions say how to reconcile.
type ReconcileOptions struct {
	// MinAge is how old an object without a row must be to count as orphaned, by the object store's clock. It must be
	// longer than an upload can take.
	MinAge time.Duration
	DryRun bool // report alone
	// AtMost bounds how many objects are queued for removal, 0: no bound. It keeps a wrong connection (the bucket of
	// another database, a database restored from an old backup) from costing every file.
	AtMost int64
	Each   func(Finding) // called for each finding, if not nil
}

// Finding is one thing that rows and objects disagree on.
type Finding struct {
	Kind string // orphan, missing, wrong-size
	Key  string
	File string // the row's file, if there is a row
}

// The kinds of finding.
const (
	Orphan    = "orphan"     // an object that no row knows
	Missing   = "missing"    // a row whose object is not there: a loss
	WrongSize = "wrong-size" // an object of another size than its row says: damaged
)

// Report counts what reconciling found; for metrics.
type Report struct {
	Objects, Rows      int64 // seen
	Young              int64 // objects without a row of a finished upload, too young to judge
	Known              int64 // objects of uploads under way, or waiting for removal already
	Orphans, Queued    int64 // of the orphans, queued for removal
	Missing, WrongSize int64
}

// Reconcile compares the objects in the store with the rows, both ways, as one merge of two sorted streams: memory
// does not grow with their number. What it reports holds while uploads, deletions and sweeps go on: a difference is
// looked at again before it counts. Errors: unavailable.
func (s *Service) Reconcile(ctx context.Context, opt ReconcileOptions) (Report, error) {
	if least := s.opt.UploadTime + s.opt.UploadGrace; opt.MinAge < least {
		return Report{}, fault.New(fault.Refused, fault.CodeInvalidRequest, "orphan-age", fault.Name("least", least.String()))
	}
	m := &merge{service: s, opt: opt, ctx: ctx, before: time.Now().Add(-opt.MinAge)}
	if err := m.advance(); err != nil {
		return m.report, err
	}
	if err := s.objects.List(ctx, objectPrefix, "", m.object); err != nil {
		return m.report, err
	}
	for m.row != nil { // rows behind the last object
		if err := m.missing(); err != nil {
			return m.report, err
		}
	}
	return m.report, m.flush()
}

// merge walks the objects and the rows side by side.
type merge struct {
	service *Service
	opt     ReconcileOptions
	ctx     context.Context
	before  time.Time
	report  Report

	page    []models.FilePart // rows read and not reached
	row     *models.FilePart  // the row reached; nil after the last
	lastRow string
	lastKey string
	strange []string // objects without a row, not judged yet
}

// rowsOnce and keysOnce are how many rows or keys are read or asked for at once.
const (
	rowsOnce = 1000
	keysOnce = 500
)

// advance goes to the next row, in the order of the keys.
func (m *merge) advance() error {
	if len(m.page) == 0 {
		err := m.service.sweep.InTx(m.ctx, sweeper().For("reconcile"), func(tx *postgres.Tx) (err error) {
			m.page, err = tx.StoredParts(m.lastRow, rowsOnce)
			return err
		})
		if err != nil {
			return err
		}
		if len(m.page) == 0 {
			m.row = nil
			return nil
		}
	}
	m.row, m.page = &m.page[0], m.page[1:]
	if m.row.ObjectKey <= m.lastRow {
		return fmt.Errorf("the database sorts object keys in another order than bytes: %q after %q", m.row.ObjectKey, m.lastRow)
	}
	m.lastRow = m.row.ObjectKey
	m.report.Rows++
	return nil
}

// object takes the next object of the store.
func (m *merge) object(o object.Info) error {
	if o.Key <= m.lastKey {
		return fmt.Errorf("the object store does not list in the order of keys: %q after %q", o.Key, m.lastKey)
	}
	m.lastKey = o.Key
	m.report.Objects++
	for m.row != nil && m.row.ObjectKey < o.Key {
		if err := m.missing(); err != nil {
			return err
		}
	}
	if m.row != nil && m.row.ObjectKey == o.Key {
		if o.Size != m.row.SealedSize {
			m.report.WrongSize++
			m.tell(WrongSize, o.Key, m.row.FileID)
		}
		return m.advance()
	}
	if o.Modified.After(m.before) {
		m.report.Young++
		return nil
	}
	m.strange = append(m.strange, o.Key)
	if len(m.strange) == keysOnce {
		return m.flush()
	}
	return nil
}

// missing judges the row reached, whose object was not listed: the listing may be older than the row, or the row
// deleted since it was read.
func (m *merge) missing() error {
	row := m.row
	_, err := m.service.objects.Stat(m.ctx, row.ObjectKey)
	switch {
	case err == nil:
		return m.advance()
	case fault.KindOf(err) != fault.NotFound:
		return err
	}
	var again []models.FilePart
	err = m.service.sweep.InTx(m.ctx, sweeper().For("reconcile"), func(tx *postgres.Tx) (err error) {
		// The keys have one length, so the first after the key without its last character is the key itself.
		again, err = tx.StoredParts(row.ObjectKey[:len(row.ObjectKey)-1], 1)
		return err
	})
	if err != nil {
		return err
	}
	if len(again) == 1 && again[0].ObjectKey == row.ObjectKey {
		m.report.Missing++
		m.tell(Missing, row.ObjectKey, row.FileID)
	}
	return m.advance()
}

// flush judges the objects without a stored row: one that belongs to an upload under way, or waits for removal, is
// known. No upload can claim the others later, since a row stands before its object.
func (m *merge) flush() error {
	if len(m.strange) == 0 {
		return nil
	}
	var known map[string]bool
	err := m.service.sweep.InTx(m.ctx, sweeper().For("reconcile"), func(tx *postgres.Tx) (err error) {
		known, err = tx.KnownObjects(m.strange)
		return err
	})
	if err != nil {
		return err
	}
	m.report.Known += int64(len(known))
	var orphans []string
	for _, key := range m.strange {
		if known[key] {
			continue
		}
		_, err := m.service.objects.Stat(m.ctx, key)
		switch {
		case err == nil:
			orphans = append(orphans, key)
		case fault.KindOf(err) != fault.NotFound: // a deletion and a sweep since it was listed
			return err
		}
	}
	m.strange = m.strange[:0]
	return m.orphaned(orphans)
}

// orphaned reports orphans and queues them for removal.
func (m *merge) orphaned(keys []string) error {
	queue := keys
	if m.opt.DryRun {
		queue = nil
	} else if left := m.opt.AtMost - m.report.Queued; m.opt.AtMost > 0 && int64(len(queue)) > left {
		queue = queue[:left]
	}
	if len(queue) > 0 {
		err := m.service.sweep.InTx(m.ctx, sweeper().For("reconcile"), func(tx *postgres.Tx) error {
			for _, key := range queue {
				tx.QueueRemoval(municipalityOf(key), key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	m.report.Orphans += int64(len(keys))
	m.report.Queued += int64(len(queue))
	for _, key := range keys {
		m.tell(Orphan, key, "")
	}
	return nil
}

func (m *merge) tell(kind, key, file string) {
	if m.opt.Each != nil {
		m.opt.Each(Finding{Kind: kind, Key: key, File: file})
	}
}
