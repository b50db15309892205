package publish

import (
	"context"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/models"
)

// Catalogues are what an edition changes, and what it makes of it: to say its differences and findings in words.
type Catalogues struct{ Before, After *catalogue.Catalogue }

// Catalogues loads both sides of an edition for those with the reach. Error: not-found.
func (s *Service) Catalogues(ctx context.Context, actor models.Actor, id string) (*Catalogues, error) {
	e, bundle, err := s.open(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	now := s.dossiers.DB.Now()
	at := now
	if e.EffectiveFrom != nil && e.EffectiveFrom.Before(now) {
		at = e.EffectiveFrom.Add(-time.Microsecond) // what it took the place of
	}
	out := &Catalogues{Before: s.dossiers.Editions.At(e.Scope, at).Catalogue}
	national := s.dossiers.Editions.At(National, now)
	if e.Base != "" {
		national = s.dossiers.Editions.Over(e.Base)
	}
	out.After, err = s.dossiers.Editions.Worked(bundle, national)
	return out, refused(err)
}
