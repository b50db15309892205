package dossier

import (
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Said is what a document or an answer says: the facts, and what follows from them (R3).
type Said struct {
	Facts   map[string]any    `json:"facts"`
	Outcome catalogue.Outcome `json:"outcome"`
}

// ReadingCell is where a reading lies sealed.
func ReadingCell(application, document, subject string, number int) seal.Cell {
	return seal.Cell{Table: "readings", Column: "sealed", Row: strings.Join([]string{application, document, subject, strconv.Itoa(number)}, "/")}
}

// AnswerCell is where the network's answer lies sealed.
func AnswerCell(inquiry string) seal.Cell {
	return seal.Cell{Table: "inquiries", Column: "sealed_answer", Row: inquiry}
}

// DifferencesCell is where a discrepancy's differences lie sealed.
func DifferencesCell(id string) seal.Cell {
	return seal.Cell{Table: "discrepancies", Column: "sealed_differences", Row: id}
}

// OpenSaid opens what a reading or an answer says.
func OpenSaid(key seal.Key, sealed []byte, place seal.Cell) (*Said, error) {
	plain, err := key.Open(sealed, place)
	if err != nil {
		return nil, err
	}
	var s Said
	return &s, json.Unmarshal(plain, &s)
}

// SealSaid seals it.
func SealSaid(key seal.Key, s *Said, place seal.Cell) ([]byte, error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, place)
}

// Compare lays what the document says beside what the network answered and moves the item: to matched if the results
// agree, else to discrepant with a file of its own (R3, R7). Review calls it when a document was read after the answer
// came, linkage when an answer comes for a document that was read. For an omitted document there is only the answer.
// The item is answered, and has an answer; document is nil for an omitted one.
func (d *Service) Compare(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, document, answer *Said) error {
	if e.Omitted {
		return d.MoveItem(tx, s.App, e, lifecycle.ItemAgree)
	}
	differences, kind, err := s.Differences(e.Row.Item, document, answer)
	if err != nil {
		return err
	}
	if len(differences) == 0 {
		if err := d.compared(tx, s.App, e, "matched"); err != nil {
			return err
		}
		return d.MoveItem(tx, s.App, e, lifecycle.ItemAgree)
	}
	if err := d.MoveItem(tx, s.App, e, lifecycle.ItemDiffer); err != nil {
		return err
	}
	return d.Discrepant(tx, s, key, e, Difference{Kind: kind, Differences: differences})
}

// Differences are those between what a document says of an item and what the network answered: of facts and of outcome,
// with the kind of discrepancy that they make (R3).
func (s *Sheet) Differences(item string, document, answer *Said) ([]discrepancy.Difference, models.DiscrepancyKind, error) {
	differences, err := discrepancy.Compare(s.Compared(item), document.Facts, answer.Facts)
	if err != nil {
		return nil, "", err
	}
	kind, decides := models.DiscrepancyFacts, ""
	if linkage := Linkage(s.Version, item); linkage != nil {
		decides = linkage.Outcome
	}
	if outcome := discrepancy.Outcomes(document.Outcome, answer.Outcome, decides); len(outcome) > 0 {
		if len(differences) == 0 {
			kind = models.DiscrepancyOutcome
		}
		differences = append(differences, outcome...)
	}
	return differences, kind, nil
}

// Difference is what a discrepancy's file is about.
type Difference struct {
	Kind        models.DiscrepancyKind
	Result      string // of no-answer: the kind of the network's reply
	Differences []discrepancy.Difference
}

// Discrepant opens the file of a difference, or brings the open one up to date, and counts the comparison.
func (d *Service) Discrepant(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, diff Difference) error {
	if err := d.compared(tx, s.App, e, string(diff.Kind)); err != nil {
		return err
	}
	plain, err := json.Marshal(append([]discrepancy.Difference{}, diff.Differences...))
	if err != nil {
		return err
	}
	var names []string
	for _, x := range diff.Differences {
		names = append(names, x.Field)
	}
	file, fields := s.OpenDiscrepancy(e.Document, e.Subject), strings.Join(names, " ")
	fresh := file == nil
	if fresh {
		file = &models.Discrepancy{
			ID:            models.NewID(),
			ApplicationID: s.App.ID,
			Municipality:  s.App.Municipality,
			PersonID:      s.App.PersonID,
			Procedure:     s.App.Procedure,
			Document:      e.Document,
			Subject:       e.Subject,
			Item:          e.Row.Item,
			Kind:          diff.Kind,
			Result:        diff.Result,
			Fields:        fields,
			State:         models.DiscrepancyOpen,
			OpenedAt:      tx.Now,
			StepAt:        tx.Now,
			Version:       1,
		}
	}
	sealed, err := key.Seal(plain, DifferencesCell(file.ID))
	if err != nil {
		return err
	}
	if !fresh {
		tx.ChangeDiscrepancy(file, postgres.Set(&file.Kind, diff.Kind), postgres.Set(&file.Result, diff.Result),
			postgres.Set(&file.Fields, fields), postgres.Set(&file.SealedDifferences, sealed))
		return nil
	}
	file.SealedDifferences = sealed
	if err := tx.AddDiscrepancy(file); err != nil {
		return err
	}
	return d.Audit(tx, s.App, "open-discrepancy", "discrepancy", file.ID)
}

// compared counts how a document on trial compared with its answer, for the readiness figures.
func (d *Service) compared(tx *postgres.Tx, app *models.Application, e *Evidence, outcome string) error {
	return tx.AddComparison(&models.Comparison{
		ID:            models.NewID(),
		ApplicationID: app.ID,
		Municipality:  app.Municipality,
		PersonID:      app.PersonID,
		Procedure:     app.Procedure,
		Item:          e.Row.Item,
		Document:      e.Document,
		Subject:       e.Subject,
		Phase:         phase.Trial,
		Outcome:       outcome,
		At:            tx.Now,
	})
}
