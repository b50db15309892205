package main

import (
	"os"
	"syscall"
)

// maxResident is the most memory that an ended process took, in MiB.
func maxResident(state *os.ProcessState) float64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return round(float64(usage.Maxrss) / 1024) // the unit is KiB here, and another elsewhere
}
