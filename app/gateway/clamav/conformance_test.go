package clamav_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/clamav/clamdtest"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
)

const maxStream = 2 << 20

// scanner is what the suite runs against: the real clamd and the simulator.
type scanner struct {
	addresses []string
	stop      func()
}

func TestClamd(t *testing.T) {
	real := clamdtest.New(t, clamdtest.Options{MaxStream: maxStream, MaxFile: maxStream / 2})
	// clamd takes a file between the two limits and looks at a part of it: no verdict on the whole.
	got, err := client(t, real.Address).Scan(t.Context(), bytes.NewReader(noise(maxStream*3/4)))
	if !errors.Is(err, clamav.ErrLimit) || got.Result != 0 {
		t.Errorf("above MaxFileSize: %+v, %v", got, err)
	}
	conforms(t, scanner{[]string{real.Address, real.Socket}, real.Kill})
}

func TestSimulator(t *testing.T) {
	s := simulate(t)
	conforms(t, scanner{[]string{s.Address()}, s.Close})
}

func simulate(t *testing.T) *simulator.Server {
	t.Helper()
	s, err := simulator.Start("127.0.0.1:0", maxStream)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func client(t *testing.T, address string) *clamav.Client {
	t.Helper()
	c, err := clamav.New(clamav.Config{Address: address, DialTimeout: 2 * time.Second, SendTimeout: 5 * time.Second, ScanTimeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func conforms(t *testing.T, s scanner) {
	for _, address := range s.addresses {
		network, _, _ := strings.Cut(address, ":")
		c := client(t, address)
		t.Run(network+" verdicts", func(t *testing.T) { verdicts(t, c) })
		t.Run(network+" above the limit", func(t *testing.T) { aboveLimit(t, c) })
		t.Run(network+" broken source", func(t *testing.T) { brokenSource(t, c) })
		t.Run(network+" many at once", func(t *testing.T) { manyAtOnce(t, c) })
		t.Run(network+" ping and version", func(t *testing.T) { pingAndVersion(t, c) })
	}
	t.Run("down", func(t *testing.T) {
		s.stop()
		for _, address := range s.addresses {
			down(t, client(t, address))
		}
	})
}

func noise(n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n)}).Read(out)
	return out
}

// infected is a file with the test string at a place, for example across the border of two pieces.
func infected(before, after int) []byte {
	return append(append(noise(before), simulator.EICAR()...), noise(after)...)
}

func verdicts(t *testing.T, c *clamav.Client) {
	for name, body := range map[string][]byte{"empty": {}, "a byte": {1}, "text": []byte("ひなた市"), "a piece": noise(64 << 10),
		"a piece and a byte": noise(64<<10 + 1), "large": noise(900 << 10)} {
		got, err := c.Scan(t.Context(), iotest.HalfReader(bytes.NewReader(body)))
		if err != nil || !got.Clean() || got.Infected() || got.Signature != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	pdf := append([]byte("%PDF-1.4\n1 0 obj\n<< >>\nstream\n"), append(simulator.EICAR(), "\nendstream\nendobj\n%%EOF\n"...)...)
	for name, body := range map[string][]byte{"alone": simulator.EICAR(), "within a PDF": pdf, "far behind": infected(300<<10, 100),
		"across two pieces": infected(64<<10-10, 64<<10)} {
		got, err := c.Scan(t.Context(), bytes.NewReader(body))
		if err != nil || got.Clean() || !got.Infected() || !strings.HasPrefix(got.Signature, simulator.Signature) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A stream that is refused in the middle, and one that is taken and not looked at to its end.
func aboveLimit(t *testing.T, c *clamav.Client) {
	for _, size := range []int{maxStream + 1, 4 * maxStream} {
		if got, err := c.Scan(t.Context(), bytes.NewReader(noise(size))); got.Clean() || !errors.Is(err, clamav.ErrLimit) && fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%d bytes: %+v, %v", size, got, err)
		}
	}
	got, err := c.Scan(t.Context(), bytes.NewReader(noise(maxStream+1)))
	if !errors.Is(err, clamav.ErrLimit) {
		t.Errorf("just above the limit: %+v, %v", got, err)
	}
}

func brokenSource(t *testing.T, c *clamav.Client) {
	broken := errors.New("the object store went away")
	for _, after := range []int{0, 1, 64 << 10, 100 << 10} {
		got, err := c.Scan(t.Context(), io.MultiReader(bytes.NewReader(noise(after)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) || got.Result != 0 {
			t.Errorf("after %d bytes: %+v, %v", after, got, err)
		}
	}
	reason := errors.New("the worker stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if got, err := c.Scan(ctx, bytes.NewReader(nil)); !errors.Is(err, reason) || got.Result != 0 {
		t.Errorf("given up: %+v, %v", got, err)
	}
}

func manyAtOnce(t *testing.T, c *clamav.Client) {
	var group sync.WaitGroup
	for i := range 24 {
		group.Go(func() {
			body := noise(100<<10 + i)
			if i%2 == 1 {
				body = infected(50<<10+i, 10)
			}
			got, err := c.Scan(t.Context(), bytes.NewReader(body))
			if err != nil || got.Infected() != (i%2 == 1) || got.Clean() == got.Infected() {
				t.Errorf("file %d: %+v, %v", i, got, err)
			}
		})
	}
	group.Wait()
}

func pingAndVersion(t *testing.T, c *clamav.Client) {
	if err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	if version, err := c.Version(t.Context()); err != nil || !strings.HasPrefix(version, "ClamAV ") {
		t.Errorf("%q, %v", version, err)
	}
}

func down(t *testing.T, c *clamav.Client) {
	t.Helper()
	got, scanErr := c.Scan(t.Context(), bytes.NewReader(noise(100)))
	version, versionErr := c.Version(t.Context())
	if got.Result != 0 || version != "" {
		t.Errorf("an answer of a scanner that is down: %+v, %q", got, version)
	}
	for _, err := range []error{scanErr, versionErr, c.Ping(t.Context())} {
		wantUnavailable(t, err)
	}
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != fault.Unavailable || f.Extra["component"] != clamav.Component {
		t.Errorf("while the scanner is down: %v", err)
	}
}
