package clamav

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// answerLimit bounds what is read as an answer: a line with a signature's name.
const answerLimit = 4 << 10

// call is one connection with one command and one answer.
type call struct {
	conn    net.Conn
	cfg     Config
	release func() bool
	said    chan answered
}

type answered struct {
	text string
	err  error
}

// newCall listens from the start: if clamd refuses while a file is still being sent, its answer must be read before
// the reset of the connection throws it away.
func newCall(ctx context.Context, conn net.Conn, cfg Config) *call {
	c := &call{conn: conn, cfg: cfg, said: make(chan answered, 1)}
	c.release = context.AfterFunc(ctx, func() { _ = conn.Close() })
	go func() {
		text, err := bufio.NewReader(io.LimitReader(conn, answerLimit)).ReadString(0)
		text, terminated := strings.CutSuffix(text, "\x00")
		if err == nil && !terminated {
			err = io.ErrUnexpectedEOF
		}
		c.said <- answered{text, err}
	}()
	return c
}

func (c *call) send(p []byte) error {
	if err := c.conn.SetWriteDeadline(time.Now().Add(c.cfg.SendTimeout)); err != nil {
		return err
	}
	_, err := c.conn.Write(p)
	return err
}

// answer waits for clamd's answer, which may also explain a failed send.
func (c *call) answer(sendErr error) (string, error) {
	wait := c.cfg.ScanTimeout
	if sendErr != nil {
		wait = time.Second // it is on its way, or there is none
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return "", errors.Join(sendErr, err)
	}
	got := <-c.said
	if got.err != nil {
		return "", errors.Join(sendErr, fmt.Errorf("clamav: no complete answer (%q): %w", got.text, got.err))
	}
	return got.text, nil
}

// close ends the connection, and with it the listening goroutine.
func (c *call) close() {
	c.release()
	_ = c.conn.Close() // the answer is read or of no use
}
