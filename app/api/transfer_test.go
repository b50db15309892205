package api_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"kosodate.example/onestop/app/task"
)

// A case filed with the wrong municipality keeps its date and everything that was handed in, once however often the job
// runs; the office that passed it on sees only that (移送, P1, P5).
func TestACaseIsPassedOnWithItsDate(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	body := pdf(1234)
	for _, document := range []string{"household-resident-record", "separate-custody-statement"} {
		w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/"+document+"/child-1/files/"+document+".pdf", body).ok(http.StatusCreated)
	}
	filed := w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/file", nil).ok(http.StatusCreated)
	w.scanned(id)
	path := "/api/v1/review/applications/" + id
	claim := w.call("reviewer-minato", http.MethodPost, path+"/claim", nil).ok(http.StatusOK)
	if claim["fence"] != 1.0 {
		t.Fatal(claim)
	}
	pass := func(body map[string]any) answer {
		return w.call("reviewer-minato", http.MethodPost, path+"/transfer", body, "Fence", "1")
	}
	pass(map[string]any{"municipality": minato, "reason": "because"}).refused(http.StatusConflict, "not-allowed-now")
	pass(map[string]any{"municipality": hinata, "reason": ""}).refused(http.StatusConflict, "not-allowed-now")
	pass(map[string]any{"municipality": "131016", "reason": "because"}).refused(http.StatusUnprocessableEntity, "invalid-municipality")
	got := pass(map[string]any{"municipality": hinata, "reason": "住所がひなた市のため"}).ok(http.StatusOK)
	if got["state"] != "transferred" {
		t.Errorf("%v", got)
	}
	job := task.Transfer{Municipality: minato, Application: id, To: hinata}
	var both sync.WaitGroup
	for range 2 { // two workers at once; whoever loses tries again
		both.Go(func() { _ = w.transfer.Receive(context.Background(), job) })
	}
	both.Wait()
	if err := w.transfer.Receive(context.Background(), job); err != nil {
		t.Fatal(err)
	}
	list := w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/applications?state=arrived", nil).ok(http.StatusOK)["items"].([]any)
	if len(list) != 1 {
		t.Fatalf("%d copies", len(list))
	}
	moved := list[0].(map[string]any)
	if moved["arrived_at"] != filed["arrived_at"] || moved["receipt_number"] == filed["receipt_number"] || moved["procedure"] != "child-allowance-claim" {
		t.Errorf("it arrived %v, was %v: %v", moved["arrived_at"], filed["arrived_at"], moved)
	}
	there := "/api/v1/review/applications/" + moved["id"].(string)
	number := filed["receipt_number"].(string)
	for _, typed := range []string{number, strings.ToLower(strings.ReplaceAll(number, "-", "")), number[5:]} { // who has the old number alone
		if found := w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/applications?q="+typed, nil).ok(http.StatusOK)["items"].([]any); len(found) != 1 {
			t.Errorf("by %q there are %d", typed, len(found))
		}
	}
	c := w.call("reviewer-hinata-1", http.MethodGet, there, nil).ok(http.StatusOK)
	record, statement := itemsOf(c, "household-resident-record"), itemsOf(c, "separate-custody-statement")
	if record["decision"] != "omit" || statement["state"] != "received" { // ひなた市 is in full operation
		t.Errorf("%v %v", record, statement)
	}
	files := statement["files"].([]any)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	file := files[0].(map[string]any)
	if got := w.call("reviewer-hinata-1", http.MethodGet, there+"/files/"+file["id"].(string)+"/original", nil); !bytes.Equal(got.Body, body) {
		t.Errorf("the file has %d bytes, was sent with %d: %d", len(got.Body), len(body), got.Status)
	}
	w.call("reviewer-minato", http.MethodGet, there, nil).refused(http.StatusNotFound, "not-found")
	left := w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK)
	if form, _ := left["form"].(map[string]any); len(form) != 0 || left["items"] != nil && len(left["items"].([]any)) != 0 || len(left["timeline"].([]any)) == 0 {
		t.Errorf("the first office still sees %v", left)
	}
	past := left["timeline"].([]any)
	if last := past[len(past)-1].(map[string]any); last["event"] != "received-elsewhere" || last["detail"] != moved["receipt_number"] {
		t.Errorf("the old case does not name the new number: %v", last)
	}
	w.call("reviewer-minato", http.MethodGet, path+"/export", nil).refused(http.StatusNotFound, "not-found")
	w.call("reviewer-hinata-1", http.MethodGet, path, nil).refused(http.StatusNotFound, "not-found")
	old := w.call("parent-1", http.MethodGet, "/api/v1/applications/"+id, nil).ok(http.StatusOK)
	own := w.call("parent-1", http.MethodGet, "/api/v1/applications/"+moved["id"].(string), nil).ok(http.StatusOK)
	if old["state"] != "transferred" || own["state"] != "arrived" || own["claim_on"] != old["claim_on"] {
		t.Errorf("the parent sees %v and %v", old["state"], own["state"])
	}
	if err := w.notify.Notify(t.Context(), task.Notify{Municipality: hinata, Application: moved["id"].(string), What: "transferred"}); err != nil {
		t.Fatal(err)
	}
	told := w.call("parent-1", http.MethodGet, "/api/v1/messages", nil).ok(http.StatusOK)["items"].([]any)[0].(map[string]any)
	if text := told["text"].(string); !strings.Contains(text, "ひなた市") || !strings.Contains(text, moved["receipt_number"].(string)) || strings.Contains(text, "{") {
		t.Errorf("the parent is told %q", text)
	}
}
