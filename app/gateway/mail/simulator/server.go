// Package simulator is a real SMTP server on loopback that keeps what it receives and delivers nothing, with faults to
// switch and a page that shows the mails, for tests and the demo.
package simulator

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Options say where it listens and whom it lets in.
type Options struct {
	Addr string      // of SMTP; "127.0.0.1:0" for a free port
	Page string      // of the page; empty for none
	TLS  *tls.Config // offers STARTTLS; nil: not
	// Implicit encrypts from the first byte instead, with TLS.
	Implicit       bool
	User, Password string // who has to sign in; empty: nobody
	Keep           int    // how many mails are kept, the newest; 10,000 if zero
}

// Faults are what goes wrong.
type Faults struct {
	Down         bool          // connections are cut at once
	Slow         time.Duration // before a mail is acknowledged
	Refuse       string        // recipients that contain this are refused for good (550)
	Defer        bool          // every recipient is asked to come again later (451)
	CutAfterData bool          // a mail is taken, and the connection is cut before that is acknowledged
}

// Mail is one mail as it was received.
type Mail struct {
	From string
	To   []string
	Data []byte // every byte between DATA and the end
	At   time.Time
}

// Server is a running simulator.
type Server struct {
	opt      Options
	smtp     *smtp.Server
	listener net.Listener
	page     *http.Server
	pageAddr string
	closed   chan struct{}

	mu     sync.Mutex
	mails  []Mail
	total  int
	faults Faults
	heard  chan struct{} // closed and replaced at each mail
}

// Start starts it.
func Start(o Options) (*Server, error) {
	if o.Keep <= 0 {
		o.Keep = 10_000
	}
	s := &Server{opt: o, closed: make(chan struct{}), heard: make(chan struct{})}
	listener, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	s.listener = listener
	s.smtp = smtp.NewServer(smtp.BackendFunc(s.session))
	s.smtp.Domain, s.smtp.AllowInsecureAuth = "localhost", o.TLS == nil
	s.smtp.ReadTimeout, s.smtp.WriteTimeout, s.smtp.MaxMessageBytes, s.smtp.MaxRecipients = time.Minute, time.Minute, 1<<20, 50
	s.smtp.ErrorLog = log.New(io.Discard, "", 0) // a cut connection is what is wanted
	var from net.Listener = &switched{Listener: listener, server: s}
	if o.Implicit {
		from = tls.NewListener(from, o.TLS)
	} else {
		s.smtp.TLSConfig = o.TLS
	}
	go func() { _ = s.smtp.Serve(from) }()
	if o.Page != "" {
		if err := s.startPage(o.Page); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Addr is where SMTP is spoken, host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends it.
func (s *Server) Close() {
	close(s.closed)
	_ = s.smtp.Close()
	_ = s.listener.Close()
	if s.page != nil {
		_ = s.page.Close()
	}
}

// SetFaults replaces the faults.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

func (s *Server) current() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// Mails gives what was received and kept, the oldest first.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Heard gives how many mails were received so far, and a channel that is closed when the next one is.
func (s *Server) Heard() (int, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total, s.heard
}

func (s *Server) keep(m Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, m)
	s.total++
	if extra := len(s.mails) - s.opt.Keep; extra > 0 {
		s.mails = append([]Mail(nil), s.mails[extra:]...)
	}
	close(s.heard)
	s.heard = make(chan struct{})
}

// switched cuts each new connection while the server is said to be down.
type switched struct {
	net.Listener
	server *Server
}

// Accept waits for a connection that is not cut.
func (l *switched) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || !l.server.current().Down {
			return conn, err
		}
		_ = conn.Close()
	}
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	signed bool
	mail   Mail
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{server: s, conn: c, signed: s.opt.User == ""}, nil
}

// AuthMechanisms offers PLAIN where somebody has to sign in.
func (s *session) AuthMechanisms() []string {
	if s.server.opt.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth signs in.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.opt.User || password != s.server.opt.Password {
			return smtp.ErrAuthFailed
		}
		s.signed = true
		return nil
	}), nil
}

// Reset forgets the mail that was begun.
func (s *session) Reset() { s.mail = Mail{} }

// Logout has nothing to free.
func (s *session) Logout() error { return nil }

// Mail begins a mail.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signed {
		return smtp.ErrAuthRequired
	}
	s.mail = Mail{From: from}
	return nil
}

// Rcpt adds a recipient, unless a fault refuses it.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	f := s.server.current()
	switch {
	case f.Defer:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come again later, <" + to + ">"}
	case f.Refuse != "" && strings.Contains(to, f.Refuse):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + "> is nobody here"}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

// Data takes the mail.
func (s *session) Data(r io.Reader) error {
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		return err
	}
	f := s.server.current()
	if f.Slow > 0 {
		wait := time.NewTimer(f.Slow)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-s.server.closed:
		}
	}
	m := s.mail
	m.Data, m.At = b.Bytes(), time.Now()
	s.server.keep(m)
	if f.CutAfterData {
		_ = s.conn.Conn().Close()
		return errors.New("simulator: the connection is cut")
	}
	return nil
}
