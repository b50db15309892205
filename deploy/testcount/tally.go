package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of `go test -json` (go doc test2json). Build output has an ImportPath in place of a Package.
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64
	FailedBuild                               string
}

// run is one package's tests.
type run struct {
	name    string
	ended   map[string]string // test → pass, fail, skip
	started map[string]bool   // and not ended: what was under way when the package died
	output  map[string][]string
	result  string
	seconds float64
}

type tally struct {
	out   io.Writer
	runs  map[string]*run
	build map[string][]string // what the compiler said
}

func newTally(out io.Writer) *tally {
	return &tally{out: out, runs: map[string]*run{}, build: map[string][]string{}}
}

// read takes events until the end; a line that is none is shown as it is.
func (t *tally) read(r io.Reader) error {
	return lines(r, func(line []byte) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
			_, _ = t.out.Write(line)
			return
		}
		t.take(e)
	})
}

func (t *tally) take(e event) {
	if e.Package == "" {
		if e.Action == "build-output" {
			t.build[e.ImportPath] = append(t.build[e.ImportPath], e.Output)
		}
		return
	}
	p := t.runs[e.Package]
	if p == nil {
		p = &run{name: e.Package, ended: map[string]string{}, started: map[string]bool{}, output: map[string][]string{}}
		t.runs[e.Package] = p
	}
	switch e.Action {
	case "run":
		p.started[e.Test] = true
	case "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			p.result, p.seconds = e.Action, e.Elapsed
			t.report(p, e.FailedBuild)
			return
		}
		delete(p.started, e.Test)
		p.ended[e.Test] = e.Action
		if e.Action == "pass" {
			delete(p.output, e.Test) // nobody will ask for it
		}
	}
}

// count counts the tests that have no tests below them. One with tests below counts only if it failed by itself, and
// a package that failed without a failed test (it does not compile, it ended early) counts as one.
func (p *run) count() figures {
	above := map[string]bool{}       // has tests below it
	failedBelow := map[string]bool{} // and one of them failed
	results := maps.Clone(p.ended)
	for name := range p.started {
		results[name] = "fail" // under way when the package died
	}
	for name, result := range results {
		for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
			above[name[:i]] = true
			failedBelow[name[:i]] = failedBelow[name[:i]] || result == "fail"
		}
	}
	var n figures
	for name, result := range results {
		switch {
		case result == "fail" && !failedBelow[name]:
			n.failed++
		case above[name]:
		case result == "pass":
			n.passed++
		case result == "skip":
			n.skipped++
		}
	}
	if p.result != "pass" && p.result != "skip" && n.failed == 0 {
		n.failed++
	}
	return n
}

// report prints a package's line once it is done, with the output of what failed and the reasons of what was skipped.
func (t *tally) report(p *run, failedBuild string) {
	n := p.count()
	if n == (figures{}) {
		return // no tests
	}
	_, _ = fmt.Fprintf(t.out, "%-5s %6.1fs  %s  (%s)\n", p.result, p.seconds, p.name, n)
	for _, name := range slices.Sorted(maps.Keys(p.ended)) {
		if p.ended[name] == "skip" {
			_, _ = fmt.Fprint(t.out, strings.Join(p.output[name], ""))
		}
	}
	if p.result == "pass" {
		return
	}
	_, _ = fmt.Fprint(t.out, strings.Join(t.build[failedBuild], ""))
	for _, name := range slices.Sorted(maps.Keys(p.output)) {
		if p.ended[name] != "skip" {
			_, _ = fmt.Fprint(t.out, strings.Join(p.output[name], ""))
		}
	}
}

func (t *tally) sum() figures {
	var all figures
	for _, p := range t.runs {
		n := p.count()
		all.passed += n.passed
		all.failed += n.failed
		all.skipped += n.skipped
	}
	return all
}

func (t *tally) printSlowest(limit int) {
	slow := slices.SortedFunc(maps.Values(t.runs), func(a, b *run) int {
		return cmp.Or(cmp.Compare(b.seconds, a.seconds), cmp.Compare(a.name, b.name))
	})
	_, _ = fmt.Fprintln(t.out, "slowest packages:")
	for _, p := range slow[:min(limit, len(slow))] {
		_, _ = fmt.Fprintf(t.out, "%8.1fs  %s\n", p.seconds, p.name)
	}
}
