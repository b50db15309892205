package notify

import (
	"context"
	"encoding/json"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Inbox is one page of a person's messages.
type Inbox struct {
	Messages []models.Message // newest first
	Unread   int64            // of all messages, not of this page alone
	Group    map[string]Words // what the municipality wrote, by the id of the broadcast, of the messages on this page to a group
}

// Inbox gives the person's own messages, newest first.
func (s *Service) Inbox(ctx context.Context, actor models.Actor, page postgres.Page) (*Inbox, error) {
	out := &Inbox{Group: map[string]Words{}}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if out.Messages, err = tx.Messages(actor.Person, page); err != nil {
			return err
		}
		if out.Unread, err = tx.Unread(actor.Person); err != nil {
			return err
		}
		var wanted []string
		for _, m := range out.Messages {
			if m.BroadcastID != nil {
				wanted = append(wanted, *m.BroadcastID)
			}
		}
		group, err := tx.BroadcastsReceived(wanted)
		if err != nil {
			return err
		}
		for id, b := range group {
			var w Words
			if err := json.Unmarshal(b.Texts, &w); err != nil {
				return err
			}
			out.Group[id] = w
		}
		return nil
	})
	return out, err
}

// Letters gives the messages about decision letters that the person has not opened, oldest first.
func (s *Service) Letters(ctx context.Context, actor models.Actor) ([]models.Message, error) {
	var out []models.Message
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		out, err = tx.UnreadOf(actor.Person, KindDecided)
		return err
	})
	return out, err
}

// ReadLetter marks the messages about an application's decision letter as read: its owner opened it.
func (s *Service) ReadLetter(ctx context.Context, actor models.Actor, application string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return tx.ReadMessages(actor.Person, application, KindDecided) })
}

// Read marks one of the person's own messages as read; again is no error. Error: not-found, also for another person's.
func (s *Service) Read(ctx context.Context, actor models.Actor, id string) error {
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error { return tx.ReadMessage(actor.Person, id) })
}
