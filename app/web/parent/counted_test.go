package parent_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

// TestAnApplicationIsShort: from the first page to the receipt, in みなと町, where everything is on trial and has to be brought.
func TestAnApplicationIsShort(t *testing.T) {
	const pages, fields, uploads, seconds = 9, 35, 2, 180
	today := jp.DateIn(time.Now())
	for procedure, change := range map[string]casetest.Change{
		"child-allowance-claim": func(facts, form map[string]any) { // a baby was born, the elder child lives with a grandfather
			child := facts["children"].([]any)[0].(map[string]any)
			baby := maps.Clone(child)
			baby["birth_date"] = jp.Date{Year: today.Year - 1, Month: 6, Day: 10}.String()
			child["lives_with_applicant"], child["studying_abroad"], child["municipality"] = false, false, "131016"
			facts["children"] = []any{baby, child}
			second := maps.Clone(form["children"].([]any)[0].(map[string]any))
			second["given_name"], second["given_kana"] = "海", "ウミ"
			form["children"] = []any{form["children"].([]any)[0], second}
		},
		"childcare-enrolment": func(facts, _ map[string]any) { // both parents work
			for _, g := range facts["guardians"].([]any) {
				g.(map[string]any)["need"] = "employed"
			}
		},
		"single-parent-claim":    func(map[string]any, map[string]any) {},
		"pregnancy-notification": func(map[string]any, map[string]any) {},
		"child-allowance-change": func(map[string]any, map[string]any) {},
	} {
		t.Run(procedure, func(t *testing.T) {
			s := webtest.New(t)
			facts, form, err := casetest.Catalogue(t).Version(procedure, today).ExampleCase(webtest.Minato, today)
			casetest.Must(t, err)
			d := casetest.With(t, apply.Draft{Facts: facts, Form: form}, change)
			p := person(t, s.Stranger(), d.Facts, d.Form, map[string]any{"apart_since": "2025-04-01", "reason": "school",
				"living_with": "日向 一郎（祖父）", "contact": "毎週電話で話す", "support": "毎月5万円を送金している"})
			p.apply(procedure)
			t.Logf("%d pages, %d fields, %d uploads, %.0f s\n%s\n%s", len(p.pages), len(p.fields), p.uploads, p.seconds,
				strings.Join(p.pages, "\n"), strings.Join(p.fields, " "))
			if len(p.pages) > pages || len(p.fields) > fields || p.uploads > uploads || p.seconds > seconds {
				t.Errorf("more than %d pages, %d fields, %d uploads, %d s", pages, fields, uploads, seconds)
			}
		})
	}
}

// apply goes from the home page to the receipt.
func (p *scripted) apply(procedure string) {
	home := p.shown(p.b.Get("/"))
	p.seconds++ // what happened unfolds into what is to be done
	page := p.shown(home.Open(`main a[href^="/procedures/` + procedure + `"]`))
	p.chosen("municipality")
	choice := page.Form("すぐに申請を始める").Set("municipality", webtest.Minato)
	p.pages, p.seconds = append(p.pages, "the provider"), p.seconds+3
	p.b.Will(webtest.Parent)
	on := choice.Submit()
	for range 15 {
		p.shown(on)
		switch {
		case strings.HasSuffix(on.Path, "/receipt"):
			return
		case strings.HasSuffix(on.Path, "/check"):
			on = on.Form("提出する").Submit()
		case strings.HasSuffix(on.Path, "/documents"):
			on = p.documents(on)
		default:
			on = p.step(on)
		}
	}
	p.t.Fatalf("it does not end: %s %s", on.Path, on.Text())
}

// step answers a page of questions; entries of a list are added first.
func (p *scripted) step(on *webtest.Page) *webtest.Page {
	for _, add := range on.Find("main button[name=add]").EachIter() {
		list := add.AttrOr("value", "")
		all, _ := p.want(list).([]any)
		for on.Entries(list) < len(all) {
			form := on.Form("保存して次へ")
			p.answer(form)
			p.seconds++
			on = form.Press("add", list).Is(http.StatusOK)
		}
	}
	form := on.Form("保存して次へ")
	p.answer(form)
	return p.press(on, form)
}

// documents consents to what is asked, hands in what is needed, and answers the questions of papers that are written on the screen.
func (p *scripted) documents(on *webtest.Page) *webtest.Page {
	on = p.attach(on)
	form := on.Form("保存して次へ")
	for _, f := range on.Find(`main input[value="yes"][data-consent]`).EachIter() {
		p.chosen(f.AttrOr("name", ""))
		form.Set(f.AttrOr("name", ""), "yes")
	}
	for _, f := range form.Fields().EachIter() { // each paper's answers by the names of its questions
		if section, _, ok := strings.Cut(strings.TrimPrefix(f.AttrOr("name", ""), "form."), "."); ok {
			p.answers["form"].(map[string]any)[section] = p.answers["statement"]
		}
	}
	p.answer(form)
	return p.press(on, form)
}
