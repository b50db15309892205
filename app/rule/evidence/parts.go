package evidence

import (
	"strings"

	"cel.dev/cel-go/common/operators"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
)

// truth is whether something holds, by what is known.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func (t truth) and(o truth) truth { return min(t, o) }
func (t truth) or(o truth) truth  { return max(t, o) }
func (t truth) not() truth        { return yes - t }

// part is a condition or a part of one: an operator over others, or what is decided as a whole. nil always holds.
type part struct {
	operator string // operators.LogicalAnd and so on; empty for a whole
	of       []*part
	whole    *catalogue.Condition
}

// parted takes a condition apart as far as one answer can decide it alone.
func parted(compiler *catalogue.Conditions, text, subject string) (*part, error) {
	e, err := condition.Parse(text)
	if err != nil || e == nil {
		return nil, err
	}
	return partOf(compiler, e, subject)
}

func partOf(compiler *catalogue.Conditions, e condition.Expr, subject string) (*part, error) {
	function, args, ok := condition.Call(e)
	switch function {
	case operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional:
	default:
		ok = false
	}
	if !ok {
		k, err := compiler.Compile(condition.Text(e), subject)
		return &part{whole: k}, err
	}
	out := &part{operator: function}
	for _, arg := range args {
		inner, err := partOf(compiler, arg, subject)
		if err != nil {
			return nil, err
		}
		out.of = append(out.of, inner)
	}
	return out, nil
}

// paths are those of the answers that a condition reads, without the places of entries: children/relationship.
func (p *part) paths() []string {
	if p == nil {
		return nil
	}
	var out []string
	for _, inner := range p.of {
		out = append(out, inner.paths()...)
	}
	if p.whole != nil {
		for _, path := range p.whole.Reads() {
			if path = placed(path, ""); len(path) > 0 {
				out = append(out, strings.Join(path, "/"))
			}
		}
	}
	return out
}

// truth decides a condition for a subject. Where it is not known, waits are the answers that it waits for.
func (k *known) truth(p *part, s subject) (holds truth, waits []string) {
	if p == nil {
		return yes, nil
	}
	if p.whole != nil {
		return k.whole(p.whole, s)
	}
	each, open := make([]truth, len(p.of)), make([][]string, len(p.of))
	for i, inner := range p.of {
		each[i], open[i] = k.truth(inner, s)
	}
	switch p.operator {
	case operators.LogicalNot:
		return each[0].not(), open[0]
	case operators.LogicalAnd:
		holds = each[0].and(each[1])
	case operators.LogicalOr:
		holds = each[0].or(each[1])
	default: // a ? b : c
		switch {
		case each[0] == yes:
			return each[1], open[1]
		case each[0] == no:
			return each[2], open[2]
		case each[1] == each[2] && each[1] != unknown:
			return each[1], nil
		}
		return unknown, open[0]
	}
	if holds != unknown {
		return holds, nil
	}
	return unknown, append(open[0], open[1]...)
}

// whole decides what cannot be taken apart further: once every answer that it reads is there.
func (k *known) whole(c *catalogue.Condition, s subject) (truth, []string) {
	var waits []string
	for _, path := range c.Reads() {
		if path = placed(path, s.entry); len(path) > 0 {
			waits = append(waits, k.missing(path)...)
		}
	}
	if len(waits) > 0 {
		return unknown, waits
	}
	each, err := c.Holds(k.facts, k.municipality, k.filing)
	switch {
	case err != nil, s.n >= len(each):
		return unknown, nil // a fault of the catalogue, which filing will name
	case each[s.n]:
		return yes, nil
	}
	return no, nil
}

// placed is a path from the top of the facts: what begins with the name of a subject is in its list or object. Nothing for the
// municipality and the filing date, which are always known. With entry (a number) it names the subject's own entry.
func placed(path []string, entry string) []string {
	switch list, object := catalogue.ListOf(path[0]), catalogue.FactOf(path[0]); {
	case path[0] == condition.Facts:
		path = path[1:]
	case list != "" && entry != "":
		path = append([]string{list, entry}, path[1:]...)
	case list != "":
		path = append([]string{list}, path[1:]...)
	case object != "":
		path = append([]string{object}, path[1:]...)
	default:
		return nil
	}
	return path
}
