package operate

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// What stands in the database as JSON has types of its own: what is renamed for admins or for the API does not change what was
// written before.

// storedRow is a row in phase_change.rows.
type storedRow struct {
	ID           string    `json:"id,omitempty"`
	Procedure    string    `json:"procedure"`
	Item         string    `json:"item"`
	Municipality string    `json:"municipality"`
	Phase        string    `json:"phase"`
	From         time.Time `json:"from"`
}

// storedImpact is phase_change.impact; {} of a suspension.
type storedImpact struct {
	DraftsFewer int               `json:"drafts_fewer"`
	DraftsMore  int               `json:"drafts_more"`
	Awaiting    int               `json:"awaiting"`
	Pages       int               `json:"pages"`
	Agreement   []storedAgreement `json:"agreement"`
}

type storedAgreement struct {
	Procedure    string   `json:"procedure"`
	Item         string   `json:"item"`
	Municipality string   `json:"municipality"`
	Compared     int64    `json:"compared"`
	Matched      int64    `json:"matched"`
	Discrepant   int64    `json:"discrepant"`
	Open         int64    `json:"open"`
	Rate         *float64 `json:"rate,omitempty"`
}

// storedChange is a change as the answer to a request that may be sent again.
type storedChange struct {
	ID           string       `json:"id"`
	Kind         string       `json:"kind"`
	State        string       `json:"state"`
	Municipality string       `json:"municipality"`
	Rows         []storedRow  `json:"rows"`
	Raised       bool         `json:"raised"`
	Reason       string       `json:"reason"`
	Circular     string       `json:"circular"`
	Impact       storedImpact `json:"impact"`
	LiftsID      string       `json:"lifts"`
	ProposedBy   string       `json:"proposed_by"`
	DecidedBy    string       `json:"decided_by"`
	ProposedAt   time.Time    `json:"proposed_at"`
	DecidedAt    *time.Time   `json:"decided_at"`
	EndedAt      *time.Time   `json:"ended_at"`
	Version      int64        `json:"version"`
}

func each[F, T any](rows []F, write func(F) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = write(r)
	}
	return out
}

func storeRow(r Row) storedRow { return storedRow(r) }

func (r storedRow) row() Row { return Row(r) }

func storeAgreement(a Agreement) storedAgreement { return storedAgreement(a) }

func (a storedAgreement) agreement() Agreement { return Agreement(a) }

func storeImpact(i Impact) storedImpact {
	return storedImpact{
		DraftsFewer: i.DraftsFewer,
		DraftsMore:  i.DraftsMore,
		Awaiting:    i.Awaiting,
		Pages:       i.Pages,
		Agreement:   each(i.Agreement, storeAgreement),
	}
}

func (i storedImpact) impact() Impact {
	return Impact{
		DraftsFewer: i.DraftsFewer,
		DraftsMore:  i.DraftsMore,
		Awaiting:    i.Awaiting,
		Pages:       i.Pages,
		Agreement:   each(i.Agreement, storedAgreement.agreement),
	}
}

// rowsJSON is what phase_change.rows keeps of rows.
func rowsJSON(rows []Row) ([]byte, error) { return json.Marshal(each(rows, storeRow)) }

func readRows(raw []byte) ([]Row, error) {
	var rows []storedRow
	err := json.Unmarshal(raw, &rows)
	return each(rows, storedRow.row), err
}

func readImpact(raw []byte) (Impact, error) {
	var i storedImpact
	err := json.Unmarshal(raw, &i)
	return i.impact(), err
}

func storeChange(c *Change) storedChange {
	return storedChange{
		ID:           c.ID,
		Kind:         c.Kind,
		State:        c.State,
		Municipality: c.Municipality,
		Rows:         each(c.Rows, storeRow),
		Raised:       c.Raised,
		Reason:       c.Reason,
		Circular:     c.Circular,
		Impact:       storeImpact(c.Impact),
		LiftsID:      c.LiftsID,
		ProposedBy:   c.ProposedBy,
		DecidedBy:    c.DecidedBy,
		ProposedAt:   c.ProposedAt,
		DecidedAt:    c.DecidedAt,
		EndedAt:      c.EndedAt,
		Version:      c.Version,
	}
}

func (c storedChange) change() *Change {
	return &Change{
		ID:           c.ID,
		Kind:         c.Kind,
		State:        c.State,
		Municipality: c.Municipality,
		Rows:         each(c.Rows, storedRow.row),
		Raised:       c.Raised,
		Reason:       c.Reason,
		Circular:     c.Circular,
		Impact:       c.Impact.impact(),
		LiftsID:      c.LiftsID,
		ProposedBy:   c.ProposedBy,
		DecidedBy:    c.DecidedBy,
		ProposedAt:   c.ProposedAt,
		DecidedAt:    c.DecidedAt,
		EndedAt:      c.EndedAt,
		Version:      c.Version,
	}
}

// once is dossier.Once for a change.
func (s *Service) once(ctx context.Context, actor models.Actor, req dossier.Request, fn func(tx *postgres.Tx) (*Change, error)) (*Change, error) {
	out, err := dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (storedChange, error) {
		c, err := fn(tx)
		if err != nil {
			return storedChange{}, err
		}
		return storeChange(c), nil
	})
	if err != nil {
		return nil, err
	}
	return out.change(), nil
}
