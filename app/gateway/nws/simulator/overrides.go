package simulator

import (
	"errors"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/individual"
)

// Override is what a provider says on a resident and an item instead of what it held: corrected facts, or another kind of
// reply. One of the two.
type Override struct {
	Facts  map[string]any `json:"facts,omitempty"`
	Result nws.Result     `json:"result,omitempty"`
}

// maxOverrides bounds the memory.
const maxOverrides = 10_000

type overrides struct {
	mu     sync.Mutex
	byItem map[[2]string]Override // by resident and item
}

var fieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

func (o Override) check() error {
	if (o.Facts == nil) == (o.Result == "") || o.Result == nws.Answered || o.Result != "" && !slices.Contains(nws.Results, o.Result) {
		return errors.New(`send {"facts": {...}} or {"result": "..."}, of a kind without facts`)
	}
	if o.Facts != nil && (len(o.Facts) == 0 || len(o.Facts) > 64) {
		return errors.New("between 1 and 64 facts")
	}
	for name, value := range o.Facts {
		switch value.(type) {
		case string, float64, int, bool:
		default:
			return errors.New("a fact is text, a number, or yes or no")
		}
		if !fieldName.MatchString(name) || individual.In(value) {
			return errors.New("a fact has no name, or holds what looks like an individual number")
		}
	}
	return nil
}

// Correct makes the provider say something else on a resident's item from the next reply on. Replies that were given stay.
func (s *Server) Correct(resident, item string, o Override) error {
	if _, known := s.o.Data.Holds(resident, item); !known {
		return errors.New("no such resident or item")
	}
	if err := o.check(); err != nil {
		return err
	}
	s.overrides.mu.Lock()
	defer s.overrides.mu.Unlock()
	if s.overrides.byItem == nil {
		s.overrides.byItem = map[[2]string]Override{}
	}
	if _, replaced := s.overrides.byItem[[2]string{resident, item}]; !replaced && len(s.overrides.byItem) >= maxOverrides {
		return errors.New("too many corrections; remove some")
	}
	o.Facts = maps.Clone(o.Facts)
	s.overrides.byItem[[2]string{resident, item}] = o
	return nil
}

// Uncorrect takes a correction back.
func (s *Server) Uncorrect(resident, item string) {
	s.overrides.mu.Lock()
	defer s.overrides.mu.Unlock()
	delete(s.overrides.byItem, [2]string{resident, item})
}

// holds is what the provider says now: its data, or the correction.
func (s *Server) holds(resident, item string) residents.Held {
	held, _ := s.o.Data.Holds(resident, item)
	s.overrides.mu.Lock()
	defer s.overrides.mu.Unlock()
	o, corrected := s.overrides.byItem[[2]string{resident, item}]
	switch {
	case corrected && o.Facts != nil:
		held.Result, held.Facts = residents.Answered, maps.Clone(o.Facts)
	case corrected:
		held.Result, held.Facts = string(o.Result), nil
	}
	return held
}

// heldJSON is what GET /control/residents/{id}/items/{item} shows.
type heldJSON struct {
	Provider  string         `json:"provider"`
	Result    string         `json:"result"`
	Facts     map[string]any `json:"facts,omitempty"`
	Document  map[string]any `json:"document,omitempty"` // what the paper says
	Corrected bool           `json:"corrected"`
}

func (s *Server) showHeld(w http.ResponseWriter, r *http.Request) {
	id, item := r.PathValue("id"), r.PathValue("item")
	if _, known := s.o.Data.Holds(id, item); !known {
		http.NotFound(w, r)
		return
	}
	held := s.holds(id, item)
	s.overrides.mu.Lock()
	_, corrected := s.overrides.byItem[[2]string{id, item}]
	s.overrides.mu.Unlock()
	writeJSON(w, http.StatusOK, heldJSON{
		Provider:  held.Provider,
		Result:    held.Result,
		Facts:     held.Facts,
		Document:  s.o.Data.DocumentSays(id, item),
		Corrected: corrected,
	})
}

func (s *Server) putHeld(w http.ResponseWriter, r *http.Request) {
	var o Override
	if !read(w, r, &o) {
		return
	}
	if err := s.Correct(r.PathValue("id"), r.PathValue("item"), o); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	s.showHeld(w, r)
}

func (s *Server) deleteHeld(w http.ResponseWriter, r *http.Request) {
	s.Uncorrect(r.PathValue("id"), r.PathValue("item"))
	w.WriteHeader(http.StatusNoContent)
}
