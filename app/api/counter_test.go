package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/models"
)

const counterPath = "/api/v1/review/counter-applications"

// paper is what a clerk sends of a procedure's example on paper, to the own municipality.
func (w *world) paper(procedure string) map[string]any {
	body := w.example(procedure, minato)
	delete(body, "municipality")
	body["applicant"] = body["form"].(map[string]any)["applicant"]
	body["identity"] = map[string]any{"kind": "drivers-licence", "checked_at": time.Now().Add(-time.Minute).Format(time.RFC3339)}
	return body
}

// From the paper to the receipt that the person takes along (R16).
func TestTheCounterOverHTTP(t *testing.T) {
	w := newWorld(t)
	const clerk, colleague = "reviewer-hinata-1", "reviewer-hinata-2"
	received := time.Now().Add(-26 * time.Hour).Truncate(time.Second)
	body := w.paper("child-allowance-claim")
	body["received_at"] = received.Format(time.RFC3339)
	body["form"].(map[string]any)["event"].(map[string]any)["date"] = received.AddDate(0, 0, -3).Format(time.DateOnly)
	made := w.call(clerk, http.MethodPost, counterPath, body)
	draft := made.ok(http.StatusCreated)
	id := draft["id"].(string)
	one := counterPath + "/" + id
	if made.Header.Get("Location") != one || draft["channel"] != "counter" || draft["state"] != "draft" || draft["municipality"] != hinata {
		t.Errorf("%v %v", made.Header, draft)
	}
	intake := draft["counter"].(map[string]any)
	if at, err := time.Parse(time.RFC3339, intake["received_at"].(string)); err != nil || !at.Equal(received) ||
		intake["identity"].(map[string]any)["kind"] != "drivers-licence" {
		t.Errorf("%v", intake)
	}
	list := w.call(colleague, http.MethodGet, counterPath, nil).ok(http.StatusOK)["items"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["id"] != id || list[0].(map[string]any)["family_name"] == "" {
		t.Errorf("%v", list)
	}
	w.call(clerk, http.MethodPatch, one, map[string]any{"consents": []any{}}).refused(http.StatusPreconditionRequired, "if-match-required")
	changed := w.call(
		colleague,
		http.MethodPatch,
		one,
		map[string]any{"form": map[string]any{"applicant": map[string]any{"phone": "090-0000-0001"}}},
		"If-Match",
		made.Header.Get("ETag"),
	)
	changed.ok(http.StatusOK)
	w.call(clerk, http.MethodPatch, one, map[string]any{"form": map[string]any{"applicant": map[string]any{"phone": "090-0000-0002"}}}, "If-Match",
		made.Header.Get("ETag")).
		refused(http.StatusPreconditionFailed, "stale")
	put := w.call(clerk, http.MethodPut, one+"/documents/separate-custody-statement/child-1/files/statement.pdf", pdf(500))
	file := put.ok(http.StatusCreated)["id"].(string)
	if put.Header.Get("Location") != one+"/files/"+file {
		t.Errorf("at %s", put.Header.Get("Location"))
	}
	w.call(clerk, http.MethodDelete, one+"/files/"+file, nil).ok(http.StatusNoContent)
	w.call(clerk, http.MethodGet, one+"/receipt", nil).refused(http.StatusConflict, "not-allowed-now")
	papers := []any{}
	for _, d := range draft["plan"].(map[string]any)["documents"].([]any) {
		papers = append(papers, map[string]any{"document": d.(map[string]any)["document"], "subject": d.(map[string]any)["subject"], "original": true})
	}
	key := models.NewID()
	filed := w.call(clerk, http.MethodPost, one+"/file", map[string]any{"papers": papers}, "Idempotency-Key", key).ok(http.StatusCreated)
	again := w.call(clerk, http.MethodPost, one+"/file", map[string]any{"papers": papers}, "Idempotency-Key", key).ok(http.StatusCreated)
	if at, err := time.Parse(time.RFC3339, filed["arrived_at"].(string)); err != nil || !at.Equal(received) || again["receipt_number"] != filed["receipt_number"] {
		t.Errorf("%v, %v", filed, again)
	}
	if page := w.call(clerk, http.MethodGet, one+"/receipt", nil); page.Status != http.StatusOK ||
		!strings.Contains(string(page.Body), filed["receipt_number"].(string)) {
		t.Errorf("the receipt: %d", page.Status)
	}
	queue := w.call(clerk, http.MethodGet, casesPath+"?flag=counter", nil).ok(http.StatusOK)["items"].([]any)
	if len(queue) != 1 || queue[0].(map[string]any)["id"] != id || !strings.Contains(fmt.Sprint(queue[0].(map[string]any)["flags"]), "counter") {
		t.Errorf("the queue: %v", queue)
	}
	if c := w.call(clerk, http.MethodGet, casesPath+"/"+id, nil).ok(http.StatusOK); c["channel"] != "counter" || c["receipt_number"] != filed["receipt_number"] {
		t.Errorf("the case: %v", c["channel"])
	}
	w.call(clerk, http.MethodPost, one+"/withdraw", map[string]any{"reason": "引っ越すため"}).ok(http.StatusOK)
}

func TestWhatTheCounterRefuses(t *testing.T) {
	w := newWorld(t)
	identity := func(kind string) map[string]any {
		body := w.paper("pregnancy-notification")
		body["identity"].(map[string]any)["kind"] = kind
		return body
	}
	p := w.call("reviewer-hinata-1", http.MethodPost, counterPath, identity("123456789018"), "Accept-Language", "ja").
		refused(http.StatusUnprocessableEntity, "individual-number")
	if d := details(p); len(d) != 1 || d[0]["pointer"] != "/identity/kind" {
		t.Errorf("%v", d)
	}
	p = w.call("reviewer-hinata-1", http.MethodPost, counterPath, identity("licence 98-76"), "Accept-Language", "ja").
		refused(http.StatusUnprocessableEntity, "invalid-request")
	if d := details(p); len(d) != 1 || !strings.Contains(d[0]["detail"], "種類だけ") {
		t.Errorf("%v", d)
	}
	foreign := w.paper("pregnancy-notification")
	foreign["municipality"] = minato
	w.call("reviewer-hinata-1", http.MethodPost, counterPath, foreign).refused(http.StatusForbidden, "forbidden")
	w.call("parent-1", http.MethodPost, counterPath, foreign).refused(http.StatusForbidden, "forbidden")
	incomplete := w.paper("pregnancy-notification")
	incomplete["applicant"], incomplete["form"] = map[string]any{"family_name": "日向"}, map[string]any{}
	p = w.call("reviewer-hinata-1", http.MethodPost, counterPath, incomplete).refused(http.StatusUnprocessableEntity, "invalid-request")
	if d := details(p); len(d) != 4 || d[0]["pointer"] != "/applicant/given_name" {
		t.Errorf("%v", d)
	}
}

// Each route of the counter answers a foreign clerk at a case of the counter, and the own one at what came on line, as for
// an id that nobody has; and no route of the applicant or of the review shows a draft of the counter.
func TestACaseOfTheCounterIsItsClerksBusiness(t *testing.T) {
	w := newWorld(t)
	s := w.secrets()
	draft := w.call("reviewer-hinata-1", http.MethodPost, counterPath, w.paper("child-allowance-claim")).ok(http.StatusCreated)["id"].(string)
	for _, r := range w.api.Routes() {
		if strings.Contains(r.Path, "/counter-applications/{id}") {
			for who, id := range map[string]string{"reviewer-minato": draft, "reviewer-hinata-1": s.application, "reviewer-hinata-2": s.filed} {
				of := s
				of.application, of.filed = id, id
				w.call(who, r.Method, of.path(r), w.bodyFor(r, of), "If-Match", `"1"`).refused(http.StatusNotFound, "not-found")
			}
		}
		if strings.Contains(r.Path, "/applications/{id}") {
			who := "parent-1"
			if r.Permission.String() == "reviewer" {
				who = "reviewer-hinata-1"
			}
			of := s
			of.application, of.filed = draft, draft
			w.call(who, r.Method, of.path(r), w.bodyFor(r, of), "If-Match", `"1"`, "Fence", "1").refused(http.StatusNotFound, "not-found")
		}
	}
}
