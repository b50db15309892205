package diff

import (
	"kosodate.example/onestop/app/rule/edition/condition"
)

// structure notes a condition that means something else, with its direction as its structure shows it.
func (d *differ) structure(about Change, kind, a, b string) {
	if c, changed := compared(about, kind, a, b); changed {
		d.add(c)
	}
}

func compared(about Change, kind, a, b string) (Change, bool) {
	before, errA := condition.Parse(a)
	after, errB := condition.Parse(b)
	if errA != nil || errB != nil || condition.Normal(before) == condition.Normal(after) {
		return about, false // both were compiled; another way to write the same is no change
	}
	about.Kind, about.Before, about.After = kind, &Side{When: spaces(a)}, &Side{When: spaces(b)}
	switch widened, narrowed := condition.Implies(before, after), condition.Implies(after, before); {
	case widened && narrowed:
		return about, false
	case widened:
		about.Direction = More
	case narrowed:
		about.Direction = Fewer
	default:
		about.Direction = Other
	}
	return about, true
}

// condition is structure, with the direction that the given cases show where they show one.
func (d *differ) condition(about Change, kind, a, b string) {
	c, changed := compared(about, kind, a, b)
	if !changed {
		return
	}
	c.MoreCases, c.FewerCases = d.tried(c)
	switch {
	case c.MoreCases > 0 && c.FewerCases > 0:
		c.Direction = Other
	case c.MoreCases > 0 && c.Direction == Other:
		c.Direction = More
	case c.FewerCases > 0 && c.Direction == Other:
		c.Direction = Fewer
	}
	if kind == RuleReplaceable { // who may leave it to the network brings no paper
		c.MoreCases, c.FewerCases = c.FewerCases, c.MoreCases
		c.Direction = map[string]string{More: Fewer, Fewer: More, Other: Other}[c.Direction]
	}
	d.add(c)
}

// tried counts the subjects of the given cases for whom the condition holds after and not before, and the other way round. Questions
// inside a list have names of their own and are not tried.
func (d *differ) tried(c Change) (more, fewer int) {
	if c.Kind == QuestionWhen {
		return 0, 0
	}
	for of, after := range d.is {
		before, read := d.was[of]
		if after.Version != d.b || !read || before.Version != d.a {
			continue
		}
		was, ok := d.trials.Holds(before, c.Before.When, c.Subject)
		is, ok2 := d.trials.Holds(after, c.After.When, c.Subject)
		if !ok || !ok2 || len(was) != len(is) {
			continue
		}
		for i := range is {
			switch {
			case is[i] && !was[i]:
				more++
			case was[i] && !is[i]:
				fewer++
			}
		}
	}
	return more, fewer
}
