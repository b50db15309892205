package clamav

import (
	"fmt"
	"strings"
)

// Result is what clamd found. Its zero value is no result, so that a forgotten error cannot pass for clean.
type Result int

// The results.
const (
	Clean Result = iota + 1
	Infected
)

// String names the result for logs.
func (r Result) String() string {
	switch r {
	case Clean:
		return "clean"
	case Infected:
		return "infected"
	}
	return "none"
}

// Verdict is clamd's answer on one file.
type Verdict struct {
	Result    Result
	Signature string // what was found, "Eicar-Test"; empty if clean
}

// Clean says whether the file was looked at and nothing was found.
func (v Verdict) Clean() bool { return v.Result == Clean }

// Infected says whether something was found.
func (v Verdict) Infected() bool { return v.Result == Infected }

// limitSignature begins the names under which clamd, with AlertExceedsMax, reports a file that it did not look at to
// its end. Nothing was found in it, and it is not clean either.
const limitSignature = "Heuristics.Limits.Exceeded"

// parseVerdict reads the answer to INSTREAM: "stream: OK", "stream: NAME FOUND", or a text that ends in "ERROR".
func parseVerdict(said string) (Verdict, error) {
	if said == "stream: OK" {
		return Verdict{Result: Clean}, nil
	}
	if strings.Contains(said, "size limit exceeded") {
		return Verdict{}, fmt.Errorf("%w: %s", ErrLimit, said)
	}
	rest, isStream := strings.CutPrefix(said, "stream: ")
	name, isFound := strings.CutSuffix(rest, " FOUND")
	if !isStream || !isFound || name == "" {
		return Verdict{}, fmt.Errorf("clamav: no verdict: %q", said)
	}
	if strings.HasPrefix(name, limitSignature) {
		return Verdict{}, fmt.Errorf("%w: %s", ErrLimit, name)
	}
	return Verdict{Result: Infected, Signature: name}, nil
}
