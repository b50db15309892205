package form

import (
	"fmt"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/strictjson"
)

// Use says that a version's form has a group, when, and how often.
type Use struct {
	Group string `yaml:"group"`
	When  string `yaml:"when"` // CEL over the facts, evaluated by the caller; empty: always
	Each  string `yaml:"each"` // a list in the facts: one object for each of its elements
}

// Section is one group of a form as a version uses it.
type Section struct {
	Use
	Key   string // the member of the form that holds its answers
	Group *Group
}

// Form is the form of one version of a procedure. It never changes.
type Form struct{ sections []Section }

// Compile finds the groups of a version; an error names the group that the library does not have.
func (l *Library) Compile(uses []Use) (*Form, error) {
	f := &Form{}
	for _, u := range uses {
		g, ok := l.groups[u.Group]
		if !ok {
			return nil, fmt.Errorf("there is no group %q", u.Group)
		}
		s := Section{Use: u, Key: g.Key, Group: g}
		if u.Each != "" {
			s.Key = u.Each
		}
		if slices.ContainsFunc(f.sections, func(o Section) bool { return o.Key == s.Key }) {
			return nil, fmt.Errorf("two groups share the member %q", s.Key)
		}
		f.sections = append(f.sections, s)
	}
	return f, nil
}

// Sections are the form's groups in the order in which they are asked. The slice must not be changed.
func (f *Form) Sections() []Section { return f.sections }

// Options of Validate; a form is never read exactly.
type Options = question.Options

// maxEntries is how many objects a section that stands for each of a list may have.
const maxEntries = 50

// Validate checks answers and gives them in their normal form (question.Checker), with every fault found. active says whether
// a use's condition holds for the facts, count how many elements a list in the facts has. With faults, the answers given
// back are nil; at most 100 are told, in the order of the form. Every pointer begins with /form, and neither it nor a text
// ever repeats an individual number (P4). In a draft, what the facts do not call for is checked and kept: nothing is lost
// while a person changes their mind.
func (f *Form) Validate(answers map[string]any, active func(Use) bool, count func(list string) int, opt Options) (map[string]any, []fault.Detail) {
	tree, faults := question.Tree(answers, "/form")
	if len(faults) > 0 {
		return nil, faults
	}
	c := &question.Checker{Options: opt}
	top := question.At("form")
	c.Numbers(tree, top)
	out := map[string]any{}
	for i := range f.sections {
		s := &f.sections[i]
		given, at := tree.Get(s.Key), top.Member(s.Key)
		switch called := active(s.Use); {
		case !called && opt.Final:
			if !empty(given) {
				c.Refuse(at, given, "not-applicable")
			}
		case s.Each != "":
			if all := s.each(c, given, at, count(s.Each)); len(all) > 0 {
				out[s.Key] = all
			}
		default:
			if object := s.one(c, given, at); object != nil {
				out[s.Key] = object
			}
		}
	}
	c.Unknown(tree, top, func(name string) bool {
		return slices.ContainsFunc(f.sections, func(s Section) bool { return s.Key == name })
	})
	f.holders(c, out)
	if len(c.Faults) > 0 {
		return nil, c.Faults
	}
	return out, nil
}

// empty says whether there is nothing in a section.
func empty(v *strictjson.Value) bool {
	return v.Kind == strictjson.Absent || v.Kind == strictjson.Null || v.Kind == strictjson.Object && len(v.Members) == 0 ||
		v.Kind == strictjson.Array && len(v.Items) == 0
}

// none is a section without an answer: its questions are missing one by one.
var none = &strictjson.Value{Kind: strictjson.Object}

// one checks one object of a section; nil if it is none.
func (s *Section) one(c *question.Checker, v *strictjson.Value, at *question.Place) map[string]any {
	if v.Kind == strictjson.Absent || v.Kind == strictjson.Null {
		v = none
	}
	r := c.Record(s.Group.list, v, at)
	if r == nil {
		return nil
	}
	out := r.Plain()
	if s.Group.Rule == ruleAccount {
		account(c, at, out)
	}
	return out
}

// each checks a section that stands once for each element of a list in the facts.
func (s *Section) each(c *question.Checker, v *strictjson.Value, at *question.Place, want int) []any {
	var out []any
	switch {
	case v.Kind == strictjson.Absent || v.Kind == strictjson.Null:
	case v.Kind != strictjson.Array:
		c.Refuse(at, v, "wrong-type")
		return nil
	case len(v.Items) > maxEntries:
		c.Refuse(at, v, "too-many", fault.Number("max", maxEntries))
		return nil
	case c.Final && len(v.Items) > want:
		c.Refuse(at, v, "too-many", fault.Number("max", want))
	}
	for n := range v.Items {
		if object := s.one(c, &v.Items[n], at.Nth(n)); object != nil {
			out = append(out, object)
		}
	}
	for n := len(v.Items); c.Final && n < want && !c.Full(); n++ {
		s.one(c, none, at.Nth(n)) // names each required question of the missing entry
	}
	return out
}

// Example is a complete and valid form for a case that is filed on a day in Japan: active and count as in Validate. With the
// zero date it is one of a day on which every example of the library is valid.
func (f *Form) Example(filed jp.Date, active func(Use) bool, count func(list string) int) map[string]any {
	out := map[string]any{}
	for i := range f.sections {
		s := &f.sections[i]
		switch {
		case !active(s.Use):
		case s.Each != "":
			list := []any{}
			for range count(s.Each) {
				list = append(list, s.Group.list.Example(filed))
			}
			out[s.Key] = list
		default:
			out[s.Key] = s.Group.list.Example(filed)
		}
	}
	return out
}

// Schema is the JSON Schema of the whole form with its texts in a language. Sections that not every case has are there and
// not required: whether one is called for depends on the facts, and Validate says so.
func (f *Form) Schema(lang string) question.Schema {
	properties, required := question.Schema{}, []string{}
	for i := range f.sections {
		s := &f.sections[i]
		one := s.Group.list.Schema(lang, false)
		one["title"] = s.Group.Label.In(lang)
		if help := s.Group.Help.In(lang); help != "" {
			one["description"] = help
		}
		if s.Each != "" {
			one = question.Schema{"type": "array", "items": one}
		}
		properties[s.Key] = one
		if s.When == "" && s.Each == "" {
			required = append(required, s.Key)
		}
	}
	return question.Schema{"$schema": question.Draft, "type": "object", "properties": properties, "required": required, "additionalProperties": false}
}
