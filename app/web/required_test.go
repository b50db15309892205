package web_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

// latin is what no refusal in Japanese has: a word of another language, a code, a placeholder that the program left.
var latin = regexp.MustCompile(`[a-z]{3,}|[a-z]+[-_][a-z]+|^/`)

// marks are the fields of a form into which one types, by name, and whether each is marked as required. A day counts as one.
func marks(form *goquery.Selection) map[string]bool {
	out := map[string]bool{}
	form.Find(".field").Each(func(_ int, f *goquery.Selection) {
		need := f.Find(".need").First()
		name := f.Find("input[name], textarea[name], select[name]").Not("[type=hidden]").First().AttrOr("name", "")
		if need.Length() == 0 || name == "" || f.Find("select, [type=radio], [type=checkbox]").Length() > 0 { // of a choice something is chosen
			return
		}
		out[regexp.MustCompile(`-[ymdt]$`).ReplaceAllString(name, "")] = need.HasClass("must")
	})
	return out
}

// TestWhatIsRequiredIsMarkedAndWhatIsMarkedIsRequired: each form of staff and admins is sent empty. Whatever is refused then was marked, whatever was
// marked is refused, and every refusal is in Japanese.
func TestWhatIsRequiredIsMarkedAndWhatIsMarkedIsRequired(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	s.Filed(webtest.Neighbour, webtest.Hinata)
	boss, clerk := admin(s), reviewer(s)
	clerk.Get("/staff/queue").Form("次の申請を担当する").Submit().Is(http.StatusOK)
	s.Exec(`update plan_items set state = 'matched'`)
	settings := "/admin/settings/" + webtest.Hinata
	for _, one := range []struct {
		who        *webtest.Browser
		path, form string
		name, do   string // of the button
	}{
		{boss, settings + "/office", `main form`, "", ""},
		{boss, settings + "/letters", `main form`, "", ""},
		{boss, settings + "/texts/new?kind=correction", `main form`, "do", "save"},
		{boss, settings + "/texts/new?kind=letter-other", `main form`, "do", "save"},
		{boss, settings + "/texts/new?kind=message", `main form`, "do", "save"},
		{boss, "/admin/circulars/new", `main form`, "", ""},
		{boss, "/admin/broadcasts/new", `main form`, "do", "preview"},
		{clerk, "/staff/cases/" + id, "#form-reject", "", ""},
		{clerk, "/staff/cases/" + id, "#form-request-correction", "", ""},
		{clerk, "/staff/cases/" + id, `form[action$="/steps/note"]`, "", ""},
		{clerk, "/staff/cases/" + id, "#form-transfer", "", ""},
		{clerk, "/staff/cases/" + id, "#form-approve", "preview", "yes"},
		{boss, "/admin/phase-changes/new", `main form[enctype]`, "do", "preview"},
		{boss, "/admin/suspensions/new", `main form`, "do", "preview"},
		{clerk, "/staff/provider-requests", `main form`, "", ""},
		{clerk, "/staff/people", `form[action="/staff/people"]`, "", ""},
	} {
		page := one.who.Get(one.path).Is(http.StatusOK)
		found := page.Find(one.form).First()
		if found.Length() == 0 {
			t.Errorf("%s has no form %s", one.path, one.form)
			continue
		}
		marked := marks(found)
		form := page.FormIn(found)
		if strings.HasPrefix(one.path, "/admin/suspensions") { // of what is suspended something is chosen
			form.Set("procedure", "*").Set("item", "*").Set("municipality", webtest.Hinata)
		}
		form.Fields().Each(func(_ int, f *goquery.Selection) {
			if f.AttrOr("type", "") != "radio" && goquery.NodeName(f) != "select" { // a choice has something chosen
				form.Set(f.AttrOr("name", ""), "")
			}
		})
		after := form.Press(one.name, one.do)
		if after.Find("#errors").Length() == 0 && slices.Contains(slices.Collect(maps.Values(marked)), true) {
			t.Errorf("%s %s: nothing is refused, and %v is marked", one.path, one.form, marked)
			continue
		}
		if text := after.Find("#errors").Text(); latin.MatchString(strings.ReplaceAll(text, "PDF", "")) {
			t.Errorf("%s %s: the refusal is no Japanese: %q", one.path, one.form, text)
		}
		refused := map[string]bool{}
		after.Find(".field.wrong").Each(func(_ int, f *goquery.Selection) {
			name := f.Find("input[name], textarea[name], select[name]").Not("[type=hidden]").First().AttrOr("name", "")
			refused[regexp.MustCompile(`-[ymdt]$`).ReplaceAllString(name, "")] = true
		})
		for name, must := range marked {
			if must != refused[name] {
				t.Errorf("%s %s: %q is marked as required: %v, and refused: %v", one.path, one.form, name, must, refused[name])
			}
		}
	}
}
