package clamav_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"kosodate.example/onestop/app/gateway/clamav"
	"kosodate.example/onestop/app/gateway/clamav/simulator"
)

// Whatever goes wrong, nothing is clean.
func TestFaults(t *testing.T) {
	s := simulate(t)
	c, err := clamav.New(clamav.Config{Address: s.Address(), SendTimeout: time.Second, ScanTimeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for name, fault := range map[string]simulator.Fault{
		"slow":    {Slow: time.Minute},
		"dropped": {Drop: simulator.DropAtOnce},
		"midway":  {Drop: simulator.DropMidway},
		"error":   {Error: "stream: Can't allocate memory"},
	} {
		s.Switch(fault)
		for _, body := range [][]byte{noise(10), noise(300 << 10), simulator.EICAR()} {
			got, err := c.Scan(t.Context(), bytes.NewReader(body))
			if got.Result != 0 {
				t.Errorf("%s: %+v", name, got)
			}
			wantUnavailable(t, err)
		}
		if fault.Drop != simulator.DropMidway {
			wantUnavailable(t, c.Ping(t.Context()))
			_, err := c.Version(t.Context())
			wantUnavailable(t, err)
		}
	}
	s.Switch(simulator.Fault{})
	if got, err := c.Scan(t.Context(), bytes.NewReader(noise(10))); err != nil || !got.Clean() {
		t.Errorf("after the faults: %+v, %v", got, err)
	}
}

// A worker that stops while clamd takes its time gets its own reason back at once.
func TestGivenUpWhileWaiting(t *testing.T) {
	s := simulate(t)
	s.Switch(simulator.Fault{Slow: time.Minute})
	reason := errors.New("the worker stops")
	ctx, cancel := context.WithCancelCause(t.Context())
	sent := &atEnd{Reader: bytes.NewReader(noise(10)), do: func() { cancel(reason) }}
	if got, err := client(t, s.Address()).Scan(ctx, sent); !errors.Is(err, reason) || got.Result != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// atEnd calls do when its end is read.
type atEnd struct {
	*bytes.Reader
	do func()
}

func (a *atEnd) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil {
		a.do()
	}
	return n, err
}
