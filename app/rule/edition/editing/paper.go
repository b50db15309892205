// Package editing changes a municipality's edition as an official does it on a page, without knowing its files: own documents and
// where they are asked for, national documents that its records answer. Each step gives a new bundle. It is pure.
package editing

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
)

// file is where documents stand that are made on a page.
const file = "_local.yaml"

// Blank is a municipality's edition that says nothing yet.
func Blank(scope string, title catalogue.Text) (*edition.Bundle, error) {
	t := &tree{name: catalogue.ManifestFile, root: mapping()}
	for _, one := range []struct {
		key   string
		value any
	}{{"scope", scope}, {"title", title}} {
		if err := set(t.root, one.key, one.value); err != nil {
			return nil, err
		}
	}
	text, err := t.bytes()
	if err != nil {
		return nil, err
	}
	return edition.New(map[string][]byte{catalogue.ManifestFile: text})
}

// Paper is one of the municipality's own documents.
type Paper struct {
	Code   string // empty: a new one, which gets a code
	Name   catalogue.Text
	Help   catalogue.Text
	Obtain catalogue.Text
	Accept catalogue.Text
	Writer string // catalogue.WriterOffice or WriterThirdParty: what the applicant writes has questions, in files
	Basis  string // the by-law or guideline that it rests on (条例、要綱)
	Asked  []Asking
}

// Asking is where a document is asked for.
type Asking struct {
	Procedure string
	Subject   string // kind of subject
	When      string // CEL; empty: always
	Original  bool
	CheckedOn string // YYYY-MM-DD
	CheckedBy string
}

// written is a document as its file has it; what a page does not know of stays in the file.
type written struct {
	Writer string         `yaml:"writer"`
	Name   catalogue.Text `yaml:"name"`
	Help   catalogue.Text `yaml:"help"`
	Obtain catalogue.Text `yaml:"obtain"`
	Accept catalogue.Text `yaml:"accept"`
}

// rule is an Asking as the manifest has it.
type rule struct {
	Document string            `yaml:"document"`
	Subject  string            `yaml:"subject"`
	When     string            `yaml:"when,omitempty"`
	Original bool              `yaml:"original,omitempty"`
	Source   []string          `yaml:"source,omitempty"`
	Checked  catalogue.Checked `yaml:"checked,omitempty"`
}

// Papers are the municipality's own documents that a page can edit, sorted by their codes: those in the page's own file.
func Papers(b *edition.Bundle) ([]Paper, error) {
	local, err := open(b, file)
	if err != nil {
		return nil, err
	}
	manifest, err := open(b, catalogue.ManifestFile)
	if err != nil {
		return nil, err
	}
	var out []Paper
	documents := local.at(false, "documents")
	for i := 0; documents != nil && i+1 < len(documents.Content); i += 2 {
		var w written
		if err := documents.Content[i+1].Decode(&w); err != nil {
			return nil, err
		}
		p := Paper{Code: documents.Content[i].Value, Writer: w.Writer, Name: w.Name, Help: w.Help, Obtain: w.Obtain, Accept: w.Accept}
		if title := local.at(false, "sources", p.Code, "title"); title != nil {
			p.Basis = title.Value
		}
		if p.Asked, err = asked(manifest, p.Code); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Paper) int { return cmp.Compare(a.Code, b.Code) })
	return out, nil
}

// asked finds where a document is asked for.
func asked(manifest *tree, code string) ([]Asking, error) {
	var out []Asking
	changes := manifest.at(false, "changes")
	for i := 0; changes != nil && i+1 < len(changes.Content); i += 2 {
		rules := get(changes.Content[i+1], "documents")
		if rules == nil {
			continue
		}
		for _, node := range rules.Content {
			var r rule
			if err := node.Decode(&r); err != nil {
				return nil, err
			}
			if r.Document == code {
				out = append(out, Asking{changes.Content[i].Value, r.Subject, r.When, r.Original, r.Checked.On, r.Checked.By})
			}
		}
	}
	return out, nil
}

// Set adds a document, or puts it in the place of the one with its code, and gives the code.
func Set(b *edition.Bundle, p Paper) (*edition.Bundle, string, error) {
	local, err := open(b, file)
	if err != nil {
		return nil, "", err
	}
	manifest, err := open(b, catalogue.ManifestFile)
	if err != nil {
		return nil, "", err
	}
	documents := local.at(true, "documents")
	if p.Code == "" {
		p.Code = free(documents)
	}
	if err := define(documents, &p); err != nil {
		return nil, "", err
	}
	local.drop("sources", p.Code)
	if basis := strings.TrimSpace(p.Basis); basis != "" {
		if err := set(local.at(true, "sources"), p.Code, map[string]string{"title": basis}); err != nil {
			return nil, "", err
		}
	}
	if err := ask(manifest, &p); err != nil {
		return nil, "", err
	}
	out, err := save(b, local, manifest)
	return out, p.Code, err
}

// Remove takes a document away, and every place where it is asked for.
func Remove(b *edition.Bundle, code string) (*edition.Bundle, error) {
	local, err := open(b, file)
	if err != nil {
		return nil, err
	}
	manifest, err := open(b, catalogue.ManifestFile)
	if err != nil {
		return nil, err
	}
	local.drop("documents", code)
	local.drop("sources", code)
	forget(manifest, code)
	return save(b, local, manifest)
}

// free is a code that no document has yet: codes are for files, nobody reads them on a page.
func free(documents *yaml.Node) string {
	for n := 1; ; n++ {
		if code := fmt.Sprintf("own-paper-%d", n); get(documents, code) == nil {
			return code
		}
	}
}

// forget takes away every place where a document is asked for.
func forget(manifest *tree, code string) {
	strike(manifest, "documents", func(node *yaml.Node) bool {
		name := get(node, "document")
		return name != nil && name.Value == code
	})
}

// strike takes entries out of one list of every procedure.
func strike(manifest *tree, list string, out func(*yaml.Node) bool) {
	changes := manifest.at(false, "changes")
	if changes == nil {
		return
	}
	var procedures []string
	for i := 0; i+1 < len(changes.Content); i += 2 {
		procedures = append(procedures, changes.Content[i].Value)
	}
	for _, procedure := range procedures {
		entries := manifest.at(false, "changes", procedure, list)
		if entries == nil {
			continue
		}
		if entries.Content = slices.DeleteFunc(entries.Content, out); len(entries.Content) == 0 {
			manifest.drop("changes", procedure, list)
		}
	}
}

// add puts an entry at the end of a list of a procedure.
func add(manifest *tree, procedure, list string, entry any) error {
	var node yaml.Node
	if err := node.Encode(entry); err != nil {
		return err
	}
	put(manifest, procedure, list, &node)
	return nil
}

func put(manifest *tree, procedure, list string, entry *yaml.Node) {
	of := manifest.at(true, "changes", procedure)
	entries := get(of, list)
	if entries == nil {
		entries = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		of.Content = append(of.Content, scalar(list), entries)
	}
	entries.Content = append(entries.Content, entry)
}

func save(b *edition.Bundle, trees ...*tree) (*edition.Bundle, error) {
	files := map[string][]byte{}
	for _, t := range trees {
		text, err := t.bytes()
		if err != nil {
			return nil, err
		}
		files[t.name] = text
	}
	return b.With(files)
}
