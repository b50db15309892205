package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/casetest"
	scanner "kosodate.example/onestop/app/gateway/clamav/simulator"
	"kosodate.example/onestop/app/task"
)

// TestAPaperIsScannedInAfterTheFiling: a document that is brought to the counter is received when its scan is sent, by whom the record says;
// nobody at the office sees the file before the virus scan has released it; more scans of the same paper come beside it.
func TestAPaperIsScannedInAfterTheFiling(t *testing.T) {
	w := newWorld(t)
	path := w.inReview()
	id := path[strings.LastIndexByte(path, '/')+1:]
	scans := path + "/documents/household-resident-record/child-1/scans/"
	item := func() map[string]any {
		return itemsOf(w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK), "household-resident-record")
	}
	w.call("reviewer-minato", http.MethodPut, scans+"a.pdf", pdf(300)).refused(http.StatusBadRequest, "malformed")
	w.call("reviewer-minato", http.MethodPut, scans+"a.pdf", pdf(300), "Fence", "9").refused(http.StatusConflict, "conflict")
	w.call("reviewer-hinata-1", http.MethodPut, scans+"a.pdf", pdf(300), "Fence", "1").refused(http.StatusNotFound, "not-found")
	w.write(http.MethodPut, scans+"a.png", pdf(300)).refused(http.StatusUnsupportedMediaType, "unsupported-media-type")
	if i := item(); i["state"] != "awaiting-document" || len(i["papers"].([]any)) != 0 {
		t.Errorf("after refusals: %v", i)
	}

	first := w.write(http.MethodPut, scans+"scan.pdf", pdf(300)).ok(http.StatusCreated)
	if i := item(); i["state"] != "received" || len(i["papers"].([]any)) != 1 || len(i["files"].([]any)) != 0 {
		t.Errorf("before the virus scan: %v", i)
	}
	second := w.write(http.MethodPut, scans+"scan.pdf", pdf(400)).ok(http.StatusCreated)
	for _, one := range []map[string]any{first, second} {
		casetest.Must(t, w.documents.Scan(t.Context(), task.Scan{Municipality: minato, Application: id, File: one["id"].(string)}))
	}
	i := item()
	paper := i["papers"].([]any)[0].(map[string]any)
	if files := i["files"].([]any); len(files) != 2 || len(i["papers"].([]any)) != 1 || paper["clerk"] == "" || second["name"] != "scan (2).pdf" {
		t.Errorf("after it: %v", i)
	}
	if n := casetest.Value[int](w.World, `select count(*) from audit_entries where action = 'scan-paper' and role = 'reviewer' and actor_id is not null`); n < 2 {
		t.Errorf("%d entries of the audit trail", n)
	}

	// One with a virus stays unseen, and asks nobody for what the office has on paper.
	third := w.write(http.MethodPut, scans+"bad.pdf", append(pdf(300), scanner.EICAR()...)).ok(http.StatusCreated)
	casetest.Must(t, w.documents.Scan(t.Context(), task.Scan{Municipality: minato, Application: id, File: third["id"].(string)}))
	if i := item(); i["state"] != "received" || len(i["files"].([]any)) != 2 {
		t.Errorf("with a virus: %v", i)
	}
	if n := casetest.Value[int](w.World, `select count(*) from river_job where kind = 'notify' and args->>'what' = 'file-infected'`); n != 0 {
		t.Error("the parent is told of the office's file")
	}
}
