// Package form has the sections of a form beyond the facts (catalogue.md, "Form fields beyond the facts"): which questions
// belong together, which sections the form of a version has, how often, and the rules over several answers. What is asked in
// a section, and how an answer is checked, is app/rule/question. It is pure.
package form

import (
	"cmp"
	"io/fs"
	"maps"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// Files are where the sections are defined, in the folder of the procedures.
const Files = "_form*.yaml"

// Group is one subject of the form.
type Group struct {
	Name   string               `yaml:"-"`
	Key    string               `yaml:"key"` // the member of the form that holds its answers; the group's name if empty
	Label  source.Text          `yaml:"label"`
	Help   source.Text          `yaml:"help,omitempty"`
	Rule   string               `yaml:"rule"`   // a rule over the whole group: account
	Holder string               `yaml:"holder"` // of an account: the member of the form with the person whose it has to be; the applicant if empty
	Fields []*question.Question `yaml:"fields"`

	list *question.List
}

// Library is every group by its name.
type Library struct{ groups map[string]*Group }

// Load reads every file of sections strictly. Its error is source.Faults: unknown keys, types, rules, a missing language, a condition
// that does not compile, each with file and line.
func Load(files fs.FS) (*Library, error) { return LoadBeside(nil, files) }

// LoadBeside is Load for the sections of one municipality, beside those of a base, which are then not needed in files.
func LoadBeside(base *Library, files fs.FS) (*Library, error) {
	var faults source.List
	l := &Library{groups: map[string]*Group{}}
	if base != nil {
		maps.Copy(l.groups, base.groups)
	}
	names, err := fs.Glob(files, Files)
	if err == nil && len(names) == 0 && base == nil {
		faults.Add(source.Position{File: "."}, "there is no file of form sections (%s) in this folder", Files)
	}
	for _, name := range names {
		l.read(files, name, &faults)
	}
	if err = cmp.Or(err, faults.Err()); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *Library) read(files fs.FS, name string, faults *source.List) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		faults.Add(source.Position{File: name}, "cannot be read: %v", err)
		return
	}
	groups := map[string]*Group{}
	file, ok := source.Read(name, text, &groups, faults)
	if !ok {
		return
	}
	faults.Texts(file, groups)
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		if l.groups[group] != nil {
			faults.Add(file.At(group), "group %s stands in another file too", group)
		}
		groups[group].complete(group, file, faults)
		l.groups[group] = groups[group]
	}
}

// complete makes a group ready, and says what is wrong with it.
func (g *Group) complete(name string, file *source.File, faults *source.List) {
	at := file.At(name)
	if g == nil || len(g.Fields) == 0 {
		faults.Add(at, "group %s has no fields", name)
		return
	}
	g.Name, g.Key = name, cmp.Or(g.Key, name)
	if g.Rule != "" && g.Rule != ruleAccount {
		faults.Add(at, "group %s: there is no rule %q", name, g.Rule)
	}
	if g.Holder != "" && g.Rule != ruleAccount {
		faults.Add(at, "group %s: a holder stands with the rule account", name)
	}
	for i, q := range g.Fields {
		q.Locate(file, name, "fields", i)
		if q.Example == nil {
			faults.Add(q.At, "question %s: the example is missing", q.Name)
		}
		if q.Max == 0 && (q.Type == question.Integer || q.Type == question.Listing) {
			faults.Add(q.At, "question %s: a number and a list of a form have a max", q.Name)
		}
	}
	g.list = question.Compile("", g.Fields, faults)
}

// FreeTextFaults checks a text that stands outside the form, such as the reason of a declaration.
func FreeTextFaults(at, text string) []fault.Detail { return question.FreeText(at, text) }
