package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

const casesPath = "/api/v1/review/applications"

// filedCase files a case of parent-1's and gives its id and receipt number.
func (w *world) filedCase(municipality string) (id, receipt string) {
	w.T.Helper()
	got := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", municipality)).ok(http.StatusCreated)
	return got["id"].(string), got["receipt_number"].(string)
}

func listed(page map[string]any) []string {
	var out []string
	for _, item := range page["items"].([]any) {
		out = append(out, item.(map[string]any)["id"].(string))
	}
	return out
}

func TestTheQueueOverHTTP(t *testing.T) {
	w := newWorld(t)
	id, receipt := w.filedCase(hinata)
	elsewhere, _ := w.filedCase(minato)
	w.draft("parent-1", w.claim(hinata)) // not filed: not in the queue
	page := w.call("reviewer-hinata-1", http.MethodGet, casesPath, nil).ok(http.StatusOK)
	if got := listed(page); len(got) != 1 || got[0] != id {
		t.Fatalf("%v", got)
	}
	item := page["items"].([]any)[0].(map[string]any)
	if item["receipt_number"] != receipt || item["state"] != "arrived" || item["applicant"].(map[string]any)["name"] == "" || item["age"] != float64(0) {
		t.Errorf("%v", item)
	}
	for query, found := range map[string]int{"flag=unclaimed": 1, "flag=late,urgent": 0, "procedure=pregnancy-notification": 1,
		"procedure=child-allowance-claim": 0,
		"q=" + url.QueryEscape(receipt):   1, "state=decided": 0, "older_than=3": 0} {
		if got := listed(w.call("reviewer-hinata-1", http.MethodGet, casesPath+"?"+query, nil).ok(http.StatusOK)); len(got) != found {
			t.Errorf("%s: %v", query, got)
		}
	}
	for query, parameter := range map[string]string{"cursor=x": "cursor", "q=" + url.QueryEscape("！？"): "q", "flag=x": "flag", "procedure=x": "procedure",
		"limit=500": "limit"} {
		p := w.call("reviewer-hinata-1", http.MethodGet, casesPath+"?"+query, nil).refused(http.StatusUnprocessableEntity, "invalid-request")
		if d := details(p); len(d) != 1 || d[0]["parameter"] != parameter || d[0]["detail"] == "" {
			t.Errorf("%s: %v", query, d)
		}
	}
	if got := listed(w.call("reviewer-minato", http.MethodGet, casesPath, nil).ok(http.StatusOK)); len(got) != 1 || got[0] != elsewhere {
		t.Errorf("みなと町 sees %v", got)
	}
}

func TestClaimsAndNotesOverHTTP(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(hinata)
	one := casesPath + "/" + id
	hold := w.call("reviewer-hinata-1", http.MethodPost, one+"/claim", nil).ok(http.StatusOK)
	if hold["fence"] != float64(1) || hold["expires_at"] == "" {
		t.Errorf("%v", hold)
	}
	p := w.call("reviewer-hinata-2", http.MethodPost, one+"/claim", nil).refused(http.StatusConflict, "conflict")
	if p["held_by"] == "" || p["held_until"] != hold["expires_at"] {
		t.Errorf("it does not say who has it: %v", p)
	}
	for _, fence := range []string{"", "0", "x"} {
		p := w.call("reviewer-hinata-1", http.MethodPost, one+"/notes", map[string]any{"text": "x"}, "Fence", fence).refused(http.StatusBadRequest, "malformed")
		if d := details(p); len(d) != 1 || d[0]["parameter"] != "Fence" {
			t.Errorf("Fence %q: %v", fence, p)
		}
	}
	w.call("reviewer-hinata-1", http.MethodPost, one+"/notes", map[string]any{"text": "x"}, "Fence", "7").refused(http.StatusConflict, "conflict")
	w.call("reviewer-hinata-1", http.MethodPost, one+"/notes", map[string]any{"text": "番号は123456789018です"}, "Fence", "1").
		refused(http.StatusUnprocessableEntity, "individual-number")
	w.call("reviewer-hinata-1", http.MethodPost, one+"/notes", map[string]any{"text": "電話しました"}, "Fence", "1").ok(http.StatusCreated)
	notes := w.call("reviewer-hinata-2", http.MethodGet, one+"/notes", nil).ok(http.StatusOK)["items"].([]any)
	if len(notes) != 1 || notes[0].(map[string]any)["text"] != "電話しました" {
		t.Errorf("%v", notes)
	}
	w.call("reviewer-hinata-2", http.MethodPost, one+"/release", nil, "Fence", "1").refused(http.StatusConflict, "conflict")
	w.call("reviewer-hinata-1", http.MethodPost, one+"/release", nil, "Fence", "1").ok(http.StatusNoContent)
	if again := w.call("reviewer-hinata-2", http.MethodPost, one+"/claim", nil).ok(http.StatusOK); again["fence"] != float64(2) {
		t.Errorf("%v", again)
	}
}

func TestBulkAcceptOverHTTP(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(hinata)
	elsewhere, _ := w.filedCase(minato)
	body := map[string]any{"applications": []any{id, elsewhere}}
	first := w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/bulk-accept", body, "Idempotency-Key", "k")
	results := first.ok(http.StatusOK)["results"].([]any)
	if r := results[0].(map[string]any); r["result"] != "accepted" || r["fence"] != float64(1) {
		t.Errorf("%v", r)
	}
	if r := results[1].(map[string]any); r["result"] != "refused" || r["code"] != "not-found" || r["detail"] == "" {
		t.Errorf("%v", r)
	}
	again := w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/bulk-accept", body, "Idempotency-Key", "k")
	if again.ok(http.StatusOK); string(again.Body) != string(first.Body) {
		t.Errorf("%s, then %s", first.Body, again.Body)
	}
	w.call("reviewer-hinata-1", http.MethodPost, "/api/v1/review/bulk-accept", body, "Idempotency-Key", "").
		refused(http.StatusBadRequest, "idempotency-key-missing")
}

func TestStaffOverHTTP(t *testing.T) {
	w := newWorld(t)
	id, _ := w.filedCase(hinata)
	me := w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/me", nil).ok(http.StatusOK)["id"].(string)
	path := "/api/v1/admin/staff/" + me
	p := w.call("admin-hinata-1", http.MethodPut, path, map[string]any{"categories": []any{"none"}, "sees_protected": false}, "Content-Type", "application/json").
		refused(http.StatusUnprocessableEntity, "invalid-request")
	if d := details(p); d[0]["pointer"] != "/categories/0" {
		t.Errorf("%v", d)
	}
	procedure := w.Dossiers.Editions.National().Procedure("pregnancy-notification")
	var other string
	for _, c := range w.Dossiers.Editions.National().Categories() {
		if c.Code != procedure.Category {
			other = c.Code
		}
	}
	put := w.call("admin-hinata-1", http.MethodPut, path, map[string]any{"categories": []any{other}, "sees_protected": false}, "Content-Type", "application/json")
	put.ok(http.StatusOK)
	if got := listed(w.call("reviewer-hinata-1", http.MethodGet, casesPath, nil).ok(http.StatusOK)); len(got) != 0 {
		t.Errorf("outside the categories: %v", got)
	}
	w.call("reviewer-hinata-1", http.MethodPost, casesPath+"/"+id+"/claim", nil).refused(http.StatusNotFound, "not-found")
	w.call("admin-hinata-2", http.MethodPut, path, map[string]any{"categories": []any{}, "sees_protected": false}, "Content-Type", "application/json", "If-Match",
		`"1"`).
		refused(http.StatusPreconditionFailed, "stale")
	w.call("admin-hinata-2", http.MethodPut, path, map[string]any{"categories": []any{}, "sees_protected": true}, "Content-Type", "application/json", "If-Match",
		put.Header.Get("ETag")).
		refused(http.StatusForbidden, "forbidden") // two decide
	grants := "/api/v1/admin/protection-grants"
	until := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	wish := map[string]any{"person": me, "reason": "支援措置の担当", "until": until}
	w.Exec(`insert into staff_names (municipality, staff_id, sealed_name, seen_at) values ($1, $2, '', now())`, hinata, me)
	w.call("admin-hinata-1", http.MethodPost, grants, map[string]any{"person": me, "reason": "", "until": "2020-01-01"}).
		refused(http.StatusUnprocessableEntity, "invalid-request")
	g := w.call("admin-hinata-1", http.MethodPost, grants, wish).ok(http.StatusCreated)["id"].(string)
	w.call("admin-hinata-2", http.MethodPost, grants, wish).refused(http.StatusConflict, "conflict")
	w.call("admin-hinata-1", http.MethodPost, grants+"/"+g+"/approve", nil).refused(http.StatusForbidden, "forbidden")
	if got := w.call("admin-hinata-2", http.MethodPost, grants+"/"+g+"/approve", nil).ok(http.StatusOK); got["state"] != "approved" || got["until"] != until {
		t.Errorf("%v", got)
	}
	all := w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/staff", nil).ok(http.StatusOK)["items"].([]any)
	if len(all) != 1 || all[0].(map[string]any)["person"] != me || all[0].(map[string]any)["sees_protected"] != true {
		t.Errorf("%v", all)
	}
	w.call("admin-hinata-2", http.MethodPost, grants+"/"+g+"/end", nil).ok(http.StatusOK)
	all = w.call("admin-hinata-1", http.MethodGet, "/api/v1/admin/staff", nil).ok(http.StatusOK)["items"].([]any)
	if all[0].(map[string]any)["sees_protected"] != false {
		t.Errorf("%v", all)
	}
}
