// Package operate is what an operations admin (運用管理者) does: the phase board, changes of phase with their impact and a
// second person's approval, suspensions, and a municipality's settings (product.md; review.md, "Switching").
package operate

import (
	"encoding/json"
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
	ID           string    `json:"id,omitempty"`
	Procedure    string    `json:"procedure"`
	Item         string    `json:"item"`
	Municipality string    `json:"municipality"`
	Phase        string    `json:"phase"`
	From         time.Time `json:"from"`
}

// Scope is what a row speaks of; each member may be All.
type Scope = phase.Scope

// Scope is the row's scope.
func (r Row) Scope() Scope {
	return Scope{Procedure: r.Procedure, Item: r.Item, Municipality: r.Municipality}
}

// Change is a phase change or a suspension with its people and its impact.
type Change struct {
	ID           string             `json:"id"`
	Kind         models.ChangeKind  `json:"kind"`
	State        models.ChangeState `json:"state"`
	Municipality string             `json:"municipality"`
	Rows         []Row              `json:"rows"`
	Raised       bool               `json:"raised"` // approval moved an instant to at least Lead from then
	Reason       string             `json:"reason"`
	Circular     string             `json:"circular"`
	Impact       Impact             `json:"impact"`
	LiftsID      string             `json:"lifts"`
	ProposedBy   string             `json:"proposed_by"` // person ids, shown to admins alone
	DecidedBy    string             `json:"decided_by"`
	ProposedAt   time.Time          `json:"proposed_at"`
	DecidedAt    *time.Time         `json:"decided_at"`
	EndedAt      *time.Time         `json:"ended_at"`
	Version      int64              `json:"version"`
}

// Impact is what a change would do, before it is made.
type Impact struct {
	DraftsFewer int         `json:"drafts_fewer"` // open drafts that would need fewer papers
	DraftsMore  int         `json:"drafts_more"`
	Awaiting    int         `json:"awaiting"` // requirements of filed cases of these pairs that wait for a document
	Pages       int         `json:"pages"`    // guidance pages, one a municipality and procedure, that would change
	Agreement   []Agreement `json:"agreement"`
}

// Agreement is what the trial has shown for one pair (R3). A document counts once, as it compared at first.
type Agreement struct {
	Procedure    string   `json:"procedure"`
	Item         string   `json:"item"`
	Municipality string   `json:"municipality"`
	Compared     int64    `json:"compared"`
	Matched      int64    `json:"matched"`
	Discrepant   int64    `json:"discrepant"`
	Open         int64    `json:"open"`           // files of discrepancies that are not closed
	Rate         *float64 `json:"rate,omitempty"` // matched of compared, 0 to 1; missing while nothing was compared
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
	if err := json.Unmarshal(c.Rows, &out.Rows); err != nil {
		return nil, err
	}
	return out, json.Unmarshal(c.Impact, &out.Impact)
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
	return fault.New(fault.Forbidden, fault.CodeForbidden, "You can change phases of your own municipality only.")
}

// notNow is the refusal of a step that the change's state does not allow.
func notNow(text string) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeNotAllowedNow, text)
}
