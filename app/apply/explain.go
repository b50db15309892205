package apply

import (
	"context"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Explained is why each document of an application is asked for or not.
type Explained struct {
	*evidence.Explanation                      // nil while the answers are not complete
	Catalogue             *catalogue.Catalogue // by which it is decided
}

// Explain says of an application, for who handles it, why each document is asked for or not: of a draft by what is in force now, of a
// filed one by the edition and the phases of its arrival (P5). It decides nothing. Error: not-found, also for somebody else's.
func (s *Service) Explain(ctx context.Context, actor models.Actor, id string) (*Explained, error) {
	f, err := s.openHandled(ctx, actor, id, s.look)
	if err != nil {
		return nil, err
	}
	out := &Explained{Catalogue: f.catalogue}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		at := f.decidedAt()
		if f.Row.ArrivedAt == nil {
			at = instant(tx, f.intake)
		}
		force, err := s.dossiers.Force(tx, f.Row.Procedure, f.Row.Municipality, at)
		if err != nil {
			return err
		}
		editions := evidence.Editions(force.Ref)
		if f.Row.ArrivedAt == nil {
			out.Catalogue = force.Catalogue
		} else if ref := editionOf(f.Row); ref.National != "" {
			editions = evidence.Editions(ref)
		}
		version, err := dossier.Version(out.Catalogue, f.Row.Procedure, at)
		if err != nil {
			return err
		}
		facts, _ := version.DecodeFacts(f.Content.Facts, jp.DateIn(at))
		if facts == nil {
			return nil
		}
		_, why, err := evidence.Explain(out.Catalogue, evidence.Input{
			Procedure:    f.Row.Procedure,
			Municipality: f.Row.Municipality,
			FiledAt:      at,
			Facts:        facts,
			Consents:     f.Content.Consents,
			Phases:       force.Phases,
		}, editions)
		out.Explanation = &why
		return err
	})
	if fault.KindOf(err) == fault.Refused { // a procedure that is no more: there is nothing to explain
		return out, nil
	}
	return out, err
}
