package shelf

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/source"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// look is the rows as the node has last seen them.
type look struct {
	national []edition.Row            // completed
	local    map[string][]edition.Row // by municipality
	at       time.Time                // by this machine's clock
}

func (l *look) rows(municipality string) []edition.Row {
	return slices.Concat(l.national, l.local[municipality])
}

// How often a node looks at the rows, and after which time whoever asks looks for the node: a program that does not Watch,
// or a watch that is stuck. A row is committed a second before its instant, so that a node knows it in time.
const (
	lookEvery = 500 * time.Millisecond
	lookAfter = time.Second
)

// Watch looks at the rows until ctx ends, and loads national editions before their instant.
func (s *Shelf) Watch(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for failed := false; ; {
		err := s.Refresh(ctx)
		if err != nil && !failed && ctx.Err() == nil {
			slog.WarnContext(ctx, "the editions in force cannot be read", "error", err.Error())
		}
		failed = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Refresh looks at the rows now. Whoever has added one calls it, so that the own node knows it at once.
func (s *Shelf) Refresh(ctx context.Context) error {
	var read []models.EditionRow
	err := s.in(ctx, func(tx *postgres.Tx) (err error) {
		read, err = tx.AllEditionRows()
		return err
	})
	if err != nil {
		return err
	}
	l := &look{local: map[string][]edition.Row{}, at: time.Now()}
	for _, r := range Rows(read) {
		if r.Scope == edition.National {
			l.national = append(l.national, r)
		} else {
			l.local[r.Scope] = append(l.local[r.Scope], r)
		}
	}
	l.national = s.complete(l.national)
	s.rows.Store(l)
	s.prepare(l)
	return nil
}

// prepare loads the national editions that are or will be in force. What cannot be loaded has said so in the log.
func (s *Shelf) prepare(l *look) {
	now := s.db.Now()
	ref, _ := edition.InForce(l.national, edition.National, now)
	_, _ = s.national(s.own, ref.National)
	for _, r := range l.national {
		if r.From.After(now) {
			_, _ = s.national(s.own, r.Digest)
		}
	}
}

// looked is the last look. One that is too old is renewed by one who asks while the others take it as it is; before the
// first, or with no database, the edition holds that comes with the program.
//
//nolint:contextcheck // what it reads is the node's, for everybody: no request may take it away
func (s *Shelf) looked() *look {
	l := s.rows.Load()
	if l != nil && time.Since(l.at) < lookAfter || l != nil && !s.looking.TryLock() {
		return l
	}
	if l == nil {
		s.looking.Lock()
	}
	defer s.looking.Unlock()
	if l := s.rows.Load(); l != nil && time.Since(l.at) < lookAfter {
		return l
	}
	if err := s.Refresh(context.Background()); err != nil {
		again := look{national: s.complete(nil)}
		if l != nil {
			again = *l
		}
		again.at = time.Now() // not before the next look is due
		s.rows.Store(&again)
	}
	return s.rows.Load()
}

// Now is the catalogue in force in a municipality, or with edition.National in the country, by the node's last look: to show
// what is not filed, and to search. No decision is made by it.
func (s *Shelf) Now(municipality string) *catalogue.Catalogue {
	return s.At(municipality, s.db.Now()).Catalogue
}

// At is what the node believes to be in force at an instant. Where that cannot be had it is the national edition, or the one
// that comes with the program.
func (s *Shelf) At(municipality string, at time.Time) *Current {
	rows := s.looked().rows(municipality)
	c, err := s.current(s.own, rows, municipality, at)
	if err == nil {
		return c
	}
	slog.Error("the edition in force cannot be shown", "municipality", municipality, "error", err.Error())
	if municipality != edition.National {
		return s.At(edition.National, at)
	}
	c.Catalogue, c.Ref = s.builtIn.Catalogue, edition.Ref{National: s.builtIn.Digest()}
	return c
}

// Since is from when an edition came into force in its scope, the last time not after an instant, by the node's last look; zero where
// it never was, or for the one that comes with the program before a database names it.
func (s *Shelf) Since(scope, digest string, until time.Time) (from time.Time) {
	rows := s.looked().rows(scope)
	for i := range rows {
		r := &rows[i]
		if r.Scope == scope && r.Digest == digest && !r.From.After(until) && r.From.After(from) && r.Stands(rows) {
			from = r.From
		}
	}
	return from
}

// Unfit says why the edition that is in force in a municipality is left out: it does not fit the national one. nil if it fits.
func (s *Shelf) Unfit(municipality string) source.Faults {
	ref, _ := edition.InForce(s.looked().rows(municipality), municipality, s.db.Now())
	if _, fits, err := s.load(s.own, ref); err != nil || fits {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unfit[ref]
}

// ForProcedure is the catalogue in force in a municipality if it has a procedure, else the last that had it: an old case in a list
// keeps its name.
func (s *Shelf) ForProcedure(municipality, code string) *catalogue.Catalogue {
	return s.knowing(municipality, func(c *catalogue.Catalogue) bool { return c.Procedure(code) != nil })
}

// ForDocument is ForProcedure for a document.
func (s *Shelf) ForDocument(municipality, code string) *catalogue.Catalogue {
	return s.knowing(municipality, func(c *catalogue.Catalogue) bool { return c.Document(code) != nil })
}

// ForItem is ForProcedure for a linkage item, which is national.
func (s *Shelf) ForItem(code string) *catalogue.Catalogue {
	return s.knowing(edition.National, func(c *catalogue.Catalogue) bool { return c.Item(code) != nil })
}

// Show is the catalogue by which a case or a list's entry is shown: of the edition that decided it, else what ForProcedure gives.
func (s *Shelf) Show(ref edition.Ref, municipality, procedure string) *catalogue.Catalogue {
	if ref.National == "" {
		return s.ForProcedure(municipality, procedure)
	}
	return s.Of(ref)
}

// National is the catalogue in force for the country.
func (s *Shelf) National() *catalogue.Catalogue { return s.Now(edition.National) }

func (s *Shelf) knowing(municipality string, knows func(*catalogue.Catalogue) bool) *catalogue.Catalogue {
	now := s.Now(municipality)
	if knows(now) {
		return now
	}
	for c := range s.former(municipality) {
		if knows(c) {
			return c
		}
	}
	return now
}

// former are the catalogues that were in force in a municipality, the last first.
func (s *Shelf) former(municipality string) func(yield func(*catalogue.Catalogue) bool) {
	rows := s.looked().rows(municipality)
	return func(yield func(*catalogue.Catalogue) bool) {
		seen := map[edition.Ref]bool{}
		for _, at := range instants(rows, municipality, s.db.Now()) {
			ref, _ := edition.InForce(rows, municipality, at)
			if seen[ref] {
				continue
			}
			seen[ref] = true
			if c, _, err := s.load(s.own, ref); err == nil && !yield(c) {
				return
			}
		}
	}
}

// instants are those not after one from which an edition has been in force in a municipality, the last first.
func instants(rows []edition.Row, municipality string, until time.Time) []time.Time {
	var out []time.Time
	for _, r := range rows {
		if (r.Scope == edition.National || r.Scope == municipality) && !r.From.After(until) {
			out = append(out, r.From)
		}
	}
	slices.SortFunc(out, func(a, b time.Time) int { return b.Compare(a) })
	return out
}

// Procedures are the procedures in force in a municipality, and after them those of former editions that are no more.
func (s *Shelf) Procedures(municipality string) []*catalogue.Procedure {
	now := s.Now(municipality)
	out := slices.Clone(now.Procedures())
	seen := map[string]bool{}
	for c := range s.former(municipality) {
		for _, p := range c.Procedures() {
			if now.Procedure(p.Code) == nil && !seen[p.Code] {
				seen[p.Code] = true
				out = append(out, p)
			}
		}
	}
	return out
}
