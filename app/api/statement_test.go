package api_test

import (
	"bytes"
	"net/http"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/task"
)

// TestAStatementIsWrittenByAnswering: its questions are given with what is known, its answers are checked, and a PDF is attached that
// counts as the document, once however often it is written.
func TestAStatementIsWrittenByAnswering(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	at := applications + "/" + id + "/documents/separate-custody-statement/child-1/statement"
	asked := w.call("parent-1", http.MethodGet, at, nil).ok(http.StatusOK)
	child, _ := asked["answers"].(map[string]any)["child_name"].(string)
	if asked["written"] != false || child == "" || asked["schema"].(map[string]any)["properties"].(map[string]any)["apart_since"] == nil {
		t.Fatalf("asked: %v", asked)
	}
	answers := map[string]any{"child_name": child, "apart_since": "令和7年4月1日", "reason": "work", "living_with": "祖父", "contact": "毎週電話で話している",
		"support": "毎月5万円を送金している"}
	file := w.call("parent-1", http.MethodPut, at, map[string]any{"answers": answers}).ok(http.StatusCreated)
	if file["name"] != "別居監護申立書.pdf" || file["media_type"] != "application/pdf" || file["scan"] != "pending" {
		t.Errorf("written: %v", file)
	}
	answers["support"] = "毎月6万円を送金している"
	again := w.call("parent-1", http.MethodPut, at, map[string]any{"answers": answers}).ok(http.StatusCreated)
	if got := w.call("parent-1", http.MethodGet, at, nil).ok(http.StatusOK); got["written"] != true ||
		got["answers"].(map[string]any)["support"] != answers["support"] || got["answers"].(map[string]any)["apart_since"] != "2025-04-01" {
		t.Errorf("read back: %v", got)
	}
	files := w.call("parent-1", http.MethodGet, applications+"/"+id, nil).ok(http.StatusOK)["files"].([]any)
	if len(files) != 1 || files[0].(map[string]any)["id"] != again["id"] {
		t.Errorf("files: %v", files)
	}
	if err := w.documents.Scan(t.Context(), task.Scan{Municipality: minato, Application: id, File: again["id"].(string)}); err != nil {
		t.Fatal(err)
	}
	written := w.call("parent-1", http.MethodGet, applications+"/"+id+"/files/"+again["id"].(string)+"/content", nil)
	if written.Status != http.StatusOK || !bytes.HasPrefix(written.Body, []byte("%PDF-")) {
		t.Errorf("its content: %d, %d bytes", written.Status, len(written.Body))
	}
	// What a person wrote lies sealed.
	if lying := casetest.Value[[]byte](w.World, `select sealed_answers from files`); len(lying) == 0 || bytes.Contains(lying, []byte("送金")) {
		t.Errorf("the row: %q", lying)
	}
	record := applications + "/" + id + "/documents/household-resident-record/child-1/files/a.pdf"
	w.call("parent-1", http.MethodPut, record, pdf(100)).ok(http.StatusCreated)
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).ok(http.StatusCreated)
	w.call("parent-1", http.MethodPut, at, map[string]any{"answers": answers}).refused(http.StatusConflict, "not-allowed-now")
}

func TestAStatementThatIsRefusedSaysWhichAnswer(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	at := applications + "/" + id + "/documents/separate-custody-statement/child-1/statement"
	p := w.call("parent-1", http.MethodPut, at, map[string]any{"answers": map[string]any{"child_name": "日向 空", "apart_since": "きのう", "reason": "moon",
		"contact": "番号は 1234 5678 9018 です", "more": 1}}).refused(http.StatusUnprocessableEntity, "individual-number")
	found := map[string]string{}
	for _, e := range p["errors"].([]any) {
		found[e.(map[string]any)["pointer"].(string)], _ = e.(map[string]any)["code"].(string)
	}
	for pointer, code := range map[string]string{"/form/statement/apart_since": "invalid-date", "/form/statement/reason": "invalid-choice",
		"/form/statement/contact": "individual-number", "/form/statement/support": "required", "/form/statement/more": "unknown-field"} {
		if found[pointer] != code {
			t.Errorf("%s is %q, not %q: %v", pointer, found[pointer], code, found)
		}
	}
	for _, other := range []string{"pension-enrolment/applicant", "separate-custody-statement/child-9", "x/child-1"} {
		w.call("parent-1", http.MethodGet, applications+"/"+id+"/documents/"+other+"/statement", nil).refused(http.StatusNotFound, "not-found")
	}
	w.call("parent-2", http.MethodGet, at, nil).refused(http.StatusNotFound, "not-found")
}

// TestNobodySignsAStaleStatement: what is signed cannot be changed any more. A signature over a paper with the name from before it was
// corrected is refused and says what to do; what is handed out to be signed has the name of now.
func TestNobodySignsAStaleStatement(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	one := applications + "/" + id
	paper := func() any {
		return w.call("parent-1", http.MethodGet, one, nil).ok(http.StatusOK)["files"].([]any)[0].(map[string]any)["sha256"]
	}
	w.call("parent-1", http.MethodPut, one+"/documents/separate-custody-statement/child-1/statement", map[string]any{"answers": map[string]any{
		"child_name": "日向 空", "apart_since": "2025-04-01", "reason": "work", "living_with": "祖父", "contact": "毎週", "support": "毎月5万円"}}).ok(http.StatusCreated)
	before := paper()
	got := w.call("parent-1", http.MethodGet, one, nil)
	children := got.ok(http.StatusOK)["form"].(map[string]any)["children"].([]any)
	children[0].(map[string]any)["given_name"] = "海"
	w.call("parent-1", http.MethodPatch, one, map[string]any{"form": map[string]any{"children": children}}, "If-Match", got.Header.Get("ETag")).ok(http.StatusOK)

	signed := map[string]any{"signature": "MIIB"}
	refusal := w.call("parent-1", http.MethodPost, one+"/file", signed)
	if refusal.names(refusal.refused(http.StatusUnprocessableEntity, "invalid-signature"), "statement-stale", "/signature"); paper() != before {
		t.Error("a refusal changed the paper")
	}
	files := w.call("parent-1", http.MethodGet, one+"/manifest", nil).ok(http.StatusOK)["files"].([]any)
	if now := paper(); now == before || len(files) != 1 || files[0].(map[string]any)["sha256"] != now {
		t.Errorf("it is %v, it was %v, and to be signed is %v", now, before, files)
	}
	if again := w.call("parent-1", http.MethodPost, one+"/file", signed); bytes.Contains(again.Body, []byte("statement-stale")) {
		t.Errorf("it is stale still: %s", again.Body)
	}
}
