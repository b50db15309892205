package office

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"kosodate.example/onestop/app/rule/discrepancy"
)

// falseGoal is how many papers of a hundred may be said to differ that do not.
const falseGoal = 1.0

// answers are the columns of the report.
var answers = []string{Equal, discrepancy.Written, discrepancy.Unsure, discrepancy.Different, Refused}

// Sum adds up the tallies of all kinds.
func Sum(of map[string]Tally) Tally {
	out := Tally{}
	for _, one := range of {
		for result, n := range one {
			out[result] += n
		}
	}
	return out
}

// False is how many papers of a hundred are said to differ that do not.
func (r Report) False() float64 { return share(Sum(r.Same), discrepancy.Different) }

// Found is how many planted differences of a hundred are not taken for agreement.
func (r Report) Found() float64 {
	return share(Sum(r.Planted), discrepancy.Different, discrepancy.Unsure)
}

// Reached says whether the trial could be trusted: hardly a false difference, and no real one missed.
func (r Report) Reached() bool { return r.False() <= falseGoal && r.Found() == 100 }

// share is how many of a hundred came out so, of those that could be read.
func share(t Tally, results ...string) float64 {
	all, n := t.Sum()-t[Refused], 0
	for _, one := range results {
		n += t[one]
	}
	if all == 0 {
		return 0
	}
	return 100 * float64(n) / float64(all)
}

// Print writes the report as tables, and as many examples of what is odd or in doubt.
func (r Report) Print(out io.Writer, examples int) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, part := range []struct {
		title string
		rows  map[string]Tally
	}{{"papers that say the same", r.Same}, {"their facts, by how they are compared", r.Facts}, {"papers with a planted difference", r.Planted}} {
		fmt.Fprintf(w, "%s\tall", part.title)
		for _, a := range answers {
			fmt.Fprintf(w, "\t%s", a)
		}
		fmt.Fprintln(w)
		for _, kind := range slices.Sorted(maps.Keys(part.rows)) {
			row(w, "  "+kind, part.rows[kind])
		}
		row(w, "  together", Sum(part.rows))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	same := Sum(r.Same)
	fmt.Fprintf(out, "\nfalse differences %.2f %% (goal: at most %g %%), to be looked at %.2f %%, asked back %.2f %%\n",
		r.False(), falseGoal, share(same, discrepancy.Unsure), 100*float64(same[Refused])/float64(max(same.Sum(), 1)))
	fmt.Fprintf(out, "planted differences found %.2f %% (goal: 100 %%), of them shown to a person to judge %.2f %%\n",
		r.Found(), share(Sum(r.Planted), discrepancy.Unsure))
	for _, list := range [][]string{r.Odd, r.Doubts} {
		for _, one := range list[:min(examples, len(list))] {
			fmt.Fprintln(out, " ", one)
		}
	}
	return nil
}

func row(w io.Writer, name string, t Tally) {
	fmt.Fprintf(w, "%s\t%d", name, t.Sum())
	for _, a := range answers {
		fmt.Fprintf(w, "\t%d", t[a])
	}
	fmt.Fprintln(w)
}
