package catalogue

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Applicable is a document that a case calls for, before phases and consents are looked at.
type Applicable struct {
	Rule        *Rule
	Subject     string // "applicant", "child-1"
	Replaceable bool   // a linkage item can replace it here
}

// Applicable gives the rules of this version that hold, for each subject, in the order of the catalogue.
// An error means that a condition failed on facts that were accepted: a fault of the catalogue, not of the case.
func (v *Version) Applicable(f *Facts, municipality string, filing jp.Date) ([]Applicable, error) {
	s := newScope(f, municipality, filing)
	out := make([]Applicable, 0, 8)
	for _, r := range v.Documents {
		var err error
		if out, err = s.apply(r, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *scope) apply(r *Rule, out []Applicable) ([]Applicable, error) {
	if r.kind.fact != "" && s.facts.Get(r.kind.fact) == nil {
		return out, nil
	}
	if r.kind.list == "" {
		return s.one(r, 0, out)
	}
	list := s.facts.Entries(r.kind.list)
	if list == nil {
		return out, nil
	}
	s.elementName = r.kind.name
	for n := range int(list.Size().(types.Int)) {
		s.element = list.Get(types.Int(n))
		var err error
		if out, err = s.one(r, n, out); err != nil {
			return nil, err
		}
	}
	s.elementName, s.element = "", nil
	return out, nil
}

func (s *scope) one(r *Rule, n int, out []Applicable) ([]Applicable, error) {
	holds, err := s.holds(r.when)
	if err != nil || !holds {
		return out, err
	}
	replaceable := r.Item != ""
	if replaceable {
		if replaceable, err = s.holds(r.replaceable); err != nil {
			return nil, err
		}
	}
	return append(out, Applicable{Rule: r, Subject: r.kind.subject(n), Replaceable: replaceable}), nil
}

// scope is what a condition sees while it is evaluated. One serves a whole case: only the element changes.
type scope struct {
	facts        *question.Record
	municipality ref.Val
	filing       ref.Val
	elementName  string
	element      ref.Val
	form         map[string]ref.Val // answers of the form by their names, for a signpost
}

func newScope(f *Facts, municipality string, filing jp.Date) *scope {
	return &scope{facts: f.record, municipality: types.String(municipality), filing: question.DateValue(filing)}
}

// ResolveName implements interpreter.Activation.
func (s *scope) ResolveName(name string) (any, bool) {
	switch name {
	case varFacts:
		return s.facts, true
	case varMunicipality:
		return s.municipality, true
	case varFilingDate:
		return s.filing, true
	case s.elementName:
		return s.element, s.element != nil
	default:
		v, ok := s.form[name]
		return v, ok
	}
}

// Parent implements interpreter.Activation.
func (s *scope) Parent() interpreter.Activation { return nil }

func (s *scope) holds(p *program) (bool, error) {
	if p == nil {
		return true, nil
	}
	if holds, sure := p.quick.Judge(s.facts, s.element, s.municipality); sure {
		return holds, nil
	}
	v, _, err := p.cel.Eval(s)
	if err != nil {
		return false, fmt.Errorf("condition %q: %w", p.source, err)
	}
	return v == types.True, nil
}
