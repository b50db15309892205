package seal

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// Journal is the record of what was erased, kept beside the shelf's keys and not in the database: a database that is restored
// from a backup knows nothing of what was erased since, and learns it from here. Each process appends to files of its
// own, one in each copy of the shelf; a line that a dying process left half written is passed over, since the erasure it
// tells of is told again.
type Journal struct {
	shelf *Shelf
	mu    sync.Mutex
	files map[*copyOf]*os.File
}

const journalFolder = "erased"

// Journal opens the shelf's journal; nothing is written until the first Append.
func (s *Shelf) Journal() *Journal { return &Journal{shelf: s, files: map[*copyOf]*os.File{}} }

// Append adds one record, as one line of JSON, and returns once it is on the disks of a majority of the copies.
func (j *Journal) Append(record any) error {
	line, err := json.Marshal(record)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	err = j.shelf.toMost(func(c *copyOf) error {
		file, err := j.begin(c)
		if err != nil {
			return err
		}
		_, err = file.Write(append(line, '\n'))
		return errors.Join(err, file.Sync())
	})
	if err != nil {
		return fmt.Errorf("seal: the journal of erasures: %w", err)
	}
	return nil
}

// begin makes this process's file in a copy.
func (j *Journal) begin(c *copyOf) (*os.File, error) {
	if file := j.files[c]; file != nil {
		return file, nil
	}
	root, err := c.of(j.shelf.id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(journalFolder, 0o700); err != nil {
		return nil, err
	}
	name := make([]byte, 8)
	if _, err := rand.Read(name); err != nil {
		return nil, err
	}
	file, err := root.OpenFile(path.Join(journalFolder, hex.EncodeToString(name)+".jsonl"), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(syncIn(root, journalFolder), syncIn(root, ".")); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	j.files[c] = file
	return file, nil
}

// Close ends the files of this process.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var failed error
	for c, file := range j.files {
		failed = errors.Join(failed, file.Close())
		delete(j.files, c)
	}
	return failed
}

// Each hands every record of every process to fn, in no order and perhaps more than once, until fn fails. A shelf
// without a journal has none; ErrNoShelf if no copy is there.
func (j *Journal) Each(fn func(line []byte) error) error {
	var missing []error
	for _, c := range j.shelf.copies {
		if err := c.shows(j.shelf.id); err != nil {
			missing = append(missing, err)
			continue
		}
		if err := eachRecord(filepath.Join(c.dir, journalFolder), fn); err != nil {
			return err
		}
	}
	if len(missing) == len(j.shelf.copies) {
		return errors.Join(missing...)
	}
	return nil
}

func eachRecord(dir string, fn func(line []byte) error) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".jsonl") {
			continue
		}
		if err := eachLine(filepath.Join(dir, e.Name()), fn); err != nil {
			return err
		}
	}
	return nil
}

func eachLine(path string, fn func([]byte) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if line := bytes.TrimSpace(lines.Bytes()); json.Valid(line) {
			if err := fn(line); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}
