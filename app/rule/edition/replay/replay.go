// Package replay counts what an edition would have asked of people whose cases were filed: how many would bring more papers, fewer, or
// others, by procedure, municipality and document. It takes cases one by one and keeps numbers alone, no answer of anybody. It is
// pure.
package replay

import (
	"cmp"
	"slices"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/phase"
)

// Case is a case as it was filed, with the papers that it was asked for then.
type Case struct {
	Procedure    string
	Municipality string
	FiledAt      time.Time
	Facts        *catalogue.Facts // of the version that decided, or of any other: they are read again where they have to be
	Consents     []string
	Asked        []Paper // those that had to be attached, sorted as a plan is
}

// Paper is a document of a subject.
type Paper struct{ Document, Subject string }

// The ways in which a case comes out differently.
const (
	More  = "more"  // at least one paper besides, none less
	Fewer = "fewer" // at least one paper less, none besides
	Other = "other" // both
	// Unanswered: the edition asks what was not asked then, so that nobody can say.
	Unanswered = "unanswered"
)

// Change is one paper that a case would be asked for besides, or not any more.
type Change struct {
	Paper
	More bool
}

// Compare says how a case comes out under a catalogue, with the phases as they were: the empty string if it is the same.
func Compare(c *catalogue.Catalogue, rows []phase.Row, one *Case) (outcome string, changes []Change) {
	plan, err := evidence.Make(c, evidence.Input{
		Procedure: one.Procedure, Municipality: one.Municipality, FiledAt: one.FiledAt, Facts: one.Facts, Consents: one.Consents, Phases: rows})
	if err != nil {
		return Unanswered, nil
	}
	return differ(one.Asked, plan.Requirements)
}

// differ goes through both lists, which are sorted alike.
func differ(before []Paper, after []evidence.Requirement) (outcome string, changes []Change) {
	i := 0
	for j := range after {
		r := &after[j]
		if r.Decision != evidence.Attach {
			continue
		}
		now := Paper{r.Document, r.Subject}
		for i < len(before) && compare(before[i], now) < 0 {
			changes = append(changes, Change{before[i], false})
			i++
		}
		if i < len(before) && before[i] == now {
			i++
			continue
		}
		changes = append(changes, Change{now, true})
	}
	for ; i < len(before); i++ {
		changes = append(changes, Change{before[i], false})
	}
	return outcomeOf(changes), changes
}

func outcomeOf(changes []Change) string {
	more := slices.ContainsFunc(changes, func(c Change) bool { return c.More })
	fewer := slices.ContainsFunc(changes, func(c Change) bool { return !c.More })
	switch {
	case more && fewer:
		return Other
	case more:
		return More
	case fewer:
		return Fewer
	}
	return ""
}

func compare(a, b Paper) int {
	return cmp.Or(cmp.Compare(a.Document, b.Document), cmp.Compare(a.Subject, b.Subject))
}
