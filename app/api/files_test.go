package api_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kosodate.example/onestop/app/task"
)

// statement is where the files of a document are put that a claim for a child who lives elsewhere asks for.
func statement(id, name string) string {
	return applications + "/" + id + "/documents/separate-custody-statement/child-1/files/" + name
}

func TestFilesAreKeptAndGivenBack(t *testing.T) {
	w := newWorld(t)
	id, etag := w.draft("parent-1", w.claim(minato))
	for _, name := range []string{"a.pdf", "申立書 (1)+控え.pdf", "葛\U000E0100城.pdf", "100%25.pdf"} {
		body := pdf(1000)
		got := w.call("parent-1", http.MethodPut, statement(id, url.PathEscape(name)), body)
		if received := got.ok(http.StatusCreated); received["name"] != name || received["size"] != 1000.0 || received["scan"] != "pending" ||
			received["media_type"] != "application/pdf" {
			t.Errorf("%q was received as %s", name, got.Body)
		}
	}
	// A browser leaves parentheses as they are, and the plus sign in a path is a plus sign.
	w.call("parent-1", http.MethodPut, statement(id, "b(1)+c.pdf"), pdf(10)).ok(http.StatusCreated)
	app := w.call("parent-1", http.MethodGet, applications+"/"+id, nil)
	files := app.ok(http.StatusOK)["files"].([]any)
	if len(files) != 5 || files[4].(map[string]any)["name"] != "b(1)+c.pdf" {
		t.Fatalf("files: %v", files)
	}
	if app.Header.Get("ETag") == etag {
		t.Error("the files did not change the application's ETag")
	}
	w.call("parent-1", http.MethodPut, statement(id, "a.pdf"), pdf(20)).ok(http.StatusCreated) // the same name again replaces
	file := w.call("parent-1", http.MethodPut, statement(id, "a.pdf"), pdf(30)).ok(http.StatusCreated)["id"].(string)
	content := applications + "/" + id + "/files/" + file + "/content"
	if p := w.call("parent-1", http.MethodGet, content, nil).refused(http.StatusConflict, "not-allowed-now"); p["scan"] != "pending" {
		t.Errorf("it does not say why: %v", p)
	}
	if err := w.documents.Scan(t.Context(), task.Scan{Municipality: minato, Application: id, File: file}); err != nil {
		t.Fatal(err)
	}
	got := w.call("parent-1", http.MethodGet, content, nil)
	if got.Status != 200 || string(got.Body) != string(pdf(30)) || got.Header.Get("Content-Type") != "application/pdf" ||
		!strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") || got.Header.Get("X-Content-Type-Options") != "nosniff" ||
		!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", got.Status, got.Header)
	}
	w.call("parent-1", http.MethodDelete, applications+"/"+id+"/files/"+file, nil, "If-Match", etag).refused(http.StatusPreconditionFailed, "stale")
	w.call("parent-1", http.MethodDelete, applications+"/"+id+"/files/"+file, nil).ok(http.StatusNoContent)
	w.call("parent-1", http.MethodGet, content, nil).refused(http.StatusNotFound, "not-found")
}

func TestFilesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	for name, c := range map[string]struct {
		path         string
		body         []byte
		status       int
		code, detail string
	}{
		"nothing in it":        {statement(id, "a.pdf"), []byte{}, 422, "invalid-file", "empty"},
		"one byte too many":    {statement(id, "a.pdf"), pdf(maxFile + 1), 413, "too-large", "too-large"},
		"much too large":       {statement(id, "a.pdf"), pdf(2 * maxFile), 413, "too-large", "too-large"},
		"not what it is named": {statement(id, "a.png"), pdf(100), 415, "unsupported-media-type", "type-mismatch"},
		"a script":             {statement(id, "a.pdf"), []byte("<html><script>alert(1)</script></html>"), 415, "unsupported-media-type", "type-refused"},
		"a folder":             {statement(id, "..%2Fa.pdf"), pdf(100), 422, "invalid-file", "name-separator"},
		"a folder of Windows":  {statement(id, "..%5Ca.pdf"), pdf(100), 422, "invalid-file", "name-separator"},
		"a line break":         {statement(id, "a%0A.pdf"), pdf(100), 422, "invalid-file", "name-control"},
		"not UTF-8":            {statement(id, "%FF.pdf"), pdf(100), 422, "invalid-file", "name-encoding"},
		"300 characters":       {statement(id, strings.Repeat("a", 296)+".pdf"), pdf(100), 422, "invalid-file", "name-too-long"},
		"an individual number": {statement(id, "123456789018.pdf"), pdf(100), 422, "individual-number", "individual-number"},
		"a document not asked": {applications + "/" + id + "/documents/employment-certificate/applicant/files/a.pdf", pdf(100), 422, "invalid-file",
			"unknown-document"},
	} {
		t.Run(name, func(t *testing.T) {
			one := w.within(t)
			for _, lang := range []string{"ja", "en"} {
				got := one.call("parent-1", http.MethodPut, c.path, c.body, "Accept-Language", lang)
				p := got.refused(c.status, c.code)
				if d := details(p); len(d) == 0 || d[0]["code"] != c.detail {
					t.Errorf("details %v, want %s", d, c.detail)
				}
				inLanguage(t, p, lang)
			}
		})
	}
	if files := w.call("parent-1", http.MethodGet, applications+"/"+id, nil).ok(200)["files"].([]any); len(files) != 0 {
		t.Errorf("something of what was refused is there: %v", files)
	}
}

// A body without Content-Length is refused before a byte of it is read.
func TestAnUploadSaysHowLongItIs(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = fmt.Fprintf(
		conn,
		"PUT %s HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n%%PDF\r\n0\r\n\r\n",
		statement(id, "a.pdf"),
		bearer(t, "parent-1"),
	)
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if got.StatusCode != http.StatusLengthRequired {
		t.Errorf("status %d", got.StatusCode)
	}
}

func TestADocumentThatFollowsIsHandedIn(t *testing.T) {
	w := newWorld(t)
	body := w.claim(hinata)
	body["declarations"] = []any{map[string]any{"document": "separate-custody-statement", "subject": "child-1", "kind": "will-follow", "reason": "祖母が日曜に書きます"}}
	filed := w.call("parent-1", http.MethodPost, "/api/v1/filings", body).ok(http.StatusCreated)
	id := filed["id"].(string)
	plan := filed["plan"].(map[string]any)["documents"].([]any)
	if len(plan) != 2 || plan[0].(map[string]any)["decision"] != "omit" || plan[0].(map[string]any)["inquire"] != true {
		t.Errorf("the plan: %v", plan)
	}
	state := func() string {
		for _, i := range w.call("parent-1", http.MethodGet, applications+"/"+id, nil).ok(200)["items"].([]any) {
			if item := i.(map[string]any); item["document"] == "separate-custody-statement" {
				return item["state"].(string)
			}
		}
		return ""
	}
	if got := state(); got != "awaiting-document" {
		t.Errorf("state %s", got)
	}
	w.call("parent-1", http.MethodPut, statement(id, "a.pdf"), pdf(100)).ok(http.StatusCreated)
	if got := state(); got != "received" {
		t.Errorf("state %s after it was handed in", got)
	}
	w.call("parent-1", http.MethodPatch, applications+"/"+id, `{"consents":[]}`, "If-Match", "*").refused(http.StatusConflict, "not-allowed-now")
	w.call("parent-1", http.MethodDelete, applications+"/"+id, nil).refused(http.StatusConflict, "not-allowed-now")
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).refused(http.StatusConflict, "not-allowed-now")
	withdrawn := w.call("parent-1", http.MethodPost, applications+"/"+id+"/withdraw", map[string]any{"reason": "引っ越します"}).ok(http.StatusOK)
	if withdrawn["state"] != "withdrawn" {
		t.Errorf("withdrawn: %v", withdrawn)
	}
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/withdraw", map[string]any{"reason": "もう一度"}).refused(http.StatusConflict, "not-allowed-now")
}
