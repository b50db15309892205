// Package shelf keeps the catalogues of the editions (P8) on a node: that in force in a municipality at an instant, and those by
// which cases were decided. Editions never change, so what was loaded once is good for ever; which of them holds is read from
// the database's rows.
package shelf

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// BuiltIn is the national edition that comes with the program: what holds where the database names none.
type BuiltIn struct {
	*edition.Bundle
	Catalogue *catalogue.Catalogue
}

// LoadBuiltIn loads the folder that comes with the program (configs.Procedures).
func LoadBuiltIn(files fs.FS) (*BuiltIn, error) {
	b, err := edition.Read(files)
	if err != nil {
		return nil, err
	}
	c, err := b.Load(nil)
	return &BuiltIn{b, c}, err
}

// Began is from when the edition of a new installation is in force: as long as there has been a network.
var Began = time.Date(2017, 7, 18, 0, 0, 0, 0, jp.JST)

// Install puts the edition into a database that has none, as its owner. A newer program never changes what is in force.
func (b *BuiltIn) Install(ctx context.Context, ownerDSN string) error {
	files, err := b.Zip()
	if err != nil {
		return err
	}
	return postgres.InstallEdition(ctx, ownerDSN, models.EditionBundle{Digest: b.Digest(), Scope: edition.National, Contents: files}, Began)
}

// keptOverlays is how many municipalities' catalogues a node keeps: those that were asked for last. The national ones stay.
const keptOverlays = 256

// Shelf may be used from any number of goroutines.
type Shelf struct {
	db      *postgres.DB
	builtIn *BuiltIn
	rows    atomic.Pointer[look]
	looking sync.Mutex
	flight  singleflight.Group // one load at a time of an edition

	mu        sync.Mutex
	nationals map[string]national // by digest
	overlays  *recent
	worked    *recent                       // under edition.Ref{base, bundle}: editions that are not in force
	unfit     map[edition.Ref]source.Faults // municipalities' editions that do not fit the national one
}

// national is a national edition as it was loaded; err says why it never will be.
type national struct {
	*catalogue.Catalogue
	err error
}

// New makes the shelf of a database.
func New(db *postgres.DB, builtIn *BuiltIn) *Shelf {
	return &Shelf{
		db:        db,
		builtIn:   builtIn,
		nationals: map[string]national{builtIn.Digest(): {Catalogue: builtIn.Catalogue}},
		overlays:  newRecent(keptOverlays),
		worked:    newRecent(keptWorked),
		unfit:     map[edition.Ref]source.Faults{},
	}
}

// BuiltIn is the edition that comes with the program.
func (s *Shelf) BuiltIn() *BuiltIn { return s.builtIn }

// Current is what is in force in a municipality at an instant.
type Current struct {
	Catalogue *catalogue.Catalogue
	Ref       edition.Ref // what a case decided by it keeps

	rows         []edition.Row
	municipality string
}

// NextChange is the next instant after at from which, by the rows known now, another edition is in force; false if none is known.
func (c *Current) NextChange(at time.Time) (time.Time, bool) {
	return edition.NextChange(c.rows, c.municipality, at)
}

// Rows turns the database's rows into the rule's.
func Rows(rows []models.EditionRow) []edition.Row {
	out := make([]edition.Row, len(rows))
	for i, r := range rows {
		out[i] = edition.Row{ID: r.ID, Scope: r.Scope, From: r.EffectiveFrom, Cancels: r.Cancels}
		if r.EditionID != nil {
			out[i].Edition = *r.EditionID
		}
		if r.Digest != nil {
			out[i].Digest = *r.Digest
		}
	}
	return out
}

// In is what is in force by the rows as this transaction reads them, for a decision: at is an instant that it has read before
// (review.md, "Switching"). municipality may be edition.National. Error: unavailable if an edition in force cannot be loaded;
// nothing is decided by another one then.
func (s *Shelf) In(tx *postgres.Tx, municipality string, at time.Time) (*Current, error) {
	rows, err := tx.EditionRows(municipality)
	if err != nil {
		return nil, err
	}
	return s.By(tx, Rows(rows), municipality, at)
}

// For is In for the municipality of an application that the actor may see.
func (s *Shelf) For(tx *postgres.Tx, app *models.Application, at time.Time) (*Current, error) {
	rows, err := tx.EditionRowsOf(app.ID)
	if err != nil {
		return nil, err
	}
	return s.By(tx, Rows(rows), app.Municipality, at)
}

// By is In with rows that the transaction has read already.
func (s *Shelf) By(tx *postgres.Tx, rows []edition.Row, municipality string, at time.Time) (*Current, error) {
	return s.current(tx.EditionBundle, s.complete(rows), municipality, at)
}

func (s *Shelf) current(read reader, rows []edition.Row, municipality string, at time.Time) (*Current, error) {
	ref, _ := edition.InForce(rows, municipality, at)
	c, fits, err := s.load(read, ref)
	if !fits {
		ref.Local = ""
	}
	return &Current{Catalogue: c, Ref: ref, rows: rows, municipality: municipality}, err
}

// complete puts before the rows what holds where none does: the edition that comes with the program.
func (s *Shelf) complete(rows []edition.Row) []edition.Row {
	return append([]edition.Row{{Scope: edition.National, Digest: s.builtIn.Digest()}}, rows...)
}

// Load is the catalogue of an edition by which a case was decided, for a further decision about it. Error: unavailable.
func (s *Shelf) Load(tx *postgres.Tx, ref edition.Ref) (*catalogue.Catalogue, error) {
	c, fits, err := s.load(tx.EditionBundle, ref)
	if err == nil && !fits {
		err = missing(ref.Local, errUnfit)
	}
	return c, err
}

// errUnfit is of an edition that decided a case and that this program does not take any more.
var errUnfit = errors.New("it does not fit the national edition that it was laid over")

// Of is the catalogue of an edition by which a case was decided, to show the case. Where it cannot be had, names come from what
// is in force now: a page is better than none, and decides nothing.
func (s *Shelf) Of(ref edition.Ref) *catalogue.Catalogue {
	if ref.National == "" {
		return s.Now(edition.National)
	}
	c, _, err := s.load(s.own, ref)
	if err != nil {
		slog.Error("an edition cannot be shown", "national", ref.National, "local", ref.Local, "error", err.Error())
		return s.Now(edition.National)
	}
	return c
}
