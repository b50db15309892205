package audit

import (
	"crypto/sha256"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// batchesAtOnce and readAtOnce are how many batches are read at once, and of how many entries.
const (
	batchesAtOnce = 100
	readAtOnce    = 8000
)

// dense is by how much entries may be earlier than all before them for their span of time to be read as a whole: few others lie in it.
const dense = 10 * time.Second

// seen is an entry as it is now.
type seen struct {
	leaf        [sha256.Size]byte
	at          time.Time
	certificate string // the digest of the publication certificate that it names
}

// next is the next batch with its entries in seen, nil after the last.
func (w *walk) next() (*postgres.AuditBatch, error) {
	if len(w.batches) == 0 {
		var err error
		if w.batches, err = w.tx.AuditBatches(w.size, w.upTo, batchesAtOnce); err != nil || len(w.batches) == 0 {
			return nil, err
		}
		w.read = 0
	}
	if w.read == 0 {
		if err := w.readEntries(); err != nil {
			return nil, err
		}
	}
	b := w.batches[0]
	w.batches, w.read = w.batches[1:], w.read-1
	return &b, nil
}

// readEntries reads the entries of the next batches, in one go.
func (w *walk) readEntries() error {
	var ids []postgres.AuditID
	from, to := w.batches[0].From, w.batches[0].To
	for ; w.read < len(w.batches) && (w.read == 0 || len(ids)+len(w.batches[w.read].Entries) <= readAtOnce); w.read++ {
		b := &w.batches[w.read]
		ids = append(ids, b.Entries...)
		if b.From.Before(from) {
			from = b.From
		}
		if b.To.After(to) {
			to = b.To
		}
	}
	if w.seen == nil {
		w.seen = make(map[postgres.AuditID]seen, readAtOnce)
	}
	clear(w.seen)
	if from.After(w.latest.Add(-dense)) {
		ids = nil
	}
	return w.tx.EachAuditEntry(ids, from, to, func(raw [][]byte) error {
		id := postgres.AuditID(raw[memberID])
		e := seen{leaf: w.hash.leaf(raw), at: instantOf(raw[memberAt])}
		if _, twice := w.seen[id]; twice {
			e.leaf = [sha256.Size]byte{} // two entries of one id: neither is the one that was sealed
		}
		if string(raw[memberKind]) == models.ObjectCertificate {
			e.certificate = string(raw[memberObject])
		}
		w.seen[id] = e
		return nil
	})
}
