package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/task"
)

// lastYear is the period of a replay.
func lastYear() map[string]any {
	return map[string]any{"from": time.Now().AddDate(-1, 0, 0).Format(time.RFC3339), "to": time.Now().Add(time.Hour).Format(time.RFC3339)}
}

// letter is what the parents of a list are told.
func letter(document, direction string) map[string]any {
	said := map[string]any{"ja": "書類のこと", "plain": "書類の こと", "en": "About a paper"}
	return map[string]any{"procedure": "pregnancy-notification", "document": document, "direction": direction, "title": said, "text": said}
}

// work runs what an admin has begun, as the worker does.
func (w *world) work(edition string) {
	w.T.Helper()
	id := casetest.Value[string](w.World, `select id from edition_replays where edition_id = $1 order by id desc limit 1`, edition)
	casetest.Must(w.T, publish.New(w.Dossiers, w.Sweep).RunReplay(w.T.Context(), task.ReplayEdition{Replay: id}))
}

// TestAReplayThroughTheAPI counts what came out otherwise and says why; of the edition in force it makes lists for the reviewers, who
// deal with each case and write to its parent once.
func TestAReplayThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(http.StatusCreated)
	e := w.call("admin-hinata-1", http.MethodPost, editions, w.survey(), "Content-Type", "application/zip").ok(http.StatusCreated)
	one := editions + "/" + e["id"].(string)
	key := []string{"Idempotency-Key", "replay-1"}
	begun := w.call("admin-hinata-1", http.MethodPost, one+"/replay", lastYear(), "Idempotency-Key", "r").ok(http.StatusAccepted)
	if begun["state"] != "running" || e["replay"] != nil {
		t.Errorf("%v", begun)
	}
	w.call("admin-hinata-1", http.MethodPost, one+"/replay", map[string]any{"from": lastYear()["to"], "to": lastYear()["from"]}, key...).
		refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("admin-national-1", http.MethodPost, one+"/replay", lastYear(), key...).refused(http.StatusForbidden, "forbidden")
	w.call("reviewer-hinata-1", http.MethodPost, one+"/replay", lastYear(), key...).refused(http.StatusForbidden, "forbidden")
	w.work(e["id"].(string))
	r := w.call("admin-hinata-1", http.MethodGet, one, nil, "Accept-Language", "ja").ok(http.StatusOK)["replay"].(map[string]any)
	by := r["by"].([]any)[0].(map[string]any)
	if r["state"] != "done" || r["cases"] != 1.0 || r["more"] != 1.0 || r["progress"].(map[string]any)["done"] != 1.0 || by["document"] != "health-survey" ||
		by["more"] != 1.0 || !strings.Contains(by["why"].(string), "健康調査票") || strings.Contains(by["why"].(string), "health-survey") {
		t.Errorf("%v", r)
	}
	const reassess = "/api/v1/review/reassessments"
	if got := w.call("reviewer-hinata-1", http.MethodGet, reassess, nil).ok(http.StatusOK)["items"].([]any); len(got) != 0 {
		t.Errorf("a draft makes work: %v", got)
	}
	w.inForce(one)
	w.call("admin-hinata-1", http.MethodPost, one+"/replay", lastYear(), "Idempotency-Key", "again").ok(http.StatusAccepted)
	w.work(e["id"].(string))
	lists := w.call("reviewer-hinata-1", http.MethodGet, reassess+"/lists", nil, "Accept-Language", "ja").ok(http.StatusOK)["items"].([]any)
	list := lists[0].(map[string]any)
	if len(lists) != 1 || list["direction"] != "too-little" || list["open"] != 1.0 || list["tellable"] != 1.0 ||
		!strings.Contains(list["text"].(map[string]any)["ja"].(string), "健康調査票") {
		t.Errorf("%v", lists)
	}
	found := w.call("reviewer-hinata-1", http.MethodGet, reassess+"?direction=too-little", nil).ok(http.StatusOK)["items"].([]any)[0].(map[string]any)
	if found["receipt_number"] == "" || found["subject"] != "applicant" || found["document"] != "health-survey" {
		t.Errorf("%v", found)
	}
	if got := w.call("reviewer-minato", http.MethodGet, reassess, nil).ok(http.StatusOK)["items"].([]any); len(got) != 0 {
		t.Errorf("みなと町 sees %v", got)
	}
	id := found["id"].(string)
	told := w.call("reviewer-hinata-1", http.MethodPost, reassess+"/messages", letter("health-survey", "too-little"), "Idempotency-Key", "t").
		ok(http.StatusAccepted)
	if told["told"] != 1.0 {
		t.Errorf("%v", told)
	}
	w.call("reviewer-hinata-1", http.MethodPost, reassess+"/messages", letter("health-survey", "too-little"), "Idempotency-Key", "u").
		refused(http.StatusConflict, "not-allowed-now")
	w.call("reviewer-minato", http.MethodPost, reassess+"/"+id+"/deal", map[string]any{}).refused(http.StatusNotFound, "not-found")
	w.call("reviewer-hinata-1", http.MethodPost, reassess+"/"+id+"/deal", map[string]any{"note": "電話した"}, "If-Match", `"1"`).
		refused(http.StatusPreconditionFailed, "stale")
	dealt := w.call("reviewer-hinata-1", http.MethodPost, reassess+"/"+id+"/deal", map[string]any{"note": "電話した"}, "If-Match", `"2"`).ok(http.StatusOK)
	if dealt["note"] != "電話した" || dealt["dealt_at"] == nil || dealt["told_at"] == nil || dealt["tellable"] != false {
		t.Errorf("%v", dealt)
	}
	w.call("reviewer-hinata-2", http.MethodPost, reassess+"/"+id+"/deal", map[string]any{}).refused(http.StatusConflict, "not-allowed-now")
}

// inForce takes ひなた市's edition all the way, and waits for its instant.
func (w *world) inForce(one string) {
	w.T.Helper()
	p := map[string]any{"from": time.Now().Format(time.RFC3339), "circular": "府番第1号", "reason": "健康の確認のため"}
	w.call("admin-hinata-1", http.MethodPost, one+"/propose", p).ok(http.StatusOK)
	approved := w.call("admin-hinata-2", http.MethodPost, one+"/approve", nil).ok(http.StatusOK)
	from, err := time.Parse(time.RFC3339, approved["from"].(string))
	casetest.Must(w.T, err)
	w.Exec(`select pg_sleep_until($1)`, from.Add(time.Second)) // the answer leaves out the fraction of a second
}
