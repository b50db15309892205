package audit

import (
	"bytes"
	"crypto/sha256"
	"math"
	"time"

	"github.com/transparency-dev/merkle/compact"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// astray is by how much an entry's instant may be earlier than that of one sealed before it (its transaction took so long), or later than
// its seal (the clock of another server took over).
const astray = 2 * time.Hour

// mostNamed is how many entries of one kind are named in a step; that there are more says nothing besides.
const mostNamed = 1000

// walk goes over the trail from one checkpoint to the next.
type walk struct {
	*Sealer
	tx      *postgres.Tx
	out     *Part
	tree    *compact.Range // nil: not known, after what does not agree with itself
	number  int64          // of the checkpoint before
	size    int64          // entries so far
	since   time.Time      // the latest instant that was known when it began
	latest  time.Time      // the latest instant so far
	known   int64          // entries of the step that are later than since
	anchors []Anchor       // that are not reached yet, by size
	named   []named        // certificates that entries name
	hash    leafHasher

	upTo    int64                 // where the step ends
	batches []postgres.AuditBatch // read and not reached
	read    int                   // how many of them have their entries in seen
	seen    map[postgres.AuditID]seen
}

// named is a publication certificate that an entry names.
type named struct {
	digest, entry string
	seal          int64
}

func capped(latest time.Time, c *models.AuditCheckpoint) time.Time {
	if limit := c.MadeAt.Add(astray); latest.After(limit) {
		return limit
	}
	return latest
}

func (w *walk) find(kind string, seal int64, entry string) {
	w.out.Findings = append(w.out.Findings, Finding{kind, seal, entry})
}

// run checks the step's checkpoints, and in the end what is beside them.
func (w *walk) run(tx *postgres.Tx, seals []models.AuditCheckpoint) error {
	w.tx = tx
	if len(seals) > 0 {
		w.upTo = seals[len(seals)-1].Size
	}
	for i := range seals {
		if err := w.seal(&seals[i]); err != nil {
			return err
		}
	}
	if len(seals) > 0 {
		last := &seals[len(seals)-1]
		w.out.First, w.out.Last, w.out.SealedAt, w.out.Size = seals[0].Number, last.Number, &last.MadeAt, last.Size
		if err := w.inserted(w.since, w.latest, w.known); err != nil {
			return err
		}
	}
	if err := w.certified(); err != nil || w.out.Next != 0 {
		return err
	}
	return w.end()
}

// seal checks one checkpoint: its signature, and that the entries since the one before lead to its root.
func (w *walk) seal(c *models.AuditCheckpoint) error {
	w.out.Seals++
	if c.Number != w.number+1 {
		w.find("seal-missing", c.Number, "")
		w.tree = nil // a root over what is in between is not there
	}
	if !w.signed(c) {
		w.find("signature", c.Number, "")
	}
	found, whole := len(w.out.Findings), w.tree != nil
	for w.size < c.Size {
		b, err := w.next()
		if err != nil {
			return err
		}
		if b == nil || b.Size > c.Size { // what it covers is not there
			if b != nil {
				w.batches, w.read = append([]postgres.AuditBatch{*b}, w.batches...), w.read+1
			} else if whole {
				w.find("cut", c.Number, Anchor{c.Size, c.Root}.String())
			}
			break
		}
		if err := w.batch(b, c); err != nil {
			return err
		}
	}
	if w.tree != nil && (w.size != c.Size || !bytes.Equal(rootOf(w.tree), c.Root) || !bytes.Equal(edgeOf(w.tree), c.Edge)) {
		if len(w.out.Findings) == found || w.size == c.Size {
			w.find("seal-changed", c.Number, "")
		}
		w.tree = nil
	}
	if w.tree == nil {
		if w.tree = treeOf(c); w.tree == nil && len(w.out.Findings) == found {
			w.find("seal-changed", c.Number, "")
		}
	}
	w.number, w.size = c.Number, c.Size
	return nil
}

// batch checks the entries of a batch against their digests.
func (w *walk) batch(b *postgres.AuditBatch, c *models.AuditCheckpoint) error {
	if w.tree != nil && b.Size-int64(len(b.Entries)) != w.size {
		w.find("seal-changed", c.Number, "")
		w.tree = nil
	}
	latest := w.latest
	for i, id := range b.Entries {
		e, there := w.seen[id]
		switch {
		case !there:
			w.find("removed", c.Number, textOf(id))
			continue
		case string(e.leaf[:]) != string(b.Leaves[i*sha256.Size:(i+1)*sha256.Size]):
			w.find("changed", c.Number, textOf(id))
		case e.at.Before(w.latest.Add(-astray)) || e.at.After(c.MadeAt.Add(astray)):
			w.find("misdated", c.Number, textOf(id))
		}
		if e.certificate != "" {
			w.named = append(w.named, named{e.certificate, textOf(id), c.Number})
		}
		if capped(e.at, c).Before(e.at) {
			continue // it stands outside of every span of time that is counted
		}
		if e.at.After(latest) {
			latest = e.at
		}
		if e.at.After(w.since) {
			w.known++
		}
	}
	w.latest = latest
	w.out.Entries += len(b.Entries)
	return w.grow(b)
}

// grow adds a batch's digests to the tree, and looks at each size of which a checkpoint was kept.
func (w *walk) grow(b *postgres.AuditBatch) error {
	for leaves := b.Leaves; w.tree != nil && len(leaves) > 0; {
		n := len(leaves)
		if len(w.anchors) > 0 {
			n = min(n, int(max(0, w.anchors[0].Size-w.size))*sha256.Size)
		}
		if err := grow(w.tree, leaves[:n]); err != nil {
			return err
		}
		leaves, w.size = leaves[n:], w.size+int64(n/sha256.Size)
		for len(w.anchors) > 0 && w.anchors[0].Size <= w.size {
			if a := w.anchors[0]; a.Size == w.size && !bytes.Equal(a.Root, rootOf(w.tree)) {
				w.find("contradicted", 0, a.String())
			}
			w.anchors = w.anchors[1:]
		}
	}
	w.size = b.Size
	return nil
}

// inserted names entries of a span of time that no batch has and that wait for none. They are looked for where more are there than are known.
func (w *walk) inserted(after, upTo time.Time, known int64) error {
	n, err := w.tx.CountAudit(after, upTo)
	if err != nil || n <= known {
		return err
	}
	ids, err := w.tx.UnknownAudit(after, upTo, mostNamed)
	for _, id := range ids {
		w.find("inserted", 0, id)
	}
	return err
}

// end looks at what comes after the last checkpoint.
func (w *walk) end() error {
	if w.number == 0 {
		w.find("not-sealed", 0, "")
	}
	_, size, _, err := w.tx.LastAuditBatch(math.MaxInt64)
	if err != nil {
		return err
	}
	if last, err := w.tx.LastCheckpoint(); err != nil || last != nil && last.Number > w.number {
		w.out.Next = w.number // one was made meanwhile
		return err
	}
	if w.number > 0 && size > w.size {
		w.find("seal-missing", w.number+1, "")
	}
	for _, a := range w.anchors {
		if a.Size > w.size {
			w.find("cut", 0, a.String())
		}
	}
	if err := w.inserted(w.latest, time.Time{}, 0); err != nil {
		return err
	}
	lost, err := w.tx.LostAudit(mostNamed)
	for _, id := range lost {
		w.find("removed", 0, id)
	}
	if err != nil {
		return err
	}
	unnamed, err := w.tx.UnnamedCertificates(mostNamed)
	for _, digest := range unnamed {
		w.find("certificate-inserted", 0, digest)
	}
	return err
}
