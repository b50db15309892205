package api_test

import (
	"net/http"
	"testing"

	confirm "kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/rule/discrepancy"
)

const requestsPath = "/api/v1/review/provider-requests"

func (w *world) confirmations() *confirm.Service {
	return confirm.New(w.Dossiers, discrepancy.Limits{Open: 30, InStep: 5})
}

// confirmation is what もり村 asks.
func confirmation() map[string]any {
	return map[string]any{"inquirer": "もり村", "item": "resident-record", "resident": "H0001234", "question": "転入日が書類と違います。"}
}

func TestARequestToConfirmOverHTTP(t *testing.T) {
	w := newWorld(t)
	got := w.call("reviewer-hinata-1", http.MethodPost, requestsPath, confirmation(), "Idempotency-Key", "one")
	r := got.ok(http.StatusCreated)
	again := w.call("reviewer-hinata-1", http.MethodPost, requestsPath, confirmation(), "Idempotency-Key", "one").ok(http.StatusCreated)
	if again["id"] != r["id"] || r["step"] != "received" || r["state"] != "open" || r["question"] != confirmation()["question"] ||
		r["item_name"] == "resident-record" {
		t.Fatalf("%s", got.Body)
	}
	one := requestsPath + "/" + r["id"].(string)
	step := func(step string, more ...any) answer {
		t.Helper()
		body := map[string]any{"step": step, "note": "確認しました"}
		for i := 0; i+1 < len(more); i += 2 {
			body[more[i].(string)] = more[i+1]
		}
		return w.call("reviewer-hinata-2", http.MethodPost, one+"/steps", body)
	}
	step("confirmed").refused(http.StatusConflict, "not-allowed-now")
	step("checked").ok(http.StatusOK)
	w.call("reviewer-hinata-2", http.MethodPost, one+"/steps", map[string]any{"step": "corrected", "note": "x"}, "If-Match", got.Header.Get("ETag")).
		refused(http.StatusPreconditionFailed, "stale")
	for _, bad := range []struct {
		answer
		pointer string
	}{{step("corrected", "note", " "), "/note"}, {step("corrected", "count", 1), "/count"}, {step("similar-checked"), "/count"}, {step("forgotten"), "/step"}} {
		if d := details(bad.refused(http.StatusUnprocessableEntity, "invalid-request")); len(d) != 1 || d[0]["pointer"] != bad.pointer || d[0]["detail"] == "" {
			t.Errorf("%v, want %s", d, bad.pointer)
		}
	}
	step("corrected", "note", "番号 123456789018").refused(http.StatusUnprocessableEntity, "individual-number")
	step("corrected").ok(http.StatusOK)
	step("answered").ok(http.StatusOK)
	step("closed").refused(http.StatusConflict, "not-allowed-now")
	step("similar-checked", "count", 0).ok(http.StatusOK)
	closed := step("closed").ok(http.StatusOK)
	if closed["state"] != "closed" || closed["outcome"] != "corrected" || len(closed["steps"].([]any)) != 6 || closed["similar"] != 0.0 {
		t.Errorf("%v", closed)
	}
	for _, next := range closed["next"].([]any) {
		s := next.(map[string]any)
		if s["allowed"] != (s["step"] == "reported") || s["name"] == "" || (s["allowed"] == false && s["reason"] == nil) {
			t.Errorf("next: %v", s)
		}
	}
	if got := listed(w.call("reviewer-hinata-1", http.MethodGet, requestsPath+"?state=closed", nil).ok(http.StatusOK)); len(got) != 1 {
		t.Errorf("listed: %v", got)
	}
	if got := listed(w.call("reviewer-minato", http.MethodGet, requestsPath, nil).ok(http.StatusOK)); len(got) != 0 {
		t.Errorf("みなと町 sees %v", got)
	}
	w.call("reviewer-minato", http.MethodGet, one, nil).refused(http.StatusNotFound, "not-found")
	w.call("reviewer-minato", http.MethodPost, one+"/steps", map[string]any{"step": "checked"}).refused(http.StatusNotFound, "not-found")
	bad := w.call("reviewer-hinata-1", http.MethodPost, requestsPath, map[string]any{"inquirer": "", "item": "x", "resident": "", "question": ""})
	if d := details(bad.refused(http.StatusUnprocessableEntity, "invalid-request")); len(d) != 4 {
		t.Errorf("%v", d)
	}
}

func TestRequestsToConfirmPageByPage(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.call("reviewer-hinata-1", http.MethodPost, requestsPath, confirmation()).ok(http.StatusCreated)
	}
	var all []string
	next := ""
	for {
		page := w.call("reviewer-hinata-1", http.MethodGet, requestsPath+"?limit=2&cursor="+next, nil).ok(http.StatusOK)
		all = append(all, listed(page)...)
		if page["next"] == nil {
			break
		}
		next = page["next"].(string)
	}
	if len(all) != 5 || all[0] < all[4] {
		t.Errorf("newest first: %v", all)
	}
}
