package queue

import (
	"context"
	"strconv"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// MaxBulk is how many cases are accepted at once at most.
const MaxBulk = 100

// Accepted is what became of one case of a bulk: accepted and held by the reviewer, or refused with the reason.
type Accepted struct {
	ID        string            `json:"id"`
	Accepted  bool              `json:"accepted"`
	Fence     int64             `json:"fence,omitempty"`
	ExpiresAt *time.Time        `json:"expires_at,omitempty"`
	Code      string            `json:"code,omitempty"` // of app/fault
	Reason    fault.Reason      `json:"reason,omitempty"`
	Extra     map[string]string `json:"extra,omitempty"` // held_by and held_until; state
}

// BulkAccept takes cases into review one by one, each claimed for the reviewer and accepted in a transaction of its own:
// one that a colleague has, or that is not waiting any more, is refused singly and keeps none of the others back. Its
// answer is remembered by case, so that the same request gives the same answer and goes on where it was cut off. Errors:
// invalid-request for no case, too many, or one named twice; idempotency-key-reused; what keeps every case from being
// worked on, such as unavailable.
func (s *Service) BulkAccept(ctx context.Context, actor models.Actor, req dossier.Request, ids []string) ([]Accepted, error) {
	return s.each(ctx, actor, req, ids, s.accept)
}

// BulkTake is BulkAccept for cases that are in review already as well: each is claimed, and accepted if it waits for that. One that is a colleague's
// work is refused unless the colleague is away: it is taken over with a reason, not by a tick.
func (s *Service) BulkTake(ctx context.Context, actor models.Actor, req dossier.Request, ids []string) ([]Accepted, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	return s.each(ctx, actor, req, ids, func(tx *postgres.Tx, id string) (Accepted, error) { return s.take(tx, key, id) })
}

// BulkAssign gives cases to a colleague, each on its own as in BulkAccept.
func (s *Service) BulkAssign(ctx context.Context, actor models.Actor, req dossier.Request, ids []string, to string) ([]Accepted, error) {
	return s.each(ctx, actor, req, ids, func(tx *postgres.Tx, id string) (Accepted, error) {
		if err := s.assignIn(tx, id, to, false); err != nil {
			return refusal(id, err)
		}
		return Accepted{ID: id, Accepted: true}, nil
	})
}

func (s *Service) each(ctx context.Context, actor models.Actor, req dossier.Request, ids []string,
	do func(tx *postgres.Tx, id string) (Accepted, error)) ([]Accepted, error) {
	if len(ids) == 0 || len(ids) > MaxBulk {
		return nil, badMember("/applications", "invalid", "bulk-size", fault.Number("most", MaxBulk))
	}
	seen := map[string]bool{}
	for i, id := range ids {
		if !models.ValidID(id) { // it may be anything, and is neither stored nor repeated
			return nil, badMember("/applications/"+strconv.Itoa(i), "wrong-format", "not-an-application")
		}
		if seen[id] {
			return nil, badMember("/applications/"+strconv.Itoa(i), "not-unique", "application-twice")
		}
		seen[id] = true
	}
	out := make([]Accepted, len(ids))
	for i, id := range ids {
		one := req
		one.Route = req.Route + "/" + id
		a, err := dossier.Once(ctx, s.dossiers, actor, one, func(tx *postgres.Tx) (Accepted, error) { return do(tx, id) })
		if err != nil {
			if a, err = refusal(id, err); err != nil {
				return nil, err
			}
		}
		out[i] = a
	}
	return out, nil
}

// take claims one case, and accepts it if it waits for that.
func (s *Service) take(tx *postgres.Tx, key seal.Key, id string) (Accepted, error) {
	app, err := s.visible(tx, id)
	if err != nil {
		return refusal(id, err)
	}
	if app.State != models.StateArrived && app.State != models.StateInReview {
		return refusal(id, fault.New(fault.Conflict, fault.CodeNotAllowedNow, "").Note("state", string(app.State)))
	}
	if app.HolderID != nil && *app.HolderID != tx.Actor.Person {
		staff, err := workers(tx, tx.Actor.Municipality, key)
		if err != nil {
			return Accepted{}, err
		}
		if !staff[*app.HolderID].Away {
			return refusal(id, fault.New(fault.Conflict, fault.CodeConflict, "colleague").Note("held_by", *app.HolderID))
		}
	}
	taken, err := s.takeUp(tx, app, false)
	if err != nil {
		return refusal(id, err)
	}
	return Accepted{ID: id, Accepted: true, Fence: taken.Fence}, nil
}

// accept claims and accepts one case. A refusal that is seen before anything was written is an answer to remember.
func (s *Service) accept(tx *postgres.Tx, id string) (Accepted, error) {
	app, err := s.visible(tx, id)
	if err != nil {
		return refusal(id, err)
	}
	if _, err := lifecycle.Next(app.State, lifecycle.EventAccept, lifecycle.Facts{}, tx.Now); err != nil {
		return refusal(id, fault.As(err).Note("state", string(app.State)))
	}
	hold, err := s.claimIn(tx, app)
	if err != nil {
		return refusal(id, err)
	}
	if app, err = tx.LockApplication(id); err != nil {
		return Accepted{}, err
	}
	if err := s.dossiers.Move(tx, app, dossier.Step{Event: lifecycle.EventAccept}); err != nil {
		return Accepted{}, err
	}
	return Accepted{ID: id, Accepted: true, Fence: hold.Fence, ExpiresAt: &hold.ExpiresAt}, nil
}

// refusal makes an answer of an error about one case; others are errors of the whole.
func refusal(id string, err error) (Accepted, error) {
	f := fault.As(err)
	if f == nil || f.Kind != fault.NotFound && f.Kind != fault.Conflict || f.Code == fault.CodeIdempotencyReused {
		return Accepted{}, err
	}
	return Accepted{ID: id, Code: f.Code, Reason: f.Sentence(), Extra: f.Extra}, nil
}
