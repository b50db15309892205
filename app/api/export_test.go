package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/encoding/japanese"

	"kosodate.example/onestop/app/task"
)

// exported has a file made, and gives it as it comes.
func (w *world) exported(body map[string]any) (view map[string]any, file []byte, headers http.Header) {
	w.t.Helper()
	asked := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", body).ok(http.StatusAccepted)
	path := "/api/v1/review/exports/" + asked["id"].(string)
	w.call("reviewer-minato", http.MethodGet, path+"/content", nil).refused(http.StatusConflict, "not-allowed-now")
	job := task.MakeExport{Municipality: minato, Export: asked["id"].(string)}
	for range 2 { // killed and started again, it makes one file
		if err := w.exports.Make(context.Background(), job); err != nil {
			w.t.Fatal(err)
		}
	}
	view = w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK)
	got := w.call("reviewer-minato", http.MethodGet, path+"/content", nil)
	if got.Status != http.StatusOK {
		w.t.Fatalf("%d %s", got.Status, got.Body)
	}
	w.call("reviewer-hinata-1", http.MethodGet, path+"/content", nil).refused(http.StatusNotFound, "not-found")
	return view, got.Body, got.Header
}

// exec changes rows behind the service's back.
func (w *world) exec(statement string) {
	w.t.Helper()
	conn, err := pgx.Connect(context.Background(), w.SuperDSN)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		w.t.Fatal(err)
	}
}

// The file for the core system has one row a case, in both encodings, and no cell that a spreadsheet would run.
func TestTheFileForTheCoreSystem(t *testing.T) {
	w := newWorld(t)
	body := w.claim(minato)
	applicant := body["form"].(map[string]any)["applicant"].(map[string]any)
	applicant["family_name"], applicant["address"] = "𠮷田", "=1+1 みなと町"
	delete(body["form"].(map[string]any), "payee")
	body["facts"].(map[string]any)["payee"] = map[string]any{"use_public_account": true}
	body["declarations"] = []any{
		map[string]any{"document": "household-resident-record", "subject": "child-1", "kind": "will-follow", "reason": "later"},
		map[string]any{"document": "separate-custody-statement", "subject": "child-1", "kind": "will-follow", "reason": "later"}}
	w.call("parent-1", http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated)

	view, file, headers := w.exported(map[string]any{"kind": "core-system"})
	if !bytes.HasPrefix(file, []byte("\xef\xbb\xbf")) || headers.Get("Content-Type") != "text/csv; charset=utf-8" || view["rows"] != 1.0 || view["unfit"] != "" {
		t.Errorf("%v %v", view, headers)
	}
	rows, err := csv.NewReader(bytes.NewReader(file[3:])).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
		t.Fatalf("%v %v", rows, err)
	}
	line := strings.Join(rows[1], "|")
	if !strings.Contains(line, "𠮷田 花子|ヒナタ ハナコ|1992-04-10|'=1+1 みなと町") || !strings.Contains(line, "household-resident-record/child-1=awaiting-document") {
		t.Errorf("the row is %s", line)
	}

	view, file, _ = w.exported(map[string]any{"kind": "core-system", "encoding": "cp932"})
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(file)
	if err != nil || view["unfit"] != "𠮷" || !strings.Contains(string(text), "〓田 花子") {
		t.Errorf("%v %v %s", view, err, text)
	}

	// Under protection the address is for named staff alone.
	w.exec(`update applications set protected = true, version = version + 1`)
	_, file, _ = w.exported(map[string]any{"kind": "core-system"})
	if strings.Contains(string(file), "1+1") || !strings.Contains(string(file), "支援措置対象") {
		t.Errorf("a protected address leaves: %s", file)
	}
	for what, wrong := range map[string]map[string]any{"kind": {"kind": "everything"}, "encoding": {"kind": "core-system", "encoding": "ebcdic"}, "procedure": {"kind": "core-system", "procedure": "nothing"},
		"order": {"kind": "core-system", "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}} {
		if got := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", wrong); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", what, got.Status, got.Body)
		}
	}
}

// The report of discrepancies has one row a file, without names.
func TestTheReportOfDiscrepancies(t *testing.T) {
	w := newWorld(t)
	_, file, _ := w.exported(map[string]any{"kind": "discrepancy-report"})
	if rows, err := csv.NewReader(bytes.NewReader(file[3:])).ReadAll(); err != nil || len(rows) != 1 || rows[0][len(rows[0])-1] != "処理の根拠" {
		t.Errorf("%v %v", rows, err)
	}
}
