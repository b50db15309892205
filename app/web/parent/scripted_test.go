package parent_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/webtest"
)

// scripted is a person who has everything at hand and answers what has to be answered: counted are the pages that they are shown, the
// questions that they type or choose an answer to, the files that they attach, and how long such a person takes (typist.mjs): three
// characters a second, a second a choice, two seconds to find one's way on a page. What stands in a field already and is right is no
// work; nor is what nobody has to unfold.
type scripted struct {
	t       *testing.T
	b       *webtest.Browser
	answers map[string]any // facts, form, and statement: what is written in a paper
	pages   []string
	fields  []string
	uploads int
	seconds float64
	texts   map[string]string                                        // what was typed, by the kind of question ("family_name 日向") → where first
	press   func(on *webtest.Page, form *webtest.Form) *webtest.Page // how one goes on
}

// shown counts a page that has come up.
func (p *scripted) shown(on *webtest.Page) *webtest.Page {
	p.t.Helper()
	on.Is(http.StatusOK)
	path, _, _ := strings.Cut(on.Path, "?")
	p.pages = append(p.pages, path)
	p.seconds += 3 // two to look, one for the button or the link that led here
	return on
}

// want is the answer to a question by its field's name; nil if this person has none.
func (p *scripted) want(name string) any {
	var at any = p.answers
	for step := range strings.SplitSeq(name, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
		case []any:
			n := 0
			if _, err := fmt.Sscan(step, &n); err != nil || n >= len(v) {
				return nil
			}
			at = v[n]
		default:
			return nil
		}
	}
	return at
}

// answer answers the questions of a form.
func (p *scripted) answer(form *webtest.Form) {
	for _, f := range form.Fields().EachIter() {
		if f.Closest("details").Length() > 0 || f.Closest(".field").Find(".need.must").Length() == 0 {
			continue
		}
		if when := f.Closest("[data-when]"); when.Length() > 0 && !p.sees(when.AttrOr("data-when", ""), when.AttrOr("data-at", "")) {
			continue
		}
		name := f.AttrOr("name", "")
		if base, part, found := cut(name); found {
			p.part(form, f, base, part)
			continue
		}
		switch want := p.want(name).(type) {
		case nil:
		case []any:
			p.several(form, f, name, want)
		default:
			p.one(form, f, name, fmt.Sprint(want))
		}
	}
}

// sees says whether the page's script shows a question beside the answers of this person (form.js).
func (p *scripted) sees(when, at string) bool {
	var test question.Test
	if err := json.Unmarshal([]byte(when), &test); err != nil {
		p.t.Fatalf("%s: %v", when, err)
	}
	return p.holds(&test, at)
}

func (p *scripted) holds(test *question.Test, at string) bool {
	each := func(one *question.Test) bool { return p.holds(one, at) }
	switch {
	case test.Not != nil:
		return !p.holds(test.Not, at)
	case test.All != nil:
		return !slices.ContainsFunc(test.All, func(one *question.Test) bool { return !each(one) })
	case test.Any != nil:
		return slices.ContainsFunc(test.Any, each)
	case test.Top:
		at = "facts"
	}
	answer := p.want(at + "." + strings.Join(test.Path, "."))
	if several, ok := answer.([]any); ok {
		return slices.Contains(several, test.Has)
	}
	return slices.ContainsFunc(test.In, func(one any) bool { return fmt.Sprint(one) == fmt.Sprint(answer) }) || test.Lax && answer == nil
}

// cut takes the part of a date off a name.
func cut(name string) (base, part string, found bool) {
	i := strings.LastIndexByte(name, '-')
	if i < 0 || !slices.Contains([]string{"y", "m", "d"}, name[i+1:]) {
		return name, "", false
	}
	return name[:i], name[i+1:], true
}

func (p *scripted) part(form *webtest.Form, f *goquery.Selection, base, part string) {
	day, ok := p.want(base).(string)
	if !ok {
		return
	}
	at := map[string]int{"y": 0, "m": 1, "d": 2}[part]
	want := strings.TrimLeft(strings.Split(day, "-")[at], "0")
	if f.AttrOr("value", "") != want {
		p.typed(base, want)
		form.Set(base+"-"+part, want)
	}
}

func (p *scripted) one(form *webtest.Form, f *goquery.Selection, name, want string) {
	switch kind := f.AttrOr("type", ""); {
	case kind == "checkbox":
	case kind == "radio":
		if _, ticked := f.Attr("checked"); f.AttrOr("value", "") == want && !ticked {
			p.chosen(name)
			form.Set(name, want)
		}
	case f.Is("select"):
		chosen := f.Find("option[selected]").AttrOr("value", "")
		if f.Find(`option[value="`+want+`"]`).Length() == 0 {
			p.chosen(name)
			p.typed(name, "東京都千代田区")
			form.Set(name, "other").Set(name+"-name", "東京都千代田区")
		} else if chosen != want {
			p.chosen(name)
			form.Set(name, want)
		}
	case strings.TrimPrefix(f.Text(), "\n") != want && f.AttrOr("value", "") != want:
		if !p.filled(f, want) {
			p.typed(name, want)
		}
		form.Set(name, want)
	}
}

// filled says whether the page's script fills an answer in, from what was typed above.
func (p *scripted) filled(f *goquery.Selection, want string) bool {
	for from := range strings.FieldsSeq(f.AttrOr("data-from", "")) {
		if slices.Contains(p.fields, from) {
			return p.want(from) == want
		}
	}
	return false
}

// several are the choices of a list, or its entries: one a line, or in a field each.
func (p *scripted) several(form *webtest.Form, f *goquery.Selection, name string, want []any) {
	if f.AttrOr("type", "") == "checkbox" {
		if _, ticked := f.Attr("checked"); !ticked && slices.Contains(want, any(f.AttrOr("value", ""))) {
			p.chosen(name)
			form.Add(name, f.AttrOr("value", ""))
		}
		return
	}
	if !slices.Contains(p.fields, name) {
		form.Set(name, "")
		for _, one := range want {
			p.typed(name, fmt.Sprint(one))
			form.Add(name, fmt.Sprint(one))
		}
	}
}

func (p *scripted) typed(name, text string) {
	p.seconds += float64(utf8.RuneCountInString(text)) / 3
	p.count(name)
	p.once(name)
}

func (p *scripted) chosen(name string) {
	p.seconds++
	p.count(name)
}

func (p *scripted) count(name string) {
	if !slices.Contains(p.fields, name) {
		p.fields = append(p.fields, name)
	}
}

// attach hands in each file that the page asks for, as its script does: without another page.
func (p *scripted) attach(on *webtest.Page) *webtest.Page {
	for {
		card := on.Find("section.card").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return s.Find(".tag.warn").Length() > 0 && s.Find(".files").Length() == 0 && s.Find("form.upload").Closest("details").Length() == 0
		}).First()
		if card.Length() == 0 {
			return on
		}
		p.uploads++
		p.seconds += 2
		on = on.FormIn(card.Find("form.upload")).Attach("files", fmt.Sprintf("%d.pdf", p.uploads), []byte("%PDF-1.4\nnothing\n%%EOF\n")).Submit().Is(http.StatusOK)
	}
}

// person is somebody who files the example of a procedure, changed.
func person(t *testing.T, b *webtest.Browser, facts json.RawMessage, form, statement map[string]any) *scripted {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"facts": facts, "form": form, "statement": statement})
	if err != nil {
		t.Fatal(err)
	}
	p := &scripted{t: t, b: b, texts: map[string]string{}, press: func(_ *webtest.Page, form *webtest.Form) *webtest.Page { return form.Submit() }}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if err := d.Decode(&p.answers); err != nil {
		t.Fatal(err)
	}
	return p
}
