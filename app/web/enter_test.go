package web_test

import (
	"cmp"
	"net/http"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

// pressable are the fields in which the Enter key presses a button of their form.
const pressable = `input:not([type=hidden],[type=file],[type=submit]), select`

// enterPresses is the button that the Enter key presses in a form: the first submit button that belongs to it, wherever it stands.
func enterPresses(p *goquery.Document, form *goquery.Selection) *goquery.Selection {
	id, named := form.Attr("id")
	return p.Find("button:not([type=button]), input[type=submit]").FilterFunction(func(_ int, b *goquery.Selection) bool {
		if of := b.AttrOr("form", ""); of != "" {
			return named && of == id
		}
		return b.Closest("form").IsSelection(form)
	}).First()
}

// harmless says what is wrong with what Enter presses; empty if it saves, goes on, or does nothing.
func harmless(p *goquery.Document, form *goquery.Selection) string {
	if form.Find(pressable).Length() == 0 {
		return ""
	}
	b := enterPresses(p, form)
	if _, off := b.Attr("disabled"); off {
		return ""
	}
	name, value := b.AttrOr("name", ""), b.AttrOr("value", "")
	switch {
	case b.Length() == 0:
		return "there is no button"
	case b.HasClass("danger"), name == "remove", name == "add", name == "undo", strings.HasPrefix(value, "remove"), value == "add", value == "submit":
		return "it presses " + name + " " + value + " " + strings.TrimSpace(b.Text())
	}
	return ""
}

var (
	aPart = regexp.MustCompile(`\{\{-? ?template "([^"]+)"[^}]*\}\}`)
	aText = regexp.MustCompile(`(?s)\{\{-? ?define "([^"]+)"\}\}(.*?)\n?(\{\{-? ?define|\z)`)
	order = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
)

// TestEnterIsHarmlessInEveryTemplate reads every form of every page with all that it may have at once: whichever parts are shown,
// what stands first is the same.
func TestEnterIsHarmlessInEveryTemplate(t *testing.T) {
	parts, pages := map[string]string{}, map[string]string{}
	walk(t, func(at string, body []byte) {
		if path.Ext(at) != ".html" {
			return
		}
		for from := string(body); ; {
			m := aText.FindStringSubmatchIndex(from)
			if m == nil {
				break
			}
			name := from[m[2]:m[3]]
			if name == "main" {
				pages[at] = from[m[4]:m[5]]
			}
			parts[path.Dir(at)+" "+name] = from[m[4]:m[5]]
			from = from[m[6]:]
		}
	})
	var whole func(at, text string, depth int) string
	whole = func(at, text string, depth int) string {
		return aPart.ReplaceAllStringFunc(text, func(call string) string {
			if depth > 6 { // questions lie in questions
				return ""
			}
			name := aPart.FindStringSubmatch(call)[1]
			return whole(at, cmp.Or(parts[path.Dir(at)+" "+name], parts["page/templates "+name]), depth+1)
		})
	}
	forms := 0
	for name, text := range pages {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(order.ReplaceAllString(whole(name, text, 0), "")))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("form").Each(func(_ int, form *goquery.Selection) {
			if forms++; form.AttrOr("method", "get") == "post" {
				if wrong := harmless(doc, form); wrong != "" {
					t.Errorf("%s: %s: Enter in a field: %s", name, form.AttrOr("action", ""), wrong)
				}
			}
		})
	}
	if forms < 60 {
		t.Errorf("there are %d forms only", forms)
	}
}

// crawl opens every page that links lead to from some, as one person, and looks at each.
func crawl(b *webtest.Browser, see func(p *webtest.Page), from ...string) {
	known := map[string]bool{}
	for len(from) > 0 && len(known) < 150 {
		at := from[0]
		from = from[1:]
		if at, _, _ = strings.Cut(at, "#"); known[at] || !strings.HasPrefix(at, "/") {
			continue
		}
		known[at] = true
		p := b.Get(at)
		see(p)
		for _, link := range p.Find("main a, nav.menu a").EachIter() {
			to := link.AttrOr("href", "")
			if !strings.Contains(to, "lang=") && !strings.Contains(to, "/api/") && !strings.Contains(to, "/forms/") && !strings.HasSuffix(to, ".svg") {
				from = append(from, to)
			}
		}
	}
}

// TestEnterIsHarmlessOnEveryPage holds the same of the pages as they are shown, each with what it has.
func TestEnterIsHarmlessOnEveryPage(t *testing.T) {
	s := webtest.New(t)
	draft, filed := s.Draft(webtest.Parent, webtest.Minato), s.Filed(webtest.Parent, webtest.Hinata)
	reviewer := s.As(webtest.Reviewer)
	reviewer.Get("/staff/briefing").Form("読みました").Submit()
	reviewer.Get("/staff/queue").Form("担当する").Submit().Is(http.StatusOK)
	seen := map[string]bool{}
	see := func(p *webtest.Page) {
		p.Find("main form[method=post]").Each(func(_ int, form *goquery.Selection) {
			seen[form.AttrOr("action", p.Path)] = true
			if wrong := harmless(p.Document, form); wrong != "" {
				t.Errorf("%s: %s: Enter in a field: %s", p.Path, form.AttrOr("action", ""), wrong)
			}
		})
	}
	crawl(s.As(webtest.Parent), see, "/apply/"+webtest.Claim+"?municipality="+webtest.Hinata, "/applications/"+draft+"/form/questions", "/applications/"+draft,
		"/applications/"+filed, "/me/settings", "/")
	crawl(reviewer, see, "/staff/cases/"+filed, "/staff/counter/new?procedure="+webtest.Claim, "/staff/queue")
	crawl(s.As(firstAdmin), see, "/admin/suspensions/new", "/admin/phase-changes/new", own+"/papers/new", own+"/try?procedure="+webtest.Claim, "/admin/phases")
	if len(seen) < 40 {
		t.Errorf("%d forms only: %v", len(seen), seen)
	}
}
