package simulator

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/residents"
)

// Duration is a time.Duration that JSON writes as "500ms".
type Duration time.Duration

// MarshalText writes it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads it; empty is zero.
func (d *Duration) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	v, err := time.ParseDuration(string(text))
	*d = Duration(v)
	return err
}

// How answers come twice.
const (
	DuplicateResult = "result" // every reply is of the kind duplicate
	DuplicateAnswer = "twice"  // a batch of replies holds each of them twice
)

// Faults are what can be wrong with the network.
type Faults struct {
	Down          bool                  `json:"down"`           // every call is 503
	Cut           bool                  `json:"cut"`            // every call's connection is closed before an answer
	Slow          Duration              `json:"slow"`           // each call takes that much longer
	AnswerDelay   Duration              `json:"answer_delay"`   // of inquiries from now on, instead of the configured one; zero leaves it
	WrongField    bool                  `json:"wrong_field"`    // local-tax: the prefectural amount in municipal_income_levy, as in 2019
	Duplicate     string                `json:"duplicate"`      // "", result, twice
	Late          bool                  `json:"late"`           // the first reply is timeout, the next poll has the answer
	Lost          int                   `json:"lost"`           // the answers to so many next submissions are lost, after they were taken
	MaxBatch      int                   `json:"max_batch"`      // instead of the configured ceiling; zero leaves it
	ProvidersDown []string              `json:"providers_down"` // codes: their inquiries are refused, those under way stay pending
	Results       map[string]nws.Result `json:"results"`        // by item: every reply is of this kind
}

// maxSlow bounds the delays.
const maxSlow = Duration(time.Hour)

func (f Faults) check() error {
	known := func(code string) bool {
		return slices.ContainsFunc(residents.Providers, func(p residents.Provider) bool { return p.Code == code })
	}
	for _, p := range f.ProvidersDown {
		if !known(p) {
			return errors.New("a provider that is down does not exist")
		}
	}
	for item, result := range f.Results {
		if !slices.Contains(residents.Items, item) || !slices.Contains(nws.Results, result) {
			return errors.New("a forced result has an item or a kind that does not exist")
		}
	}
	switch {
	case f.Slow < 0, f.Slow > maxSlow, f.AnswerDelay < 0, f.AnswerDelay > maxSlow:
		return errors.New("a delay is at most an hour")
	case f.Lost < 0, f.Lost > 1_000_000, f.MaxBatch < 0:
		return errors.New("a number is out of its range")
	case f.Duplicate != "" && f.Duplicate != DuplicateResult && f.Duplicate != DuplicateAnswer:
		return errors.New(`duplicate is "", "result" or "twice"`)
	}
	return nil
}

// faultSwitch holds the faults in force.
type faultSwitch struct {
	mu  sync.Mutex
	now Faults
}

func (s *faultSwitch) set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.ProvidersDown, f.Results = slices.Clone(f.ProvidersDown), maps.Clone(f.Results)
	s.now = f
}

// get gives what nobody changes any more: set replaces slices and maps, it does not write into them.
func (s *faultSwitch) get() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// lose says whether the answer to this submission is lost, and counts it.
func (s *faultSwitch) lose() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now.Lost == 0 {
		return false
	}
	s.now.Lost--
	return true
}

// SetFaults puts faults in force from the next call on, in place of those before.
func (s *Server) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return err
	}
	s.faults.set(f)
	return nil
}

// inFrontOf lets calls through as the faults allow.
func (s *faultSwitch) inFrontOf(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := s.get()
		if f.Slow > 0 {
			timer := time.NewTimer(time.Duration(f.Slow))
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
				return
			}
		}
		switch {
		case f.Cut:
			panic(http.ErrAbortHandler) // closes the connection
		case f.Down:
			refuse(w, http.StatusServiceUnavailable, refusal("down", "", 5))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: nobody is left to tell
}
