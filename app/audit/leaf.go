package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// The trail is one Merkle tree over all sealed entries (RFC 9162, section 2.1.1): its root commits to each of them and to their order.
var trees = compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}

// The places of the members of postgres.AuditColumns.
const (
	memberID = iota
	memberAt
	memberActor
	memberKind    = 7
	memberObject  = 8
	memberSubject = 9
)

// leafHasher makes entries' leaves; it is used by one goroutine.
type leafHasher struct{ buf []byte }

// leaf is SHA-256 over an entry's members, each with its length before it, so that no two entries have the same bytes. The first byte
// tells a leaf from a node. Ids count as text, instants by the microsecond since 1970, which is what the database keeps.
func (h *leafHasher) leaf(raw [][]byte) [sha256.Size]byte {
	b := append(h.buf[:0], rfc6962.RFC6962LeafHashPrefix)
	for i, member := range raw {
		switch {
		case i == memberAt:
			b = binary.BigEndian.AppendUint64(b, 8)
			b = binary.BigEndian.AppendUint64(b, uint64(instantOf(member).UnixMicro()))
		case (i == memberID || i == memberActor || i == memberSubject) && member != nil:
			b = binary.BigEndian.AppendUint64(b, 36)
			b = appendID(b, member)
		default:
			b = binary.BigEndian.AppendUint64(b, uint64(len(member)))
			b = append(b, member...)
		}
	}
	h.buf = b
	return sha256.Sum256(b)
}

func appendID(b, id []byte) []byte {
	for i, end := range []int{4, 6, 8, 10, 16} {
		if i > 0 {
			b = append(b, '-')
		}
		begin := [...]int{0, 4, 6, 8, 10}[i]
		b = hex.AppendEncode(b, id[begin:end])
	}
	return b
}

func textOf(id postgres.AuditID) string { return string(appendID(nil, id[:])) }

// instantOf reads an instant as PostgreSQL sends it: microseconds since 2000.
func instantOf(raw []byte) time.Time {
	const since1970 = 946_684_800_000_000
	return time.UnixMicro(int64(binary.BigEndian.Uint64(raw)) + since1970).UTC() //nolint:gosec // its bits count
}

// grow adds a batch's leaves to the tree.
func grow(tree *compact.Range, leaves []byte) error {
	for ; len(leaves) > 0; leaves = leaves[sha256.Size:] {
		if err := tree.Append(leaves[:sha256.Size:sha256.Size], nil); err != nil {
			return err
		}
	}
	return nil
}

// rootOf is the tree's root, also of an empty one.
func rootOf(tree *compact.Range) []byte {
	root, err := tree.GetRootHash(nil)
	if err != nil || root == nil { // it fails for a tree alone that does not begin at the first leaf
		return rfc6962.DefaultHasher.EmptyRoot()
	}
	return root
}

// edgeOf is what lets the tree go on growing: the roots of the whole subtrees that it is made of, one after the other.
func edgeOf(tree *compact.Range) (edge []byte) {
	for _, h := range tree.Hashes() {
		edge = append(edge, h...)
	}
	return edge
}

// treeOf is the tree of a checkpoint, of none the empty one; nil if the checkpoint's edge is not of its size and root.
func treeOf(c *models.AuditCheckpoint) *compact.Range {
	if c == nil {
		return trees.NewEmptyRange(0)
	}
	var hashes [][]byte
	for edge := c.Edge; len(edge) >= sha256.Size; edge = edge[sha256.Size:] {
		hashes = append(hashes, edge[:sha256.Size:sha256.Size])
	}
	tree, err := trees.NewRange(0, uint64(max(0, c.Size)), hashes)
	if err != nil || string(rootOf(tree)) != string(c.Root) {
		return nil
	}
	return tree
}
