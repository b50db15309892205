package phase_test

import (
	"fmt"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
)

// midnight in Japan.
func midnight(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, jp.JST)
}

// A municipality can hold back, it cannot run ahead of the country; and stopping wins over everything.
func ExampleInForce() {
	rows := []phase.Row{
		{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: phase.Trial, From: midnight(2017, 7, 18)},
		{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: phase.Full, From: midnight(2017, 11, 13)},
		{Procedure: phase.Any, Item: phase.Any, Municipality: "998028", Phase: phase.Trial, From: midnight(2017, 7, 18)},
		{Procedure: phase.Any, Item: "pension", Municipality: "998036", Phase: phase.Suspended, From: midnight(2026, 4, 1)},
	}
	in := func(municipality, item string, at time.Time) string {
		return phase.InForce(rows, "child-allowance-claim", item, municipality, at).Phase
	}
	fmt.Println("before it begins:", in("998010", "pension", midnight(2017, 7, 1)))
	fmt.Println("on trial:", in("998010", "pension", midnight(2017, 8, 1)))
	fmt.Println("in full operation:", in("998010", "pension", midnight(2026, 6, 1)))
	fmt.Println("held back:", in("998028", "pension", midnight(2026, 6, 1)))
	fmt.Println("stopped:", in("998036", "pension", midnight(2026, 6, 1)))
	fmt.Println("and nothing else there:", in("998036", "local-tax", midnight(2026, 6, 1)))
	// Output:
	// before it begins: not-started
	// on trial: trial
	// in full operation: full
	// held back: trial
	// stopped: suspended
	// and nothing else there: full
}

// The next instant that is known at which the phase changes: what a page says of "fewer papers from then on".
func ExampleNextChange() {
	rows := []phase.Row{
		{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: phase.Trial, From: midnight(2017, 7, 18)},
		{Procedure: phase.Any, Item: phase.Any, Municipality: phase.Any, Phase: phase.Full, From: midnight(2017, 11, 13)},
	}
	at, known := phase.NextChange(rows, "child-allowance-claim", "pension", "998010", midnight(2017, 8, 1))
	fmt.Println(at.Format(time.DateOnly), known)
	// Output: 2017-11-13 true
}

// What a scope itself says: a suspension is ended by a row that says it again, or inherit.
func ExampleSaid() {
	rows := []phase.Row{{Procedure: phase.Any, Item: "pension", Municipality: "998036", Phase: phase.Trial, From: midnight(2017, 7, 18)}}
	fmt.Println(phase.Said(rows, phase.Any, "pension", "998036", midnight(2026, 4, 1)))
	fmt.Println(phase.Said(rows, phase.Any, phase.Any, "998036", midnight(2026, 4, 1)))
	// Output:
	// trial
	// inherit
}
