package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit in which the kernel gives processor time to programs: it is 1/100 s on every Linux.
const tick = 10 * time.Millisecond

// processorTime is what a process has used so far, with its children that run if they are wanted; 0 on a system without
// /proc. Rates on a machine that others use are worth little; the processor time of one operation is nearly the same
// however many compete.
func processorTime(pid int, children bool) time.Duration {
	total := time.Duration(0)
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range stats {
		raw, err := os.ReadFile(filepath.Clean(path))
		if err != nil {
			continue // it has ended
		}
		self, parent, used, ok := readStat(raw)
		if ok && (self == pid || children && parent == pid) {
			total += used
		}
	}
	return total
}

// readStat reads a line of /proc/PID/stat. The name in brackets may hold anything, brackets and spaces too.
func readStat(raw []byte) (pid, parent int, used time.Duration, ok bool) {
	open, end := bytes.IndexByte(raw, '('), bytes.LastIndexByte(raw, ')')
	if open < 0 || end < open {
		return 0, 0, 0, false
	}
	rest := strings.Fields(string(raw[end+1:])) // state, ppid, …; utime and stime are fields 14 and 15 of the line
	if len(rest) < 13 {
		return 0, 0, 0, false
	}
	var numbers [4]int
	for i, text := range []string{strings.TrimSpace(string(raw[:open])), rest[1], rest[11], rest[12]} {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, 0, 0, false
		}
		numbers[i] = n
	}
	return numbers[0], numbers[1], time.Duration(numbers[2]+numbers[3]) * tick, true
}

// postgresql works in a process for each connection.
const postgresql = "postgresql"

// meter reads the processor time of the stand's parts, to give that of one operation.
type meter struct {
	pids   map[string]int
	before map[string]time.Duration
}

// newMeter begins with the program and the servers that it uses.
func (b *stand) newMeter(p *program) meter {
	return b.meterOf(map[string]int{"program": p.process.PID(), "minio": b.minio.PID(), "bench": os.Getpid()})
}

// meterOf begins with some processes and PostgreSQL's.
func (b *stand) meterOf(pids map[string]int) meter {
	m := meter{pids: pids, before: map[string]time.Duration{}}
	if raw, err := os.ReadFile(filepath.Join(b.postgres.Folder, "postmaster.pid")); err == nil {
		first, _, _ := strings.Cut(string(raw), "\n")
		if pid, err := strconv.Atoi(first); err == nil {
			m.pids[postgresql] = pid
		}
	}
	for name, pid := range m.pids {
		m.before[name] = processorTime(pid, name == postgresql)
	}
	return m
}

// each is the processor time in milliseconds that one of n operations took of each part since the begin.
func (m meter) each(n int) map[string]float64 {
	out := map[string]float64{}
	for name, pid := range m.pids {
		used := processorTime(pid, name == postgresql) - m.before[name]
		if n > 0 && used > 0 {
			out[name] = milliseconds(used / time.Duration(n))
		}
	}
	return out
}
