package document

import (
	"bytes"
	"encoding/hex"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Naming says what becomes of a file whose name is taken. The zero value is what a PUT means: the same name again replaces.
type Naming struct {
	// KeepBoth gives other bytes under a taken name the next free one, image (2).jpg: a phone calls every photo image.jpg. The
	// same bytes under the same name are still one file.
	KeepBoth bool
	// Replaces is the id of the file that goes once this one is there, whatever the names; empty for none. It must be a file of
	// the same document and subject that was not handed in yet.
	Replaces string
}

// Replaced is the file that another one took the place of.
type Replaced struct {
	ID     string
	Size   int64  // bytes
	Sha256 string // hex
	Kept   bool   // it was handed in: it stays as it was filed
}

// settle gives a file its place among those that are there, under the application's lock, and gives the changes that its row needs
// for that. What it replaces goes, with its object; what the municipality has received of it is kept as it was. Errors:
// not-found, not-allowed-now for a file that cannot be replaced; invalid-file (too many files).
func (s *Service) settle(tx *postgres.Tx, app *models.Application, a *arrival, digest []byte) ([]postgres.Assignment, error) {
	files, err := tx.FilesOf(app.ID)
	if err != nil {
		return nil, err
	}
	left, stored := 0, map[string]*models.File{}
	for i := range files {
		f := &files[i]
		switch {
		case f.State != models.FileStored || f.ID == a.file.ID:
		case f.ID == a.in.Replaces:
			if err := replaceable(app, a.file, f); err != nil {
				return nil, err
			}
			a.replace(tx, app, f)
		default:
			left++
			if f.Document == a.file.Document && f.Subject == a.file.Subject {
				stored[string(f.NameIndex)] = f
			}
		}
	}
	if a.in.Replaces != "" && a.replaced == nil {
		return nil, fault.ErrNotFound
	}
	name := a.name
	if a.in.KeepBoth {
		name = a.freeName(stored, digest, s.opt.MaxFiles)
	}
	index := a.key.BlindIndex(nameIndex, name)
	if earlier := stored[string(index)]; earlier != nil {
		left--
		a.replace(tx, app, earlier)
	}
	if a.in.KeepBoth && left >= s.opt.MaxFiles {
		return nil, s.tooMany()
	}
	if name == a.name {
		return nil, nil
	}
	sealed, err := a.key.Seal([]byte(name), nameCell(a.file.ID))
	a.name = name
	return []postgres.Assignment{postgres.Set(&a.file.NameIndex, index), postgres.Set(&a.file.SealedName, sealed)}, err
}

// freeName is the name of the file with the same bytes among those that this one would be called by, else the first that is free.
// As many names are looked at as there can be files and one more.
func (a *arrival) freeName(stored map[string]*models.File, digest []byte, most int) string {
	free := ""
	for name := range names(a.name) {
		switch there := stored[string(a.key.BlindIndex(nameIndex, name))]; {
		case there != nil && bytes.Equal(there.Sha256, digest):
			return name
		case there == nil && free == "":
			free = name
		}
		if most--; most < 0 && free != "" {
			break
		}
	}
	return free
}

// replaceable refuses to put a file into the place of one that is of something else, or handed in.
func replaceable(app *models.Application, f, old *models.File) error {
	switch {
	case old.Document != f.Document || old.Subject != f.Subject:
		return fault.ErrNotFound
	case handedIn(app, old):
		return notNow(app, "file-kept")
	}
	return nil
}

// replace takes an earlier file away: one that the municipality never received goes, one that it did is kept as it was.
func (a *arrival) replace(tx *postgres.Tx, app *models.Application, earlier *models.File) {
	kept := handedIn(app, earlier)
	if kept {
		tx.ChangeFile(earlier, postgres.Set(&earlier.State, models.FileSuperseded))
	} else {
		tx.DeleteFile(earlier)
	}
	if a.replaced != nil {
		return // what was asked for, not the same bytes under the same name
	}
	a.replaced = &Replaced{ID: earlier.ID, Size: earlier.Size, Sha256: hex.EncodeToString(earlier.Sha256), Kept: kept}
}
