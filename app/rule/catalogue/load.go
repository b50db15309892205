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

// Load reads a folder: every *.yaml that starts with _ holds what several procedures share (_form*.yaml through form.Load), every
// other one is a procedure. With anything wrong (an unknown key or item, a missing text, a condition that does not compile
// or names an unknown fact) it returns nil and Faults, which name file, line and fault of each.
func Load(files fs.FS) (*Catalogue, error) {
	b := newBuilder(&Catalogue{byCode: map[string]*Procedure{}, defs: newDefinitions()})
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	if err := b.readPrints(files); err != nil {
		return nil, err
	}
	if slices.Contains(names, ManifestFile) {
		if m, _ := b.readManifest(files); m != nil {
			b.catalogue.title = m.Title
		}
	}
	if read := b.readShared(files, names); read == 0 {
		b.Add(source.Position{File: "."}, "there is no file of shared definitions (_*.yaml) in this folder")
	}
	if b.Err() != nil || !b.readForms(files, nil) {
		return nil, b.Err()
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "_") {
			b.readProcedure(files, name)
		}
	}
	b.checkReferring()
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
	numbers   map[int]string // which procedure has a number, also one that is not taken for its faults
	referring []func()       // what is checked once all procedures are there
}

func newBuilder(c *Catalogue) *builder { return &builder{catalogue: c, numbers: map[int]string{}} }

// checkReferring runs the checks that wait for all procedures; one that was not taken for its faults is not missing.
func (b *builder) checkReferring() {
	if b.Err() == nil {
		for _, check := range b.referring {
			check()
		}
	}
}

// readForms loads the groups of form fields, beside those of a base; what is wrong with them becomes faults like any other.
func (b *builder) readForms(files fs.FS, base *form.Library) bool {
	var err error
	if b.catalogue.forms, err = form.LoadBeside(base, files); err == nil {
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
			v.Facts[j] = f.Resolve(b.facts(), &b.List)
		}
		for j, r := range v.Documents {
			r.at = s.At("versions", i, "documents", j)
		}
		for j, r := range v.Signposts {
			if r != nil {
				r.at = s.At("versions", i, "signposts", j)
			}
		}
	}
	before := len(b.Faults)
	b.checkProcedure(s, p)
	for i, v := range p.Versions {
		if v.TextsOnly && !b.inherit(s, p, i) {
			continue
		}
		b.buildVersion(&draft{Version: v, source: s, at: []any{"versions", i}})
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
	at     []any // where it is written
}

// line is the place of something in the version.
func (d *draft) line(path ...any) source.Position {
	return d.source.At(slices.Concat(d.at, path)...)
}

// buildVersion resolves what the version refers to, checks it, and compiles its conditions.
func (b *builder) buildVersion(d *draft) {
	before := len(b.Faults)
	if from, err := jp.ParseDate(d.Effective); err != nil {
		b.Add(d.line("effective_from"), "effective_from %q is not a date as YYYY-MM-DD", d.Effective)
	} else {
		d.EffectiveFrom = from
	}
	if d.facts == nil {
		d.facts = question.CompileAmong(varFacts, d.Facts, b.elsewhere(d.Procedure), &b.List)
		b.checkHelp(d.Facts)
	}
	b.unfoldBlocks(d)
	b.resolveSignposts(d.Version)
	for _, r := range d.Documents {
		r.Local = b.catalogue.base != nil
	}
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
