package main

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// Result is one figure beside its limit, as it is printed. A member that a measure does not have is missing.
type Result struct {
	Name    string         `json:"name"`
	Value   float64        `json:"value"`
	Unit    string         `json:"unit"`
	Limit   float64        `json:"limit,omitempty"` // in the unit of the value
	Ratio   float64        `json:"ratio,omitempty"` // value ÷ limit
	P50     float64        `json:"p50_ms,omitempty"`
	P99     float64        `json:"p99_ms,omitempty"`
	Errors  int            `json:"errors"`
	PeakMiB float64        `json:"peak_resident_mib,omitempty"` // of the program's process
	Goal    string         `json:"goal,omitempty"`
	Reached *bool          `json:"reached,omitempty"`
	Details map[string]any `json:"details,omitempty"`
	Machine Machine        `json:"machine"`
}

// Machine is where the figures were measured. Load is the system's load average of one minute: above the number of
// processors, others took part of the machine, or the measure itself was all that ran.
type Machine struct {
	CPUs  int     `json:"cpus"`
	Model string  `json:"model"`
	OS    string  `json:"os"`
	Go    string  `json:"go"`
	Load  float64 `json:"load_average,omitempty"`
}

// round keeps four digits: more would pretend to a precision that the figure does not have.
func round(v float64) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}

// beside puts a figure beside the limit, measured before and after it; the goal is a ratio.
func beside(t tally, before, after, goal float64) Result {
	limit := (before + after) / 2
	r := t.result()
	r.Limit = round(limit)
	if limit > 0 {
		r.Ratio = round(t.rate() / limit)
	}
	r.goal(fmt.Sprintf("ratio ≥ %g", goal), r.Ratio >= goal)
	r.Details = map[string]any{"limit_before": round(before), "limit_after": round(after), "cpu_ms_each": t.processor}
	return r
}

func (r *Result) goal(text string, reached bool) { r.Goal, r.Reached = text, &reached }

func thisMachine() Machine {
	return Machine{
		CPUs:  runtime.NumCPU(),
		Model: cpuModel(),
		OS:    runtime.GOOS + "/" + runtime.GOARCH,
		Go:    runtime.Version(),
		Load:  loadAverage(),
	}
}

func cpuModel() string {
	for name, value := range fields("/proc/cpuinfo") {
		if name == "model name" {
			return value
		}
	}
	return "unknown"
}

func loadAverage() float64 {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(raw), " ")
	load, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return load
}

// fields reads a file of "name: value" lines; nothing if the system has no such file.
func fields(path string) func(yield func(name, value string) bool) {
	return func(yield func(string, string) bool) {
		f, err := os.Open(filepath.Clean(path))
		if err != nil {
			return
		}
		defer func() { _ = f.Close() }()
		for lines := bufio.NewScanner(f); lines.Scan(); {
			name, value, ok := strings.Cut(lines.Text(), ":")
			if ok && !yield(strings.TrimSpace(name), strings.TrimSpace(value)) {
				return
			}
		}
	}
}

// resident reads a process's memory in MiB as the kernel counts it: VmRSS now, VmHWM the most since it was reset. 0 on a
// system without /proc.
func resident(pid int, which string) float64 {
	for name, value := range fields(fmt.Sprintf("/proc/%d/status", pid)) {
		if name == which {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(value, " kB"), 64)
			if err != nil {
				return 0
			}
			return kib / 1024
		}
	}
	return 0
}

// forgetPeak lets VmHWM begin anew, so that the start of the process does not count as its peak under load.
func forgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0o200)
}
