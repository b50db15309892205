package page

import (
	"bytes"
	"html/template"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// retell says on a page in another language what is wrong with what was typed: the summary above, and a sentence beside each field, as the
// page of a refusal has them (the templates "error-summary" and "field-errors").
func (s *Site) retell(t document, lang string, page *html.Node, wrong []Wrong) error {
	top := first(page, func(n *html.Node) bool { return n.DataAtom == atom.Main })
	if top == nil {
		return nil
	}
	for i := range wrong {
		w := &wrong[i]
		w.Text, w.Label = w.Texts[lang], ""
		field := first(page, func(n *html.Node) bool { return w.Field != "" && attribute(n, "id") == w.Field })
		if field == nil {
			continue
		}
		said := string(read(lang, w.Text))
		if label, kind := labelled(page, field); label != "" {
			w.Label = template.HTML(label) //nolint:gosec // a template's
			sentence, err := s.texts.wrong(lang, w.Label, kind, *w)
			if err != nil {
				return err
			}
			said = string(sentence)
		}
		if err := beside(field, w.Field, said); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, "error-summary", struct{ Errors []Wrong }{wrong}); err != nil {
		return err
	}
	return insert(top, top.FirstChild, out.String())
}

// labelled is what a field is called, and its kind, so far as that decides how it is asked for.
func labelled(page, field *html.Node) (label, kind string) {
	named := first(page, func(n *html.Node) bool {
		return n.DataAtom == atom.Label && attribute(n, "for") == attribute(field, "id")
	})
	switch field.DataAtom {
	case atom.Fieldset:
		named = first(field, func(n *html.Node) bool { return n.DataAtom == atom.Legend })
		if choice := first(field, func(n *html.Node) bool { return slices.Contains([]string{"radio", "checkbox"}, attribute(n, "type")) }); choice != nil {
			kind = map[bool]string{true: FieldYesNo, false: FieldRadio}[attribute(choice, "value") == "true" && attribute(choice, "type") == "radio"]
		} else {
			kind = FieldDate
		}
	case atom.Select:
		kind = FieldSelect
	case atom.Section:
	default:
		kind = FieldText
	}
	if named == nil {
		return "", kind
	}
	var out bytes.Buffer
	for c := range named.ChildNodes() {
		if !strings.HasPrefix(attribute(c, "class"), "need") {
			_ = html.Render(&out, c) // into memory
		}
	}
	return strings.TrimSpace(out.String()), kind
}

// beside puts a sentence to a field: under what is said of it, above where it is answered.
func beside(field *html.Node, id, said string) error {
	around, before := field, field.FirstChild
	switch field.DataAtom {
	case atom.Fieldset, atom.Section:
		for before != nil && (before.Type != html.ElementNode || slices.Contains([]atom.Atom{atom.Legend, atom.H2, atom.P}, before.DataAtom)) {
			before = before.NextSibling
		}
	default:
		around, before = field.Parent, field
	}
	if class := attribute(around, "class"); strings.HasPrefix(class, "field") {
		set(around, "class", true, class+" wrong")
	}
	set(field, "aria-invalid", true, "true")
	set(field, "aria-describedby", true, strings.TrimSpace(attribute(field, "aria-describedby")+" "+id+"-error"))
	return insert(around, before, `<p class="error" id="`+html.EscapeString(id)+`-error">＊`+said+`</p>`)
}

// insert puts a piece of a page into an element, before one of its children.
func insert(into, before *html.Node, piece string) error {
	nodes, err := html.ParseFragment(strings.NewReader(piece), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	for _, n := range nodes {
		into.InsertBefore(n, before)
	}
	return err
}

// first is the first element below another one for which it holds.
func first(top *html.Node, holds func(*html.Node) bool) *html.Node {
	for n := range top.Descendants() {
		if n.Type == html.ElementNode && holds(n) {
			return n
		}
	}
	return nil
}
