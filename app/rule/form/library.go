// Package form has the fields beyond the facts (catalogue.md, "Form fields beyond the facts"): their definitions as data,
// and the validation and normalisation of answers. It is pure.
package form

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// File is where the fields are defined, below the folder of the procedures.
const File = "_form.yaml"

// Text is one text for people in the three languages of the service.
type Text struct {
	Ja    string `yaml:"ja"`
	Plain string `yaml:"plain"`
	En    string `yaml:"en"`
}

// In gives the text in "ja", "plain" or "en"; any other language gets Japanese.
func (t Text) In(lang string) string {
	switch lang {
	case "en":
		return t.En
	case "plain":
		return t.Plain
	}
	return t.Ja
}

func (t Text) complete() bool { return t.Ja != "" && t.Plain != "" && t.En != "" }

// Choice is one possible answer of a choice.
type Choice struct {
	Value string `yaml:"value"`
	Label Text   `yaml:"label"`
}

// Field is one question.
type Field struct {
	Key          string   `yaml:"key"`
	Type         string   `yaml:"type"`
	Required     bool     `yaml:"required"`
	RequiredWhen string   `yaml:"required_when"` // "other_key" or "other_key=value", a field of the same group
	Max          int      `yaml:"max"`           // characters; of an integer the largest value; of a list the most entries
	Min          int      `yaml:"min"`           // of an integer the smallest value
	Label        Text     `yaml:"label"`
	Help         Text     `yaml:"help"`
	Autocomplete string   `yaml:"autocomplete"` // the HTML token, empty if there is none
	Choices      []Choice `yaml:"choices"`
	Future       bool     `yaml:"future"`       // of a date: may be after the filing date
	Example      any      `yaml:"example"`      // a valid answer
	ExampleDays  *int     `yaml:"example_days"` // of a date: the example of a form is this many days after its filing date
}

// Group is one subject of the form.
type Group struct {
	Name   string  `yaml:"-"`
	Key    string  `yaml:"key"` // the member of the form that holds its answers; the group's name if empty
	Label  Text    `yaml:"label"`
	Help   Text    `yaml:"help"`
	Rule   string  `yaml:"rule"` // a rule over the whole group: account
	Fields []Field `yaml:"fields"`
}

// Library is every group by its name.
type Library struct{ groups map[string]*Group }

// Load reads _form.yaml strictly: unknown keys, types, rules and missing languages are errors with file and line.
func Load(fsys fs.FS) (*Library, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, err
	}
	var groups map[string]*Group
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&groups); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", File, err) // yaml's errors name the line
	}
	var where lines
	if err := where.read(raw); err != nil {
		return nil, fmt.Errorf("%s: %w", File, err)
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		for _, f := range checkGroup(name, groups[name]) {
			faults = append(faults, fmt.Errorf("%s:%d: group %s: %s", File, where.of(name, f.field), name, f.text))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return &Library{groups}, nil
}

// flaw is one thing wrong with a group.
type flaw struct {
	field int // its place in the group; -1: the group itself
	text  string
}

// checkGroup completes a group and says what is wrong with it.
func checkGroup(name string, g *Group) (flaws []flaw) {
	if g == nil {
		return []flaw{{-1, "it is empty"}}
	}
	g.Name, g.Key = name, cmp.Or(g.Key, name)
	if !g.Label.complete() {
		flaws = append(flaws, flaw{-1, "the label is missing in a language"})
	}
	if (g.Help != Text{}) && !g.Help.complete() {
		flaws = append(flaws, flaw{-1, "the help is missing in a language"})
	}
	if g.Rule != "" && g.Rule != ruleAccount {
		flaws = append(flaws, flaw{-1, fmt.Sprintf("there is no rule %q", g.Rule)})
	}
	if len(g.Fields) == 0 {
		flaws = append(flaws, flaw{-1, "it has no fields"})
	}
	seen := map[string]bool{}
	for i := range g.Fields {
		f := &g.Fields[i]
		for _, text := range checkField(g, f) {
			flaws = append(flaws, flaw{i, "field " + f.Key + ": " + text})
		}
		if seen[f.Key] {
			flaws = append(flaws, flaw{i, "field " + f.Key + " stands twice"})
		}
		seen[f.Key] = true
	}
	return flaws
}

// mostOfInteger is the largest number that a form may ask for.
const mostOfInteger = 99_999_999_999

// autocompleteTokens are those of HTML that fields about the person who fills them in can need (WCAG 2.2, 1.3.5).
var autocompleteTokens = []string{"", "name", "family-name", "given-name", "bday", "sex", "postal-code", "street-address", "tel", "email",
	"organization", "organization-title"}

// lines tells where in the file a group stands, and each of its fields.
type lines struct{ root yaml.Node }

func (l *lines) read(raw []byte) error { return yaml.Unmarshal(raw, &l.root) }

// of is the line of a group, or of one of its fields; of a group with -1.
func (l *lines) of(group string, field int) int {
	if len(l.root.Content) == 0 {
		return 1
	}
	node, line := member(l.root.Content[0], group)
	if fields, _ := member(node, "fields"); field >= 0 && fields != nil && field < len(fields.Content) {
		return fields.Content[field].Line
	}
	return line
}

// member finds the value of a key in a mapping, and the line of the key.
func member(node *yaml.Node, key string) (value *yaml.Node, line int) {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil, 1
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1], node.Content[i].Line
		}
	}
	return nil, node.Line
}

func checkField(g *Group, f *Field) (faults []string) {
	if f.Key == "" || strings.ContainsAny(f.Key, "/~. ") {
		faults = append(faults, "the key is missing or not plain")
	}
	kind, ok := kinds[f.Type]
	if !ok {
		return append(faults, fmt.Sprintf("there is no type %q", f.Type))
	}
	if !f.Label.complete() {
		faults = append(faults, "the label is missing in a language")
	}
	if (f.Help != Text{}) && !f.Help.complete() {
		faults = append(faults, "the help is missing in a language")
	}
	if (f.Type == "choice") != (len(f.Choices) > 0) {
		faults = append(faults, "a choice, and nothing else, has choices")
	}
	for _, c := range f.Choices {
		if c.Value == "" || !c.Label.complete() {
			faults = append(faults, "a choice has no value, or its label is missing in a language")
		}
	}
	if f.RequiredWhen != "" {
		other, _, _ := strings.Cut(f.RequiredWhen, "=")
		if !slices.ContainsFunc(g.Fields, func(o Field) bool { return o.Key == other }) {
			faults = append(faults, fmt.Sprintf("required_when names no field of the group: %q", other))
		}
	}
	if f.Type == "integer" && (f.Max <= 0 || f.Max > mostOfInteger || f.Min > f.Max) {
		faults = append(faults, "an integer has min and max, and no more than eleven digits") // twelve may be an individual number
	}
	if f.Type == "list" && (f.Max <= 0 || f.Max > maxEntries) {
		faults = append(faults, fmt.Sprintf("a list has max, its most entries, up to %d", maxEntries))
	}
	if !slices.Contains(autocompleteTokens, f.Autocomplete) {
		faults = append(faults, fmt.Sprintf("autocomplete has no token %q", f.Autocomplete))
	}
	if f.ExampleDays != nil && (f.Type != "date" || *f.ExampleDays > 0 && !f.Future) {
		faults = append(faults, "example_days is for a date, and after the filing date only with future")
	}
	if f.Example == nil {
		return append(faults, "the example is missing")
	}
	if _, problem := kind.check(f, f.Example, Options{Final: true, FiledOn: exampleDay}); problem != nil {
		faults = append(faults, "its example is refused: "+string(problem.code))
	}
	return faults
}
