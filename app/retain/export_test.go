package retain

import "kosodate.example/onestop/storage/seal"

// Breaks lets a test stop an erasure between two of its steps.
type Breaks struct {
	Append, Before, After error // before the journal has the record; before a key is destroyed; after it
}

type brokenShelf struct {
	shelf
	b *Breaks
}

func (s brokenShelf) Destroy(slots ...seal.Slot) ([]seal.Slot, error) {
	if s.b.Before != nil {
		return nil, s.b.Before
	}
	gone, err := s.shelf.Destroy(slots...)
	if s.b.After != nil {
		return nil, s.b.After
	}
	return gone, err
}

type brokenJournal struct {
	journal
	b *Breaks
}

func (j brokenJournal) Append(record any) error {
	if j.b.Append != nil {
		return j.b.Append
	}
	return j.journal.Append(record)
}

// Break puts the breaks in.
func (s *Service) Break(b *Breaks) {
	s.keys, s.journal = brokenShelf{s.keys, b}, brokenJournal{s.journal, b}
}
