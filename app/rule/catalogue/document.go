package catalogue

import (
	"cmp"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// Document is what a person brings (添付書類), the same wherever it is asked for.
type Document struct {
	Code   string `yaml:"-"`
	Name   Text   `yaml:"name"`
	Help   Text   `yaml:"help"`   // what it is
	Obtain Text   `yaml:"obtain"` // where to get it
	Accept Text   `yaml:"accept"` // what an acceptable file looks like

	Print string `yaml:"print"` // a form to print for whoever writes it: the name of a PDF of the edition, in PrintFolder; empty if there is none

	// Blank is the form that is made for it where there is no Print; nil of what nobody else writes.
	Blank *Blank `yaml:"blank,omitempty"`

	// Writer is who writes it: WriterApplicant, WriterThirdParty or WriterOffice. What the applicant writes is asked as
	// Questions (catalogue.md, "Who writes it").
	Writer    string               `yaml:"writer"`
	Questions []*question.Question `yaml:"questions"`

	// Doubtful says, in Japanese for those who keep the catalogue, why its kind is not certain; empty if it is.
	Doubtful string `yaml:"doubtful"`

	at   source.Position
	list *question.List // of Questions; nil without any
}

// Blank is what somebody else fills in of a document (WriterThirdParty), on paper: in Japanese, for who reads no other text of ours.
type Blank struct {
	Title string   `yaml:"title"` // what stands on it; empty: the document's name
	By    string   `yaml:"by"`    // who: 勤務先
	Lines []string `yaml:"lines"` // what each line asks for
}

// mostLines is how many fit on one sheet beside what is known.
const mostLines = 20

// Who writes a document.
const (
	WriterApplicant  = "applicant"   // the applicant's own statement
	WriterThirdParty = "third-party" // somebody else by a form: an employer, a welfare commissioner
	WriterOffice     = "office"      // a paper of an office, a court, a school, a doctor or a bank
)

// Statement is the questions by which the applicant writes the document on the screen; nil for every other document.
func (d *Document) Statement() *question.List { return d.list }

// DocumentTexts are what a version says about a document in the place of its definition; what is not said stays.
type DocumentTexts struct {
	Name   Text `yaml:"name,omitempty"`
	Help   Text `yaml:"help,omitempty"`
	Obtain Text `yaml:"obtain,omitempty"`
	Accept Text `yaml:"accept,omitempty"`

	Print string `yaml:"print,omitempty"`
}

// over is a document as a version describes it.
func (t *DocumentTexts) over(d *Document) *Document {
	out := *d
	out.Name, out.Help = cmp.Or(t.Name, d.Name), cmp.Or(t.Help, d.Help)
	out.Obtain, out.Accept, out.Print = cmp.Or(t.Obtain, d.Obtain), cmp.Or(t.Accept, d.Accept), cmp.Or(t.Print, d.Print)
	return &out
}

// Rule says for which subject a version asks for a document, and whether an item can replace it.
type Rule struct {
	Document    string `yaml:"document"`
	Subject     string `yaml:"subject"`     // kind of subject: applicant, spouse, household, deceased, child, guardian, supporter
	When        string `yaml:"when"`        // CEL over facts, municipality, filing_date and the subject's own facts; empty: always
	Item        string `yaml:"item"`        // the linkage item that can replace it; empty: none can
	Replaceable string `yaml:"replaceable"` // CEL: whether Item can replace it here; empty: yes
	Original    bool   `yaml:"original"`    // the original on paper has to be shown

	Source   []string `yaml:"source"`   // on what it rests: keys of Source
	Checked  Checked  `yaml:"checked"`  // empty: as its file says
	Doubtful string   `yaml:"doubtful"` // why it is not certain, in Japanese for those who keep the catalogue
	Fixed    bool     `yaml:"fixed"`    // no municipality may waive it

	// Block unfolds the rules of a block in _common.yaml in this place; When then stands before each of theirs, and
	// Only, if given, keeps just these documents of it.
	Block string   `yaml:"block"`
	Only  []string `yaml:"only"`

	Local  bool    `yaml:"-"` // a municipality's own, or one of its own procedures
	Waived *Waiver `yaml:"-"` // the municipality looks it up itself; nil: it is asked for

	at          source.Position
	kind        subjectKind
	definition  *Document
	compiled    bool     // when and replaceable have been made
	when        *program // nil: always
	replaceable *program // nil: yes

	whenReads, replaceableReads [][]string // the paths of the answers that they read
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
