package document

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

var errReset = errors.New("connection reset by peer")

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// tornAfter gives some bytes and then an error.
func tornAfter(sent []byte, err error) io.Reader {
	return io.MultiReader(bytes.NewReader(sent), readerFunc(func([]byte) (int, error) { return 0, err }))
}

// midway gives a body that calls fn once when half of it was read.
func midway(body []byte, fn func()) io.Reader {
	half := len(body) / 2
	var once sync.Once
	return io.MultiReader(bytes.NewReader(body[:half]), readerFunc(func([]byte) (int, error) { once.Do(fn); return 0, io.EOF }), bytes.NewReader(body[half:]))
}

// silentAfter is a connection whose other end sends some bytes and then nothing more.
func silentAfter(t testing.TB, sent []byte) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _, _ = client.Write(sent) }() // it may be cut off while it sends
	t.Cleanup(func() { _ = server.Close(); _ = client.Close(); <-done })
	return server
}
