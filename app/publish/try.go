package publish

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Tried is what an invented person has to bring by one catalogue, and why.
type Tried struct {
	Catalogue *catalogue.Catalogue
	Version   *catalogue.Version
	evidence.Explanation
}

// Try decides what somebody with these facts would have to bring now: by what is in force, and by the edition that is worked on. before
// is nil where what is in force has no such procedure. The person agrees to every inquiry. Nothing is kept. Errors: not-found;
// invalid-facts with each answer at fault.
func (s *Service) Try(ctx context.Context, actor models.Actor, w *Work, procedure string, facts func(v *catalogue.Version) (json.RawMessage, error)) (
	before, after *Tried, err error) {
	var phases []phase.Row
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.PhaseRows(procedure, w.Scope)
		phases = dossier.PhaseRows(rows)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	in := evidence.Input{Procedure: procedure, Municipality: w.Scope, FiledAt: s.dossiers.DB.Now(), Phases: phases}
	if after, err = try(w.After, in, facts); err != nil {
		return nil, nil, err
	}
	if w.Before.Version(procedure, jp.DateIn(in.FiledAt)) == nil {
		return nil, after, nil
	}
	before, err = try(w.Before, in, facts)
	return before, after, err
}

func try(c *catalogue.Catalogue, in evidence.Input, facts func(v *catalogue.Version) (json.RawMessage, error)) (*Tried, error) {
	v := c.Version(in.Procedure, jp.DateIn(in.FiledAt))
	if v == nil {
		return nil, fault.ErrNotFound
	}
	var err error
	if in.JSON, err = facts(v); err != nil {
		return nil, err
	}
	in.Consents = v.Consents
	out := &Tried{Catalogue: c, Version: v}
	_, out.Explanation, err = evidence.Explain(c, in, evidence.Editions{})
	return out, err
}
