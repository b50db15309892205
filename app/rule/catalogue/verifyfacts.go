package catalogue

import (
	"slices"

	"cel.dev/cel-go/cel"
)

// checkFacts checks the definitions of the members of one object.
func (b *builder) checkFacts(fields []*Fact) {
	for i, f := range fields {
		if !factName.MatchString(f.Name) {
			b.add(f.at, "fact name %q: small letters, digits and _", f.Name)
		}
		if slices.ContainsFunc(fields[:i], func(g *Fact) bool { return g.Name == f.Name }) {
			b.add(f.at, "fact %s stands twice", f.Name)
		}
		if f.When != "" && !slices.ContainsFunc(fields[:i], func(g *Fact) bool { return g.Name == f.When && g.Type == FactBoolean && g.When == "" }) {
			b.add(f.at, "fact %s: when names a boolean fact that is asked before it, and %q is none", f.Name, f.When)
		}
		b.checkFact(f)
	}
}

func (b *builder) checkFact(f *Fact) {
	types := []string{FactBoolean, FactInteger, FactChoice, FactDate, FactMunicipality, FactObject, FactList}
	if f.Use != "" {
		return // a definition that was not found, which was said
	}
	b.oneOf(f.at, "type", f.Type, types)
	b.fits(f, "choices", len(f.Choices) > 0, f.Type == FactChoice)
	b.fits(f, "fields", len(f.Fields) > 0, f.Type == FactObject)
	b.fits(f, "of", f.Of != nil, f.Type == FactList)
	if f.Min != 0 && f.Type != FactList || f.Min < 0 || f.Abroad && f.Type != FactMunicipality {
		b.add(f.at, "fact %s: min is for lists and abroad for municipalities", f.Name)
	}
	for i, c := range f.Choices {
		if c.Value == "" || slices.ContainsFunc(f.Choices[:i], func(o Choice) bool { return o.Value == c.Value }) {
			b.add(f.at, "fact %s: choice %q is empty or stands twice", f.Name, c.Value)
		}
	}
	b.checkFacts(f.Fields)
	if f.Of == nil {
		return
	}
	if f.Of.Type == FactList {
		b.add(f.at, "fact %s: a list of lists", f.Name)
	}
	b.checkFact(f.Of)
}

func (b *builder) fits(f *Fact, key string, there, wanted bool) {
	if there != wanted {
		b.add(f.at, "fact %s of type %q: %s is given exactly where the type asks for it", f.Name, f.Type, key)
	}
}

// compileConditions makes a program of every condition of the version.
func (b *builder) compileConditions(d *draft) {
	c, err := newCompiler(d.Version)
	if err != nil {
		b.add(d.line(), "conditions cannot be compiled: %v", err)
		return
	}
	compile := func(at position, source string, kind subjectKind) cel.Program {
		p, err := c.compile(source, kind)
		if err != nil {
			b.add(at, "%s %s: %v", d.Procedure.Code, d.Effective, err)
		}
		return p
	}
	for _, r := range d.Documents {
		r.when = compile(r.at, r.When, r.kind)
		r.replaceable = compile(r.at, r.Replaceable, r.kind)
	}
	if d.rules, err = b.forms.Compile(d.Form); err != nil {
		b.add(d.line("form"), "form: %v", err)
	}
	d.forms = make([]cel.Program, len(d.Form))
	for i, use := range d.Form {
		d.forms[i] = compile(d.line("form", i), use.When, subjectKind{})
	}
}
