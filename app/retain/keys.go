package retain

import (
	"context"
	"encoding/json"
	"errors"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// shelf destroys keys for good (seal.Keyring).
type shelf interface {
	Destroy(slots ...seal.Slot) ([]seal.Slot, error)
}

// journal is the record of erasures outside of the database (seal.Journal).
type journal interface {
	Append(record any) error
	Each(fn func(line []byte) error) error
}

// destroyKeys destroys the keys whose owner is gone. First the journal learns of the erasure, then the slot is destroyed,
// then the queue forgets it: stopped anywhere, the next run does what is left, and what is done twice is done all the same.
func (s *Service) destroyKeys(ctx context.Context) error {
	for ctx.Err() == nil {
		var slots [][]byte
		var erased []models.Erasure
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			if slots, err = tx.KeyRemovals(batch); err != nil {
				return err
			}
			erased, err = tx.ErasedSlots(slots)
			return err
		})
		if err != nil || len(slots) == 0 {
			return err
		}
		for i := range erased {
			if err := s.journal.Append(&erased[i]); err != nil {
				return err
			}
		}
		gone, failed := s.keys.Destroy(asSlots(slots)...)
		done := make([][]byte, len(gone))
		for i := range gone {
			done[i] = gone[i]
		}
		err = s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) error { tx.ForgetKeyRemovals(done); return nil })
		if err := errors.Join(failed, err); err != nil || len(slots) < batch {
			return err
		}
	}
	return ctx.Err()
}

func asSlots(raw [][]byte) []seal.Slot {
	out := make([]seal.Slot, len(raw))
	for i := range raw {
		out[i] = raw[i]
	}
	return out
}

// Replayed counts what Replay did.
type Replayed struct {
	Erased int // cases that a backup had brought back
	Keys   int // keys of erased cases that are destroyed
}

// Replay erases again what was erased before a restore. A database from a backup learns from the shelf's journal what was
// erased since; a shelf from a backup learns it from the database. owner is the database as its owner: nothing is judged
// again, the record of the erasure decides.
func (s *Service) Replay(ctx context.Context, owner *postgres.DB) (Replayed, error) {
	var out Replayed
	if s.journal == nil {
		return out, seal.ErrNoShelf
	}
	told := map[string]bool{}
	err := s.journal.Each(func(line []byte) error {
		var e models.Erasure
		if err := json.Unmarshal(line, &e); err != nil || told[e.ID] || !models.ValidID(e.ID) {
			return err
		}
		told[e.ID] = true
		return owner.InTx(ctx, models.System(e.Municipality, "replay-erasures"), func(tx *postgres.Tx) error {
			was, err := tx.ReplayErasure(&e)
			if err != nil || !was {
				return err
			}
			out.Erased++
			return tx.AddAudit(&models.AuditEntry{Action: "erase-again", ObjectKind: "application", ObjectID: e.ID})
		})
	})
	if err != nil {
		return out, err
	}
	return out, errors.Join(s.destroyAgain(ctx, told, &out), s.destroyKeys(ctx))
}

// destroyAgain destroys the key of every case on the record.
func (s *Service) destroyAgain(ctx context.Context, told map[string]bool, out *Replayed) error {
	after := ""
	for {
		var page []models.Erasure
		err := s.sweep.InTx(ctx, sweeper(), func(tx *postgres.Tx) (err error) {
			page, err = tx.Erasures(after, batch)
			return err
		})
		if err != nil {
			return err
		}
		for i := range page {
			e := &page[i]
			if e.KeySlot == nil {
				continue
			}
			if !told[e.ID] {
				if err := s.journal.Append(e); err != nil {
					return err
				}
			}
			if _, err := s.keys.Destroy(e.KeySlot); err != nil {
				return err
			}
			out.Keys++
		}
		if len(page) < batch {
			return nil
		}
		after = page[len(page)-1].ID
	}
}
