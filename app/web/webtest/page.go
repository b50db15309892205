package webtest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"kosodate.example/onestop/app/web/page"
)

// Page is a page that a browser shows.
type Page struct {
	*goquery.Document
	b      *Browser
	Path   string // where it is, after redirects
	Status int
}

// words are a text with single spaces: how it is broken into lines says nothing.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// Text is what the page says, without its heading and menu.
func (p *Page) Text() string { return words(p.Find("main").Text()) }

// Title is the page's first heading.
func (p *Page) Title() string { return words(p.Find("h1").First().Text()) }

// Shows fails the test unless the page says each of these.
func (p *Page) Shows(texts ...string) {
	p.b.t.Helper()
	for _, text := range texts {
		if !strings.Contains(p.Text(), words(text)) {
			p.b.t.Errorf("%s (%d) does not say %q:\n%s", p.Path, p.Status, text, p.Text())
		}
	}
}

// Lacks fails the test if the page says one of these.
func (p *Page) Lacks(texts ...string) {
	p.b.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.Text(), words(text)) {
			p.b.t.Errorf("%s says %q:\n%s", p.Path, text, p.Text())
		}
	}
}

// Is fails the test at once unless the page was answered with this status.
func (p *Page) Is(status int) *Page {
	p.b.t.Helper()
	if p.Status != status {
		p.b.t.Fatalf("%s: %d, want %d: %s", p.Path, p.Status, status, p.Text())
	}
	return p
}

// Follow opens the link that says this.
func (p *Page) Follow(text string) *Page {
	p.b.t.Helper()
	link := p.Find("a").FilterFunction(func(_ int, s *goquery.Selection) bool { return words(s.Text()) == words(text) }).First()
	if link.Length() == 0 {
		p.b.t.Fatalf("%s: no link %q", p.Path, text)
	}
	return p.b.Get(p.address(link.AttrOr("href", "")))
}

// Open opens the first link that a selector finds.
func (p *Page) Open(selector string) *Page {
	p.b.t.Helper()
	link := p.Find(selector).First()
	if link.Length() == 0 {
		p.b.t.Fatalf("%s: no link %s", p.Path, selector)
	}
	return p.b.Get(p.address(link.AttrOr("href", "")))
}

// Entries is how many entries of a list the page's form has.
func (p *Page) Entries(list string) int {
	n, _ := strconv.Atoi(p.Find(`[name="`+list+`.count"]`).AttrOr("value", "")) // none is none
	return n
}

// address is what an address on the page leads to.
func (p *Page) address(to string) string {
	base, err := url.Parse(p.Path)
	if err == nil {
		base, err = base.Parse(to)
	}
	if err != nil {
		p.b.t.Fatalf("%s: %q leads nowhere: %v", p.Path, to, err)
	}
	return base.RequestURI()
}

// Field is the field of a form that is labelled so, by the beginning of its label or legend.
func (p *Page) Field(label string) *goquery.Selection {
	p.b.t.Helper()
	found := p.Find("label, legend").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(words(s.Text()), words(label)) }).First()
	if found.Is("legend") {
		return found.Parent()
	}
	field := p.Find(`[id="` + found.AttrOr("for", "") + `"]`)
	if found.Length() == 0 || field.Length() == 0 {
		p.b.t.Fatalf("%s: no field %q", p.Path, label)
	}
	return field
}

// Wrong is the sentence beside a field that was refused; empty if nothing is wrong with it.
func (p *Page) Wrong(label string) string {
	p.b.t.Helper()
	return words(p.Find(`[id="` + p.Field(label).AttrOr("id", "") + `-error"]`).Text())
}

// Value is what stands in a field.
func (p *Page) Value(label string) string {
	p.b.t.Helper()
	return valueOf(p.Field(label))
}

func valueOf(s *goquery.Selection) string {
	switch goquery.NodeName(s) {
	case "textarea":
		return strings.TrimPrefix(s.Text(), "\n")
	case "select":
		return s.Find("option[selected]").AttrOr("value", s.Find("option").First().AttrOr("value", ""))
	}
	return s.AttrOr("value", "")
}

// Form is a form with what stands in it.
type Form struct {
	page   *Page
	form   *goquery.Selection
	button *goquery.Selection
	values url.Values
	files  files // nil: the form takes none
}

// Form is the form with the button that says this, as the browser would send it.
func (p *Page) Form(button string) *Form {
	p.b.t.Helper()
	found := p.Find("main button").FilterFunction(func(_ int, s *goquery.Selection) bool { return strings.HasPrefix(words(s.Text()), words(button)) }).First()
	if found.Length() == 0 {
		p.b.t.Fatalf("%s: no button %q", p.Path, button)
	}
	form := found.Closest("form")
	if id, elsewhere := found.Attr("form"); elsewhere {
		form = p.Find(`form[id="` + id + `"]`)
	}
	return p.form(form, found)
}

// FormIn is a form of the page with its first button.
func (p *Page) FormIn(form *goquery.Selection) *Form {
	return p.form(form, form.Find("button").First())
}

func (p *Page) form(form, button *goquery.Selection) *Form {
	f := &Form{page: p, form: form, button: button, values: url.Values{}}
	if f.form.AttrOr("enctype", "") == "multipart/form-data" {
		f.files = files{}
	}
	f.controls().Each(func(_ int, s *goquery.Selection) {
		switch s.AttrOr("type", "") {
		case "radio", "checkbox":
			if _, checked := s.Attr("checked"); !checked {
				return
			}
		case "file", "submit":
			return
		}
		f.values.Add(s.AttrOr("name", ""), valueOf(s))
	})
	return f
}

// controls are everything in which the form has a value.
func (f *Form) controls() *goquery.Selection {
	out := f.form.Find("input[name], textarea[name], select[name]")
	if id, named := f.form.Attr("id"); named {
		out = out.Union(f.page.Find(`[form="` + id + `"]`))
	}
	return out
}

// Fields are what a person sees of the form's controls, in their order.
func (f *Form) Fields() *goquery.Selection {
	return f.controls().Not("[type=hidden], [type=submit], [type=file], button")
}

// Fill types into the field with this label.
func (f *Form) Fill(label, value string) *Form {
	f.page.b.t.Helper()
	f.values.Set(f.page.Field(label).AttrOr("name", ""), value)
	return f
}

// Set gives a field by its name, for what no label says apart: the same question of each of several.
func (f *Form) Set(name, value string) *Form {
	f.values.Set(name, value)
	return f
}

// Add gives a field one more value: another choice that is ticked, another entry of a list.
func (f *Form) Add(name, value string) *Form {
	f.values.Add(name, value)
	return f
}

// Attach chooses a file in the field with this name.
func (f *Form) Attach(field, name string, contents []byte) *Form {
	f.files[field] = page.File{Name: name, Contents: contents}
	return f
}

// Choose marks the choice with this label.
func (f *Form) Choose(label string) *Form {
	f.page.b.t.Helper()
	field := f.page.Field(label)
	if name := field.AttrOr("name", ""); field.AttrOr("type", "") == "checkbox" {
		f.values.Add(name, field.AttrOr("value", "on"))
	} else {
		f.values.Set(name, field.AttrOr("value", "on"))
	}
	return f
}

// Submit sends the form with its button, and gives the page that follows.
func (f *Form) Submit() *Page {
	f.page.b.t.Helper()
	return f.Press(f.button.AttrOr("name", ""), f.button.AttrOr("value", ""))
}

// Press is Submit with another button of the form, by its name and value.
func (f *Form) Press(name, value string) *Page {
	f.page.b.t.Helper()
	if name != "" {
		f.values.Set(name, value)
	}
	to := f.page.address(f.button.AttrOr("formaction", f.form.AttrOr("action", f.page.Path)))
	if strings.EqualFold(f.form.AttrOr("method", "get"), http.MethodPost) {
		return f.page.b.send(http.MethodPost, to, f.values, f.files)
	}
	path, _, _ := strings.Cut(to, "?")
	return f.page.b.Get(path + "?" + f.values.Encode())
}
