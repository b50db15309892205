// Package simulator speaks clamd's protocol for a machine that has none: the demo's, or a test's that needs faults.
//
// It knows one harmless pattern, the EICAR test string, and nothing else: it protects from nothing.
package simulator

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Signature is the name under which the EICAR string is found.
const Signature = "Eicar-Test"

// Version is what it answers to VERSION.
const Version = "ClamAV 0.0.0-simulator"

// DefaultMaxStream is the length from which a stream is refused, in bytes, as in the configuration of clamd that
// clamdtest writes.
const DefaultMaxStream = 100 << 20

// Server is one simulator. It may be used from any number of goroutines.
type Server struct {
	listener  net.Listener
	maxStream int64
	fault     atomic.Pointer[Fault]
	scans     atomic.Int64

	mu      sync.Mutex
	conns   map[net.Conn]struct{}
	closed  bool
	serving sync.WaitGroup
	stop    chan struct{}
}

// Start listens on addr ("127.0.0.1:0" for a free port) and serves until Close. maxStream is as in clamd's
// StreamMaxLength; zero for DefaultMaxStream.
func Start(addr string, maxStream int64) (*Server, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("virus scanner's simulator: %w", err)
	}
	if maxStream == 0 {
		maxStream = DefaultMaxStream
	}
	s := &Server{listener: listener, maxStream: maxStream, conns: map[net.Conn]struct{}{}, stop: make(chan struct{})}
	s.Switch(Fault{})
	s.serving.Go(s.accept)
	return s, nil
}

// Address is where it listens, for clamav.Config.
func (s *Server) Address() string { return "tcp://" + s.listener.Addr().String() }

// Scans counts the streams that were begun.
func (s *Server) Scans() int64 { return s.scans.Load() }

// Close ends it at once, with all connections.
func (s *Server) Close() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.stop)
		_ = s.listener.Close()
		for conn := range s.conns {
			_ = conn.Close()
		}
	}
	s.mu.Unlock()
	s.serving.Wait()
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return // closed
		}
		if !s.hold(conn) {
			return
		}
		s.serving.Go(func() {
			defer s.letGo(conn)
			_ = s.serve(conn) // the other side is gone, or a fault was wanted
		})
	}
}

func (s *Server) hold(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = conn.Close()
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

func (s *Server) letGo(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
	_ = conn.Close()
}

// idle is how long a connection may stay silent.
const idle = time.Minute

func (s *Server) serve(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(idle)); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	command, err := in.ReadString(0)
	if err != nil {
		return err
	}
	fault := *s.fault.Load()
	if fault.Drop == DropAtOnce {
		return nil
	}
	var said string
	switch command {
	case "zPING\x00":
		said = "PONG"
	case "zVERSION\x00":
		said = Version
	case "zINSTREAM\x00":
		s.scans.Add(1)
		if said, err = s.scan(conn, in, fault); err != nil {
			return err
		}
	default:
		said = "UNKNOWN COMMAND"
	}
	if !s.wait(fault.Slow) {
		return nil
	}
	if fault.Error != "" {
		said = fault.Error + " ERROR"
	}
	_, err = io.WriteString(conn, said+"\x00")
	return err
}

var errDropped = errors.New("dropped on purpose")

// scan reads pieces, each behind its length, to the empty one.
func (s *Server) scan(conn net.Conn, in io.Reader, fault Fault) (string, error) {
	var look search
	total := int64(0)
	for {
		if err := conn.SetDeadline(time.Now().Add(idle)); err != nil {
			return "", err
		}
		var length [4]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return "", err
		}
		n := int64(binary.BigEndian.Uint32(length[:]))
		if n == 0 {
			return look.verdict(), nil
		}
		if total += n; total > s.maxStream {
			return "INSTREAM size limit exceeded. ERROR", nil
		}
		if _, err := io.CopyN(&look, in, n); err != nil {
			return "", err
		}
		if fault.Drop == DropMidway {
			return "", errDropped
		}
	}
}

// wait waits for d; false if the server is closed meanwhile.
func (s *Server) wait(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stop:
		return false
	}
}
