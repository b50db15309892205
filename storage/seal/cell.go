package seal

import "encoding/binary"

// Cell says where a ciphertext belongs. It is authenticated with the ciphertext and stored nowhere: the reader
// states it again and is refused if it differs (house.md, habit 10).
type Cell struct {
	Table  string // "revisions", or "object" for a file in the object store
	Column string // "form"
	Row    string // the row's id, or the object's key
}

// ad is the associated data of a cell. Each part stands behind its length, so that no two cells give the same bytes
// ("ab"+"c" and "a"+"bc"); the purpose keeps columns and streams apart.
func (p Cell) ad(purpose byte) []byte {
	out := make([]byte, 0, 4+len(p.Table)+len(p.Column)+len(p.Row)+3)
	out = append(out, purpose)
	for _, part := range [...]string{p.Table, p.Column, p.Row} {
		out = appendPart(out, part)
	}
	return out
}

func appendPart(to []byte, part string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(part))), part...)
}
