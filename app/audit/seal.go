package audit

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"math"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	sealBatch = 2000 // entries in one batch, at most
	// takenAtOnce is how many batches one checkpoint covers that were sealed before there were checkpoints.
	takenAtOnce = 100
	monthsAhead = 13
)

// Options are how a trail is sealed.
type Options struct {
	Origins []string      // how the trail is called, and was called before
	Keepers []Keeper      // where checkpoints are kept, outside of the database
	Lag     time.Duration // how long an entry may wait for its seal before Ready says so; 0: for ever
	Log     *slog.Logger  // each checkpoint is a line of it, too
}

// Sealer seals the audit trail and verifies it. db connects as the sweep role.
type Sealer struct {
	*signers
	db      *postgres.DB
	keepers []Keeper
	lag     time.Duration
	log     *slog.Logger
}

// NewSealer makes a sealer. Error: a name that no trail can have.
func NewSealer(db *postgres.DB, keys *Keys, opt Options) (*Sealer, error) {
	known, err := signersOf(keys, opt.Origins)
	if err != nil {
		return nil, err
	}
	return &Sealer{known, db, opt.Keepers, opt.Lag, opt.Log}, nil
}

// Seal seals everything that is committed and not sealed yet, in batches, keeps the newest checkpoint outside, and gives how many entries
// it sealed. Several may run at once: each waits for the one before. What was sealed stays so if the checkpoint cannot be kept, which is an error.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	if s.signer == nil {
		return 0, errors.New("audit: the key file holds no private key")
	}
	total := 0
	for from, more := (postgres.AuditID{}), true; more; {
		n := 0
		err := s.db.InTx(ctx, models.System("", "seal-audit"), func(tx *postgres.Tx) (err error) {
			n, from, more, err = s.sealOnce(tx, from)
			return err
		})
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, s.keepNewest(ctx, total > 0)
}

// sealOnce makes one checkpoint, over a new batch of entries after one of them.
func (s *Sealer) sealOnce(tx *postgres.Tx, from postgres.AuditID) (n int, last postgres.AuditID, more bool, err error) {
	if err := tx.LockSeals(); err != nil {
		return 0, from, false, err
	}
	before, err := tx.LastCheckpoint()
	if err != nil {
		return 0, from, false, err
	}
	next := &models.AuditCheckpoint{Number: 1}
	if before != nil {
		next.Number, next.Size = before.Number+1, before.Size
	}
	tree := treeOf(before)
	if tree == nil {
		return 0, from, false, errors.New("audit: the newest checkpoint was changed: nothing can be sealed after it; verify the trail")
	}
	batches, err := tx.AuditBatches(next.Size, math.MaxInt64, takenAtOnce)
	if err != nil {
		return 0, from, false, err
	}
	last, more = from, len(batches) > 0
	if len(batches) == 0 {
		var b *postgres.AuditBatch
		if b, last, more, err = newBatch(tx, from, next.Size); err != nil || b == nil {
			return 0, last, more, err
		}
		n, batches = len(b.Entries), []postgres.AuditBatch{*b}
	}
	for _, b := range batches {
		if err := grow(tree, b.Leaves); err != nil {
			return 0, from, false, err
		}
	}
	next.Size, next.Root, next.Edge = int64(tree.End()), rootOf(tree), edgeOf(tree) //nolint:gosec // a count
	if next.Note, err = s.sign(next.Size, next.Root); err != nil {
		return 0, from, false, err
	}
	return n, last, more, tx.AddCheckpoint(next)
}

// newBatch adds the batch of the entries that wait, after one of them. nil: none does. An entry that waits and is not there any more goes
// on waiting, as the trace that it leaves.
func newBatch(tx *postgres.Tx, from postgres.AuditID, size int64) (b *postgres.AuditBatch, last postgres.AuditID, more bool, err error) {
	ids, earliest, latest, err := tx.PendingAudit(from, sealBatch)
	if err != nil || len(ids) == 0 {
		return nil, from, false, err
	}
	last, more = ids[len(ids)-1], len(ids) == sealBatch
	leaves := make(map[postgres.AuditID][sha256.Size]byte, len(ids))
	var h leafHasher
	err = tx.EachAuditEntry(ids, earliest, latest, func(raw [][]byte) error {
		leaves[postgres.AuditID(raw[memberID])] = h.leaf(raw)
		return nil
	})
	if err != nil || len(leaves) == 0 {
		return nil, last, more, err
	}
	number, _, _, err := tx.LastAuditBatch(math.MaxInt64)
	if err != nil {
		return nil, from, false, err
	}
	b = &postgres.AuditBatch{Number: number + 1, Size: size + int64(len(leaves)), From: earliest, To: latest}
	for _, id := range ids {
		if leaf, there := leaves[id]; there {
			b.Entries, b.Leaves = append(b.Entries, id), append(b.Leaves, leaf[:]...)
		}
	}
	return b, last, more, tx.AddAuditBatch(b)
}

// PrepareMonths makes the parts of the trail for the months to come, as the sweep role. Error: unavailable, also while readers hold the trail.
func PrepareMonths(ctx context.Context, db *postgres.DB) error {
	return db.InTx(ctx, models.System("", "prepare-audit"), func(tx *postgres.Tx) error {
		_, err := tx.MakeAuditMonths(monthsAhead)
		return err
	})
}

// Newest is the last checkpoint, nil while there is none. Error: unavailable.
func (s *Sealer) Newest(ctx context.Context) (last *models.AuditCheckpoint, err error) {
	err = s.db.InTx(ctx, models.System("", "show-seals"), func(tx *postgres.Tx) error {
		last, err = tx.LastCheckpoint()
		return err
	})
	return last, err
}

var errLag = errors.New("audit: entries wait for their seal: does a worker run that has the key?")

// Ready says whether the trail is being sealed: an error if an entry waits for too long.
func (s *Sealer) Ready(ctx context.Context) error {
	return s.db.InTx(ctx, models.System("", "show-seals"), func(tx *postgres.Tx) error {
		at, err := tx.OldestPendingAudit()
		if err == nil && at != nil && s.lag > 0 && tx.Now.Sub(*at) > s.lag {
			err = errLag
		}
		return err
	})
}
