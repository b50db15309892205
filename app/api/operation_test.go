package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/task"
)

// eventually asks again until the answer is right, for what takes effect at an instant of the database's clock.
func (w *world) eventually(what string, right func() bool) {
	w.T.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(10 * time.Second)
	for !right() {
		select {
		case <-deadline:
			w.T.Fatalf("in vain: %s", what)
		case <-ticker.C:
		}
	}
}

func (w *world) attached(who, id string) []string {
	w.T.Helper()
	var out []string
	for _, d := range w.call(who, http.MethodGet, applications+"/"+id, nil).ok(200)["plan"].(map[string]any)["documents"].([]any) {
		if r := d.(map[string]any); r["decision"] == "attach" {
			out = append(out, r["document"].(string))
		}
	}
	return out
}

func TestASwitchReachesDraftsGuidanceAndHistory(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-2", w.claim(minato))
	if got := w.attached("parent-2", id); len(got) != 2 {
		t.Fatalf("on trial: %v", got)
	}
	p := proposal(minato, "full")
	w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", map[string]any{"rows": []any{}, "reason": "", "circular": ""}).
		refused(422, "invalid-phase")
	got := w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", p)
	change := got.ok(http.StatusCreated)
	if change["state"] != "proposed" || change["impact"].(map[string]any)["drafts_fewer"] != 1.0 || change["impact"].(map[string]any)["pages"] == 0.0 {
		t.Errorf("proposed: %s", got.Body)
	}
	path := "/api/v1/admin/phase-changes/" + change["id"].(string)
	w.call("admin-national-1", http.MethodPost, path+"/approve", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-national-2", http.MethodPost, path+"/approve", nil, "If-Match", `"99"`).refused(http.StatusPreconditionFailed, "stale")
	w.call("admin-national-2", http.MethodPost, path+"/approve", nil, "If-Match", got.Header.Get("ETag")).ok(http.StatusOK)
	planned := w.call(
		"",
		http.MethodPost,
		"/api/v1/procedures/child-allowance-claim/evidence-plan",
		map[string]any{"municipality": minato, "facts": w.claim(minato)["facts"], "consents": []any{}},
	)
	if at := planned.ok(200)["changes_at"]; at == nil {
		t.Errorf("the plan does not say when it changes: %s", planned.Body)
	}
	page := w.call("", http.MethodGet, "/api/v1/procedures/child-allowance-claim?municipality="+minato, nil).ok(200)
	found := false
	for _, d := range page["documents"].([]any) {
		found = found || d.(map[string]any)["changes_at"] != nil
	}
	if !found || page["trial_note"] == nil {
		t.Error("the guidance does not say from when fewer papers are needed, or lacks the note of the trial")
	}
	w.call("admin-national-1", http.MethodPost, path+"/cancel", nil).ok(http.StatusOK)
	p["rows"].([]any)[0].(map[string]any)["from"] = time.Now().Format(time.RFC3339)
	again := w.call("admin-national-1", http.MethodPost, "/api/v1/admin/phase-changes", p).ok(201)
	if raised := w.call("admin-national-2", http.MethodPost, "/api/v1/admin/phase-changes/"+again["id"].(string)+"/approve",
		nil).ok(200); raised["raised"] != true {
		t.Errorf("approval did not say that it raised the instant: %v", raised)
	}
	w.eventually("the open draft needs less", func() bool { return len(w.attached("parent-2", id)) == 1 })
	changes := w.call("parent-2", http.MethodGet, applications+"/"+id, nil, "Accept-Language", "en").ok(200)["plan_changes"].([]any)
	if len(changes) != 1 || changes[0].(map[string]any)["kind"] != "now-omitted" || changes[0].(map[string]any)["text"] == "" {
		t.Errorf("it does not say what changed: %v", changes)
	}
	history := w.call("", http.MethodGet, "/api/v1/phase-history", nil)
	if items := history.ok(200)["items"].([]any); len(items) < 5 || strings.Contains(string(history.Body), "proposed_by") {
		t.Errorf("history: %s", history.Body)
	}
	board := w.call("admin-national-1", http.MethodGet, "/api/v1/admin/phases?at=2017-08-01T00:00:00%2B09:00", nil).ok(200)
	if cell := board["board"].([]any)[0].(map[string]any); cell["phase"] != "trial" {
		t.Errorf("the board of August 2017: %v", cell)
	}
}

func TestASuspensionIsOneAction(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(hinata))
	stop := map[string]any{"procedure": "*", "item": "resident-record", "municipality": hinata, "reason": "違う項目が返ってきました"}
	got := w.call("admin-hinata-1", http.MethodPost, "/api/v1/admin/suspensions", stop).ok(http.StatusCreated)
	if len(got["rows"].([]any)) == 0 {
		t.Errorf("no rows: %v", got)
	}
	w.eventually("the document is asked for again", func() bool { return len(w.attached("parent-1", id)) == 2 })
	path := "/api/v1/admin/suspensions/" + got["id"].(string)
	w.call("admin-hinata-1", http.MethodPost, path+"/confirm", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-2", http.MethodPost, path+"/confirm", nil).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodPost, "/api/v1/admin/suspensions", stop).refused(http.StatusConflict, "not-allowed-now")
	lift := w.call("admin-hinata-1", http.MethodPost, path+"/lift", nil, "Idempotency-Key", "").ok(http.StatusCreated)
	w.call("admin-hinata-2", http.MethodPost, "/api/v1/admin/phase-changes/"+lift["id"].(string)+"/approve", nil).ok(http.StatusOK)
	w.eventually("the document is omitted again", func() bool { return len(w.attached("parent-1", id)) == 1 })
}

func TestSettingsAreReplacedAsAWhole(t *testing.T) {
	w := newWorld(t)
	path := "/api/v1/admin/municipalities/" + hinata
	got := w.call("admin-hinata-1", http.MethodGet, path, nil)
	settings := got.ok(200)
	settings["closed_days"] = []any{map[string]any{"day": "2027-01-04", "name": "庁舎の工事"}}
	settings["offerings"] = []any{map[string]any{"procedure": "pregnancy-notification", "signature": "login", "from": "2020-01-01", "guidance_ja": "窓口でお待ちしています"}}
	saved := w.call("admin-hinata-1", http.MethodPut, path, settings, "If-Match", got.Header.Get("ETag")).ok(200)
	if len(saved["offerings"].([]any)) != 1 || len(saved["closed_days"].([]any)) != 1 {
		t.Errorf("saved: %v", saved)
	}
	w.call("admin-hinata-1", http.MethodPut, path, settings, "If-Match", got.Header.Get("ETag")).refused(http.StatusPreconditionFailed, "stale")
	w.call("admin-hinata-1", http.MethodPut, path, settings).ok(200) // If-Match is optional here
	settings["telephone"], settings["offerings"] = "", []any{map[string]any{"procedure": "no-such", "signature": "login"}}
	bad := w.call("admin-hinata-1", http.MethodPut, path, settings)
	p := bad.refused(422, "invalid-request")
	bad.names(p, "unknown-procedure", "/offerings/0/procedure")
	bad.names(p, "required", "/telephone")
	w.call("parent-1", http.MethodPost, applications, w.example("child-allowance-donation", hinata)).refused(http.StatusConflict, "procedure-closed")
	found := w.call("", http.MethodGet, "/api/v1/procedures?municipality="+hinata, nil).ok(200)["items"].([]any)
	if len(found) != 1 {
		t.Errorf("the search shows %d procedures of a municipality that offers one", len(found))
	}
}

// letterSettings are whole ones of a municipality.
func letterSettings() map[string]any {
	return map[string]any{"prefix": "ひなた子", "mayor_title": "ひなた市長", "mayor_name": "日向 太郎", "address": "ひなた市中央1丁目1番1号",
		"contact": "平日8時30分から17時まで", "appeal": "3か月以内に審査請求ができます。", "suit": "6か月以内に訴えを提起できます。", "seal": "space"}
}

func TestWhatLettersSayIsReplacedAsAWhole(t *testing.T) {
	w := newWorld(t)
	path := "/api/v1/admin/municipalities/" + hinata + "/letters"
	got := w.call("admin-hinata-1", http.MethodGet, path, nil)
	got.ok(200)
	saved := w.call("admin-hinata-1", http.MethodPut, path, letterSettings())
	if body := saved.ok(200); body["mayor_name"] != "日向 太郎" || saved.Header.Get("ETag") == got.Header.Get("ETag") {
		t.Errorf("saved: %v, %s", body, saved.Header.Get("ETag"))
	}
	wrong := letterSettings()
	wrong["appeal"], wrong["suit"] = "○○市長に対して", ""
	bad := w.call("admin-hinata-1", http.MethodPut, path, wrong)
	p := bad.refused(422, "invalid-request")
	bad.names(p, "invalid", "/appeal")
	bad.names(p, "required", "/suit")
	w.call("admin-hinata-1", http.MethodPut, path, letterSettings(), "If-Match", `"9999"`).refused(http.StatusPreconditionFailed, "stale")
	w.call("admin-hinata-1", http.MethodPut, "/api/v1/admin/municipalities/"+minato+"/letters", letterSettings()).refused(http.StatusNotFound, "not-found")
}

func TestATextThatStaffBeginWithIsAddedChangedAndRetired(t *testing.T) {
	w := newWorld(t)
	path := "/api/v1/admin/municipalities/" + hinata + "/boilerplates"
	body := map[string]any{"kind": "correction", "name": "写真", "due_days": 14, "texts": map[string]any{"text": "{氏名}様\n{期限}までに送ってください。"}}
	added := w.call("admin-hinata-1", http.MethodPost, path, body)
	one := path + "/" + added.ok(http.StatusCreated)["id"].(string)
	body["retired"] = true
	changed := w.call("admin-hinata-1", http.MethodPut, one, body, "If-Match", added.Header.Get("ETag")).ok(200)
	if changed["retired"] != true || changed["version"] != 2.0 || changed["procedure"] != nil {
		t.Errorf("changed: %v", changed)
	}
	w.call("admin-hinata-1", http.MethodPut, one, body, "If-Match", added.Header.Get("ETag")).refused(http.StatusPreconditionFailed, "stale")
	if items := w.call("admin-hinata-1", http.MethodGet, path, nil).ok(200)["items"].([]any); len(items) != 1 || items[0].(map[string]any)["name"] != "写真" {
		t.Errorf("listed: %v", items)
	}
	body["texts"] = map[string]any{"text": "{名前}様"}
	bad := w.call("admin-hinata-1", http.MethodPost, path, body)
	bad.names(bad.refused(422, "invalid-request"), "unknown-placeholder", "/text")
	foreign := "/api/v1/admin/municipalities/" + minato + "/boilerplates"
	w.call("admin-hinata-1", http.MethodGet, foreign, nil).refused(http.StatusNotFound, "not-found")
	w.call("admin-hinata-1", http.MethodPost, foreign, body).refused(http.StatusNotFound, "not-found")
}

func TestMyAccount(t *testing.T) {
	w := newWorld(t)
	me := w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/me", nil).ok(200)
	if role := me["roles"].([]any)[0].(map[string]any); role["role"] != "reviewer" || role["municipality"] != hinata || me["second_factor"] != true {
		t.Errorf("me: %v", me)
	}
	if records := w.call("parent-1", http.MethodGet, "/api/v1/me/records", nil).ok(200); len(records["items"].([]any)) != 0 {
		t.Errorf("records of exchanges that nobody made: %v", records)
	}
	unavailable := w.call("parent-1", http.MethodGet, "/api/v1/me/information", nil)
	if p := unavailable.refused(http.StatusServiceUnavailable, "unavailable"); p["component"] != "inter-agency-network" ||
		unavailable.Header.Get("Retry-After") == "" {
		t.Errorf("information: %s", unavailable.Body)
	}
	filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", hinata)).ok(201)
	if err := w.notify.Notify(t.Context(), task.Notify{Municipality: hinata, Application: filed["id"].(string), What: "arrived"}); err != nil {
		t.Fatal(err)
	}
	message := w.call("parent-1", http.MethodGet, "/api/v1/messages", nil).ok(200)["items"].([]any)[0].(map[string]any)
	if !strings.Contains(message["text"].(string), filed["receipt_number"].(string)) {
		t.Errorf("message: %v", message)
	}
	if other := w.call("parent-2", http.MethodGet, "/api/v1/messages", nil).ok(200); len(other["items"].([]any)) != 0 {
		t.Errorf("another person reads it: %v", other)
	}
	w.call("parent-1", http.MethodGet, "/api/v1/me/accesses", nil).ok(200)
	trail := w.call("auditor", http.MethodGet, "/api/v1/audit?action=file&object="+filed["id"].(string), nil).ok(200)["items"].([]any)
	if len(trail) != 1 || trail[0].(map[string]any)["purpose"] != "file-whole" {
		t.Errorf("the trail of the filing: %v", trail)
	}
}
