package review

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/models"
)

// Explained is why each document of a case was asked for or not, by the edition and the phases that decided at its arrival.
type Explained struct {
	evidence.Explanation
	Catalogue *catalogue.Catalogue // to say it in words
}

// Explain says of a case of the own municipality why each document was asked for or not; the look is recorded as that at the case. Of
// one that was passed on it says nothing. Error: not-found.
func (s *Service) Explain(ctx context.Context, actor models.Actor, id string) (*Explained, error) {
	l, app, err := s.look(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	out := &Explained{Catalogue: l.sheet.Catalogue}
	if app.State == models.StateTransferred {
		return out, nil
	}
	_, out.Explanation, err = l.explain()
	return out, err
}

// explain makes the plan that the newest filed answers call for, and says why of each document.
func (l *look) explain() (evidence.Plan, evidence.Explanation, error) {
	app := l.sheet.App
	in, err := asked(l.sheet, &l.file.Content, dossier.PhaseRows(l.phases))
	if err != nil {
		return evidence.Plan{}, evidence.Explanation{}, err
	}
	return evidence.Explain(l.sheet.Catalogue, in, evidence.Editions{National: app.NationalEdition, Local: app.LocalEdition})
}
