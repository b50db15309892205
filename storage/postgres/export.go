package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// AddExport queues an export's row.
func (tx *Tx) AddExport(e *models.Export) error { return add(tx, "", e) }

// Export reads one of the own municipality.
func (tx *Tx) Export(id string) (*models.Export, error) {
	return byID[models.Export](tx, id)
}

// Exports lists a municipality's exports, newest first.
func (tx *Tx) Exports(municipality string, page Page) ([]models.Export, error) {
	return newest[models.Export](tx, page, "municipality = ?", municipality)
}

// ChangeExport queues a guarded change of an export that is still in the state shown.
func (tx *Tx) ChangeExport(e *models.Export, changes ...Assignment) {
	change(tx, e, changes, &e.State)
}

// DeleteExpiredExports deletes exports whose time is over, for the sweep role; their objects are queued for removal.
func (tx *Tx) DeleteExpiredExports() error {
	return translate(tx.gorm.Exec(`delete from exports where expires_at < clock_timestamp()`).Error)
}

// Arrivals filters cases by their arrival, or discrepancies by when they were opened; zero members do not filter.
type Arrivals struct {
	Municipality string
	Procedures   []string // nil: all; empty: none
	From, To     time.Time
	After        string // id of the last one of the page before
	Limit        int
}

// ArrivedCases lists cases that arrived, in the order of their ids.
func (tx *Tx) ArrivedCases(f Arrivals) ([]models.Application, error) {
	return within[models.Application](tx, f, "arrived_at")
}

// DiscrepanciesOpened lists a municipality's discrepancies by when they were opened, in the order of their ids.
func (tx *Tx) DiscrepanciesOpened(f Arrivals) ([]models.Discrepancy, error) {
	return within[models.Discrepancy](tx, f, "opened_at")
}

// within reads a municipality's rows whose instant in a column the filter admits.
func within[T any](tx *Tx, f Arrivals, column string) ([]T, error) {
	q := tx.gorm.Where("municipality = ? and "+column+" is not null", f.Municipality)
	switch {
	case f.Procedures != nil && len(f.Procedures) == 0:
		return nil, nil
	case f.Procedures != nil:
		q = q.Where("procedure in ?", f.Procedures)
	}
	if !f.From.IsZero() {
		q = q.Where(column+" >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where(column+" < ?", f.To)
	}
	if f.After != "" {
		q = q.Where("id > ?", f.After)
	}
	var rows []T
	err := q.Order("id").Limit(f.Limit).Find(&rows).Error
	return rows, translate(err)
}
