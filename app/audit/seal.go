package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// sealBatch is how many entries one seal has at most.
const sealBatch = 2000

// Sealer seals the audit trail and verifies it. db connects as the sweep role.
type Sealer struct {
	db   *postgres.DB
	keys *Keys
}

// NewSealer makes a sealer.
func NewSealer(db *postgres.DB, keys *Keys) *Sealer { return &Sealer{db: db, keys: keys} }

// Seal seals everything that is committed and not sealed yet, in batches, and gives how many entries it sealed. Several
// may run at once: each waits for the one before.
func (s *Sealer) Seal(ctx context.Context) (int, error) {
	if s.keys.signer == nil {
		return 0, errors.New("audit: the key file holds no private key")
	}
	total := 0
	for {
		n := 0
		err := s.db.InTx(ctx, models.System("", "seal-audit"), func(tx *postgres.Tx) (err error) {
			n, err = s.sealOnce(tx)
			return err
		})
		total += n
		if err != nil || n < sealBatch {
			return total, err
		}
	}
}

func (s *Sealer) sealOnce(tx *postgres.Tx) (int, error) {
	if err := tx.LockSeals(); err != nil {
		return 0, err
	}
	entries, horizon, err := tx.Unsealed(sealBatch)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	last, err := tx.LastSeal()
	if err != nil {
		return 0, err
	}
	seal := &models.AuditSeal{Number: 1, Entries: len(entries), Horizon: horizon, KeyID: s.keys.signerID}
	var before []byte
	if last != nil {
		seal.Number, before = last.Number+1, last.Chain
	}
	leaves := make([]*models.AuditLeaf, len(entries))
	digests := make([][]byte, len(entries))
	for i := range entries {
		digests[i] = digestOf(&entries[i])
		leaves[i] = &models.AuditLeaf{EntryID: entries[i].ID, Seal: seal.Number, Position: i, Leaf: digests[i]}
	}
	seal.Root = rootOf(digests)
	seal.Chain = chainOf(before, seal)
	seal.Signature = ed25519.Sign(s.keys.signer, seal.Chain)
	return len(entries), tx.AddSeal(seal, leaves)
}

// Finding is one thing wrong with the trail.
type Finding struct {
	// removed, changed, inserted, seal-missing, seal-changed, signature; certificate-removed, -changed, -inserted
	Kind  string
	Seal  int64
	Entry string // the entry's id, where it is about one; of a certificate that no entry names, its digest
}

// Verified is what Verify found.
type Verified struct {
	Seals, Entries int
	Findings       []Finding
}

// Verify checks every seal from the first: its signature and chain, and each of its entries. It finds an entry that was
// removed, changed or put in afterwards, and says which. What was written after the last seal is not covered yet.
func (s *Sealer) Verify(ctx context.Context) (*Verified, error) {
	out := &Verified{}
	var before *models.AuditSeal
	for {
		done := false
		err := s.db.InTx(ctx, models.System("", "verify-audit"), func(tx *postgres.Tx) error {
			after := int64(0)
			if before != nil {
				after = before.Number
			}
			seals, err := tx.Seals(after, 20)
			if err != nil {
				return err
			}
			for i := range seals {
				if err := s.verifySeal(tx, before, &seals[i], out); err != nil {
					return err
				}
				before = &seals[i]
			}
			if done = len(seals) == 0; done && before != nil {
				return slipped(tx, before, out)
			}
			return nil
		})
		if err != nil || done {
			return out, err
		}
	}
}

func (s *Sealer) verifySeal(tx *postgres.Tx, before, seal *models.AuditSeal, out *Verified) error {
	find := func(kind, entry string) { out.Findings = append(out.Findings, Finding{kind, seal.Number, entry}) }
	out.Seals++
	var chain []byte
	expected := int64(1)
	if before != nil {
		chain, expected = before.Chain, before.Number+1
	}
	if seal.Number != expected {
		find("seal-missing", "")
	} else if !bytes.Equal(chainOf(chain, seal), seal.Chain) {
		find("seal-changed", "")
	}
	if key, ok := s.keys.trusted[seal.KeyID]; !ok || !ed25519.Verify(key, seal.Chain, seal.Signature) {
		find("signature", "")
	}
	leaves, err := tx.LeavesOf(seal.Number)
	if err != nil {
		return err
	}
	entries, err := tx.SealedEntries(seal.Number)
	if err != nil {
		return err
	}
	byID := make(map[string]*models.AuditEntry, len(entries))
	for i := range entries {
		byID[entries[i].ID] = &entries[i]
	}
	digests := make([][]byte, len(leaves))
	for i, l := range leaves {
		digests[i] = l.Leaf
		out.Entries++
		if e, there := byID[l.EntryID]; !there {
			find("removed", l.EntryID)
		} else if !bytes.Equal(digestOf(e), l.Leaf) {
			find("changed", l.EntryID)
		}
	}
	if len(leaves) == 0 || len(leaves) != seal.Entries || !bytes.Equal(rootOf(digests), seal.Root) {
		find("seal-changed", "")
	}
	return certified(tx, entries, find)
}

// slipped finds entries that were put in behind the last seal's back, and certificates of which no entry tells.
func slipped(tx *postgres.Tx, last *models.AuditSeal, out *Verified) error {
	ids, err := tx.Slipped(last.Horizon, mostSlipped)
	if err != nil {
		return err
	}
	for _, id := range ids {
		out.Findings = append(out.Findings, Finding{"inserted", 0, id})
	}
	unnamed, err := tx.UnnamedCertificates(mostSlipped)
	for _, digest := range unnamed {
		out.Findings = append(out.Findings, Finding{"certificate-inserted", 0, digest})
	}
	return err
}

// mostSlipped is how many of them are named; that there are more says nothing besides.
const mostSlipped = 1000

// String is a finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s seal %d %s", f.Kind, f.Seal, f.Entry) }
