package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// Every procedure's example is filed as it stands in every municipality: in full operation without a paper, on trial with
// a declaration for each.
func TestEveryExampleCanBeFiled(t *testing.T) {
	w := newWorld(t)
	for n, p := range w.Dossiers.Editions.National().Procedures() {
		for m, municipality := range []string{hinata, minato, mori} {
			body := w.example(p.Code, municipality)
			plan := w.call("", http.MethodPost, "/api/v1/procedures/"+p.Code+"/evidence-plan",
				map[string]any{"municipality": municipality, "facts": body["facts"], "consents": body["consents"]}).ok(http.StatusOK)
			declared := []any{}
			for _, d := range plan["documents"].([]any) {
				if r := d.(map[string]any); r["decision"] == "attach" {
					declared = append(declared, map[string]any{"document": r["document"], "subject": r["subject"], "kind": "cannot-provide", "reason": "窓口で相談します"})
				}
			}
			body["declarations"] = declared
			who := fmt.Sprintf("load-%04d", 1+n*3+m)
			w.call(who, http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated) // late or not: windows open once a year
		}
	}
}

func (w *world) codes(query string) []string {
	w.T.Helper()
	var out []string
	for _, i := range w.call("", http.MethodGet, "/api/v1/procedures?"+query, nil).ok(http.StatusOK)["items"].([]any) {
		out = append(out, i.(map[string]any)["code"].(string))
	}
	return out
}

func TestSearch(t *testing.T) {
	w := newWorld(t)
	born := func(years int) string { return time.Now().AddDate(-years, 0, -10).Format("2006-01-02") }
	for query, c := range map[string]struct{ has, hasNot string }{
		"":                             {"child-allowance-claim", ""},
		"category=childcare":           {"childcare-enrolment", "child-allowance-claim"},
		"q=" + url.QueryEscape("にんしん"): {"pregnancy-notification", "childcare-enrolment"},
		"q=" + url.QueryEscape("ＮＵＲＳＥＲＹ"):        {"childcare-enrolment", "pregnancy-notification"},
		"q=" + url.QueryEscape("母子手帳 妊娠"):        {"pregnancy-notification", "childcare-enrolment"},
		"child_birth_date=" + born(2):            {"childcare-enrolment", "pregnancy-notification"},
		"child_birth_date=" + born(10):           {"child-allowance-claim", "childcare-enrolment"},
		"child_birth_date=" + born(-1):           {"pregnancy-notification", "child-allowance-claim"},
		"municipality=998010&category=childcare": {"childcare-annual", "child-allowance-claim"},
	} {
		got := w.codes(query)
		if !slices.Contains(got, c.has) || c.hasNot != "" && slices.Contains(got, c.hasNot) {
			t.Errorf("%s finds %v", query, got)
		}
	}
	for query, parameter := range map[string]string{"category=none": "category", "municipality=131016": "municipality",
		"child_birth_date=2025-02-30": "child_birth_date",
		"limit=0":                     "limit", "limit=x": "limit", "cursor=none": "cursor"} {
		got := w.call("", http.MethodGet, "/api/v1/procedures?"+query, nil)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), `"parameter":"`+parameter+`"`) {
			t.Errorf("%s: %d %s", query, got.Status, got.Body)
		}
	}
}

// Pages of every size show the same things in the same order, each once, and the last one says that it is.
func TestPages(t *testing.T) {
	w := newWorld(t)
	for _, p := range w.Dossiers.Editions.National().Procedures()[:5] {
		w.draft("parent-1", w.example(p.Code, hinata))
	}
	for _, list := range []struct{ who, path, id string }{{"parent-1", applications, "id"}, {"", "/api/v1/procedures", "code"}, {"", "/api/v1/municipalities",
		"code"},
		{"", "/api/v1/phase-history", "id"}, {"auditor", "/api/v1/audit?action=create", "id"}} {
		join := "?"
		if strings.Contains(list.path, "?") {
			join = "&"
		}
		whole := w.ids(list.who, list.path+join+"limit=200", list.id)
		for _, size := range []int{1, 2, len(whole)} {
			var got []string
			path := fmt.Sprintf("%s%slimit=%d", list.path, join, size)
			for cursor := ""; ; {
				page := w.call(list.who, http.MethodGet, path+"&cursor="+url.QueryEscape(cursor), nil).ok(http.StatusOK)
				for _, i := range page["items"].([]any) {
					got = append(got, i.(map[string]any)[list.id].(string))
				}
				next, more := page["next"].(string)
				if !more {
					break
				}
				cursor = next
			}
			if !slices.Equal(got, whole) {
				t.Errorf("%s by %d: %v, want %v", list.path, size, got, whole)
			}
		}
	}
}

func (w *world) ids(who, path, member string) []string {
	w.T.Helper()
	var out []string
	for _, i := range w.call(who, http.MethodGet, path, nil).ok(http.StatusOK)["items"].([]any) {
		out = append(out, i.(map[string]any)[member].(string))
	}
	return out
}

// A procedure says on what it rests and when that was checked, of each document who writes it, and of a question as of which day.
func TestAProcedureSaysItsGrounds(t *testing.T) {
	w := newWorld(t)
	page := w.call("", http.MethodGet, "/api/v1/procedures/childcare-enrolment?municipality=998010", nil, "Accept-Language", "en").ok(http.StatusOK)
	sources, _ := page["sources"].([]any)
	if len(sources) == 0 || page["checked_on"] != "2026-11-20" {
		t.Fatalf("it rests on %v, checked on %v", sources, page["checked_on"])
	}
	for _, s := range sources {
		if title, _ := s.(map[string]any)["title"].(string); title == "" {
			t.Errorf("a source without a title: %v", s)
		}
	}
	writers := map[any]any{}
	for _, d := range page["documents"].([]any) {
		one := d.(map[string]any)
		writers[one["writer"]] = one["writer_text"]
	}
	for _, who := range []string{"applicant", "third-party", "office"} {
		if text, _ := writers[who].(string); text == "" {
			t.Errorf("who writes what the %s writes: %q", who, text)
		}
	}
	facts, err := json.Marshal(page["facts_schema"])
	if err != nil || !strings.Contains(string(facts), "As of the 1 January that decides, by the other answers.") || strings.Contains(string(facts), "tax_jan1") {
		t.Errorf("the schema does not say the day: %s", facts)
	}
}

func TestAPageIsOfAnInstant(t *testing.T) {
	w := newWorld(t)
	at := func(at string) map[string]any {
		return w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?municipality=998010&at="+at, nil, "Accept-Language", "en").ok(http.StatusOK)
	}
	if page := at("2017-08-01T00:00:00%2B09:00"); page["version"] != "2017-07-18" || page["trial_note"] == nil {
		t.Errorf("in August 2017: %v, note %v", page["version"], page["trial_note"])
	}
	if page := at("2024-10-01"); page["version"] != "2024-10-01" || page["trial_note"] != nil {
		t.Errorf("on 1 October 2024: %v, note %v", page["version"], page["trial_note"])
	}
	if page := at("2024-09-30T14:59:59Z"); page["version"] != "2017-07-18" {
		t.Errorf("a second before midnight in Japan: %v", page["version"])
	}
	at("2024-10-01T00:00:00+09:00") // the plus sign has become a space on the way
	w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?at=yesterday", nil).refused(422, "invalid-request")
	w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?at=9999-12-31T23:59:59Z", nil).refused(422, "invalid-request")
	w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?municipality=131016", nil).refused(422, "invalid-municipality")
	w.call("", http.MethodGet, "/api/v1/procedures/child-allowance", nil).refused(404, "not-found")
	w.call("", http.MethodPost, "/api/v1/procedures/child-allowance/evidence-plan", map[string]any{"municipality": hinata, "facts": map[string]any{},
		"consents": []any{}}).
		refused(404, "unknown-procedure")
}
