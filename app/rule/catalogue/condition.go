package catalogue

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/common/types"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// At is where the rule is written; a rule of a block stands where the block has it.
func (r *Rule) At() source.Position { return r.at }

// At is where the document is defined.
func (d *Document) At() source.Position { return d.at }

// ListOf is the list in the facts of which every element is a subject of a kind; empty for a single subject.
func ListOf(subject string) string { return subjectKinds[subject].list }

// FactOf is the object in the facts without which a case has no subject of a kind; empty where there always is one.
func FactOf(subject string) string { return subjectKinds[subject].fact }

// Conditions compiles conditions for a version apart from its rules: one that somebody is writing, or a part of one.
type Conditions struct{ compiler *compiler }

// Conditions makes a compiler of conditions over the facts of this version. One serves one goroutine.
func (v *Version) Conditions() (*Conditions, error) {
	c, err := newCompiler(v)
	if err != nil {
		return nil, err
	}
	return &Conditions{compiler: c}, nil
}

// Condition is a condition that was compiled for a version and a kind of subject.
type Condition struct {
	kind    subjectKind
	program *program
	reads   [][]string
}

// Reads are the paths of the answers that the condition reads: from "facts", or from the name of its subject; question.Every stands in
// the place of each entry of a list.
func (k *Condition) Reads() [][]string { return k.reads }

// Compile compiles a condition for a kind of subject, as of a rule; an empty kind is that of the form, the case as a whole.
// Its error says in English what does not compile.
func (c *Conditions) Compile(text, subject string) (*Condition, error) {
	kind, known := subjectKinds[subject]
	if !known && subject != "" {
		return nil, fmt.Errorf("there is no kind of subject %q", subject)
	}
	p, err := c.compiler.compile(text, kind)
	if err != nil {
		return nil, err
	}
	return &Condition{kind: kind, program: p, reads: c.compiler.readBy(text, kind)}, nil
}

// Holds says for each subject of a case in order whether the condition holds; empty where the case has no such subject.
func (k *Condition) Holds(f *Facts, municipality string, filing jp.Date) ([]bool, error) {
	return k.each(newScope(f, municipality, filing))
}

func (k *Condition) each(s *scope) ([]bool, error) {
	if k.kind.fact != "" && s.facts.Get(k.kind.fact) == nil {
		return nil, nil
	}
	if k.kind.list == "" {
		holds, err := s.holds(k.program)
		return []bool{holds}, err
	}
	list := s.facts.Entries(k.kind.list)
	if list == nil {
		return nil, nil
	}
	s.elementName = k.kind.name
	var out []bool
	for n := range int(list.Size().(types.Int)) {
		s.element = list.Get(types.Int(n))
		holds, err := s.holds(k.program)
		if err != nil {
			return nil, err
		}
		out = append(out, holds)
	}
	return out, nil
}

// kinds are the kinds of subject in the order in which people read them.
var kinds = []string{"applicant", "spouse", "child", "guardian", "supporter", "household", "deceased"}

// Kinds are those of whom a document can be asked for in every version of the procedure. A household or a deceased person is in no
// answer: such a kind is one where a rule of the newest version speaks of it.
func (p *Procedure) Kinds() []string {
	return slices.DeleteFunc(slices.Clone(kinds), func(name string) bool {
		kind := subjectKinds[name]
		if kind.list+kind.fact == "" && name != kinds[0] &&
			!slices.ContainsFunc(p.Latest().Documents, func(r *Rule) bool { return r.Subject == name }) {
			return true
		}
		return slices.ContainsFunc(p.Versions, func(v *Version) bool { return !v.has(kind) })
	})
}

// has says whether the facts of the version have what makes a subject of a kind.
func (v *Version) has(kind subjectKind) bool {
	for _, name := range []string{kind.list, kind.fact} {
		if f := v.Fact(name); name != "" && (f == nil || (name == kind.list) != (f.Type == question.Listing)) {
			return false
		}
	}
	return true
}
