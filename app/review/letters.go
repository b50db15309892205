package review

import (
	"context"
	"slices"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/statement"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// told adds to decisions what is known of their letters.
func told(decisions []Decision, letters []postgres.LetterLine) {
	for i := range decisions {
		for _, l := range letters {
			if l.Number == decisions[i].Number {
				decisions[i].DocumentNumber, decisions[i].ReadAt = l.DocumentNumber, maybeInJapan(l.ReadAt)
			}
		}
	}
}

// ReadLetter records that its parent opened the newest decision's letter. Errors: not-found, also for somebody else's and before a decision.
func (s *Service) ReadLetter(ctx context.Context, actor models.Actor, id string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		l, err := newestLetter(tx, id)
		if err == nil && l != nil {
			err = tx.ReadLetter(l)
		}
		return err
	})
}

// newestLetter is that of the newest decision; nil if it was made before letters were kept. Error: not-found before a decision.
func newestLetter(tx *postgres.Tx, id string) (*models.Letter, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	decisions, err := tx.DecisionsOf(id)
	if err != nil {
		return nil, err
	}
	if len(decisions) == 0 {
		return nil, fault.ErrNotFound
	}
	l, err := tx.LetterOf(id, decisions[len(decisions)-1].Number)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil, nil
	}
	return l, err
}

// LetterPDF gives the letter of a decision as it was made, number 0 for that of the newest: to its owner, and to the staff of the office. Errors:
// not-found, also for one that the actor may not see, and for one that was made before letters were kept.
func (s *Service) LetterPDF(ctx context.Context, actor models.Actor, id string, number int) ([]byte, error) {
	var row *models.Letter
	f, err := s.dossiers.Open(ctx, actor, id, func(tx *postgres.Tx, app *models.Application) (err error) {
		if number == 0 {
			row, err = newestLetter(tx, id)
		} else {
			row, err = tx.LetterOf(id, number)
		}
		if err != nil {
			return err
		}
		if row == nil {
			return fault.ErrNotFound
		}
		return s.dossiers.Audit(tx, app, "open-letter", "application", id)
	})
	if err != nil {
		return nil, err
	}
	return f.Key.Open(row.SealedPDF, dossier.LetterCell(row.ApplicationID, row.Number))
}

// LettersOf lists the letters of the reviewer's own municipality that were made on a day in Japan, in the order of their numbers: of the
// procedures on which the reviewer works.
func (s *Service) LettersOf(ctx context.Context, actor models.Actor, day jp.Date) (out []postgres.LetterLine, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		member, err := s.dossiers.Staff(tx)
		if err != nil {
			return err
		}
		out, err = tx.LettersOfDay(actor.Municipality, day.Time())
		out = slices.DeleteFunc(out, func(l postgres.LetterLine) bool { return !s.dossiers.WorksOn(member, l.Procedure) })
		return err
	})
	return out, err
}

// PrintDay gives all of these letters as one document, in the order of their numbers. Errors: not-found on a day without any.
func (s *Service) PrintDay(ctx context.Context, actor models.Actor, day jp.Date) ([]byte, error) {
	lines, err := s.LettersOf(ctx, actor, day)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, fault.ErrNotFound
	}
	papers := make([][]byte, len(lines))
	for i, l := range lines {
		if papers[i], err = s.LetterPDF(ctx, actor, l.ApplicationID, l.Number); err != nil {
			return nil, err
		}
	}
	return statement.Together(papers)
}
