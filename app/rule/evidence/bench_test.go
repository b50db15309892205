package evidence_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

// BenchmarkAnswer is one line through the command, without the reading and writing (measures.md: 15,000 a second).
func BenchmarkAnswer(b *testing.B) {
	c := load(b)
	lines := vectors(b)
	var out bytes.Buffer
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		out.Reset()
		evidence.Answer(c, named, lines[i%len(lines)], &out)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkMake is one plan from facts that are decoded already (measures.md: 50,000 a second), over all published
// cases that have a plan.
func BenchmarkMake(b *testing.B) {
	c := load(b)
	var inputs []evidence.Input
	for _, line := range vectors(b) {
		in, ok := input(b, line)
		if !ok {
			continue
		}
		needs, err := evidence.Assess(c, in)
		if err != nil {
			continue
		}
		in.Facts = needs.Facts
		inputs = append(inputs, in)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := evidence.Make(c, inputs[i%len(inputs)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "plans/s")
}

// input reads a line as a caller of Make would have it: facts as JSON, phases as rows.
func input(t testing.TB, line []byte) (evidence.Input, bool) {
	t.Helper()
	read, err := evidence.DecodeCase(line)
	if err != nil {
		return evidence.Input{}, false
	}
	var raw struct{ Facts, Phases json.RawMessage }
	if err := json.Unmarshal(line, &raw); err != nil {
		t.Fatal(err)
	}
	rows, err := phase.DecodeRows(raw.Phases)
	if err != nil {
		return evidence.Input{}, false
	}
	return evidence.Input{Procedure: read.Procedure, Municipality: read.Municipality, FiledAt: read.FiledAt,
		JSON: raw.Facts, Consents: read.Consents, Phases: rows}, true
}
