package dossier

import (
	"encoding/json"
	"slices"
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

	// Typed is what was typed for a fact that is a part of it: the whole name where the family name is asked.
	Typed map[string]string `json:"typed,omitempty"`
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
// agree, to discrepant with a file of its own if they do not (R3, R7). Where nothing differs but what a person has to judge
// (P12), the item stays answered until one has: Judged goes on. Review calls it when a document was read after the answer
// came, linkage when an answer comes for a document that was read. For an omitted document there is only the answer.
// The item is answered, and has an answer; document is nil for an omitted one.
func (d *Service) Compare(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, document, answer *Said) error {
	if e.Omitted {
		return d.MoveItem(tx, s.App, e, lifecycle.ItemAgree)
	}
	found, err := s.Lay(e.Row.Item, document, answer)
	if err != nil {
		return err
	}
	switch {
	case found.Judge():
		return nil
	case len(found.Differences) == 0:
		return d.agree(tx, s, e, models.Comparison{Outcome: models.CompareMatched})
	}
	return d.differ(tx, s, key, e, found, models.Comparison{})
}

// Judged goes on where a person has said whether what was to be looked at is the same: why is one of models.Whys. It is counted apart.
func (d *Service) Judged(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, found Found, same bool, why string) error {
	by := models.Comparison{StaffID: &tx.Actor.Person, Why: why}
	if same {
		by.Outcome = models.CompareJudged
		return d.agree(tx, s, e, by)
	}
	return d.differ(tx, s, key, e, found, by)
}

func (d *Service) agree(tx *postgres.Tx, s *Sheet, e *Evidence, c models.Comparison) error {
	if err := d.Count(tx, s.App, e, c); err != nil {
		return err
	}
	return d.MoveItem(tx, s.App, e, lifecycle.ItemAgree)
}

func (d *Service) differ(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, found Found, by models.Comparison) error {
	if err := d.MoveItem(tx, s.App, e, lifecycle.ItemDiffer); err != nil {
		return err
	}
	return d.Discrepant(tx, s, key, e, Difference{Kind: found.Kind, Differences: found.Differences, by: by})
}

// Found is what laying a document beside the answer finds.
type Found struct {
	Differences []discrepancy.Difference // of facts and of outcome: different, or for a person to judge
	Kind        models.DiscrepancyKind   // of the discrepancy that they make (R3)
	Written     []discrepancy.Difference // the same, written in another way
}

// Judge says whether a person has to judge, and nothing else stands in the way.
func (f Found) Judge() bool {
	return len(f.Differences) > 0 && !slices.ContainsFunc(f.Differences, func(d discrepancy.Difference) bool { return d.Result != discrepancy.Unsure })
}

// Lay compares what a document says of an item with what the network answered (R3).
func (s *Sheet) Lay(item string, document, answer *Said) (Found, error) {
	out := Found{Kind: models.DiscrepancyOutcome}
	facts, err := discrepancy.Compare(s.Compared(item), document.Facts, answer.Facts)
	if err != nil {
		return out, err
	}
	for _, one := range facts {
		if one.Result == discrepancy.Written {
			out.Written = append(out.Written, one)
			continue
		}
		out.Differences, out.Kind = append(out.Differences, one), models.DiscrepancyFacts
	}
	decides := ""
	if linkage := Linkage(s.Version, item); linkage != nil {
		decides = linkage.Outcome
	}
	out.Differences = append(out.Differences, discrepancy.Outcomes(document.Outcome, answer.Outcome, decides)...)
	return out, nil
}

// Difference is what a discrepancy's file is about.
type Difference struct {
	Kind        models.DiscrepancyKind
	Result      string // of no-answer: the kind of the network's reply
	Differences []discrepancy.Difference
	by          models.Comparison // who judged it, where a person did
}

// Discrepant opens the file of a difference, or brings the open one up to date, and counts the comparison.
func (d *Service) Discrepant(tx *postgres.Tx, s *Sheet, key seal.Key, e *Evidence, diff Difference) error {
	diff.by.Outcome = string(diff.Kind)
	if err := d.Count(tx, s.App, e, diff.by); err != nil {
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

// Count adds to the readiness figures how a document on trial compared with its answer.
func (d *Service) Count(tx *postgres.Tx, app *models.Application, e *Evidence, c models.Comparison) error {
	c.ID, c.ApplicationID, c.Municipality, c.PersonID = models.NewID(), app.ID, app.Municipality, app.PersonID
	c.Procedure, c.Item, c.Document, c.Subject, c.Phase, c.At = app.Procedure, e.Row.Item, e.Document, e.Subject, phase.Trial, tx.Now
	return tx.AddComparison(&c)
}
