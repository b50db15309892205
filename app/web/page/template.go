package page

import (
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"text/template/parse"

	"kosodate.example/onestop/app/wording"
)

// layouts are the templates that every page is put into: the frame, and the parts of forms.
const layouts = "templates/_*.html"

// document is a page's template in a language. The pages of an area are one set, in which they share the frame and all parts; what is
// a page's own there has the page's name before its own.
type document struct {
	set *template.Template
	own map[string]string // by its name in the page's file
}

// ExecuteTemplate runs one of the page's templates, its own or one of all pages.
func (d document) ExecuteTemplate(w io.Writer, name string, data any) error {
	if own, ok := d.own[name]; ok {
		name = own
	}
	return d.set.ExecuteTemplate(w, name, data)
}

// parse makes every page's template once for each language, so that {{t "key"}} needs no language.
func (s *Site) parse(areas []Area) (map[string]map[string]document, error) {
	out := map[string]map[string]document{}
	for _, lang := range Languages {
		funcs := s.funcs(lang)
		frame := template.New("frame").Funcs(funcs).Option("missingkey=error")
		shared, err := fs.Glob(ownFiles, layouts)
		if err != nil {
			return nil, err
		}
		for _, name := range shared {
			if err := parseFile(frame, lang, ownFiles, name); err != nil {
				return nil, err
			}
		}
		out[lang] = map[string]document{}
		for _, a := range areas {
			if err := parseArea(out[lang], frame, a, lang, funcs); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// parseArea adds the pages of an area. A file that begins with _ holds parts that all pages of the area may use.
func parseArea(pages map[string]document, frame *template.Template, a Area, lang string, funcs template.FuncMap) error {
	set, err := frame.Clone()
	if err != nil {
		return err
	}
	names, err := fs.Glob(a.Files, "templates/*.html")
	if err != nil {
		return err
	}
	var files []string
	for _, name := range names {
		switch {
		case !strings.HasPrefix(path.Base(name), "_"):
			files = append(files, name)
		case a.Name != own.Name:
			if err := parseFile(set, lang, a.Files, name); err != nil {
				return err
			}
		}
	}
	shared := sharedBy(set)
	for _, file := range files {
		page := strings.TrimSuffix(path.Base(file), ".html")
		parsed := template.New("").Funcs(funcs)
		if err := parseFile(parsed, lang, a.Files, file); err != nil {
			return err
		}
		d, err := add(set, shared, page, parsed)
		if err != nil {
			return fmt.Errorf("page: %s/%s: %w", a.Name, file, err)
		}
		pages[a.Name+"/"+page] = d
	}
	return nil
}

// parseFile adds what a file defines. Templates are written with Japanese marks: brackets, colons.
func parseFile(set *template.Template, lang string, files fs.FS, name string) error {
	source, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	_, err = set.New(path.Base(name)).Parse(wording.Marks(string(source), lang))
	return err
}

// part is a template that pages share, and which others it calls.
type part struct {
	tree  *parse.Tree
	calls map[string]bool
}

func sharedBy(set *template.Template) map[string]part {
	out := map[string]part{}
	for _, t := range set.Templates() {
		if t.Tree != nil && t.Tree.Root != nil {
			p := part{tree: t.Tree, calls: map[string]bool{}}
			eachCall(t.Tree.Root, func(call *parse.TemplateNode) { p.calls[call.Name] = true })
			out[t.Name()] = p
		}
	}
	return out
}

// add puts a page into its area's set: what the page defines, and what of the shared leads to that (the frame calls "main"), under
// names of its own. Everything else is there once for all pages, which are a hundred.
func add(set *template.Template, shared map[string]part, page string, parsed *template.Template) (document, error) {
	trees := map[string]*parse.Tree{}
	for _, t := range parsed.Templates() {
		if t.Tree != nil && t.Name() != t.Tree.ParseName { // the file itself holds nothing outside of its definitions
			trees[t.Name()] = t.Tree
		}
	}
	for _, block := range []string{"title", "main"} {
		if trees[block] == nil {
			return document{}, fmt.Errorf("it does not define %q", block)
		}
	}
	for grew := true; grew; {
		grew = false
		for name, p := range shared {
			if trees[name] == nil && callsAny(p, trees) {
				trees[name] = p.tree.Copy()
				grew = true
			}
		}
	}
	d := document{set: set, own: map[string]string{}}
	for name := range trees {
		d.own[name] = page + "/" + name
	}
	for name, tree := range trees {
		eachCall(tree.Root, func(call *parse.TemplateNode) {
			if own, ok := d.own[call.Name]; ok {
				call.Name = own
			}
		})
		if _, err := set.AddParseTree(d.own[name], tree); err != nil {
			return document{}, err
		}
	}
	return d, nil
}

func callsAny(p part, trees map[string]*parse.Tree) bool {
	for name := range p.calls {
		if trees[name] != nil {
			return true
		}
	}
	return false
}

// eachCall visits every {{template}} below a node.
func eachCall(node parse.Node, do func(*parse.TemplateNode)) {
	branch := func(b *parse.BranchNode) {
		eachCall(b.List, do)
		if b.ElseList != nil {
			eachCall(b.ElseList, do)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			eachCall(child, do)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		do(n)
	}
}
