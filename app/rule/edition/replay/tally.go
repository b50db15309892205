package replay

import (
	"cmp"
	"maps"
	"slices"
)

// Key is what numbers are counted by.
type Key struct {
	Procedure    string `json:"procedure"`
	Municipality string `json:"municipality"`
	Document     string `json:"document"` // empty: all papers of the case together
}

// Count is how many cases come out differently.
type Count struct {
	Key
	Cases      int `json:"cases,omitempty"` // compared; with all papers of a case together only
	More       int `json:"more"`
	Fewer      int `json:"fewer"`
	Other      int `json:"other,omitempty"`
	Unanswered int `json:"unanswered,omitempty"`
}

// Result is what a replay came to. It holds no personal value.
type Result struct {
	Cases      int     `json:"cases"`
	Same       int     `json:"same"`
	More       int     `json:"more"`
	Fewer      int     `json:"fewer"`
	Other      int     `json:"other"`
	Unanswered int     `json:"unanswered"`
	By         []Count `json:"by"` // sorted by procedure, municipality, document; those that come out the same are left out
}

// Tally adds up cases. It is for one goroutine; Add joins those of several.
type Tally struct {
	total Result
	by    map[Key]*Count
}

// NewTally makes an empty one.
func NewTally() *Tally { return &Tally{by: map[Key]*Count{}} }

// Case adds one case. A document counts once a case, for however many of its subjects.
func (t *Tally) Case(one *Case, outcome string, changes []Change) {
	t.total.Cases++
	key := Key{Procedure: one.Procedure, Municipality: one.Municipality}
	whole := t.at(key)
	whole.Cases++
	switch outcome {
	case More:
		t.total.More++
	case Fewer:
		t.total.Fewer++
	case Other:
		t.total.Other++
	case Unanswered:
		t.total.Unanswered++
	default:
		t.total.Same++
		return
	}
	whole.count(outcome)
	for from := 0; from < len(changes); {
		to := from + 1
		for to < len(changes) && changes[to].Document == changes[from].Document {
			to++
		}
		key.Document = changes[from].Document
		t.at(key).count(outcomeOf(changes[from:to]))
		from = to
	}
}

func (t *Tally) at(key Key) *Count {
	c := t.by[key]
	if c == nil {
		c = &Count{Key: key}
		t.by[key] = c
	}
	return c
}

func (c *Count) count(outcome string) {
	switch outcome {
	case More:
		c.More++
	case Fewer:
		c.Fewer++
	case Other:
		c.Other++
	case Unanswered:
		c.Unanswered++
	}
}

// Add adds another tally to this one.
func (t *Tally) Add(o *Tally) {
	t.total.Cases += o.total.Cases
	t.total.Same += o.total.Same
	t.total.More += o.total.More
	t.total.Fewer += o.total.Fewer
	t.total.Other += o.total.Other
	t.total.Unanswered += o.total.Unanswered
	for key, c := range o.by {
		own := t.at(key)
		own.Cases += c.Cases
		own.More += c.More
		own.Fewer += c.Fewer
		own.Other += c.Other
		own.Unanswered += c.Unanswered
	}
}

// Result gives the numbers so far, without those of what comes out the same.
func (t *Tally) Result() Result {
	out := t.total
	out.By = slices.DeleteFunc(t.Counts(), func(c Count) bool { return c.More+c.Fewer+c.Other+c.Unanswered == 0 })
	return out
}

// Counts are all numbers by their keys, sorted by procedure, municipality, document.
func (t *Tally) Counts() []Count {
	out := make([]Count, 0, len(t.by))
	for _, key := range slices.SortedFunc(maps.Keys(t.by), func(a, b Key) int {
		return cmp.Or(cmp.Compare(a.Procedure, b.Procedure), cmp.Compare(a.Municipality, b.Municipality), cmp.Compare(a.Document, b.Document))
	}) {
		out = append(out, *t.by[key])
	}
	return out
}
