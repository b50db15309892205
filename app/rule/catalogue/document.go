package catalogue

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"

	"kosodate.example/onestop/app/rule/source"
)

// Document is what a person brings (添付書類), the same wherever it is asked for.
type Document struct {
	Code   string `yaml:"-"`
	Name   Text   `yaml:"name"`
	Help   Text   `yaml:"help"`   // what it is
	Obtain Text   `yaml:"obtain"` // where to get it
	Accept Text   `yaml:"accept"` // what an acceptable file looks like
}

// Rule says for which subject a version asks for a document, and whether an item can replace it.
type Rule struct {
	Document    string `yaml:"document"`
	Subject     string `yaml:"subject"`     // kind of subject: applicant, spouse, household, deceased, child, guardian, supporter
	When        string `yaml:"when"`        // CEL over facts, municipality, filing_date and the subject's own facts; empty: always
	Item        string `yaml:"item"`        // the linkage item that can replace it; empty: none can
	Replaceable string `yaml:"replaceable"` // CEL: whether Item can replace it here; empty: yes
	Original    bool   `yaml:"original"`    // the original on paper has to be shown

	// Block unfolds the rules of a block in _common.yaml in this place; When then stands before each of theirs, and
	// Only, if given, keeps just these documents of it.
	Block string   `yaml:"block"`
	Only  []string `yaml:"only"`

	at          source.Position
	kind        subjectKind
	definition  *Document
	when        cel.Program // nil: always
	replaceable cel.Program // nil: yes
}

// Definition is the document that the rule asks for.
func (r *Rule) Definition() *Document { return r.definition }

// Each is the list in the facts of which every element is a subject of its own; empty for a single subject.
func (r *Rule) Each() string { return r.kind.list }

// subjectKind ties a kind of subject to the facts that it speaks of.
type subjectKind struct {
	name string // also the variable in conditions: child.birth_date
	list string // the list in the facts; empty for a single subject
	fact string // the object in the facts without which there is no such subject; empty: there always is
}

// The kinds of subject (evidence.md, "Requirement").
var subjectKinds = map[string]subjectKind{
	"applicant": {name: "applicant"},
	"spouse":    {name: "spouse", fact: "spouse"},
	"household": {name: "household"},
	"deceased":  {name: "deceased"},
	"child":     {name: "child", list: "children"},
	"guardian":  {name: "guardian", list: "guardians"},
	"supporter": {name: "supporter", list: "supporters"},
}

// subject is the name of the n-th (from 0) of a kind: child-1, child-2.
func (k subjectKind) subject(n int) string {
	if k.list == "" {
		return k.name
	}
	if names, ok := numbered[k.name]; ok && n < len(names) {
		return names[n]
	}
	return k.name + "-" + strconv.Itoa(n+1)
}

// is says whether a name is one of this kind: the numbers count from 1 and are written as subject writes them.
func (k subjectKind) is(name string) bool {
	if k.list == "" {
		return name == k.name
	}
	number, ok := strings.CutPrefix(name, k.name+"-")
	n, err := strconv.Atoi(number)
	return ok && err == nil && n >= 1 && number == strconv.Itoa(n)
}

// numbered keeps the names that families of a usual size need, made once.
var numbered = func() map[string][]string {
	out := map[string][]string{}
	for name, kind := range subjectKinds {
		if kind.list == "" {
			continue
		}
		for n := range 16 {
			out[name] = append(out[name], name+"-"+strconv.Itoa(n+1))
		}
	}
	return out
}()
