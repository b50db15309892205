package page

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// typedField is what stood in the fields of one name.
type typedField struct {
	value  string
	chosen []string // of radios, checkboxes and selects
	there  bool     // it has a field to go to
}

// refilled puts what was typed on a page in one language into the fields of the same page in another: somebody who looks for a language that
// they read better loses nothing (P10). Hidden fields stay as they are: they are the page's own. then is done to the page last. whole is false if
// there is no field for something: a child that was added.
func refilled(page []byte, typed string, then func(page *html.Node) error) (filled []byte, whole bool, err error) {
	from, err := html.Parse(strings.NewReader(typed))
	if err != nil {
		return nil, false, err
	}
	into, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, false, err
	}
	values := valuesOf(from)
	fillIn(into, values)
	for f := range maps.Values(values) {
		if !f.there && (f.value != "" || len(f.chosen) > 0) {
			return nil, false, nil
		}
	}
	if err := then(into); err != nil {
		return nil, false, err
	}
	var out bytes.Buffer
	err = html.Render(&out, into)
	return out.Bytes(), true, err
}

// valuesOf is what stands in the fields of a page, by their names.
func valuesOf(page *html.Node) map[string]*typedField {
	values := map[string]*typedField{}
	eachField(page, func(n *html.Node, name, kind string) {
		f := values[name]
		if f == nil {
			f = &typedField{}
			values[name] = f
		}
		switch {
		case kind == "radio" || kind == "checkbox":
			if has(n, "checked") {
				f.chosen = append(f.chosen, attribute(n, "value"))
			}
		case n.DataAtom == atom.Select:
			eachOption(n, func(o *html.Node) {
				if has(o, "selected") {
					f.chosen = append(f.chosen, attribute(o, "value"))
				}
			})
		case n.DataAtom == atom.Textarea:
			f.value = textOf(n)
		default:
			f.value = attribute(n, "value")
		}
	})
	return values
}

// fillIn puts values into the fields of a page.
func fillIn(page *html.Node, values map[string]*typedField) {
	eachField(page, func(n *html.Node, name, kind string) {
		f := values[name]
		if f == nil {
			return
		}
		f.there = true
		switch {
		case kind == "radio" || kind == "checkbox":
			set(n, "checked", slices.Contains(f.chosen, attribute(n, "value")), "")
		case n.DataAtom == atom.Select:
			eachOption(n, func(o *html.Node) { set(o, "selected", slices.Contains(f.chosen, attribute(o, "value")), "") })
		case n.DataAtom == atom.Textarea:
			for n.FirstChild != nil {
				n.RemoveChild(n.FirstChild)
			}
			n.AppendChild(&html.Node{Type: html.TextNode, Data: "\n" + f.value})
		default:
			set(n, "value", true, f.value)
		}
	})
}

// eachField calls fn for each field of a form that a person fills in.
func eachField(top *html.Node, fn func(n *html.Node, name, kind string)) {
	for n := range top.Descendants() {
		if n.Type != html.ElementNode || !slices.Contains([]atom.Atom{atom.Input, atom.Textarea, atom.Select}, n.DataAtom) {
			continue
		}
		name, kind := attribute(n, "name"), attribute(n, "type")
		if name != "" && !slices.Contains([]string{"hidden", "file", "submit", "password"}, kind) {
			fn(n, name, kind)
		}
	}
}

func eachOption(choice *html.Node, fn func(o *html.Node)) {
	for n := range choice.Descendants() {
		if n.DataAtom == atom.Option {
			fn(n)
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// set gives an element an attribute, or takes it away.
func set(n *html.Node, name string, there bool, value string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
	if there {
		n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
	}
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.ChildNodes() {
		out.WriteString(c.Data)
	}
	return out.String()
}
