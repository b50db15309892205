package catalogue

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// definitions is what several procedures share: the contents of every _*.yaml but the sections of the form.
type definitions struct {
	Categories []Category
	Items      map[string]*Item
	Facts      map[string]*question.Question
	Documents  map[string]*Document
	Blocks     map[string][]*Rule
	Sources    map[string]*Source
	Facilities []*Facility // a municipality's
	Events     []*Event
	Synonyms   [][]string
	Signposts  map[string]*Signpost
}

func newDefinitions() *definitions {
	return &definitions{
		Items:     map[string]*Item{},
		Facts:     map[string]*question.Question{},
		Documents: map[string]*Document{},
		Blocks:    map[string][]*Rule{},
		Sources:   map[string]*Source{},
		Signposts: map[string]*Signpost{},
	}
}

// shared is one file of them. What it defines stands in no other one.
type shared struct {
	Checked    Checked                       `yaml:"checked"` // when its blocks were last checked, and by whom
	Categories []Category                    `yaml:"categories"`
	Items      map[string]*Item              `yaml:"items"`
	Facts      map[string]*question.Question `yaml:"facts"`
	Documents  map[string]*Document          `yaml:"documents"`
	Blocks     map[string][]*Rule            `yaml:"blocks"`
	Sources    map[string]*Source            `yaml:"sources"`
	Facilities []*Facility                   `yaml:"facilities"`
	Events     []*Event                      `yaml:"events"`
	Synonyms   [][]string                    `yaml:"synonyms"`
	Signposts  map[string]*Signpost          `yaml:"signposts"`
}

// isShared says whether a file of the folder is one of definitions.
func isShared(name string) bool {
	isForm, _ := path.Match(form.Files, name) // the pattern is a constant
	return strings.HasPrefix(name, "_") && !isForm && name != ManifestFile
}

// readShared reads every file of definitions and says how many there are.
func (b *builder) readShared(files fs.FS, names []string) (read int) {
	for _, name := range names {
		if isShared(name) {
			b.readSharedFile(files, name)
			read++
		}
	}
	if b.Err() == nil {
		b.checkRefersTo()
	}
	return read
}

// facts are the shared facts by their names, with those of the base.
func (b *builder) facts() map[string]*question.Question {
	own := b.catalogue.defs.Facts
	if b.catalogue.base == nil {
		return own
	}
	all := maps.Clone(b.catalogue.base.defs.Facts)
	maps.Copy(all, own)
	return all
}

// block is a block of rules by its name, nil if there is none.
func (b *builder) block(name string) []*Rule {
	if rules := b.catalogue.defs.Blocks[name]; rules != nil || b.catalogue.base == nil {
		return rules
	}
	return b.catalogue.base.defs.Blocks[name]
}

func (b *builder) readSharedFile(files fs.FS, name string) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		b.Add(source.Position{File: name}, "cannot be read: %v", err)
		return
	}
	in := &shared{}
	s, ok := source.Read(name, text, in, &b.List)
	if !ok {
		return
	}
	for code, d := range in.Documents {
		if d == nil {
			b.Add(s.At("documents", code), "document %s is empty", code)
			return
		}
		d.Code, d.at = code, s.At("documents", code)
		for i, q := range d.Questions {
			q.Locate(s, "documents", code, "questions", i)
		}
	}
	for block, rules := range in.Blocks {
		for i, r := range rules {
			r.at = s.At("blocks", block, i)
			r.Checked = r.Checked.or(in.Checked)
		}
	}
	for name, one := range in.Signposts {
		if one != nil {
			one.at = s.At("signposts", name)
		}
	}
	for fact, f := range in.Facts {
		f.Locate(s, "facts", fact)
	}
	b.Texts(s, in)
	b.checkShared(s, in)
	if b.catalogue.base != nil { // a municipality defines nothing that the law alone gives
		for _, name := range sortedKeys(in.Items) {
			b.Add(s.At("items", name), "item %s: linkage items are national", name)
		}
	}
	c := b.catalogue.defs
	c.Categories = append(c.Categories, in.Categories...)
	merge(b, s, "items", c.Items, in.Items)
	merge(b, s, "facts", c.Facts, in.Facts)
	merge(b, s, "documents", c.Documents, in.Documents)
	merge(b, s, "blocks", c.Blocks, in.Blocks)
	merge(b, s, "sources", c.Sources, in.Sources)
	merge(b, s, "signposts", c.Signposts, in.Signposts)
	b.checkEvents(s, in)
	b.checkFacilities(s, in)
	c.Facilities = append(c.Facilities, in.Facilities...)
}

// merge adds the definitions of one file; each stands once.
func merge[V any](b *builder, s *source.File, key string, into, from map[string]V) {
	for _, name := range sortedKeys(from) {
		if _, twice := into[name]; twice || b.inBase(key, name) {
			b.Add(s.At(key, name), "%s %s stands in another file too, or in the national catalogue", key, name)
			continue
		}
		into[name] = from[name]
	}
}

func (b *builder) inBase(key, name string) bool {
	if b.catalogue.base == nil {
		return false
	}
	d := b.catalogue.base.defs
	return map[string]bool{
		"items": d.Items[name] != nil, "facts": d.Facts[name] != nil, "documents": d.Documents[name] != nil,
		"blocks": d.Blocks[name] != nil, "sources": d.Sources[name] != nil,
		"signposts": d.Signposts[name] != nil,
	}[key]
}

// elsewhere are the facts of the first level that a condition may name although this version does not ask for them: those
// that are defined for several procedures, and those of the procedure's other versions. They read as absent (catalogue.md,
// section 1), so that one rule serves versions that ask for different things.
func (b *builder) elsewhere(p *Procedure) map[string]*question.Question {
	out := map[string]*question.Question{}
	shared := b.facts()
	for _, name := range sortedKeys(shared) {
		q := shared[name].Resolve(shared, &source.List{})
		q.Name = name
		out[name] = q
	}
	for _, v := range slices.Backward(p.Versions) {
		for _, q := range v.Facts {
			again := *q
			out[q.Name] = again.Resolve(nil, &source.List{})
		}
	}
	return out
}
