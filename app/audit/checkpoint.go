package audit

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"kosodate.example/onestop/models"
)

// A checkpoint says how many entries the trail has and which root they have, in the form that verifiers and witnesses of other logs read:
// C2SP tlog-checkpoint, a signed note. Its first line is the trail's name, the origin.

// originForm is how a trail may be called: it stands in notes, in names of files and in keys of objects.
var originForm = regexp.MustCompile(`^[a-z0-9[][]a-z0-9.:-]*(/[a-z0-9][a-z0-9.:-]*)*$`)

// signers are the keys under each name that the trail has or had.
type signers struct {
	origin    string
	signer    note.Signer // nil: the file has no private key
	verifiers note.Verifiers
	published []string // the verifiers as text
}

// signersOf puts keys under names; the first name is the one in use.
func signersOf(keys *Keys, origins []string) (*signers, error) {
	out := &signers{}
	var known []note.Verifier
	for i, origin := range origins {
		if !originForm.MatchString(origin) {
			return nil, fmt.Errorf("audit: the trail cannot be called %q: small letters, digits, and . : - / between them", origin)
		}
		for _, key := range keys.trusted {
			text, err := note.NewEd25519VerifierKey(origin, key)
			if err != nil {
				return nil, err
			}
			v, err := note.NewVerifier(text)
			if err != nil {
				return nil, err
			}
			known, out.published = append(known, v), append(out.published, text)
			if i > 0 || keys.signer == nil || !key.Equal(keys.signer.Public()) {
				continue
			}
			secret := base64.StdEncoding.EncodeToString(append([]byte{1}, keys.signer.Seed()...)) // 1: Ed25519
			if out.signer, err = note.NewSigner(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", origin, v.KeyHash(), secret)); err != nil {
				return nil, err
			}
		}
	}
	if len(origins) == 0 {
		return nil, errors.New("audit: the trail has no name")
	}
	out.origin, out.verifiers = origins[0], note.VerifierList(known...)
	return out, nil
}

// body is the text that is signed.
func body(origin string, size int64, root []byte) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(root))
}

func (k *signers) sign(size int64, root []byte) (string, error) {
	signed, err := note.Sign(&note.Note{Text: body(k.origin, size, root)}, k.signer)
	return string(signed), err
}

// signed says whether a checkpoint's note is of its size and root, and signed by a key that is trusted.
func (k *signers) signed(c *models.AuditCheckpoint) bool {
	n, err := note.Open([]byte(c.Note), k.verifiers)
	return err == nil && n.Text == body(n.Sigs[0].Name, c.Size, c.Root)
}

// Anchor is a state of the trail that somebody has kept outside of the database.
type Anchor struct {
	Size int64
	Root []byte
}

// String is SIZE:ROOT, the root in Base64 as in a checkpoint.
func (a Anchor) String() string {
	return fmt.Sprintf("%d:%s", a.Size, base64.StdEncoding.EncodeToString(a.Root))
}

var errAnchor = errors.New("an anchor is SIZE:ROOT, the number of entries and the root in Base64 as in a checkpoint")

// ParseAnchor reads what String writes.
func ParseAnchor(text string) (a Anchor, err error) {
	size, root, _ := strings.Cut(text, ":")
	if a.Size, err = strconv.ParseInt(size, 10, 64); err != nil || a.Size < 0 {
		return a, errAnchor
	}
	if a.Root, err = base64.StdEncoding.DecodeString(root); err != nil || len(a.Root) != sha256.Size {
		return a, errAnchor
	}
	return a, nil
}

// Anchor reads a checkpoint that was kept, after looking at its signature.
func (s *Sealer) Anchor(kept []byte) (Anchor, error) {
	n, err := note.Open(kept, s.verifiers)
	if err != nil {
		return Anchor{}, fmt.Errorf("not a checkpoint of this trail: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != n.Sigs[0].Name {
		return Anchor{}, errors.New("the note is no checkpoint")
	}
	return ParseAnchor(lines[1] + ":" + lines[2])
}

// VerifierKeys are the public keys with the trail's names, as other programs take them (C2SP signed-note).
func (s *Sealer) VerifierKeys() []string { return s.published }
