// Package seal encrypts what belongs to a person (security.md, "Encryption").
//
// Two levels: a master key (a keyset file, or a key management service behind [Wrapper]) wraps data keys; a data key
// ([Key]) belongs to one application or one municipality and seals its columns and files. Only the wrapped form of a
// data key is stored, in the row of its owner. An erasable one lies under a slot of the [Shelf] too, which is in no backup
// of the database or the object store: destroying the slot makes everything sealed under the key unreadable, in backups of
// both as well.
//
// Every ciphertext is bound to its [Cell], so that whoever can write to the database or the object store cannot move
// a value to another row, column or file.
//
// A key is not zeroed after use: Go's AES keeps its own expanded copy that no caller can reach, so that zeroing would
// promise what it cannot keep. Erasure rests on the wrapped form and the shelf alone.
package seal

import "errors"

var (
	// ErrBroken means that a ciphertext or a wrapped key is damaged, was cut short, was moved from another cell, or
	// is sealed under another key. It is never the caller's mistake: an edge answers 500 (fault.Internal).
	ErrBroken = errors.New("seal: ciphertext refused: damaged, moved, or sealed under another key")

	// ErrNoKey means that the zero Key was used.
	ErrNoKey = errors.New("seal: no key")

	// ErrKeysetMode means that a keyset file can be read or written by somebody else than its owner.
	ErrKeysetMode = errors.New("seal: keyset file must be readable by its owner alone (chmod 600)")

	// ErrKeysetExists means that a keyset file would have been overwritten.
	ErrKeysetExists = errors.New("seal: keyset file exists already")
)
