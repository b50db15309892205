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
	"path/filepath"
	"strings"
	"sync"
)

// Journal is the record of what was erased, kept beside the shelf and not in the database: a database that is restored
// from a backup knows nothing of what was erased since, and learns it from here. Each process appends to a file of its
// own; a line that a dying process left half written is passed over, since the erasure it tells of is told again.
type Journal struct {
	dir  string
	mu   sync.Mutex
	file *os.File
}

const journalFolder = "erased"

// Journal opens the shelf's journal; nothing is written until the first Append.
func (s *Shelf) Journal() *Journal { return &Journal{dir: filepath.Join(s.dir, journalFolder)} }

// Append adds one record, as one line of JSON, and returns once it is on the disk.
func (j *Journal) Append(record any) error {
	line, err := json.Marshal(record)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.begin(); err != nil {
		return fmt.Errorf("seal: the journal of erasures: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return err
	}
	return j.file.Sync()
}

func (j *Journal) begin() error {
	if j.file != nil {
		return nil
	}
	if err := os.MkdirAll(j.dir, 0o700); err != nil {
		return err
	}
	name := make([]byte, 8)
	if _, err := rand.Read(name); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(j.dir, hex.EncodeToString(name)+".jsonl"), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	for _, dir := range []string{j.dir, filepath.Dir(j.dir)} {
		if err := syncDir(dir); err != nil {
			_ = f.Close()
			return err
		}
	}
	j.file = f
	return nil
}

// Close ends the file of this process.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	err := j.file.Close()
	j.file = nil
	return err
}

// Each hands every record of every process to fn, in no order and perhaps more than once, until fn fails. A shelf
// without a journal has none.
func (j *Journal) Each(fn func(line []byte) error) error {
	entries, err := os.ReadDir(j.dir)
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
		if err := eachLine(filepath.Join(j.dir, e.Name()), fn); err != nil {
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
