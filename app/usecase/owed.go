package usecase

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/models"
)

// Owed is what the person still has to do for their applications, soonest first, and the decision letters that they have not opened: what
// the first page begins with. Errors: unavailable.
func (s *Services) Owed(ctx context.Context, actor models.Actor) ([]apply.Owed, error) {
	out, err := s.Apply.Owed(ctx, actor)
	if err != nil {
		return nil, err
	}
	letters, err := s.Notify.Letters(ctx, actor)
	if err != nil {
		return nil, err
	}
	for _, m := range letters {
		var of struct{ Procedure string }
		if err := json.Unmarshal(m.Params, &of); err != nil {
			return nil, err
		}
		if m.ApplicationID != nil {
			out = append(out, apply.Owed{Application: *m.ApplicationID, Procedure: of.Procedure, Municipality: m.Municipality, Kind: apply.OwedLetter})
		}
	}
	return out, nil
}
