// Package simulator plays the inter-agency network: its wire format, its asynchronous way of answering, the answers of
// invented providers about invented residents, and on request everything that goes wrong with the real one.
package simulator

import (
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"kosodate.example/onestop/app/gateway/residents"
)

// Defaults of Options.
const (
	DefaultDelay    = 200 * time.Millisecond
	DefaultMaxBatch = 200
	DefaultKeep     = 10 * time.Minute

	keepUnfetched = 24 * time.Hour // an answer waits for whoever was down
)

// Options say how the network starts.
type Options struct {
	Addr     string        // where to listen, "127.0.0.1:8443"
	TLS      *tls.Config   // of mutual.Authority.Server or mutual.LoadServer; nil serves plain HTTP
	Control  string        // where to listen for the controls, plain HTTP; empty is any port of 127.0.0.1. Without TLS they are beside the service
	Delay    time.Duration // from an inquiry to its answer; zero is DefaultDelay
	MaxBatch int           // inquiries or polls in a call; zero is DefaultMaxBatch
	Keep     time.Duration // how long an inquiry is kept after its final reply was fetched; zero is DefaultKeep. Others: a day
	Data     *residents.Register
	Faults   Faults           // to start with
	Now      func() time.Time // nil is time.Now
}

// Server is a network that runs.
type Server struct {
	o         Options
	faults    faultSwitch
	inquiries *inquiries
	overrides overrides
	counts    counters

	url, control string
	servers      []*http.Server
	done         chan struct{}
	stopped      atomic.Bool
}

// Start listens and serves until Close. When it returns, the network answers.
func Start(o Options) (*Server, error) {
	if o.Delay <= 0 {
		o.Delay = DefaultDelay
	}
	if o.MaxBatch <= 0 {
		o.MaxBatch = DefaultMaxBatch
	}
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Data == nil {
		o.Data = &residents.Register{Now: o.Now}
	}
	if o.Control == "" {
		o.Control = "127.0.0.1:0"
	}
	if err := o.Faults.check(); err != nil {
		return nil, err
	}
	s := &Server{o: o, inquiries: newInquiries(), done: make(chan struct{})}
	s.faults.set(o.Faults)
	if err := s.listen(); err != nil {
		_ = s.Close() // what listens already
		return nil, err
	}
	go s.sweep()
	return s, nil
}

func (s *Server) listen() error {
	service, controls := s.faults.inFrontOf(s.service()), s.controls()
	if s.o.TLS == nil {
		both := http.NewServeMux()
		both.Handle("/v1/", service)
		both.Handle("/", controls)
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
	address, err = s.serve(s.o.Control, controls, nil)
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
		ErrorLog:          log.New(discard{}, "", 0),
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

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// URL is where clients ask.
func (s *Server) URL() string { return s.url }

// ControlURL is where the switches are: a page, and JSON below /control/.
func (s *Server) ControlURL() string { return s.control }

// Close stops at once, calls under way included. It may be called twice.
func (s *Server) Close() error {
	var failed []error
	for _, server := range s.servers {
		failed = append(failed, server.Close())
	}
	if !s.stopped.Swap(true) {
		close(s.done)
	}
	return errors.Join(failed...)
}

// sweep forgets old inquiries now and then, so that memory stays flat however long the network runs.
func (s *Server) sweep() {
	tick := time.NewTicker(min(s.o.Keep/4, time.Minute))
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
			s.Forget()
		}
	}
}

// Forget drops what was kept long enough, as it also happens by itself.
func (s *Server) Forget() {
	now := s.o.Now()
	s.inquiries.forget(now.Add(-s.o.Keep), now.Add(-max(s.o.Keep, keepUnfetched)))
}
