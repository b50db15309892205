package parent_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

// TestNothingIsLostWhateverIsPressed: on every page of the way of every procedure one goes on twice at once, loads the page again, and
// goes back: everything that was answered stands there, every file is there, and there is one application. This is what a browser
// without JavaScript does; what one does with it is in claim.spec.mjs and papers.spec.mjs.
func TestNothingIsLostWhateverIsPressed(t *testing.T) {
	s := webtest.New(t)
	today := jp.DateIn(time.Now())
	filed := 0
	for _, procedure := range casetest.Catalogue(t).Procedures() {
		t.Run(procedure.Code, func(t *testing.T) {
			facts, form, err := procedure.At(today).ExampleCase(webtest.Minato, today)
			casetest.Must(t, err)
			who := webtest.Person{Key: "presser-" + procedure.Code, Name: "青空 花", Roles: []string{"applicant"}}
			p := person(t, s.As(who), facts, form, nil)
			p.press = p.twiceAndBack
			on := p.b.Get("/apply/" + procedure.Code + "?municipality=" + webtest.Minato)
			for range 15 {
				on.Is(http.StatusOK)
				switch {
				case strings.HasSuffix(on.Path, "/documents"):
					on = p.documents(on)
				case strings.HasSuffix(on.Path, "/check"):
					if on.Find("main button").First().Length() == 0 || p.uploads == 0 && on.Find(".warn").Length() > 0 {
						return
					}
					receipt := p.press(on, on.Form("提出する"))
					if strings.HasSuffix(receipt.Path, "/receipt") {
						filed++
					}
					if n := len(p.mine()); n != 1 {
						t.Errorf("%d applications", n)
					}
					return
				default:
					on = p.step(on)
				}
			}
			t.Errorf("it does not end: %s", on.Path)
		})
	}
	if filed < 5 {
		t.Errorf("%d were filed", filed)
	}
}

// mine are the person's applications.
func (p *scripted) mine() []any {
	items, _ := p.b.JSON("/api/v1/applications")["items"].([]any)
	return items
}

// twiceAndBack sends a form as a double tap does, loads what follows again, and goes back to where it was sent from.
func (p *scripted) twiceAndBack(on *webtest.Page, form *webtest.Form) *webtest.Page {
	p.t.Helper()
	next, again := form.Submit(), form.Submit()
	if next.Status != http.StatusOK || again.Path != next.Path || again.Title() != next.Title() {
		p.t.Errorf("%s leads to %s (%d), pressed twice to %s (%d): %s", on.Path, next.Path, next.Status, again.Path, again.Status, again.Text())
	}
	path := opened(p.t, next.Path)
	loaded := p.b.Get(path).Is(http.StatusOK)
	if loaded.Title() != next.Title() {
		p.t.Errorf("%s is %q, loaded again %q", path, next.Title(), loaded.Title())
	}
	back := p.b.Get(opened(p.t, on.Path)).Is(http.StatusOK)
	switch {
	case strings.Contains(on.Path, "/form/"):
		work := p.seconds
		if p.answer(back.Form("保存して次へ")); p.seconds != work {
			p.t.Errorf("%s asks again for %v", on.Path, p.fields)
		}
	case strings.Contains(on.Path, "/apply/"):
		back.Shows("続きから始める")
	case strings.HasSuffix(on.Path, "/documents"):
		if n := back.Find(".files li").Length(); n < p.uploads {
			p.t.Errorf("%d of %d files are there", n, p.uploads)
		}
	}
	return loaded
}

// opened is the address of a page as it was opened, without the answer to a form that it shows.
func opened(t *testing.T, path string) string {
	t.Helper()
	at, err := url.Parse(path)
	casetest.Must(t, err)
	query := at.Query()
	query.Del("kept")
	at.RawQuery = query.Encode()
	return at.String()
}

// once holds the pages to asking nothing twice: who typed an answer is not asked to type the same to the same kind of question about somebody
// else, as who is the applicant and a guardian. Another entry of a list is another person.
func (p *scripted) once(name string) {
	text, ok := p.want(name).(string)
	another := name == "form.applicant.address" && p.want("form.deceased") != nil || strings.HasPrefix(name, "form.new-carer.") // somebody else's
	if !ok || another || strings.HasPrefix(name, "form.statement") || strings.ContainsAny(name, "123456789") {
		return
	}
	key := name[strings.LastIndexByte(name, '.')+1:] + " " + text
	if first, typed := p.texts[key]; typed && first != name {
		p.t.Errorf("%s is typed at %s and again at %s", key, first, name)
	}
	p.texts[key] = name
}
