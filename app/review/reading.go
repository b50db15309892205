package review

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Read is the outcome of a reading: the item, and beside the reading the answer where it is in.
type Read struct {
	State       models.ItemState
	Reading     Reading
	Answer      *Answer
	Differences []discrepancy.Difference
	Written     []discrepancy.Difference // the same, written in another way
}

// Typed is what a reviewer types from a document.
type Typed struct {
	dossier.Said
	Slip bool // what was typed before was a slip of its reader, found by a second look after the answer was shown
}

// Read keeps what a document says, typed by the reviewer before the answer is shown. Until then whoever typed it may correct it; it
// is fixed then (review.md, "Inquiries"). Where paper is allowed the document is accepted with it; where the answer is in, the two are
// compared (R3). The same content again gives the same answer. In a discrepancy a slip of the reader is corrected by a second
// look, which is recorded, compared again, and counted as a slip (P12); where the own fault is being corrected the document is
// read once more too (R7).
//
// Errors: not-found; conflict for an old fence; not-allowed-now outside the review, for a document that is not there or
// not scanned, and for a second reading; invalid-request and individual-number with pointers into facts and outcome.
func (s *Service) Read(ctx context.Context, actor models.Actor, held HeldCase, ref dossier.DocumentRef, in Typed) (*Read, error) {
	said := in.Said
	var out *Read
	err := s.write(ctx, actor, held, func(w *work) error {
		e, err := w.item(ref.Document, ref.Subject)
		if err != nil {
			return err
		}
		if err := s.checkSaid(w, e, &said); err != nil {
			return err
		}
		earlier, err := openReading(w.file.Key, w.sheet, e)
		if err != nil {
			return err
		}
		if earlier != nil && e.Attached {
			same, err := equal(earlier.Said, said)
			if err != nil {
				return err
			}
			if same {
				out = &Read{Reading: *earlier}
				return s.beside(w, e, out)
			}
			if err := mayReadAgain(w, e, in.Slip); err != nil {
				return err
			}
		}
		if out, err = s.keepReading(w, e, said); err != nil {
			return err
		}
		if in.Slip && earlier != nil {
			if err := s.slipped(w, e, &said); err != nil {
				return err
			}
		}
		return s.beside(w, e, out)
	})
	return out, err
}

// keepReading stores a reading and lets the item go on.
func (s *Service) keepReading(w *work, e *dossier.Evidence, said dossier.Said) (*Read, error) {
	if err := readable(w.sheet, e); err != nil && !correctable(w.sheet, e, w.tx.Actor.Person) {
		return nil, err
	}
	number := 1
	for _, r := range w.sheet.Readings {
		if r.Document == e.Document && r.Subject == e.Subject {
			number = r.Number + 1
		}
	}
	row := models.Reading{
		ApplicationID: w.app.ID,
		Document:      e.Document,
		Subject:       e.Subject,
		Number:        number,
		Municipality:  w.app.Municipality,
		PersonID:      w.app.PersonID,
		ReaderID:      w.tx.Actor.Person,
		At:            w.tx.Now,
	}
	var err error
	if row.Sealed, err = dossier.SealSaid(w.file.Key, &said, dossier.ReadingCell(row.ApplicationID, row.Document, row.Subject, number)); err != nil {
		return nil, err
	}
	if err := w.tx.AddReading(&row); err != nil {
		return nil, err
	}
	w.tx.ChangePlanItem(e.Row, postgres.Set(&e.Row.Read, true))
	e.Readable, e.WasRead = true, true
	w.sheet.Readings = append(w.sheet.Readings, row)
	if err := s.dossiers.Audit(w.tx, w.app, "read-document", "item", w.app.ID+"/"+e.Document+"/"+e.Subject); err != nil {
		return nil, err
	}
	out := &Read{Reading: Reading{Number: number, Said: said, Reader: row.ReaderID, At: inJapan(row.At)}}
	err = s.goOn(w, e, &said)
	w.ended(e)
	return out, err
}

// goOn moves an item whose document was read: it is accepted where paper is allowed, compared where the answer is in (R3),
// and else waits for the network.
func (s *Service) goOn(w *work, e *dossier.Evidence, said *dossier.Said) error {
	if _, err := lifecycle.ItemNext(e.Item, lifecycle.ItemRead); err == nil {
		return s.dossiers.MoveItem(w.tx, w.app, e, lifecycle.ItemRead)
	}
	if e.State != models.ItemAnswered {
		return nil
	}
	answer, err := openAnswer(w.file.Key, w.sheet, e)
	if err != nil || answer == nil {
		return err
	}
	return s.dossiers.Compare(w.tx, w.sheet, w.file.Key, e, said, &answer.Said)
}

// beside adds the answer to a reading, which is fixed now, and their differences.
func (s *Service) beside(w *work, e *dossier.Evidence, out *Read) error {
	out.State = e.State
	answer, err := openAnswer(w.file.Key, w.sheet, e)
	if err != nil {
		return err
	}
	if answer != nil {
		out.Answer = answer
		found, err := w.sheet.Lay(e.Row.Item, &out.Reading.Said, &answer.Said)
		if err != nil {
			return err
		}
		out.Differences, out.Written = found.Differences, found.Written
	}
	return nil
}

// equal says whether two readings say the same, as they are kept.
func equal(a, b dossier.Said) (bool, error) {
	x, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b)
	return bytes.Equal(x, y), err
}

// checkSaid refuses what was typed from a document, or obtained directly, unless it can be compared. What follows from it
// beyond eligibility is worked out of the facts where the reviewer left it out.
func (s *Service) checkSaid(w *work, e *dossier.Evidence, said *dossier.Said) error {
	if said.Facts == nil {
		said.Facts = map[string]any{}
	}
	var c check
	for name, v := range said.Facts {
		text, written := v.(string)
		switch {
		case individual.InText(name), !written && individual.In(v):
			c.fail("/facts", fault.CodeIndividualNumber, "")
		case written:
			c.maybe("/facts/"+name, text)
		}
	}
	w.takeParts(e, said)
	c.maybe("/outcome/category", said.Outcome.Category)
	if err := c.err(); err != nil {
		return err
	}
	kind := ""
	if l := dossier.Linkage(w.sheet.Version, e.Row.Item); l != nil {
		kind = l.Outcome
		conclude(w.sheet.Catalogue.Item(e.Row.Item), said)
	}
	return discrepancy.CheckReading(w.sheet.Compared(e.Row.Item), kind, said.Facts, said.Outcome)
}

// takeParts takes the part that is asked for out of a name that was typed whole, by what the case knows of the person (P12).
func (w *work) takeParts(e *dossier.Evidence, said *dossier.Said) {
	form, _ := w.file.Content.Person(e.Subject)
	said.Typed = nil
	for _, f := range w.sheet.Compared(e.Row.Item) {
		typed, ok := said.Facts[f.Name].(string)
		if !ok || len(f.PartOf) == 0 {
			continue
		}
		first, _ := form[f.PartOf[0]].(string)
		second, _ := form[f.PartOf[1]].(string)
		if part := discrepancy.FirstPart(typed, first, second); part != strings.TrimSpace(typed) {
			said.Facts[f.Name] = part
			if said.Typed == nil {
				said.Typed = map[string]string{}
			}
			said.Typed[f.Name] = typed
		}
	}
}

// conclude fills in what follows from the facts of an item that entitles: its category and its amount.
func conclude(item *catalogue.Item, said *dossier.Said) {
	if !said.Outcome.Eligible {
		return
	}
	follows, err := item.OutcomeOf(said.Facts)
	if err != nil {
		return // as a document writes it: then the reviewer says what follows
	}
	if said.Outcome.Category == "" {
		said.Outcome.Category = follows.Category
	}
	if said.Outcome.Amount == nil {
		said.Outcome.Amount = follows.Amount
	}
}
