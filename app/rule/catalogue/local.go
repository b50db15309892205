package catalogue

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// ManifestFile says whose edition a folder is, and what a municipality says over the national procedures.
const ManifestFile = "_edition.yaml"

// National is the scope of the edition for everybody.
const National = "*"

// Manifest is the contents of ManifestFile.
type Manifest struct {
	Scope string `yaml:"scope"` // National, or a municipality's code
	Title Text   `yaml:"title"` // what it is, and what is new in it

	// Changes are what a municipality says over national procedures, by their codes; nothing for the national edition.
	Changes map[string]*Local `yaml:"changes"`
}

// Local is what a municipality says over one national procedure (上乗せ). It holds for every version of it.
type Local struct {
	Documents     []*Rule                   `yaml:"documents"` // asked for besides; no network answers them
	Questions     []*question.Question      `yaml:"questions"` // asked besides, as members of facts.local
	Waive         []*Waiver                 `yaml:"waive"`     // national documents that its own records answer
	DocumentTexts map[string]*DocumentTexts `yaml:"document_texts"`
	Choices       []ChoiceText              `yaml:"choices"`
	Form          []form.Use                `yaml:"form"`
	Signature     string                    `yaml:"signature"`
	Affair        string                    `yaml:"affair"` // the affair's code by which this municipality asks the network
	Who           Text                      `yaml:"who,omitempty"`
	Next          Text                      `yaml:"next,omitempty"`
	Deadline      Text                      `yaml:"deadline,omitempty"`
}

// Waiver leaves out a national document that the municipality looks up in its own records (公簿で確認).
type Waiver struct {
	Document string `yaml:"document"`
	Subject  string `yaml:"subject"` // kind of subject, as in Rule
	Reason   Text   `yaml:"reason"`  // which of its records answers it; shown to the clerk, who looks it up

	at source.Position
}

// ChoiceText says what a choice of a national question means here: which grounds the municipality recognises as その他.
type ChoiceText struct {
	Question string `yaml:"question"` // the path of names to it: guardians/need
	Value    string `yaml:"value"`
	Label    Text   `yaml:"label"`
}

// LocalFacts is the member of the facts that holds the answers to a municipality's own questions, so that none can ever have the
// name of a national one.
const LocalFacts = "local"

// ReadManifest reads whose edition a folder is. Its error is Faults.
func ReadManifest(files fs.FS) (*Manifest, error) {
	b := newBuilder(nil)
	m, _ := b.readManifest(files)
	return m, b.Err()
}

func (b *builder) readManifest(files fs.FS) (*Manifest, *source.File) {
	text, err := fs.ReadFile(files, ManifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		b.Add(source.Position{File: ManifestFile}, "the file is missing: it says whose edition this is (scope, %q for the whole country) and its title", National)
		return nil, nil
	}
	if err != nil {
		b.Add(source.Position{File: ManifestFile}, "cannot be read: %v", err)
		return nil, nil
	}
	m := &Manifest{}
	s, ok := source.Read(ManifestFile, text, m, &b.List)
	if !ok {
		return nil, nil
	}
	b.Texts(s, m)
	if m.Scope == National && len(m.Changes) > 0 {
		b.Add(s.At("changes"), "changes are for a municipality: the national edition changes its procedures themselves")
	}
	return m, s
}

// Overlay loads a municipality's folder over the national catalogue: its own documents, questions, sections and procedures as in
// Load, and its changes of national procedures from ManifestFile. The base is shared and stays as it is. Errors as of Load:
// what does not fit a newer national catalogue is said like everything else that is wrong.
func Overlay(base *Catalogue, files fs.FS) (*Catalogue, error) {
	c := &Catalogue{byCode: maps.Clone(base.byCode), defs: newDefinitions(), base: base}
	b := newBuilder(c)
	m, s := b.readManifest(files)
	names, err := fs.Glob(files, "*.yaml")
	if err != nil {
		return nil, err
	}
	if err := b.readPrints(files); err != nil {
		return nil, err
	}
	if b.readShared(files, names); m != nil {
		c.title = m.Title
	}
	if b.Err() != nil || !b.readForms(files, base.forms) {
		return nil, b.Err()
	}
	for _, name := range names {
		if !strings.HasPrefix(name, "_") {
			b.readProcedure(files, name)
		}
	}
	own := slices.Clone(c.procedures)
	c.procedures = slices.Clone(base.procedures)
	for _, code := range sortedKeys(m.Changes) {
		b.change(s, code, m.Changes[code])
	}
	b.checkReferring()
	if err := b.Err(); err != nil {
		return nil, err
	}
	c.procedures = append(c.procedures, own...)
	return c, nil
}

// change lays what a municipality says over one national procedure.
func (b *builder) change(s *source.File, code string, l *Local) {
	at := s.At("changes", code)
	national := b.catalogue.base.Procedure(code)
	if national == nil || l == nil {
		b.Add(at, "there is no national procedure %q, or nothing is said of it", code)
		return
	}
	for i, r := range l.Documents {
		r.at = s.At("changes", code, "documents", i)
	}
	for i, w := range l.Waive {
		w.at = s.At("changes", code, "waive", i)
	}
	for i, q := range l.Questions {
		q.Locate(s, "changes", code, "questions", i)
	}
	p := *national
	p.Affair = cmp.Or(l.Affair, p.Affair)
	p.Versions = make([]*Version, len(national.Versions))
	for i, v := range national.Versions {
		own := *v
		own.Procedure = &p
		p.Versions[i] = &own
	}
	for i := range p.Versions {
		b.lay(&draft{Version: p.Versions[i], source: s, at: []any{"changes", code}}, l)
	}
	b.catalogue.byCode[code] = &p
	i := slices.Index(b.catalogue.procedures, national)
	b.catalogue.procedures[i] = &p
}

// lay changes one version, which is a copy of the national one.
func (b *builder) lay(d *draft, l *Local) {
	before := len(b.Faults)
	d.Who, d.Next, d.Deadline.Text = orText(l.Who, d.Who), orText(l.Next, d.Next), orText(l.Deadline, d.Deadline.Text)
	if l.Signature != "" {
		d.Signature = l.Signature
	}
	if len(l.DocumentTexts) > 0 {
		d.DocumentTexts = mergedTexts(d.DocumentTexts, l.DocumentTexts)
	}
	b.ask(d, l)
	national := d.Documents
	d.Documents = make([]*Rule, 0, len(national)+len(l.Documents))
	for _, r := range national {
		own := *r
		own.definition = d.document(b.catalogue.Document(r.Document))
		d.Documents = append(d.Documents, &own)
	}
	b.waive(d, l)
	for _, r := range l.Documents {
		own := *r
		own.Local = true
		d.Documents = append(d.Documents, &own)
		if own.Item != "" || own.Block != "" {
			b.Add(r.at, "document %s: a municipality's own document has no item and no block", r.Document)
		}
	}
	d.Form = slices.Concat(d.Form, l.Form)
	b.checkVersion(d)
	if len(b.Faults) == before {
		b.compileConditions(d)
	}
}

func orText(t, or Text) Text {
	if t == (Text{}) {
		return or
	}
	return t
}

// mergedTexts are the texts of documents with others over them.
func mergedTexts(under, over map[string]*DocumentTexts) map[string]*DocumentTexts {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]*DocumentTexts{}
	}
	maps.Copy(out, over)
	return out
}

// ask adds the municipality's questions to the facts, and its words for choices.
func (b *builder) ask(d *draft, l *Local) {
	if len(l.Questions) == 0 && len(l.Choices) == 0 {
		return
	}
	facts := make([]*question.Question, 0, len(d.Facts)+1)
	for _, f := range d.Facts {
		facts = append(facts, f.Resolve(nil, &b.List))
	}
	for i, c := range l.Choices {
		b.relabel(d.line("choices", i), facts, c)
	}
	if len(l.Questions) > 0 {
		own := &question.Question{Name: LocalFacts, Type: question.Object, At: d.line("questions"), Label: localLabel, Help: localHelp}
		for _, q := range l.Questions {
			own.Fields = append(own.Fields, q.Resolve(b.facts(), &b.List))
		}
		b.checkHelp(own.Fields)
		facts = append(facts, own)
	}
	d.Facts = facts
	if compiled := question.CompileAmong(varFacts, facts, b.elsewhere(d.Procedure), &b.List); compiled != nil {
		d.facts = compiled
	}
}

var (
	localLabel = Text{Ja: "この市区町村の質問", Plain: "この 市区町村の 質問", En: "Questions of this municipality"}
	localHelp  = Text{Ja: "この市区町村が独自に確認することです。", Plain: "この 市区町村だけが 聞く ことです。", En: "What this municipality asks besides."}
)

func (b *builder) relabel(at source.Position, facts []*question.Question, c ChoiceText) {
	q := question.Find(facts, strings.Split(c.Question, "/")...)
	i := -1
	if q != nil {
		i = slices.IndexFunc(q.Choices, func(o question.Choice) bool { return o.Value == c.Value })
	}
	if i < 0 {
		b.Add(at, "there is no choice %q of a question %q", c.Value, c.Question)
		return
	}
	q.Choices = slices.Clone(q.Choices)
	q.Choices[i].Label = c.Label
}

// waive marks the national rules that the municipality answers from its own records.
func (b *builder) waive(d *draft, l *Local) {
	for _, w := range l.Waive {
		i := slices.IndexFunc(d.Documents, func(r *Rule) bool { return r.Document == w.Document && r.Subject == w.Subject })
		switch {
		case i < 0:
			// An older or newer version may not ask for it; that none does is said once.
			if !slices.ContainsFunc(d.Procedure.Versions, func(v *Version) bool { return v.asksKind(w.Document, w.Subject) }) {
				b.Add(w.at, "no version of %s asks for %s of %s: there is nothing to waive", d.Procedure.Code, w.Document, w.Subject)
			}
		case d.Documents[i].Fixed:
			b.Add(w.at, "%s of %s is fixed: no municipality may waive it", w.Document, w.Subject)
		default:
			d.Documents[i].Waived = w
		}
	}
}

func (v *Version) asksKind(document, subject string) bool {
	return slices.ContainsFunc(v.Documents, func(r *Rule) bool { return r.Document == document && r.Subject == subject })
}
