package form

import (
	"fmt"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// Use says that a version's form has a group, when, and how often.
type Use struct {
	Group string `yaml:"group"`
	When  string `yaml:"when"` // CEL over the facts, evaluated by the caller; empty: always
	Each  string `yaml:"each"` // a list in the facts: one object for each of its elements
}

// compiled is a use with its group.
type compiled struct {
	Use
	group *Group
}

// key is the member of the form that holds the group's answers.
func (u *compiled) key() string {
	if u.Each != "" {
		return u.Each
	}
	return u.group.Key
}

// Form is the form of one version of a procedure. It never changes.
type Form struct{ uses []compiled }

// Compile finds the groups of a version; an error names the group that the library does not have.
func (l *Library) Compile(uses []Use) (*Form, error) {
	f := &Form{}
	for _, u := range uses {
		g, ok := l.groups[u.Group]
		if !ok {
			return nil, fmt.Errorf("there is no group %q in %s", u.Group, File)
		}
		c := compiled{u, g}
		if slices.ContainsFunc(f.uses, func(o compiled) bool { return o.key() == c.key() }) {
			return nil, fmt.Errorf("two groups share the member %q", c.key())
		}
		f.uses = append(f.uses, c)
	}
	return f, nil
}

// Section is one group of a form as a page shows it.
type Section struct {
	Key   string
	Each  string
	Group *Group
}

// Sections are the form's groups in the order in which they are asked.
func (f *Form) Sections() []Section {
	out := make([]Section, len(f.uses))
	for i := range f.uses {
		out[i] = Section{f.uses[i].key(), f.uses[i].Each, f.uses[i].group}
	}
	return out
}

// Options of Validate.
type Options struct {
	Final   bool    // filing: everything that is required has to be there
	FiledOn jp.Date // today in Japan
}

// Validate checks answers and gives them normalised, with every fault found: names in NFC, kana in full width, dates as
// YYYY-MM-DD, accounts as transfers need them. active says whether a use's condition holds for the facts, count how many
// elements a list in the facts has. With faults, the answers given back are nil; at most 100 are told, in the order of the
// form. Every pointer begins with /form, and neither it nor a text ever repeats an individual number (P4).
func (f *Form) Validate(answers map[string]any, active func(Use) bool, count func(list string) int, opt Options) (map[string]any, []fault.Detail) {
	v := &validation{opt: opt}
	out := map[string]any{}
	known := map[string]bool{}
	if p := bounded(answers); p != nil {
		return nil, []fault.Detail{detail("/form", p)}
	}
	for i := range f.uses {
		u := &f.uses[i]
		known[u.key()] = true
		answer, there := answers[u.key()]
		if called := active(u.Use); !called && opt.Final {
			if there && !empty(answer) {
				v.refuse("/form/"+u.key(), answer, because("not-applicable"))
			}
			continue
		} // in a draft it is kept: nothing is lost while a person changes their mind about a fact
		if u.Each != "" {
			v.list(u, answer, count(u.Each), out)
		} else if object := v.group("/form/"+u.key(), u.group, answer); object != nil {
			out[u.key()] = object
		}
	}
	v.unknown("/form", answers, known)
	v.holder(out)
	if len(v.faults) > 0 {
		return nil, v.faults[:min(len(v.faults), maxFaults)]
	}
	return out, nil
}

func empty(answer any) bool {
	switch a := answer.(type) {
	case nil:
		return true
	case map[string]any:
		return len(a) == 0
	case []any:
		return len(a) == 0
	}
	return false
}

func detail(at string, p *problem) fault.Detail {
	return fault.Detail{Code: string(p.code), Reason: p.code.Reason(), Pointer: at + p.below, Params: p.params}
}
