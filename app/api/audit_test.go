package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

const auditPath = "/api/v1/audit"

func TestTheAuditorSearchesTheTrail(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(hinata)
	w.filedCase(minato)
	w.call("reviewer-hinata-1", http.MethodGet, casesPath+"/"+id, nil)
	w.call("reviewer-minato", http.MethodGet, casesPath, nil).ok(http.StatusOK)
	search := func(query string) []any {
		t.Helper()
		return w.call("auditor", http.MethodGet, auditPath+"?"+query, nil).ok(http.StatusOK)["items"].([]any)
	}
	filing := search("action=file&object=" + id)
	if len(filing) != 1 {
		t.Fatalf("the filing: %v", filing)
	}
	entry := filing[0].(map[string]any)
	subject, actor := entry["subject"].(string), entry["actor"].(string)
	tomorrow, yesterday := jp.DateIn(time.Now()).AddDays(1).String(), jp.DateIn(time.Now()).AddDays(-1).String()
	for query, each := range map[string]func(map[string]any) bool{
		"subject=" + subject: func(e map[string]any) bool { return e["subject"] == subject },
		"actor=" + actor:     func(e map[string]any) bool { return e["actor"] == actor },
		"role=reviewer":      func(e map[string]any) bool { return e["role"] == "reviewer" },
		"municipality=" + minato + "&role=reviewer": func(e map[string]any) bool {
			return e["municipality"] == minato &&
				e["action"] == "list-cases"
		},
		"from=" + yesterday + "&to=" + tomorrow + "&action=file":     func(e map[string]any) bool { return e["action"] == "file" },
		"to=" + url.QueryEscape(time.Now().Format(time.RFC3339Nano)): func(map[string]any) bool { return true },
	} {
		found := search(query + "&limit=200")
		if len(found) == 0 {
			t.Errorf("%s: nothing", query)
		}
		for _, e := range found {
			if !each(e.(map[string]any)) {
				t.Errorf("%s: %v", query, e)
			}
		}
	}
	number := w.call("reviewer-hinata-1", http.MethodGet, casesPath+"/"+id, nil).ok(http.StatusOK)["receipt_number"].(string)
	if found := search("action=file&case=" + strings.ToLower(number)); len(found) != 1 || found[0].(map[string]any)["object"] != id {
		t.Errorf("by the receipt number %s: %v", number, found)
	}
	for _, query := range []string{"from=" + tomorrow, "to=" + yesterday, "action=file&role=reviewer", "object=nothing"} {
		if found := search(query); len(found) != 0 {
			t.Errorf("%s: %v", query, found)
		}
	}
	own := search("action=search-audit&limit=1")
	if len(own) != 1 || own[0].(map[string]any)["object"] != "object=nothing" || own[0].(map[string]any)["role"] != "auditor" {
		t.Errorf("the auditor's own search: %v", own)
	}
}

func TestTheTrailIsReadPageByPage(t *testing.T) {
	w := newWorld(t)
	for range 4 {
		w.call("reviewer-hinata-1", http.MethodGet, casesPath, nil).ok(http.StatusOK)
	}
	var ids []string
	next := ""
	for {
		page := w.call("auditor", http.MethodGet, auditPath+"?action=list-cases&limit=3&cursor="+next, nil).ok(http.StatusOK)
		ids = append(ids, listed(page)...)
		if page["next"] == nil {
			break
		}
		next = page["next"].(string)
	}
	if len(ids) != 4 || ids[0] < ids[3] {
		t.Errorf("newest first, each once: %v", ids)
	}
}

func TestWhatNoEntryCanHaveIsRefused(t *testing.T) {
	w := newWorld(t)
	for query, parameter := range map[string]string{"actor=x": "actor", "subject=x": "subject", "municipality=998011": "municipality",
		"municipality=hinata": "municipality",
		"role=king":           "role", "from=yesterday": "from", "to=2026-02-30": "to", "from=2026-04-02&to=2026-04-01": "to", "cursor=x": "cursor",
		"limit=0": "limit",
		"action=" + url.QueryEscape("drop table"): "action"} {
		p := w.call("auditor", http.MethodGet, auditPath+"?"+query, nil).refused(http.StatusUnprocessableEntity, "invalid-request")
		if d := details(p); len(d) != 1 || d[0]["parameter"] != parameter || d[0]["detail"] == "" {
			t.Errorf("%s: %v", query, d)
		}
	}
	w.call("admin-national-1", http.MethodGet, auditPath, nil).refused(http.StatusForbidden, "forbidden")
}
