package object

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kosodate.example/onestop/app/fault"
)

func TestOpenRefuses(t *testing.T) {
	good := Config{Endpoint: "127.0.0.1:9000", AccessKey: "a", SecretKey: "s", Bucket: "b"}
	noPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(noPEM, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"no endpoint":   func(c *Config) { c.Endpoint = "" },
		"a URL":         func(c *Config) { c.Endpoint = "http://127.0.0.1:9000/x" },
		"no access key": func(c *Config) { c.AccessKey = "" },
		"no secret key": func(c *Config) { c.SecretKey = "" },
		"no bucket":     func(c *Config) { c.Bucket = "" },
		"no CA file":    func(c *Config) { c.TLS, c.CAFile = true, noPEM+".missing" },
		"no PEM":        func(c *Config) { c.TLS, c.CAFile = true, noPEM },
	} {
		cfg := good
		change(&cfg)
		if _, err := Open(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// stuck is a server that takes connections and then nothing: a machine whose disk hangs.
func stuck(t *testing.T, stall, answer time.Duration) *Store {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan net.Conn, 16)
	go func() {
		defer close(accepted)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			accepted <- conn
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		for conn := range accepted {
			_ = conn.Close()
		}
	})
	store, err := Open(Config{Endpoint: listener.Addr().String(), AccessKey: "a", SecretKey: "s", Bucket: "bucket",
		StallTimeout: stall, AnswerTimeout: answer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func TestStuckServer(t *testing.T) {
	store := stuck(t, 100*time.Millisecond, 100*time.Millisecond)
	const large = 64 << 20 // more than the system's buffers take
	_, err := store.Put(t.Context(), "k", io.LimitReader(zeros{}, large), large, "")
	if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, errStalled) {
		t.Errorf("put of more than is taken: %v", err)
	}
	if _, err := store.Put(t.Context(), "k", strings.NewReader("x"), 1, ""); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("put that is never answered: %v", err)
	}
	if _, _, err := store.Get(t.Context(), "k"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("get: %v", err)
	}
	if err := store.Ready(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("ready: %v", err)
	}
}

func TestCallersReasonComesBack(t *testing.T) {
	store := stuck(t, time.Minute, time.Minute)
	reason := errors.New("the program stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if _, err := store.Put(ctx, "k", strings.NewReader("x"), 1, ""); !errors.Is(err, reason) {
		t.Errorf("put: %v", err)
	}
	if _, err := store.Stat(ctx, "k"); !errors.Is(err, reason) {
		t.Errorf("stat: %v", err)
	}
	late, cancelLate := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancelLate()
	if err := store.Remove(late, "k"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a deadline is the store's delay: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// slow takes its time before each byte, as a parent's phone does on a train.
type slow struct {
	left  int
	pause time.Duration
}

func (s *slow) Read(p []byte) (int, error) {
	<-time.After(s.pause)
	if s.left == 0 {
		return 0, io.EOF
	}
	s.left--
	p[0] = 'x'
	return 1, nil
}

// The time of the source is not the server's; the bubble's clock makes a slow upload of an hour pass at once.
func TestGuardCountsTheServerAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		body := &exactReader{ctx: ctx, source: &slow{left: 60, pause: time.Minute}, left: 60, size: 60,
			guard: newGuard(time.Second, 2*time.Second, cancel)}
		var got bytes.Buffer
		if _, err := io.Copy(&got, body); err != nil || got.Len() != 60 || ctx.Err() != nil {
			t.Errorf("%d bytes, %v, %v", got.Len(), err, context.Cause(ctx))
		}
		<-time.After(3 * time.Second) // and no answer
		if !errors.Is(context.Cause(ctx), errStalled) {
			t.Errorf("a server that does not answer: %v", context.Cause(ctx))
		}
	})
}
