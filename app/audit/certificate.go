package audit

import (
	"crypto/sha256"
	"encoding/hex"
)

// certified checks that each publication certificate that sealed entries name is still there, and is the one that they name. The
// entry has its digest, and the seal covers the entry: so a certificate is a leaf of the trail, though it is kept beside it.
func (w *walk) certified() error {
	digests := make([]string, len(w.named))
	for i, n := range w.named {
		digests[i] = n.digest
	}
	kept, err := w.tx.CertificatesNamed(digests)
	if err != nil {
		return err
	}
	contents := make(map[string]string, len(kept))
	for _, c := range kept {
		contents[c.Digest] = c.Contents
	}
	for _, n := range w.named {
		text, there := contents[n.digest]
		if sum := sha256.Sum256([]byte(text)); !there {
			w.find("certificate-removed", n.seal, n.entry)
		} else if hex.EncodeToString(sum[:]) != n.digest {
			w.find("certificate-changed", n.seal, n.entry)
		}
	}
	return nil
}
