package dossier

import (
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Ask is what a municipality asks to be corrected (補正).
type Ask struct {
	Items  []DocumentRef
	Fields []string // JSON Pointers into facts and form
	Text   string   // to the parent
	DueOn  *time.Time
}

// DocumentRef names a requirement.
type DocumentRef struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
}

// RequestCorrection opens a correction: the parent works on a new revision, and the one that was filed never changes.
// Errors: not-allowed-now; conflict at the flush if one is open already.
func (d *Service) RequestCorrection(tx *postgres.Tx, f *File, ask Ask) (int, error) {
	earlier, err := tx.CorrectionsOf(f.Row.ID)
	if err != nil {
		return 0, err
	}
	number := len(earlier) + 1
	items, err := json.Marshal(append([]DocumentRef{}, ask.Items...))
	if err != nil {
		return 0, err
	}
	fields, err := json.Marshal(append([]string{}, ask.Fields...))
	if err != nil {
		return 0, err
	}
	text, err := f.Key.Seal([]byte(ask.Text), CorrectionCell(f.Row.ID, number))
	if err != nil {
		return 0, err
	}
	sealed, err := SealContent(f.Key, f.Row.ID, f.Row.Revision+1, &f.Content)
	if err != nil {
		return 0, err
	}
	row := f.Row
	revision := &models.Revision{
		ApplicationID: row.ID,
		Number:        row.Revision + 1,
		Municipality:  row.Municipality,
		PersonID:      row.PersonID,
		Sealed:        sealed,
		CreatedAt:     tx.Now,
		UpdatedAt:     tx.Now,
	}
	if err := tx.AddRevision(revision); err != nil {
		return 0, err
	}
	err = tx.AddCorrection(&models.Correction{
		ApplicationID: row.ID,
		Number:        number,
		Municipality:  row.Municipality,
		PersonID:      row.PersonID,
		State:         models.CorrectionOpen,
		Items:         items,
		Fields:        fields,
		SealedText:    text,
		DueOn:         ask.DueOn,
		RequestedAt:   tx.Now,
	})
	if err != nil {
		return 0, err
	}
	changes := []postgres.Assignment{postgres.Set(&row.Revision, row.Revision+1)}
	return number, d.Move(tx, row, Step{Event: lifecycle.EventRequestCorrection, Changes: changes})
}
