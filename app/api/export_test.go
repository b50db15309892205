package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"kosodate.example/onestop/app/task"
)

// exported has a file made, and gives it as it comes.
func (w *world) exported(body map[string]any) (view map[string]any, file []byte, headers http.Header) {
	w.T.Helper()
	asked := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", body).ok(http.StatusAccepted)
	path := "/api/v1/review/exports/" + asked["id"].(string)
	w.call("reviewer-minato", http.MethodGet, path+"/content", nil).refused(http.StatusConflict, "not-allowed-now")
	job := task.MakeExport{Municipality: minato, Export: asked["id"].(string)}
	var both sync.WaitGroup
	for range 2 { // killed and started again while it still writes: one file; whoever loses tries again
		both.Go(func() { _ = w.exports.Make(context.Background(), job) })
	}
	both.Wait()
	if err := w.exports.Make(context.Background(), job); err != nil {
		w.T.Fatal(err)
	}
	view = w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK)
	got := w.call("reviewer-minato", http.MethodGet, path+"/content", nil)
	if got.Status != http.StatusOK {
		w.T.Fatalf("%d %s", got.Status, got.Body)
	}
	w.call("reviewer-hinata-1", http.MethodGet, path+"/content", nil).refused(http.StatusNotFound, "not-found")
	return view, got.Body, got.Header
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

	// A protected person is in the files of named staff alone.
	w.Exec(`update applications set protected = true, version = version + 1`)
	_, file, _ = w.exported(map[string]any{"kind": "core-system"})
	if len(cells(t, file)) != 0 {
		t.Errorf("a protected person leaves: %s", file)
	}
	for what, wrong := range map[string]map[string]any{"kind": {"kind": "everything"}, "encoding": {"kind": "core-system", "encoding": "ebcdic"},
		"procedure": {"kind": "core-system", "procedure": "nothing"},
		"order":     {"kind": "core-system", "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}} {
		if got := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", wrong); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", what, got.Status, got.Body)
		}
	}
}

// cells are the rows of a file in UTF-8, by the names of its columns.
func cells(t testing.TB, file []byte) (out []map[string]string) {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%v: %s", err, file)
	}
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, name := range rows[0] {
			one[name] = row[i]
		}
		out = append(out, one)
	}
	return out
}

// A reviewer of some categories exports those alone; what was made for a role is not opened without it.
func TestAnExportShowsWhatItsRequesterMaySee(t *testing.T) {
	w := newWorld(t)
	w.call("parent-1", http.MethodPost, "/api/v1/filings", w.example("pregnancy-notification", minato)).ok(http.StatusCreated)
	id := w.filedWithFiles()
	w.Exec(`update applications set protected = true, version = version + 1 where id = '` + id + `'`)
	_, file, _ := w.exported(map[string]any{"kind": "core-system"})
	if got := cells(t, file); len(got) != 1 {
		t.Fatalf("%v", got)
	}
	const staff = `insert into staff (municipality, staff_id, categories, sees_protected, updated_by, updated_at)
		select distinct municipality, requested_by, '', true, requested_by, now() from exports`
	w.Exec(staff)
	view, file, _ := w.exported(map[string]any{"kind": "core-system"})
	if got := cells(t, file); len(got) != 2 {
		t.Errorf("a protected person is not shown to who may see it: %s", file)
	}
	content := "/api/v1/review/exports/" + view["id"].(string) + "/content"
	w.Exec(`update staff set sees_protected = false`)
	w.call("reviewer-minato", http.MethodGet, content, nil).refused(http.StatusNotFound, "not-found")

	w.Exec(`update staff set categories = 'maternal-health'`)
	_, file, _ = w.exported(map[string]any{"kind": "core-system"})
	if got := cells(t, file); len(got) != 1 || got[0]["手続コード"] != "pregnancy-notification" {
		t.Errorf("cases of another category leave: %v", got)
	}
	if _, file, _ = w.exported(map[string]any{"kind": "core-system", "procedure": "child-allowance-claim"}); len(cells(t, file)) != 0 {
		t.Errorf("a procedure of another category leaves: %s", file)
	}
}

// Each case stands in the file once, however many pages are read.
func TestAnExportOfSeveralPages(t *testing.T) {
	w := newWorld(t)
	const cases = 203
	body := w.example("pregnancy-notification", minato)
	body["on_duplicate"] = "separate"
	wanted := map[string]bool{}
	var middle string
	for i := range cases {
		filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated)
		wanted[filed["receipt_number"].(string)] = true
		if i == cases/2 {
			middle = filed["arrived_at"].(string)
		}
	}
	view, file, _ := w.exported(map[string]any{"kind": "core-system"})
	for _, row := range cells(t, file) {
		if !wanted[row["受付番号"]] {
			t.Errorf("%s stands there twice, or is none", row["受付番号"])
		}
		delete(wanted, row["受付番号"])
	}
	if len(wanted) != 0 || view["rows"] != float64(cases) {
		t.Errorf("%d are missing of %v", len(wanted), view["rows"])
	}
	_, before, _ := w.exported(map[string]any{"kind": "core-system", "to": middle})
	_, after, _ := w.exported(map[string]any{"kind": "core-system", "from": middle})
	if a, b := len(cells(t, before)), len(cells(t, after)); a == 0 || b == 0 || a+b != cases {
		t.Errorf("%d before, %d from then on", a, b)
	}
}

// The object goes with its row, that of an export which was never finished included.
func TestExportsEnd(t *testing.T) {
	w := newWorld(t)
	done, _, _ := w.exported(map[string]any{"kind": "core-system"})
	begun := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", map[string]any{"kind": "core-system"}).ok(http.StatusAccepted)
	list := w.call("reviewer-minato", http.MethodGet, "/api/v1/review/exports?limit=1", nil).ok(http.StatusOK)
	if rows := list["items"].([]any); len(rows) != 1 || rows[0].(map[string]any)["id"] != begun["id"] || list["next"] == nil {
		t.Errorf("%v", list)
	}
	if rows := w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/exports", nil).ok(http.StatusOK)["items"].([]any); len(rows) != 0 {
		t.Errorf("another municipality sees %v", rows)
	}
	w.Exec(`update exports set created_at = created_at - interval '8 days', expires_at = expires_at - interval '8 days'`)
	if err := w.exports.Make(t.Context(), task.MakeExport{Municipality: minato, Export: begun["id"].(string)}); err != nil {
		t.Errorf("one whose time is over: %v", err)
	}
	if err := w.exports.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.call("reviewer-minato", http.MethodGet, "/api/v1/review/exports/"+done["id"].(string), nil).refused(http.StatusNotFound, "not-found")
	swept, err := w.documents.Sweep(t.Context())
	if err != nil || swept.Removed != 2 || swept.Waiting != 0 {
		t.Errorf("%+v %v", swept, err)
	}
}

// What cannot be made is told, and nobody waits for it for ever.
func TestAnExportThatCannotBeMadeFails(t *testing.T) {
	w := newWorld(t)
	_, _ = w.filedCase(minato)
	asked := w.call("reviewer-minato", http.MethodPost, "/api/v1/review/exports", map[string]any{"kind": "core-system"}).ok(http.StatusAccepted)
	path, job := "/api/v1/review/exports/"+asked["id"].(string), task.MakeExport{Municipality: minato, Export: asked["id"].(string)}
	w.Exec(
		`alter table revisions disable trigger guard; update revisions set sealed = sealed || 'x'::bytea; alter table revisions enable trigger guard`,
	) // damaged
	state := func() any { return w.call("reviewer-minato", http.MethodGet, path, nil).ok(http.StatusOK)["state"] }
	if err := w.exports.Make(t.Context(), job); err == nil || state() != "queued" {
		t.Errorf("%v, then %v", err, state())
	}
	w.Exec(`update exports set created_at = created_at - interval '9 hours'`)
	if err := w.exports.Make(t.Context(), job); err == nil || state() != "failed" {
		t.Errorf("%v, then %v", err, state())
	}
	if err := w.exports.Make(t.Context(), job); err != nil {
		t.Errorf("it is tried again: %v", err)
	}
	if p := w.call("reviewer-minato", http.MethodGet, path+"/content", nil).refused(http.StatusConflict, "not-allowed-now"); p["state"] != "failed" {
		t.Errorf("%v", p)
	}
}

// The report of discrepancies has one row a file, without names.
func TestTheReportOfDiscrepancies(t *testing.T) {
	w := newWorld(t)
	_, file, _ := w.exported(map[string]any{"kind": "discrepancy-report"})
	if rows, err := csv.NewReader(bytes.NewReader(file[3:])).ReadAll(); err != nil || len(rows) != 1 || rows[0][len(rows[0])-1] != "処理の根拠" {
		t.Errorf("%v %v", rows, err)
	}
	id := w.filedWithFiles()
	w.Exec(
		`insert into discrepancies (id, application_id, municipality, person_id, procedure, document, subject, item, kind, result, fields, state, step, cause,
			basis, similar_count, sealed_differences, opened_at, step_at, version)
		select gen_random_uuid(), id, municipality, person_id, procedure, 'household-resident-record', 'child-1', 'resident-record', 'no-answer', 'no-record',
			'', 'open', '', '', '', 0, 'x', now(), now(), 1
		from applications where id = '` + id + `'`,
	)
	view, file, _ := w.exported(map[string]any{"kind": "discrepancy-report"})
	got := cells(t, file)
	if view["rows"] != 1.0 || len(got) != 1 || got[0]["齟齬の種類"] != "回答なし" || got[0]["市区町村コード"] != minato {
		t.Errorf("%v %v", view, got)
	}
}
