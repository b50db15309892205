// Package clamav asks clamd whether a file is infected, by its INSTREAM command (man clamd).
//
// Only an exact "OK" is clean. Whatever else happens is an error, and an error is not clean (security.md, "Files").
//
// clamd calls a file "OK" that it did not look at because it is above MaxFileSize or MaxScanSize; set AlertExceedsMax
// yes in its configuration, and such a file becomes ErrLimit here.
package clamav

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"time"

	"kosodate.example/onestop/app/fault"
)

// Component is the name under which the scanner appears in a 503 and on /readyz.
const Component = "virus-scanner"

// ErrLimit means that the file is above a limit of clamd (StreamMaxLength, MaxFileSize, MaxScanSize …), so that asking
// again gives the same: it stays unscanned until somebody raises the limit.
var ErrLimit = errors.New("clamav: the file is above a limit of the scanner")

// Config says where clamd is.
type Config struct {
	Address     string        // "tcp://127.0.0.1:3310" or "unix:///run/clamav/clamd.ctl"
	DialTimeout time.Duration // to connect; 5 s if zero
	SendTimeout time.Duration // for clamd to take the next piece of a file; 30 s if zero
	ScanTimeout time.Duration // from the last piece to the verdict; 2 min if zero
}

// Client asks one clamd. It may be used from any number of goroutines; each call has a connection of its own.
type Client struct {
	network, address string
	cfg              Config
}

// New makes a client; it does not connect.
func New(cfg Config) (*Client, error) {
	where, err := url.Parse(cfg.Address)
	if err != nil {
		return nil, fmt.Errorf("clamav: address %q: %w", cfg.Address, err)
	}
	c := &Client{network: where.Scheme, cfg: cfg}
	switch {
	case where.Scheme == "tcp" && where.Port() != "" && where.Path == "":
		c.address = where.Host
	case where.Scheme == "unix" && where.Host == "" && where.Path != "":
		c.address = where.Path
	default:
		return nil, fmt.Errorf("clamav: address %q is neither tcp://host:port nor unix:///path", cfg.Address)
	}
	for value, standard := range map[*time.Duration]time.Duration{&c.cfg.DialTimeout: 5 * time.Second,
		&c.cfg.SendTimeout: 30 * time.Second, &c.cfg.ScanTimeout: 2 * time.Minute} {
		if *value == 0 {
			*value = standard
		}
	}
	return c, nil
}

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "scanner-silent").
		Note("component", Component).Because(cause)
}

// pieceSize is how much of a file is sent at once; memory of a scan stays at one piece.
const pieceSize = 64 << 10

// Scan sends r to its end and gives the verdict. An error of r is returned as it is. ErrLimit; fault.Unavailable if
// clamd is down, too slow, or answers with anything that is no verdict.
func (c *Client) Scan(ctx context.Context, r io.Reader) (Verdict, error) {
	call, err := c.dial(ctx)
	if err != nil {
		return Verdict{}, err
	}
	defer call.close()
	sendErr := call.send([]byte("zINSTREAM\x00"))
	piece := make([]byte, 4+pieceSize)
	for sendErr == nil {
		n, readErr := io.ReadFull(r, piece[4:])
		if readErr != nil && readErr != io.EOF && readErr != io.ErrUnexpectedEOF {
			return Verdict{}, readErr // without the closing empty piece, clamd gives no verdict on the part it has
		}
		if n > 0 {
			binary.BigEndian.PutUint32(piece, uint32(n)) //nolint:gosec // at most a piece's length
			sendErr = call.send(piece[:4+n])
		}
		if readErr != nil && sendErr == nil {
			sendErr = call.send([]byte{0, 0, 0, 0})
			break
		}
	}
	// clamd may refuse in the middle and close; what it said then explains more than the broken pipe.
	said, answerErr := call.answer(sendErr)
	if answerErr != nil {
		return Verdict{}, c.failure(ctx, answerErr)
	}
	verdict, err := parseVerdict(said)
	if err != nil && !errors.Is(err, ErrLimit) {
		return Verdict{}, unavailable(err)
	}
	return verdict, err
}

// Ping says whether clamd answers; fault.Unavailable if not. For /readyz.
func (c *Client) Ping(ctx context.Context) error {
	said, err := c.command(ctx, "PING")
	if err == nil && said != "PONG" {
		return unavailable(fmt.Errorf("clamav: PING answered %q", said))
	}
	return err
}

// Version names the program and its signatures, "ClamAV 1.4.6/27900/Mon Nov 23 …". It changes when the signatures do,
// which is when files are scanned again (security.md, "Files"). fault.Unavailable.
func (c *Client) Version(ctx context.Context) (string, error) {
	said, err := c.command(ctx, "VERSION")
	if err == nil && !strings.HasPrefix(said, "ClamAV ") {
		return "", unavailable(fmt.Errorf("clamav: VERSION answered %q", said))
	}
	return said, err
}

func (c *Client) command(ctx context.Context, name string) (string, error) {
	call, err := c.dial(ctx)
	if err != nil {
		return "", err
	}
	defer call.close()
	said, err := call.answer(call.send([]byte("z" + name + "\x00")))
	if err != nil {
		return "", c.failure(ctx, err)
	}
	return said, nil
}

// failure gives a caller that gave up its own reason back; a deadline counts as clamd's delay.
func (c *Client) failure(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return unavailable(err)
}

func (c *Client) dial(ctx context.Context) (*call, error) {
	conn, err := (&net.Dialer{Timeout: c.cfg.DialTimeout}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return nil, c.failure(ctx, err)
	}
	return newCall(ctx, conn, c.cfg), nil
}
