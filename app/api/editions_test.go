package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/rule/edition"
)

// survey is ひなた市's edition as a zip file: whoever gives notice of a pregnancy brings a paper besides.
func (w *world) survey() []byte {
	text := "{ja: 健康調査票, plain: からだの 紙, en: Health survey}"
	b, err := w.Local(hinata, "pregnancy-notification", casetest.Asked("health-survey", "true")).With(map[string][]byte{
		"_local.yaml": []byte("documents:\n  health-survey: {writer: office, name: " + text + ", help: " + text + ", obtain: " + text + ", accept: " + text + "}\n")})
	casetest.Must(w.T, err)
	zip, err := b.Zip()
	casetest.Must(w.T, err)
	return zip
}

const editions = "/api/v1/admin/editions"

// TestAnEditionThroughTheAPI goes from upload to force, and everybody can read what is in force.
func TestAnEditionThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	zip := w.survey()
	key := []string{"Idempotency-Key", "edition-1", "Content-Type", "application/zip", "Accept-Language", "ja"}
	first := w.call("admin-hinata-1", http.MethodPost, editions, zip, key...).ok(http.StatusCreated)
	again := w.call("admin-hinata-1", http.MethodPost, editions, zip, key...).ok(http.StatusCreated)
	id := first["id"].(string)
	if again["id"] != id || first["state"] != "draft" || first["scope"] != hinata {
		t.Errorf("%v and then %v", first, again["id"])
	}
	words := ""
	for _, c := range first["diff"].([]any) {
		words += c.(map[string]any)["detail"].(string)
	}
	if !strings.Contains(words, "健康調査票") || strings.Contains(words, "health-survey") {
		t.Errorf("the difference is said as %q", words)
	}
	w.call("reviewer-minato", http.MethodGet, editions+"/"+id, nil).refused(http.StatusForbidden, "forbidden")
	p := map[string]any{"from": time.Now().Format(time.RFC3339), "circular": "府番第1号", "reason": "健康の確認のため"}
	w.call("admin-hinata-1", http.MethodPost, editions+"/"+id+"/propose", map[string]any{"from": p["from"], "circular": "", "reason": ""}).
		refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("admin-hinata-1", http.MethodPost, editions+"/"+id+"/propose", p).ok(http.StatusOK)
	w.call("admin-hinata-1", http.MethodPost, editions+"/"+id+"/approve", nil).refused(http.StatusForbidden, "forbidden")
	w.call("admin-hinata-2", http.MethodPost, editions+"/"+id+"/approve", nil, "If-Match", `"1"`).refused(http.StatusPreconditionFailed, "stale")
	approved := w.call("admin-hinata-2", http.MethodPost, editions+"/"+id+"/approve", nil, "If-Match", `"2"`).ok(http.StatusOK)
	from, err := time.Parse(time.RFC3339, approved["from"].(string))
	casetest.Must(t, err)
	w.Exec(`select pg_sleep_until($1)`, from.Add(time.Second)) // the answer leaves out the fraction of a second
	history := w.call("", http.MethodGet, "/api/v1/editions", nil).ok(http.StatusOK)["items"].([]any)
	digest := history[0].(map[string]any)["digest"].(string)
	public := w.call("", http.MethodGet, "/api/v1/editions/"+digest, nil)
	if b, err := edition.Unzip(public.Body); err != nil || b.Digest() != digest || digest != first["digest"] {
		t.Errorf("%s: %v", digest, err)
	}
	plan := w.call("", http.MethodPost, "/api/v1/procedures/pregnancy-notification/evidence-plan?explain=1",
		map[string]any{"municipality": hinata, "facts": map[string]any{}, "consents": []any{}}).ok(http.StatusOK)
	why := plan["explain"].(map[string]any)["documents"].([]any)[0].(map[string]any)["why"].(map[string]any)
	if said := why["edition"].(map[string]any); said["digest"] != digest || said["scope"] != hinata {
		t.Errorf("%v", why)
	}
	w.call("admin-hinata-2", http.MethodPost, editions+"/"+id+"/cancel", nil).refused(http.StatusConflict, "not-allowed-now")
	restored := w.call("admin-hinata-2", http.MethodPost, editions+"/"+id+"/restore", nil).ok(http.StatusCreated)
	if restored["restores"] != id || restored["state"] != "draft" {
		t.Errorf("%v", restored)
	}
	if got := w.call("admin-hinata-1", http.MethodGet, editions, nil).ok(http.StatusOK)["items"].([]any); len(got) != 2 {
		t.Errorf("%d editions", len(got))
	}
}

// TestABadEditionIsRefusedWithFileAndLine and nothing of it is kept.
func TestABadEditionIsRefusedWithFileAndLine(t *testing.T) {
	w := newWorld(t)
	key := []string{"Content-Type", "application/zip", "Accept-Language", "ja"}
	b, err := w.Local(hinata, "child-allowance-claim", casetest.Asked("no-such-paper", "facts.nothing")).Zip()
	casetest.Must(t, err)
	answer := w.call("admin-hinata-1", http.MethodPost, editions, b, key...)
	answer.refused(http.StatusUnprocessableEntity, "invalid-edition")
	if !strings.Contains(string(answer.Body), "_edition.yaml（") || !strings.Contains(string(answer.Body), "行目") {
		t.Errorf("%s", answer.Body)
	}
	w.call("admin-hinata-1", http.MethodPost, editions, []byte("no zip"), key...).refused(http.StatusUnprocessableEntity, "invalid-edition")
	w.call("admin-hinata-1", http.MethodPost, editions, make([]byte, 50<<20), key...).refused(http.StatusRequestEntityTooLarge, "too-large")
	w.call("parent-1", http.MethodPost, editions, b, key...).refused(http.StatusForbidden, "forbidden")
	if got := w.call("admin-hinata-1", http.MethodGet, editions, nil).ok(http.StatusOK)["items"].([]any); len(got) != 0 {
		t.Errorf("%d editions were kept", len(got))
	}
}
