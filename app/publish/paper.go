package publish

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

// SetPaper adds a document of the municipality's own, or changes the one with its code. level refuses plain Japanese that is hard to
// read too. Who saves it has checked it: day and office are put to each place where it is asked for. Errors as of Revise;
// invalid-request with each member at fault.
func (s *Service) SetPaper(ctx context.Context, actor models.Actor, req dossier.Request, seen string, p editing.Paper, level bool) (*Edition, error) {
	return s.Revise(ctx, actor, req, Revision{Seen: seen}, func(w *Work) (*edition.Bundle, error) {
		if err := invalid(p.Check(w.After, w.National, level)); err != nil {
			return nil, err
		}
		for i := range p.Asked {
			p.Asked[i].CheckedOn, p.Asked[i].CheckedBy = jp.DateIn(s.dossiers.DB.Now()).String(), w.Municipality.OfficeJa
		}
		b, _, err := editing.Set(w.Bundle, p)
		return b, err
	})
}

// RemovePaper takes a document of the municipality's own out. Errors as of Revise.
func (s *Service) RemovePaper(ctx context.Context, actor models.Actor, req dossier.Request, seen, code string) (*Edition, error) {
	return s.Revise(ctx, actor, req, Revision{Seen: seen}, func(w *Work) (*edition.Bundle, error) { return editing.Remove(w.Bundle, code) })
}

// SetLookUp leaves out a national document that the municipality's own records answer, or changes the reason. Errors as of SetPaper.
func (s *Service) SetLookUp(ctx context.Context, actor models.Actor, req dossier.Request, seen string, l editing.LookUp, level bool) (*Edition, error) {
	return s.Revise(ctx, actor, req, Revision{Seen: seen}, func(w *Work) (*edition.Bundle, error) {
		if err := invalid(l.Check(w.National, level)); err != nil {
			return nil, err
		}
		return editing.SetLookUp(w.Bundle, l)
	})
}

// AskAgain asks for a national document that was left out. Errors as of Revise.
func (s *Service) AskAgain(ctx context.Context, actor models.Actor, req dossier.Request, seen string, l editing.LookUp) (*Edition, error) {
	return s.Revise(ctx, actor, req, Revision{Seen: seen}, func(w *Work) (*edition.Bundle, error) { return editing.AskAgain(w.Bundle, l) })
}

// invalid is the refusal of details; nil for none.
func invalid(details []fault.Detail) error {
	if len(details) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", details)
}
