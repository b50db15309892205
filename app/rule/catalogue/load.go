package catalogue

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// commonFile holds what several procedures use; files that start with _ are not procedures.
const commonFile = "_common.yaml"

// definitions is the contents of _common.yaml.
type definitions struct {
	Categories []Category                    `yaml:"categories"`
	Items      map[string]*Item              `yaml:"items"`
	Facts      map[string]*question.Question `yaml:"facts"`
	Documents  map[string]*Document          `yaml:"documents"`
	Blocks     map[string][]*Rule            `yaml:"blocks"`
}

// Load reads _common.yaml, _form.yaml (through form.Load) and every other *.yaml of the folder that does not start with _, one a procedure. With
// anything wrong (an unknown key or item, a missing text, a condition that does not compile or names an unknown fact)
// it returns nil and Faults, which name file, line and fault of each.
func Load(files fs.FS) (*Catalogue, error) {
	b := &builder{catalogue: &Catalogue{byCode: map[string]*Procedure{}, defs: &definitions{}}, numbers: map[int]string{}}
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	if !b.readCommon(files) || !b.readForms(files) {
		return nil, b.Err()
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "_") {
			b.readProcedure(files, name)
		}
	}
	if len(b.catalogue.procedures) == 0 && b.Err() == nil {
		b.Add(source.Position{File: "."}, "there is no procedure in this folder")
	}
	if err := b.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(b.catalogue.procedures, func(x, y *Procedure) int { return x.Number - y.Number })
	return b.catalogue, nil
}

// builder makes a catalogue and collects what is wrong.
type builder struct {
	source.List
	catalogue *Catalogue
	shared    *source.File   // _common.yaml
	forms     *form.Library  // _form.yaml
	numbers   map[int]string // which procedure has a number, also one that is not taken for its faults
}

func (b *builder) readCommon(files fs.FS) bool {
	text, err := fs.ReadFile(files, commonFile)
	if err != nil {
		b.Add(source.Position{File: commonFile}, "cannot be read: %v", err)
		return false
	}
	c := b.catalogue.defs
	var ok bool
	if b.shared, ok = source.Read(commonFile, text, c, &b.List); !ok {
		return false
	}
	for code, d := range c.Documents {
		if d == nil {
			b.Add(b.shared.At("documents", code), "document %s is empty", code)
			return false
		}
		d.Code = code
	}
	for name, rules := range c.Blocks {
		for i, r := range rules {
			r.at = b.shared.At("blocks", name, i)
		}
	}
	for name, f := range c.Facts {
		f.Locate(b.shared, "facts", name)
	}
	b.Texts(b.shared, c)
	b.checkCommon()
	b.compileOutcomes()
	return true
}

// readForms loads the groups of form fields; what is wrong with them becomes faults like any other.
func (b *builder) readForms(files fs.FS) bool {
	var err error
	if b.forms, err = form.Load(files); err == nil {
		return true
	}
	var faults source.Faults
	errors.As(err, &faults)
	b.Faults = append(b.Faults, faults...)
	return false
}

func (b *builder) readProcedure(files fs.FS, name string) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		b.Add(source.Position{File: name}, "cannot be read: %v", err)
		return
	}
	p := &Procedure{}
	s, ok := source.Read(name, text, p, &b.List)
	if !ok {
		return
	}
	for i, v := range p.Versions {
		v.Procedure = p
		for j, f := range v.Facts {
			f.Locate(s, "versions", i, "facts", j)
		}
		for j, r := range v.Documents {
			r.at = s.At("versions", i, "documents", j)
		}
	}
	before := len(b.Faults)
	b.checkProcedure(s, p)
	for i, v := range p.Versions {
		b.buildVersion(&draft{Version: v, source: s, index: i})
	}
	b.Texts(s, p)
	if len(b.Faults) == before {
		b.catalogue.procedures = append(b.catalogue.procedures, p)
		b.catalogue.byCode[p.Code] = p
	}
}

// draft is a version while it is built.
type draft struct {
	*Version
	source *source.File
	index  int
}

// line is the place of something in the version.
func (d *draft) line(path ...any) source.Position {
	return d.source.At(append([]any{"versions", d.index}, path...)...)
}

// buildVersion resolves what the version refers to, checks it, and compiles its conditions.
func (b *builder) buildVersion(d *draft) {
	before := len(b.Faults)
	if from, err := jp.ParseDate(d.Effective); err != nil {
		b.Add(d.line("effective_from"), "effective_from %q is not a date as YYYY-MM-DD", d.Effective)
	} else {
		d.EffectiveFrom = from
	}
	for i, f := range d.Facts {
		d.Facts[i] = f.Resolve(b.catalogue.defs.Facts, &b.List)
	}
	d.facts = question.Compile(varFacts, d.Facts, &b.List)
	b.checkHelp(d.Facts)
	b.unfoldBlocks(d)
	b.checkVersion(d)
	if len(b.Faults) > before {
		return
	}
	d.consented = map[string]bool{}
	for _, item := range d.Consents {
		d.consented[item] = true
	}
	b.compileConditions(d)
	if len(b.Faults) == before {
		b.checkExample(d)
	}
}

// checkHelp holds that every fact says how to answer it: who answers may not know the field.
func (b *builder) checkHelp(facts []*question.Question) {
	for _, f := range facts {
		if f.Help == (Text{}) {
			b.Add(f.At, "fact %s: help is missing", f.Name)
		}
		if b.checkHelp(f.Fields); f.Of != nil {
			b.checkHelp(f.Of.Fields)
		}
	}
}
