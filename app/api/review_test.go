package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// reviewBody is a body that a reviewer's route would take.
func reviewBody(operation string) any {
	now, due := time.Now().Add(-time.Minute).Format(time.RFC3339), jp.DateIn(time.Now()).AddDays(7).String()
	switch operation {
	case "read-document":
		return map[string]any{"facts": map[string]any{}, "outcome": "eligible"}
	case "settle-document":
		return map[string]any{"path": "network-alone", "explained_at": now, "explained_how": "by telephone"}
	case "receive-paper":
		return map[string]any{"received_at": now, "original": true}
	case "step-discrepancy":
		return map[string]any{"step": "operation-checked", "note": "checked"}
	case "request-correction":
		return map[string]any{"text": "please", "due": due}
	case "waive-document", "reopen-case":
		return map[string]any{"reason": "because"}
	case "decide-case":
		return map[string]any{"outcome": "rejected", "reason": "because"}
	case "protect-person":
		return map[string]any{"protected": true, "reason": "because"}
	}
	return nil
}

// inReview files a claim on trial whose documents are to follow, and has the reviewer of みなと町 accept it. It gives the
// case's path.
func (w *world) inReview() string {
	w.T.Helper()
	body := w.claim(minato)
	body["declarations"] = []any{follows("household-resident-record"), follows("separate-custody-statement")}
	filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated)
	path := "/api/v1/review/applications/" + filed["id"].(string)
	w.call("reviewer-minato", http.MethodPost, path+"/claim", nil).ok(http.StatusOK)
	if got := w.write(http.MethodPost, path+"/accept", nil).ok(http.StatusOK); got["state"] != "in-review" {
		w.T.Fatalf("accepted: %v", got)
	}
	return path
}

func follows(document string) map[string]any {
	return map[string]any{"document": document, "subject": "child-1", "kind": "will-follow", "reason": "later"}
}

// write is a write of that reviewer.
func (w *world) write(method, path string, body any) answer {
	return w.call("reviewer-minato", method, path, body, "Fence", "1")
}

func itemsOf(c map[string]any, document string) map[string]any {
	for _, i := range c["items"].([]any) {
		if item := i.(map[string]any); item["document"] == document {
			return item
		}
	}
	return nil
}

// A case from its arrival to its letter, over the API.
func TestReviewingACase(t *testing.T) {
	w := newWorld(t)
	path := w.inReview()
	show := func() map[string]any { return w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK) }
	c := show()
	record := itemsOf(c, "household-resident-record")
	if c["state"] != "in-review" || record["state"] != "awaiting-document" || record["answer"] != nil || record["name"] == "" ||
		len(record["fields"].([]any)) != 3 {
		t.Errorf("the case: %v", c)
	}
	w.call("reviewer-hinata-1", http.MethodGet, path, nil).refused(http.StatusNotFound, "not-found")
	w.call("reviewer-minato", http.MethodPost, path+"/decision", reviewBody("decide-case"), "Fence", "2").refused(http.StatusConflict, "conflict")
	refused := w.write(http.MethodPost, path+"/decision", map[string]any{"outcome": "approved"}).refused(http.StatusConflict, "not-allowed-now")
	if errors := refused["errors"].([]any); len(errors) != 2 || errors[0].(map[string]any)["document"] == nil {
		t.Errorf("open items: %v", refused)
	}

	now := time.Now().Format(time.RFC3339Nano)
	for _, document := range []string{"household-resident-record", "separate-custody-statement"} {
		got := w.write(http.MethodPost, path+"/documents/"+document+"/child-1/paper", map[string]any{"received_at": now, "original": true}).ok(http.StatusCreated)
		if got["state"] != "received" {
			t.Errorf("%s on paper: %v", document, got)
		}
	}
	read := w.write(http.MethodPut, path+"/readings/separate-custody-statement/child-1", map[string]any{"facts": map[string]any{},
		"outcome": map[string]any{"eligible": true}}).
		ok(http.StatusOK)
	if read["state"] != "matched" || read["answer"] != nil {
		t.Errorf("the statement: %v", read)
	}
	w.write(http.MethodPut, path+"/readings/household-resident-record/child-1", map[string]any{"facts": map[string]any{"shoe_size": 27}, "outcome": "eligible"}).
		refused(http.StatusUnprocessableEntity, "invalid-request")
	facts := map[string]any{"facts": map[string]any{"birth_date": "2013-05-10"}, "outcome": "eligible"}
	w.write(http.MethodPut, path+"/readings/household-resident-record/child-1", facts).ok(http.StatusOK)
	w.write(http.MethodPut, path+"/readings/household-resident-record/child-1", facts).ok(http.StatusOK)
	facts["outcome"] = "not-eligible"
	w.write(http.MethodPut, path+"/readings/household-resident-record/child-1", facts).ok(http.StatusOK) // corrected: no answer has come
	w.write(http.MethodPost, path+"/decision", map[string]any{"outcome": "rejected"}).refused(http.StatusUnprocessableEntity, "invalid-request")
	decided := w.write(http.MethodPost, path+"/decision", map[string]any{"outcome": "rejected", "reason": "要件を満たさないため"}).ok(http.StatusOK)
	if decided["state"] != "decided" || !strings.Contains(decided["letter"].(string), "要件を満たさないため") {
		t.Errorf("decided: %v", decided)
	}
	own := strings.Replace(path, "/review", "", 1) + "/decision"
	letter := w.call("parent-1", http.MethodGet, own, nil).ok(http.StatusOK)
	if letter["letter"] != decided["letter"] || letter["outcome"] != "rejected" || letter["by"] != nil {
		t.Errorf("the parent's letter: %v", letter)
	}
	application := w.call("parent-1", http.MethodGet, strings.TrimSuffix(own, "/decision"), nil).ok(http.StatusOK)
	if d, ok := application["decision"].(map[string]any); !ok || d["letter"] != letter["letter"] {
		t.Errorf("the parent's application: %v", application["decision"])
	}
	w.call("parent-2", http.MethodGet, own, nil).refused(http.StatusNotFound, "not-found")
	w.write(http.MethodPost, path+"/reopen", map[string]any{"reason": "a mistake"}).refused(http.StatusConflict, "not-allowed-now")
	if c = show(); len(c["decisions"].([]any)) != 1 || len(c["timeline"].([]any)) < 3 {
		t.Errorf("afterwards: %v", c)
	}
}

// R4 and a correction, over the API: what is missing is named by its pointer.
func TestWhatAReviewersRequestLacks(t *testing.T) {
	w := newWorld(t)
	path := w.inReview()
	record := "/household-resident-record/child-1"
	lacks := func(method, path string, body any, pointers ...string) {
		t.Helper()
		got := w.write(method, path, body).refused(http.StatusUnprocessableEntity, "invalid-request")
		text := ""
		for _, e := range got["errors"].([]any) {
			text += " " + e.(map[string]any)["pointer"].(string)
		}
		for _, p := range pointers {
			if !strings.Contains(text+" ", " "+p+" ") {
				t.Errorf("%s: %s is not named in %v", path, p, got)
			}
		}
	}
	lacks(http.MethodPost, path+"/dispositions"+record, map[string]any{"path": "network-alone"}, "/explained_at", "/explained_how")
	lacks(http.MethodPost, path+"/dispositions"+record, map[string]any{"path": "direct"}, "/source", "/obtained_at", "/no_individual_number")
	lacks(http.MethodPost, path+"/corrections", map[string]any{"text": "", "due": "2020-01-01", "items": []any{map[string]any{"document": "x", "subject": "y"}}},
		"/items/0", "/text", "/due")
	direct := map[string]any{"path": "direct", "source": "みなと町", "obtained_at": time.Now().Add(-time.Minute).Format(time.RFC3339),
		"facts": map[string]any{"birth_date": "2013-05-10"}, "no_individual_number": true}
	if got := w.write(http.MethodPost, path+"/dispositions"+record, direct).ok(http.StatusOK); got["state"] != "resolved" {
		t.Errorf("direct: %v", got)
	}
	asked := w.write(http.MethodPost, path+"/corrections", map[string]any{"text": "電話番号を確認してください", "due": jp.DateIn(time.Now()).AddDays(7).String(),
		"items": []any{
			map[string]any{"document": "separate-custody-statement", "subject": "child-1"},
		}, "fields": []any{"/form/applicant/phone"}}).ok(http.StatusCreated)
	if asked["n"] != 1.0 {
		t.Errorf("asked: %v", asked)
	}
	w.write(http.MethodPost, path+"/corrections/1/lapse", nil).refused(http.StatusConflict, "not-allowed-now")
	w.write(http.MethodPost, path+"/protection", map[string]any{"protected": true, "reason": "because"}).refused(http.StatusForbidden, "forbidden")
}
