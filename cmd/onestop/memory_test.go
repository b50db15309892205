package main

import (
	"log/slog"
	"math"
	"os"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// TestTheProgramFitsItsContainer: most of the limit, garbage half as often where there is room, and Go's own settings without a limit.
func TestTheProgramFitsItsContainer(t *testing.T) {
	for name, c := range map[string]struct {
		container memlimit.Provider
		limit     int64
		gc        int
	}{
		"roomy":  {memlimit.Limit(1 << 30), 3 << 28, roomyGC},
		"narrow": {memlimit.Limit(256 << 20), 192 << 20, 100},
		"none":   {func() (uint64, error) { return 0, memlimit.ErrNoLimit }, math.MaxInt64, 100},
	} {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
				t.Setenv(name, "") // so that it is as before after the test
				_ = os.Unsetenv(name)
			}
			before, gc := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
			defer func() { debug.SetMemoryLimit(before); debug.SetGCPercent(gc) }()
			fitMemory(slog.New(slog.DiscardHandler), c.container)
			percent := debug.SetGCPercent(100)
			if limit := debug.SetMemoryLimit(-1); limit != c.limit || percent != c.gc {
				t.Errorf("limit %d, GC at %d %%; want %d, %d", limit, percent, c.limit, c.gc)
			}
		})
	}
	t.Run("chosen", func(t *testing.T) {
		t.Setenv("GOGC", "50")
		before, gc := debug.SetMemoryLimit(-1), debug.SetGCPercent(50)
		defer func() { debug.SetMemoryLimit(before); debug.SetGCPercent(gc) }()
		fitMemory(slog.New(slog.DiscardHandler), memlimit.Limit(1<<30))
		if percent := debug.SetGCPercent(100); percent != 50 {
			t.Errorf("what the operator chose became %d", percent)
		}
	})
}
