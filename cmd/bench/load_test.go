package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	hundred := tally{}
	for i := 1; i <= 100; i++ {
		hundred.took = append(hundred.took, time.Duration(i)*time.Millisecond)
	}
	for _, c := range []struct {
		of   tally
		p    float64
		want time.Duration
	}{
		{tally{}, 50, 0},
		{tally{took: []time.Duration{7}}, 50, 7},
		{tally{took: []time.Duration{7}}, 99, 7},
		{tally{took: []time.Duration{1, 2}}, 50, 1},
		{tally{took: []time.Duration{1, 2}}, 51, 2},
		{hundred, 50, 50 * time.Millisecond},
		{hundred, 99, 99 * time.Millisecond},
		{hundred, 100, 100 * time.Millisecond},
	} {
		if got := c.of.percentile(c.p); got != c.want {
			t.Errorf("percentile %g of %d is %s, not %s", c.p, len(c.of.took), got, c.want)
		}
	}
}

func TestDriveCountsWhatSucceededAndWhatFailed(t *testing.T) {
	over := make(chan struct{})
	var n atomic.Int64
	var once sync.Once
	got := driveUntil(t.Context(), 3, over, func(context.Context, int) error {
		i := n.Add(1)
		if i >= 30 {
			once.Do(func() { close(over) })
		}
		if i%3 == 0 {
			return errors.New("every third")
		}
		return nil
	})
	if len(got.took)+got.errors != int(n.Load()) || got.errors < 10 || got.firstErr == nil {
		t.Errorf("%d succeeded, %d failed (%v) of %d", len(got.took), got.errors, got.firstErr, n.Load())
	}
	if !slices.IsSorted(got.took) || got.rate() <= 0 {
		t.Errorf("rate %g of %v", got.rate(), got.took)
	}
}

func TestDriveGivesUpOnWhatNeverSucceeds(t *testing.T) {
	got := driveUntil(t.Context(), 2, nil, func(context.Context, int) error { return errors.New("down") })
	if got.errors != 20 || len(got.took) != 0 {
		t.Errorf("%d errors, %d successes", got.errors, len(got.took))
	}
}

func TestDriveEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	got := driveUntil(ctx, 4, nil, func(ctx context.Context, _ int) error { cancel(); <-ctx.Done(); return ctx.Err() })
	if got.errors != 0 {
		t.Errorf("what was interrupted counts as %d errors", got.errors)
	}
}

func TestAtOnceBeginsAllBeforeAnyEnds(t *testing.T) {
	var all sync.WaitGroup
	all.Add(8)
	got := atOnce(t.Context(), 8, func(context.Context, int) error { all.Done(); all.Wait(); return nil })
	if len(got.took) != 8 {
		t.Errorf("%d of 8", len(got.took))
	}
}

func TestResultIsOneLineWithTheMembersThatItHas(t *testing.T) {
	tl := tally{took: []time.Duration{time.Millisecond, 3 * time.Millisecond}, elapsed: time.Second, errors: 1}
	r := beside(tl, 8, 12, 0.5)
	r.Name, r.Unit, r.Machine = "name", "things/s", thisMachine()
	var out bytes.Buffer
	if err := json.NewEncoder(&out).Encode(r); err != nil {
		t.Fatal(err)
	}
	if strings.Count(out.String(), "\n") != 1 {
		t.Errorf("not one line: %s", out.String())
	}
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]any{"name": "name", "value": 2.0, "unit": "things/s", "limit": 10.0, "ratio": 0.2, "p50_ms": 1.0, "p99_ms": 3.0,
		"errors": 1.0, "goal": "ratio ≥ 0.5", "reached": false} {
		if got[member] != want {
			t.Errorf("%s is %v, not %v", member, got[member], want)
		}
	}
	if _, there := got["peak_resident_mib"]; there {
		t.Error("a memory that was not measured is shown")
	}
	machine, _ := got["machine"].(map[string]any)
	if machine["cpus"] == nil || machine["model"] == "" || machine["go"] == "" {
		t.Errorf("machine: %v", machine)
	}
}

func TestRoundKeepsFourDigits(t *testing.T) {
	for in, want := range map[float64]float64{0: 0, 123456: 123500, 0.0123456: 0.01235, 99.999: 100, 1: 1} {
		if got := round(in); got != want {
			t.Errorf("round(%g) is %g, not %g", in, got, want)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		args   string
		status int
		says   string
	}{
		{"", 0, "filing-3-files"},
		{"no-such-measure", 2, `no measure "no-such-measure"`},
		{"evidence no-such-measure", 2, "no measure"},
		{"evidence --seconds 0", 1, "--seconds is 1 to 60"},
		{"evidence --wrong", 1, "unknown flag"},
	} {
		var out bytes.Buffer
		if got := run(t.Context(), strings.Fields(c.args), &out, &out); got != c.status || !strings.Contains(out.String(), c.says) {
			t.Errorf("bench %s: status %d, %s", c.args, got, out.String())
		}
	}
}

func TestLargeFileHasItsSizeAndItsHead(t *testing.T) {
	head, err := pdf(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(large(head))
	if err != nil || len(got) != largeFile || !bytes.HasPrefix(got, []byte("%PDF-")) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestReadStat(t *testing.T) {
	line := "4711 (a (b) c) S 12 4711 4711 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 1 0 1000 1 1\n"
	pid, parent, used, ok := readStat([]byte(line))
	if !ok || pid != 4711 || parent != 12 || used != 2*time.Second {
		t.Errorf("%d %d %s %t", pid, parent, used, ok)
	}
	for _, bad := range []string{"", "4711", "4711 (x", "4711 (x) S 1", strings.Replace(line, "150", "x", 1)} {
		if _, _, _, ok := readStat([]byte(bad)); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}
