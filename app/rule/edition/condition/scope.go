package condition

import (
	"maps"
	"slices"

	"cel.dev/cel-go/common/ast"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// Facts is the name by which a condition speaks of all answers. The other two are what every case has besides them.
const (
	Facts        = "facts"
	Municipality = "municipality"
	FilingDate   = "filing_date"
)

// Scope says which questions the names in a condition speak of.
type Scope struct {
	facts  []*question.Question // of the version, then those that only others ask, which read as absent
	beside []*question.Question // bare names: the questions of the same object
	at     Found                // that object
	names  map[string]Found     // child, and what exists() names
}

// Of is the scope of the conditions of a version's form, and of its documents for a kind of subject ("child").
func Of(c *catalogue.Catalogue, v *catalogue.Version, subject string) Scope {
	s := Scope{facts: slices.Concat(v.Facts, elsewhere(c, v)), names: map[string]Found{}}
	if list := catalogue.ListOf(subject); list != "" {
		s.named(subject, list)
	}
	return s
}

func (s *Scope) named(subject, list string) {
	if q := question.Find(s.facts, list); q != nil && q.Type == question.Listing {
		s.names[subject] = Found{Question: q.Of, Path: []string{list}}
	}
}

// elsewhere are the questions of the first level that a version does not ask itself: those of the procedure's other versions
// before those of other procedures.
func elsewhere(c *catalogue.Catalogue, v *catalogue.Version) (out []*question.Question) {
	for _, other := range slices.Backward(v.Procedure.Versions) {
		out = append(out, other.Facts...)
	}
	if c == nil {
		return out
	}
	for _, p := range c.Procedures() {
		for _, other := range slices.Backward(p.Versions) {
			out = append(out, other.Facts...)
		}
	}
	return out
}

// Beside is the scope of the conditions of a question: what stands in the same object has a bare name. path leads to the
// question from the top of the facts.
func (s Scope) Beside(path []string) Scope {
	s.beside, s.at = s.facts, Found{}
	for _, name := range path[:max(len(path)-1, 0)] {
		i := slices.IndexFunc(s.beside, func(q *question.Question) bool { return q.Name == name })
		if i < 0 {
			return s
		}
		q := s.beside[i]
		s.at = Found{Question: q, Path: append(slices.Clone(s.at.Path), name), Within: append(slices.Clone(s.at.Within), q)}
		if s.beside = q.Fields; q.Of != nil {
			s.beside = q.Of.Fields
		}
	}
	return s
}

// Each is the scope inside list.exists(name, …): the name speaks of an entry of the list.
func (s Scope) Each(name string, list Found) Scope {
	names := maps.Clone(s.names)
	if names == nil {
		names = map[string]Found{}
	}
	names[name] = Found{Question: list.Question.Of, Path: list.Path}
	s.names = names
	return s
}

// Find is the question that a part names; false for what is no name of one.
func (s Scope) Find(e Expr) (Found, bool) {
	var names []string
	for e.Kind() == ast.SelectKind && !e.AsSelect().IsTestOnly() {
		names = append([]string{e.AsSelect().FieldName()}, names...)
		e = e.AsSelect().Operand()
	}
	if e.Kind() != ast.IdentKind {
		return Found{}, false
	}
	first := e.AsIdent()
	if entry, ok := s.names[first]; ok {
		return follow(entry, names)
	}
	if first == Facts && len(names) > 0 {
		return member(Found{}, s.facts, names)
	}
	if slices.ContainsFunc(s.beside, func(q *question.Question) bool { return q.Name == first }) {
		return member(Found{Path: s.at.Path, Within: s.at.Within}, s.beside, append([]string{first}, names...))
	}
	return Found{}, false
}

func member(from Found, among []*question.Question, names []string) (Found, bool) {
	i := slices.IndexFunc(among, func(q *question.Question) bool { return q.Name == names[0] })
	if i < 0 {
		return Found{}, false
	}
	from.Question, from.Path = among[i], append(slices.Clone(from.Path), names[0])
	return follow(from, names[1:])
}

func follow(from Found, names []string) (Found, bool) {
	if len(names) == 0 || from.Question == nil {
		return from, from.Question != nil
	}
	fields := from.Question.Fields
	if from.Question.Name != "" { // an entry of a list has none: its list was named
		from.Within = append(slices.Clone(from.Within), from.Question)
	}
	return member(from, fields, names)
}

// Reads are the questions that a condition speaks of.
func (s Scope) Reads(e Expr) []Found {
	var out []Found
	s.reads(e, &out)
	return out
}

func (s Scope) reads(e Expr, out *[]Found) {
	if e == nil {
		return
	}
	if found, ok := s.Find(e); ok {
		*out = append(*out, found)
		return
	}
	switch e.Kind() {
	case ast.SelectKind:
		s.reads(e.AsSelect().Operand(), out)
	case ast.ListKind:
		for _, one := range e.AsList().Elements() {
			s.reads(one, out)
		}
	case ast.CallKind:
		_, args, _ := Call(e)
		if inner, pred, ok := s.Entries(e); ok {
			s.reads(args[0], out)
			inner.reads(pred, out)
			return
		}
		for _, arg := range args {
			s.reads(arg, out)
		}
	default: // constants and names of other things
	}
}

// Entries is what a condition list.exists(x, …), or all, asks of the entries, with the scope in which it is asked; false for
// any other.
func (s Scope) Entries(e Expr) (inner Scope, asked Expr, ok bool) {
	function, args, ok := Call(e)
	if !ok || function != Exists && function != All || len(args) != 3 || args[1].Kind() != ast.IdentKind {
		return s, nil, false
	}
	list, ok := s.Find(args[0])
	if !ok || list.Question.Type != question.Listing {
		return s, nil, false
	}
	return s.Each(args[1].AsIdent(), list), args[2], true
}
