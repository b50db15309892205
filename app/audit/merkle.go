package audit

import (
	"crypto/sha256"
	"encoding/binary"

	"kosodate.example/onestop/models"
)

// digestOf is an entry's leaf: SHA-256 over its members, each with its length before it, so that no two entries have the
// same bytes. Instants count by the microsecond, which is what the database keeps.
func digestOf(e *models.AuditEntry) []byte {
	h := sha256.New()
	_, _ = h.Write([]byte{0}) // a leaf; a node begins with 1 (RFC 9162, section 2.1.1)
	put := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		_, _ = h.Write(n[:])
		_, _ = h.Write(b)
	}
	optional := func(s *string) []byte {
		if s == nil {
			return nil
		}
		return []byte(*s)
	}
	var at [8]byte
	binary.BigEndian.PutUint64(at[:], uint64(e.At.UnixMicro()))
	for _, b := range [][]byte{[]byte(e.ID), at[:], optional(e.ActorID), []byte(e.Role), []byte(e.Municipality), []byte(e.Purpose), []byte(e.Action),
		[]byte(e.ObjectKind), []byte(e.ObjectID), optional(e.SubjectID), []byte(e.RequestID)} {
		put(b)
	}
	return h.Sum(nil)
}

// rootOf is the Merkle root over leaves in order; a node without a partner goes up as it is.
func rootOf(leaves [][]byte) []byte {
	level := leaves
	for len(level) > 1 {
		var up [][]byte
		for i := 0; i < len(level); i += 2 {
			if i+1 == len(level) {
				up = append(up, level[i])
				continue
			}
			sum := sha256.Sum256(append(append([]byte{1}, level[i]...), level[i+1]...))
			up = append(up, sum[:])
		}
		level = up
	}
	return level[0]
}

// chainOf ties a seal to the one before.
func chainOf(before []byte, s *models.AuditSeal) []byte {
	h := sha256.New()
	var n [16]byte
	binary.BigEndian.PutUint64(n[:8], uint64(s.Number))  //nolint:gosec // counts from 1
	binary.BigEndian.PutUint64(n[8:], uint64(s.Entries)) //nolint:gosec // a count
	for _, b := range [][]byte{[]byte("onestop audit seal 1\n"), before, n[:], s.Root, []byte(s.Horizon)} {
		_, _ = h.Write(b)
	}
	return h.Sum(nil)
}
