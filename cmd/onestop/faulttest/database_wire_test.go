package faulttest

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
)

// pumpDatabase carries PostgreSQL's protocol. Its points: "before SQL; SQL", when a batch of messages that ends in Sync or
// Query is complete and nothing of it was handed on; "after SQL; SQL", when the answer to it is complete to ReadyForQuery and
// nothing of that was handed back. Signing in passes untouched.
func pumpDatabase(w *wire, client, server net.Conn) {
	// What was asked, for the name of its answer's point; a pipeline may have several under way.
	asked := make(chan string, 1024)
	bothWays(client, server,
		func() { asks(w, bufio.NewReader(client), server, asked) },
		func() { answers(w, bufio.NewReader(server), client, asked) })
}

func asks(w *wire, from *bufio.Reader, to io.Writer, asked chan<- string) {
	start := make([]byte, 4) // the first message has no type
	if _, err := io.ReadFull(from, start); err != nil {
		return
	}
	rest := make([]byte, binary.BigEndian.Uint32(start)-4)
	if _, err := io.ReadFull(from, rest); err != nil {
		return
	}
	if _, err := to.Write(append(start, rest...)); err != nil {
		return
	}
	var batch bytes.Buffer
	sql, prepared := "", map[string]string{}
	for {
		kind, message, err := readMessage(from)
		if err != nil {
			return
		}
		batch.Write(message)
		switch kind {
		case 'P': // Parse: the statement's name, then its text
			name, text, _ := strings.Cut(string(message[5:]), "\x00")
			prepared[name] = brief(text)
			sql = also(sql, prepared[name])
		case 'B': // Bind: the portal's name, then that of a statement parsed earlier
			_, rest, _ := strings.Cut(string(message[5:]), "\x00")
			name, _, _ := strings.Cut(rest, "\x00")
			sql = also(sql, prepared[name])
		case 'Q':
			sql = also(sql, brief(string(message[5:])))
		}
		switch kind {
		case 'Q', 'S':
			if !w.pass("before " + sql) {
				return
			}
			asked <- sql
			sql = ""
		case 'p', 'X': // signing in, and goodbye: there is no ReadyForQuery to wait for
		default:
			continue
		}
		if _, err := to.Write(batch.Bytes()); err != nil {
			return
		}
		batch.Reset()
	}
}

func answers(w *wire, from *bufio.Reader, to io.Writer, asked <-chan string) {
	signedIn := false
	var answer bytes.Buffer
	for {
		kind, message, err := readMessage(from)
		if err != nil {
			_, _ = to.Write(answer.Bytes()) // why the server hung up
			return
		}
		answer.Write(message)
		if kind == 'Z' && signedIn && !w.pass("after "+<-asked) {
			return
		}
		if signedIn && kind != 'Z' {
			continue
		}
		signedIn = signedIn || kind == 'Z'
		if _, err := to.Write(answer.Bytes()); err != nil {
			return
		}
		answer.Reset()
	}
}

// readMessage reads one message: its type and all of it, type and length included.
func readMessage(from *bufio.Reader) (byte, []byte, error) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(from, head); err != nil {
		return 0, nil, err
	}
	message := make([]byte, 1+binary.BigEndian.Uint32(head[1:]))
	copy(message, head)
	_, err := io.ReadFull(from, message[5:])
	return head[0], message, err
}

// brief is the beginning of a statement, for people.
func brief(sql string) string {
	sql, _, _ = strings.Cut(sql, "\x00")
	words := strings.Fields(strings.ToLower(sql))
	if len(words) > 5 {
		words = words[:5]
	}
	return strings.Join(words, " ")
}

// also adds a statement to the name of a batch.
func also(name, sql string) string {
	switch {
	case name == "":
		return sql
	case strings.HasSuffix(name, sql): // parsed and then bound
		return name
	}
	return name + "; " + sql
}
