package guide

import (
	"context"
	"encoding/json"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/storage/postgres"
)

// Question asks which documents a case would need (必要書類の判定). At is the instant of filing, now if it is zero.
type Question struct {
	Procedure, Municipality string
	Facts                   json.RawMessage
	Consents                []string
	At                      time.Time
	Explain                 bool // say why each document is asked for or not, too
}

// Answer is the plan, and when a switch that is known already changes it; nil if none does.
type Answer struct {
	Plan      evidence.Plan
	Catalogue *catalogue.Catalogue // by which it was made
	ChangesAt *time.Time
	Why       *evidence.Explanation // if it was asked for
}

// Plan answers a question by the phase rows in force, with the one function that filing uses (evidence.md). Nothing of
// the question is kept. Errors: unknown-procedure, invalid-municipality, not-in-force, invalid-facts, each with a pointer.
func (s *Service) Plan(ctx context.Context, q Question) (*Answer, error) {
	in := evidence.Input{Procedure: q.Procedure, Municipality: q.Municipality, JSON: q.Facts, Consents: q.Consents}
	out := &Answer{}
	err := s.dossiers.DB.InTx(ctx, public("plan-evidence"), func(tx *postgres.Tx) error {
		in.FiledAt = instant(tx, q.At)
		force, err := s.dossiers.Force(tx, q.Procedure, q.Municipality, in.FiledAt)
		if err != nil {
			return err
		}
		needs, err := evidence.Assess(force.Catalogue, in)
		if err != nil {
			return err
		}
		out.Catalogue, out.Plan = force.Catalogue, needs.At(force.Phases, in.FiledAt)
		if q.Explain {
			why := needs.Explain(force.Catalogue, out.Plan, evidence.Editions(force.Ref))
			out.Why = &why
		}
		if next, ok := force.Next(needs, in.FiledAt); ok {
			out.ChangesAt = &next
		}
		return nil
	})
	return out, err
}
