// Package simulator plays a municipality's resident directory with the invented residents of app/gateway/residents.
package simulator

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/residents"
)

// Options say how the directory starts.
type Options struct {
	Addr    string      // where to listen, "127.0.0.1:8444"
	TLS     *tls.Config // of mutual.Authority.Server or mutual.LoadServer; nil serves plain HTTP
	Control string      // where to listen for the controls, plain HTTP; empty is any port of 127.0.0.1. Without TLS they are beside the service
	Data    *residents.Register
	Faults  Faults // to start with
}

// Faults are what can be wrong with the directory.
type Faults struct {
	Down bool          // every answer is 503
	Slow time.Duration // each answer comes that much later
}

// Server is a directory that runs.
type Server struct {
	o            Options
	faults       atomic.Pointer[Faults]
	url, control string
	servers      []*http.Server
}

// Start listens and serves until Close. When it returns, the directory answers.
func Start(o Options) (*Server, error) {
	if o.Data == nil {
		o.Data = &residents.Register{}
	}
	if o.Control == "" {
		o.Control = "127.0.0.1:0"
	}
	s := &Server{o: o}
	s.SetFaults(o.Faults)
	if err := s.listen(); err != nil {
		_ = s.Close() // what listens already
		return nil, err
	}
	return s, nil
}

func (s *Server) listen() error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/residents/search", s.search)
	mux.HandleFunc("GET /v1/health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	service := http.MaxBytesHandler(s.inFrontOf(mux), 64<<10)
	controls := http.NewServeMux()
	controls.HandleFunc("GET /control/faults", s.showFaults)
	controls.HandleFunc("PUT /control/faults", s.putFaults)
	// No other site may throw a switch with the browser of whoever has the demo open.
	guarded := http.MaxBytesHandler(http.NewCrossOriginProtection().Handler(controls), 4<<10)
	if s.o.TLS == nil {
		both := http.NewServeMux()
		both.Handle("/v1/", service)
		both.Handle("/control/", guarded)
		address, err := s.serve(s.o.Addr, both, nil)
		s.url = "http://" + address
		s.control = s.url
		return err
	}
	address, err := s.serve(s.o.Addr, service, s.o.TLS)
	if err != nil {
		return err
	}
	s.url = "https://" + address
	address, err = s.serve(s.o.Control, guarded, nil)
	s.control = "http://" + address
	return err
}

func (s *Server) serve(addr string, h http.Handler, config *tls.Config) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler:           h,
		TLSConfig:         config.Clone(),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	} // a client without a certificate is what a simulator is there to refuse
	s.servers = append(s.servers, server)
	go func() {
		if config != nil {
			_ = server.ServeTLS(l, "", "") // it ends by Close
			return
		}
		_ = server.Serve(l)
	}()
	return l.Addr().String(), nil
}

// URL is where clients ask.
func (s *Server) URL() string { return s.url }

// ControlURL is where the switches are, as JSON: /control/faults.
func (s *Server) ControlURL() string { return s.control }

// SetFaults makes the directory slow or down, from the next call on.
func (s *Server) SetFaults(f Faults) { s.faults.Store(&f) }

// Close stops at once, calls under way included. It may be called twice.
func (s *Server) Close() error {
	var failed []error
	for _, server := range s.servers {
		failed = append(failed, server.Close())
	}
	return errors.Join(failed...)
}

// inFrontOf lets calls through as the faults allow.
func (s *Server) inFrontOf(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := *s.faults.Load()
		if f.Slow > 0 {
			timer := time.NewTimer(f.Slow)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
				return
			}
		}
		if f.Down {
			writeJSON(w, http.StatusServiceUnavailable, mutual.Refusal{Code: "down", RetryAfter: 5})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// faultsJSON is the body of /control/faults: {"down": true, "slow": "500ms"}.
type faultsJSON struct {
	Down bool   `json:"down"`
	Slow string `json:"slow"`
}

func (s *Server) showFaults(w http.ResponseWriter, _ *http.Request) {
	f := s.faults.Load()
	writeJSON(w, http.StatusOK, faultsJSON{Down: f.Down, Slow: f.Slow.String()})
}

func (s *Server) putFaults(w http.ResponseWriter, r *http.Request) {
	var in faultsJSON
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = mutual.Decode(text, &in)
	}
	slow := time.Duration(0)
	if err == nil && in.Slow != "" {
		slow, err = time.ParseDuration(in.Slow)
	}
	if err != nil || slow < 0 || slow > time.Hour {
		http.Error(w, `send {"down": true|false, "slow": "500ms"}, at most one hour`, http.StatusUnprocessableEntity)
		return
	}
	s.SetFaults(Faults{Down: in.Down, Slow: slow})
	s.showFaults(w, r)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client is gone: nobody is left to tell
}
