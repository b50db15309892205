package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
)

// proxy stands between the program and PostgreSQL and counts round trips: each time that a client hands over what it
// wants done (a Sync, or a simple Query) while the server owes it nothing. What a client sends on without waiting for
// the answer, as a pipeline does, belongs to the same round trip.
type proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	trips int
	said  []string // the statements, in order; "" between two round trips
	each  sync.WaitGroup
	conns map[net.Conn]bool
}

// newProxy listens on an address for a server at target ("127.0.0.1:5432").
func newProxy(addr, target string) (*proxy, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.each.Go(p.accept)
	return p, nil
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		l := &link{proxy: p, client: client, server: server, names: map[string]string{}}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.each.Go(func() { l.forward(client, server, l.fromClient, true) })
		p.each.Go(func() { l.forward(server, client, l.fromServer, false) })
	}
}

// drain gives what was counted since the last call, and begins anew.
func (p *proxy) drain() (trips int, statements []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	trips, statements = p.trips, p.said
	p.trips, p.said = 0, nil
	return trips, statements
}

// close cuts every connection.
func (p *proxy) close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.each.Wait()
	return err
}

// link is one connection of a client.
type link struct {
	proxy          *proxy
	client, server net.Conn
	owed           int               // answers that the server still owes; guarded by proxy.mu
	names          map[string]string // prepared statements; the client's side alone uses them
	pending        []string          // statements since the last Sync
}

// forward passes messages on, each one seen before it is sent. A client's first message has no type byte.
func (l *link) forward(from, to net.Conn, seen func(kind byte, body []byte), startup bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	in := bufio.NewReaderSize(from, 64<<10)
	out := bufio.NewWriterSize(to, 64<<10)
	for {
		message, err := readMessage(in, startup)
		if err != nil {
			return
		}
		if startup {
			startup = false
		} else {
			seen(message[0], message[5:])
		}
		if _, err := out.Write(message); err != nil {
			return
		}
		if in.Buffered() > 0 {
			continue
		}
		if err := out.Flush(); err != nil {
			return
		}
	}
}

const longestMessage = 64 << 20

// readMessage reads one message of the protocol, version 3: a type byte but in the startup message, and the length,
// which counts itself.
func readMessage(in io.Reader, startup bool) ([]byte, error) {
	head := make([]byte, 5)
	if startup {
		head = head[:4]
	}
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
	if n < 0 || n > longestMessage {
		return nil, fmt.Errorf("a message of %d bytes", n)
	}
	message := append(head, make([]byte, n)...)
	_, err := io.ReadFull(in, message[len(head):])
	return message, err
}

var errText = errors.New("a text without its end")

// cString reads a text that ends in a zero byte.
func cString(body []byte) (text string, rest []byte, err error) {
	raw, rest, ok := bytes.Cut(body, []byte{0})
	if !ok {
		return "", nil, errText
	}
	return string(raw), rest, nil
}

// fromClient sees what the client wants.
func (l *link) fromClient(kind byte, body []byte) {
	switch kind {
	case 'P': // Parse: name, statement
		name, rest, err := cString(body)
		if err != nil {
			return
		}
		if statement, _, err := cString(rest); err == nil {
			l.names[name] = statement
			l.pending = append(l.pending, "prepare "+statement)
		}
	case 'B': // Bind: portal, name
		_, rest, err := cString(body)
		if err != nil {
			return
		}
		if name, _, err := cString(rest); err == nil {
			l.pending = append(l.pending, l.names[name])
		}
	case 'Q':
		statement, _, _ := cString(body)
		l.pending = append(l.pending, statement)
		l.asked()
	case 'C': // Close of a statement or a portal
		l.pending = append(l.pending, "close")
	case 'S':
		l.asked()
	}
}

// asked counts: the client waits from now on.
func (l *link) asked() {
	p := l.proxy
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.owed == 0 {
		p.trips++
		p.said = append(p.said, "")
	}
	l.owed++
	p.said = append(p.said, l.pending...)
	l.pending = nil
}

// fromServer sees that the server is ready for the next query.
func (l *link) fromServer(kind byte, _ []byte) {
	if kind != 'Z' {
		return
	}
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	if l.owed > 0 { // the first one ends the startup, for which nothing was asked
		l.owed--
	}
}
