package notify

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Reassessed says whose parents are told that their case would have been decided otherwise (見直し): that of one case, or those of all
// cases of one list.
type Reassessed struct {
	ID                             string // one; else all of the list
	Procedure, Document, Direction string
}

// TellReassessed sends the parents of cases of a list what a reviewer has written: each case once, those that are dealt with or came on
// paper not at all. A job puts it into their inboxes, as a message to a group. It gives how many cases are told, and is safe to repeat
// by req. Errors: not-found for one that the reviewer may not see; not-allowed-now if nobody is left to tell; invalid-request as of
// Announce.
func (s *Service) TellReassessed(ctx context.Context, actor models.Actor, req dossier.Request, to Reassessed, words Words) (int, error) {
	if faults := words.faults(); len(faults) > 0 {
		return 0, fault.New(fault.Refused, fault.CodeInvalidRequest, "").With(faults...)
	}
	list := to.Procedure != "" && to.Document != "" && to.Direction != ""
	if to.ID != "" && !models.ValidID(to.ID) || to.ID == "" && !list {
		return 0, fault.ErrNotFound
	}
	texts, err := json.Marshal(words)
	if err != nil {
		return 0, err
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (int, error) {
		q, err := s.dossiers.Reassessments(tx)
		if err != nil {
			return 0, err
		}
		q.ID, q.Procedure, q.Document, q.Direction, q.Limit = to.ID, to.Procedure, to.Document, to.Direction, 1
		if there, err := tx.Reassessments(q); err != nil || len(there) == 0 {
			return 0, orNotFound(err)
		}
		b := &models.Broadcast{
			ID:           models.NewID(),
			Municipality: actor.Municipality,
			AuthorID:     actor.Person,
			State:        models.BroadcastRunning,
			AgesOn:       jp.DateIn(tx.Now).Time(),
			Texts:        texts,
			OfList:       true,
			CreatedAt:    tx.Now,
			UpdatedAt:    tx.Now,
		}
		if err := tx.AddBroadcast(b); err != nil {
			return 0, err
		}
		told, err := tx.TellReassessed(q, b.ID)
		if err != nil {
			return 0, err
		}
		if told == 0 {
			return 0, fault.New(fault.Conflict, fault.CodeNotAllowedNow, "reassessment-nobody-left")
		}
		if err := noteBroadcast(tx, "tell-reassessed", b.ID); err != nil {
			return 0, err
		}
		return told, tx.Enqueue(task.Broadcast{Municipality: b.Municipality, Broadcast: b.ID})
	})
}

func orNotFound(err error) error {
	if err == nil {
		return fault.ErrNotFound
	}
	return err
}
