package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/replay"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/configs"
)

const (
	replayCases = 1_000_000
	replayGoal  = 60 // seconds for them, on two cores
)

// filedCase is a published case as a replay has it.
type filedCase struct {
	replay.Case
	in evidence.Input
}

// replaySpeed replays cases by an edition that asks more people for one paper, on every core, from decoded facts: unsealing them is
// another measurement.
func replaySpeed(ctx context.Context, s settings) ([]Result, error) {
	after, err := stricter()
	if err != nil {
		return nil, err
	}
	list, err := filedCases(after)
	if err != nil {
		return nil, err
	}
	n := min(replayCases, s.seconds*replayCases/replayGoal)
	cores := runtime.GOMAXPROCS(0)
	parts := make([]*replay.Tally, cores)
	var done sync.WaitGroup
	begin := time.Now()
	for core := range cores {
		parts[core] = replay.NewTally()
		done.Go(func() {
			for i := core; i < n && ctx.Err() == nil; i += cores {
				one := &list[i%len(list)]
				outcome, changes := replay.Compare(after, one.in.Phases, &one.Case)
				parts[core].Case(&one.Case, outcome, changes)
			}
		})
	}
	done.Wait()
	took := time.Since(begin)
	for _, p := range parts[1:] {
		parts[0].Add(p)
	}
	total := parts[0].Result()
	whole := took.Seconds() / float64(n) * replayCases
	r := Result{
		Value:   round(whole),
		Unit:    "s/1000000 cases",
		Errors:  n - total.Cases + total.Unanswered,
		Details: map[string]any{"cases": total.Cases, "cores": cores, "more": total.More, "fewer": total.Fewer, "pairs": len(total.By)},
	}
	r.goal(fmt.Sprintf("≤ %d s on two cores", replayGoal), whole <= replayGoal)
	return []Result{r}, ctx.Err()
}

// stricter is the built-in edition that asks for one statement whatever the relationship of the child.
func stricter() (*catalogue.Catalogue, error) {
	const file, when = "_child-allowance.yaml", "child.relationship in ['grandchild', 'other'] && !facts.parents_abroad_designation"
	b, err := edition.Read(configs.Procedures())
	if err != nil {
		return nil, err
	}
	text := b.File(file)
	if !bytes.Contains(text, []byte(when)) {
		return nil, errors.New(file + " has no rule to change")
	}
	if b, err = b.With(map[string][]byte{file: bytes.ReplaceAll(text, []byte(when), []byte("true"))}); err != nil {
		return nil, err
	}
	return b.Load(nil)
}

// filedCases are the published cases with the papers that the built-in edition asks for, and their facts as the other one reads them.
func filedCases(after *catalogue.Catalogue) ([]filedCase, error) {
	before, err := catalogue.Load(configs.Procedures())
	if err != nil {
		return nil, err
	}
	inputs, err := decoded(before, published)
	if err != nil {
		return nil, err
	}
	var out []filedCase
	for _, in := range inputs {
		plan, err := evidence.Make(before, in)
		if err != nil {
			return nil, err
		}
		one := filedCase{Case: replay.Case{Procedure: in.Procedure, Municipality: in.Municipality, FiledAt: in.FiledAt, Consents: in.Consents}, in: in}
		for _, r := range plan.Requirements {
			if r.Decision == evidence.Attach {
				one.Asked = append(one.Asked, replay.Paper{Document: r.Document, Subject: r.Subject})
			}
		}
		in.Facts = nil
		needs, err := evidence.Assess(after, in)
		if err != nil {
			return nil, err
		}
		one.Facts = needs.Facts
		out = append(out, one)
	}
	return out, nil
}
