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

// File is where the sections are defined, below the folder of the procedures.
const File = "_form.yaml"

// Group is one subject of the form.
type Group struct {
	Name   string               `yaml:"-"`
	Key    string               `yaml:"key"` // the member of the form that holds its answers; the group's name if empty
	Label  source.Text          `yaml:"label"`
	Help   source.Text          `yaml:"help,omitempty"`
	Rule   string               `yaml:"rule"` // a rule over the whole group: account
	Fields []*question.Question `yaml:"fields"`

	list *question.List
}

// Library is every group by its name.
type Library struct{ groups map[string]*Group }

// Load reads _form.yaml strictly. Its error is source.Faults: unknown keys, types, rules, a missing language, a condition
// that does not compile, each with file and line.
func Load(files fs.FS) (*Library, error) {
	var faults source.List
	l := &Library{}
	text, err := fs.ReadFile(files, File)
	if err != nil {
		faults.Add(source.Position{File: File}, "cannot be read: %v", err)
		return nil, faults.Err()
	}
	if file, ok := source.Read(File, text, &l.groups, &faults); ok {
		faults.Texts(file, l.groups)
		for _, name := range slices.Sorted(maps.Keys(l.groups)) {
			l.groups[name].complete(name, file, &faults)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return l, nil
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
