package main

import (
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// memoryShare of what the container may use is the program's; the rest is for the processes that draw documents and for what is not Go's.
	memoryShare = 0.75
	// roomyMemory is from where on garbage is collected half as often (bytes): before the limit comes near it is collected as often as it must be.
	roomyMemory = 512 << 20
	roomyGC     = 200
)

// fitMemory keeps a server or worker within the memory of its container or unit (cgroup), so that it collects garbage instead of being killed, and
// spends less time on that where there is room; container says the limit (memlimit.FromCgroup). Without a limit, and where GOMEMLIMIT or GOGC is
// set, it leaves Go's own settings.
func fitMemory(log *slog.Logger, container memlimit.Provider) {
	limit, err := memlimit.Set(memlimit.WithRatio(memoryShare), memlimit.WithProvider(container))
	if err != nil {
		log.Warn("the memory limit of the container could not be read", "error", err)
		return
	}
	if _, chosen := os.LookupEnv("GOGC"); !chosen && roomy(limit) {
		debug.SetGCPercent(roomyGC)
	}
}

// roomy says whether a limit (bytes) was found that is far above what a server needs.
func roomy(limit int64) bool { return limit >= roomyMemory && limit < 1<<60 }
