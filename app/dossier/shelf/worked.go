package shelf

import (
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// keptWorked is how many catalogues of editions that are not in force a node keeps: those that admins have open just now.
const keptWorked = 16

// Worked is the catalogue of an edition that is being made, examined or looked at. Every page of it asks again and the contents of a
// digest never change, so that the last ones are kept. over is what a municipality's edition is laid over; a national one needs none.
// Errors as of edition.Bundle.Load.
func (s *Shelf) Worked(b *edition.Bundle, over *Current) (*catalogue.Catalogue, error) {
	scope, err := b.ScopeOf()
	if err != nil {
		return nil, err
	}
	ref := edition.Ref{Local: b.Digest()}
	var base *catalogue.Catalogue
	if scope != edition.National {
		ref.National, base = over.Ref.National, over.Catalogue
	}
	c := s.workedOn(ref)
	if c != nil {
		return c, nil
	}
	if c, err = b.Load(base); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worked.put(ref, c)
	return c, nil
}

func (s *Shelf) workedOn(ref edition.Ref) *catalogue.Catalogue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.worked.get(ref)
}

// Over is a national edition, to lay a municipality's over it that is not in force. As of Of, what is in force stands for one that cannot
// be had.
func (s *Shelf) Over(digest string) *Current {
	ref, now := edition.Ref{National: digest}, s.At(edition.National, s.db.Now())
	if c := s.Of(ref); c != now.Catalogue {
		return &Current{Catalogue: c, Ref: ref}
	}
	return now
}
