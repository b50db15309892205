// Package operate is what an operations admin (運用管理者) does: the phase board, changes of phase with their impact and a
// second person's approval, suspensions, and a municipality's settings (product.md; review.md, "Switching").
package operate

import (
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Lead is how far ahead of its commit a phase row takes effect at least, so that every filing is decided wholly by the
// rows before or wholly by the rows after (review.md, "Switching").
const Lead = time.Second

// All stands for every procedure, item or municipality in a scope.
const All = "*"

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers   *dossier.Service
	sweep      *postgres.DB // counts over drafts that an admin may not see
	thresholds Thresholds
}

// New makes the service. sweep connects as the sweep role; thresholds say when a pair is ready for full operation.
func New(dossiers *dossier.Service, sweep *postgres.DB, thresholds Thresholds) *Service {
	return &Service{dossiers: dossiers, sweep: sweep, thresholds: thresholds}
}

// Row is one phase row as admins write and see it.
type Row struct {
	ID           string
	Procedure    string
	Item         string
	Municipality string
	Phase        string
	From         time.Time
}

// Scope is what a row speaks of; each member may be All.
type Scope struct{ Procedure, Item, Municipality string }

// Scope is the row's scope.
func (r Row) Scope() Scope { return Scope{r.Procedure, r.Item, r.Municipality} }

// Change is a phase change or a suspension with its people and its impact.
type Change struct {
	ID           string
	Kind         string
	State        string
	Municipality string
	Rows         []Row
	Raised       bool // approval moved an instant to at least Lead from then
	Reason       string
	Circular     string
	Impact       Impact
	LiftsID      string
	ProposedBy   string // person ids, shown to admins alone
	DecidedBy    string
	ProposedAt   time.Time
	DecidedAt    *time.Time
	EndedAt      *time.Time
	Version      int64
}

// Impact is what a change would do, before it is made.
type Impact struct {
	DraftsFewer int // open drafts that would need fewer papers
	DraftsMore  int
	Awaiting    int // requirements of filed cases of these pairs that wait for a document
	Pages       int // guidance pages, one a municipality and procedure, that would change
	Agreement   []Agreement
}

// Agreement is what the trial has shown for one pair (R3). A document counts once, as it compared at first.
type Agreement struct {
	Procedure    string
	Item         string
	Municipality string
	Compared     int64
	Matched      int64
	Discrepant   int64
	Open         int64    // files of discrepancies that are not closed
	Rate         *float64 // matched of compared, 0 to 1; missing while nothing was compared
}

// view turns the stored change into what an admin sees.
func view(c *models.PhaseChange) (*Change, error) {
	out := &Change{
		ID:           c.ID,
		Kind:         c.Kind,
		State:        c.State,
		Municipality: c.Municipality,
		Reason:       c.Reason,
		Circular:     c.Circular,
		ProposedBy:   c.ProposedBy,
		ProposedAt:   c.ProposedAt,
		DecidedAt:    c.DecidedAt,
		EndedAt:      c.EndedAt,
		Version:      c.Version,
	}
	if c.DecidedBy != nil {
		out.DecidedBy = *c.DecidedBy
	}
	if c.LiftsID != nil {
		out.LiftsID = *c.LiftsID
	}
	var err error
	if out.Rows, err = readRows(c.Rows); err != nil {
		return nil, err
	}
	out.Impact, err = readImpact(c.Impact)
	return out, err
}

// stored makes the database's rows of a change.
func stored(tx *postgres.Tx, change string, rows []Row) []*models.PhaseRow {
	out := make([]*models.PhaseRow, len(rows))
	for i := range rows {
		if rows[i].ID == "" {
			rows[i].ID = models.NewID()
		}
		id := change
		out[i] = &models.PhaseRow{
			ID:            rows[i].ID,
			Procedure:     rows[i].Procedure,
			Item:          rows[i].Item,
			Municipality:  rows[i].Municipality,
			Phase:         rows[i].Phase,
			EffectiveFrom: rows[i].From,
			ChangeID:      &id,
			RecordedAt:    tx.Now,
		}
	}
	return out
}

// rule turns admins' rows into the rule's.
func rule(rows []Row) []phase.Row {
	out := make([]phase.Row, len(rows))
	for i, r := range rows {
		out[i] = phase.Row{
			ID:           r.ID,
			Procedure:    r.Procedure,
			Item:         r.Item,
			Municipality: r.Municipality,
			Phase:        r.Phase,
			From:         r.From,
		}
	}
	return out
}

// mayWrite refuses rows outside the actor's reach: a municipal admin writes rows of the own municipality, a national
// admin any.
func mayWrite(actor models.Actor, municipality string) error {
	if actor.Role == models.RoleNational || actor.Role == models.RoleAdmin && actor.Municipality != "" && municipality == actor.Municipality {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeForbidden, "other-phases")
}

// notNow is the refusal of a step that the change's state does not allow.
func notNow(reason fault.Reason) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, reason)
}
