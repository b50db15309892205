package simulator

import (
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"
)

// Faults are what can be wrong with the provider.
type Faults struct {
	Down bool          // every answer is 503
	Slow time.Duration // each answer comes that much later
}

// faultsJSON is the body of /control/faults: {"down": true, "slow": "500ms"}.
type faultsJSON struct {
	Down bool   `json:"down"`
	Slow string `json:"slow"`
}

// faultSwitch holds the faults in force. It is also the handler of /control/faults: GET shows them, POST sets them.
type faultSwitch struct{ now atomic.Pointer[Faults] }

func (f *faultSwitch) set(v Faults) { f.now.Store(&v) }

// SetFaults makes the provider slow or down, from the next request on.
func (s *Server) SetFaults(f Faults) { s.faults.set(f) }

// inFrontOf lets requests through as the faults allow.
func (f *faultSwitch) inFrontOf(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := *f.now.Load()
		if now.Slow > 0 {
			select {
			case <-time.After(now.Slow):
			case <-r.Context().Done():
				return
			}
		}
		if now.Down {
			http.Error(w, "down, as /control/faults asks", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (f *faultSwitch) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		var body faultsJSON
		dec := json.NewDecoder(r.Body)
		dec.DisallowUnknownFields()
		slow := time.Duration(0)
		err := dec.Decode(&body)
		if err == nil && body.Slow != "" {
			slow, err = time.ParseDuration(body.Slow)
		}
		if err != nil || slow < 0 || slow > time.Minute {
			http.Error(w, `send {"down": true|false, "slow": "500ms"}, at most one minute`, http.StatusUnprocessableEntity)
			return
		}
		f.set(Faults{Down: body.Down, Slow: slow})
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
		return
	}
	now := f.now.Load()
	writeJSON(w, "application/json", http.StatusOK, faultsJSON{Down: now.Down, Slow: now.Slow.String()})
}

func writeJSON(w http.ResponseWriter, mediaType string, status int, v any) {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: nobody is left to tell
}
