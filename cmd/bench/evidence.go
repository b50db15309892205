package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
)

//go:embed testdata/cases.jsonl
var published []byte

const (
	plansGoal = 50_000
	linesGoal = 15_000
)

// evidenceSpeed measures the rule on one core: plans from facts that are decoded already, in this process; and lines
// through the command, a process of its own.
func evidenceSpeed(ctx context.Context, s settings) (results []Result, err error) {
	plans, err := planSpeed(ctx, s)
	if err != nil {
		return nil, err
	}
	lines, err := lineSpeed(ctx, s)
	if err != nil {
		return []Result{plans}, err
	}
	return []Result{plans, lines}, nil
}

// planSpeed makes plans on one core.
func planSpeed(ctx context.Context, s settings) (Result, error) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		return Result{}, err
	}
	inputs, err := decoded(c, published)
	if err != nil {
		return Result{}, err
	}
	cores := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(cores)
	round1 := func(window time.Duration) (n, failed int, took time.Duration) {
		for begin := time.Now(); took < window && ctx.Err() == nil; took = time.Since(begin) {
			for i := range inputs {
				if _, err := evidence.Make(c, inputs[i]); err != nil {
					failed++
				}
			}
			n += len(inputs)
		}
		return n, failed, took
	}
	round1(s.warmUp())
	n, failed, took := round1(s.window() / 2)
	rate := float64(n) / took.Seconds()
	r := Result{
		Value:   round(rate),
		Unit:    "plans/s",
		Errors:  failed,
		Details: map[string]any{"cases": len(inputs), "plans": n},
	}
	r.goal(fmt.Sprintf("≥ %d", plansGoal), rate >= plansGoal)
	return r, ctx.Err()
}

// decoded reads the published cases as a caller has them who plans a case often; those whose answer is an error are
// left out.
func decoded(c *catalogue.Catalogue, lines []byte) ([]evidence.Input, error) {
	var out []evidence.Input
	for line := range bytes.Lines(lines) {
		read, err := evidence.DecodeCase(line)
		if err != nil {
			continue
		}
		var raw struct{ Facts, Phases json.RawMessage }
		if err := json.Unmarshal(line, &raw); err != nil {
			return nil, err
		}
		rows, err := phase.DecodeRows(raw.Phases)
		if err != nil {
			continue
		}
		in := evidence.Input{
			Procedure:    read.Procedure,
			Municipality: read.Municipality,
			FiledAt:      read.FiledAt,
			JSON:         raw.Facts,
			Consents:     read.Consents,
			Phases:       rows,
		}
		needs, err := evidence.Assess(c, in)
		if err != nil {
			continue
		}
		in.Facts = needs.Facts
		out = append(out, in)
	}
	if len(out) == 0 {
		return nil, errors.New("no published case has a plan")
	}
	return out, nil
}

// lineSpeed gives the command a file of lines, on one core. The time includes the start of the process.
func lineSpeed(ctx context.Context, s settings) (r Result, err error) {
	var cleanup []func() error
	dir, err := folder(s, &cleanup)
	defer func() {
		for _, c := range cleanup {
			err = errors.Join(err, c())
		}
	}()
	if err != nil {
		return Result{}, err
	}
	binary, err := build(ctx, dir, "onestop")
	if err != nil {
		return Result{}, err
	}
	input, n, err := repeated(filepath.Join(dir, "cases.jsonl"), s.seconds*linesGoal/2)
	if err != nil {
		return Result{}, err
	}
	answers, took, peak, err := answerOnOneCore(ctx, binary, input)
	if err != nil {
		return Result{}, err
	}
	rate := float64(answers) / took.Seconds()
	r = Result{
		Value:   round(rate),
		Unit:    "lines/s",
		Errors:  n - answers,
		PeakMiB: peak,
		Details: map[string]any{"lines": n, "seconds": round(took.Seconds())},
	}
	r.goal(fmt.Sprintf("≥ %d", linesGoal), rate >= linesGoal)
	return r, nil
}

// repeated writes the published cases over and over, at least n lines.
func repeated(path string, n int) (string, int, error) {
	each := bytes.Count(published, []byte("\n"))
	times := (n + each - 1) / each
	return path, times * each, os.WriteFile(path, bytes.Repeat(published, times), 0o600)
}

// answerOnOneCore runs the command and counts its answers. taskset pins it to one processor where there is such a
// program; GOMAXPROCS alone would let the garbage collector and the system calls use the others.
func answerOnOneCore(ctx context.Context, binary, input string) (answers int, took time.Duration, peakMiB float64, err error) {
	in, err := os.Open(input)
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() { _ = in.Close() }()
	args := []string{binary, "evidence"}
	if taskset, err := exec.LookPath("taskset"); err == nil {
		args = append([]string{taskset, "-c", "0"}, args...)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	out := &lineCount{}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, os.Stderr
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, 0, fmt.Errorf("onestop evidence: %w", err)
	}
	return out.n, time.Since(begin), maxResident(cmd.ProcessState), nil
}

// lineCount counts lines and forgets them.
type lineCount struct{ n int }

func (l *lineCount) Write(p []byte) (int, error) {
	l.n += bytes.Count(p, []byte("\n"))
	return len(p), nil
}
