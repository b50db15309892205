package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/task"
)

// beginning is a file in parts of a document that the claim for a child who lives elsewhere asks for.
func beginning(name string, size int) map[string]any {
	return map[string]any{"document": "separate-custody-statement", "subject": "child-1", "name": name, "size": size}
}

func contentDigest(piece []byte) string {
	sum := sha256.Sum256(piece)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

// A PUT of a name replaces, and says what; an upload in parts may keep both, and replace on purpose.
func TestWhatAFileReplacedIsSaid(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	put := func(size int) map[string]any {
		t.Helper()
		return w.call("parent-1", http.MethodPut, applications+"/"+id+"/documents/separate-custody-statement/child-1/files/a.pdf", pdf(size)).ok(http.StatusCreated)
	}
	first := put(400)
	if first["replaced"] != nil {
		t.Errorf("the first: %v", first)
	}
	second := put(401)
	if was, _ := second["replaced"].(map[string]any); was["id"] != first["id"] || was["sha256"] != first["sha256"] || was["kept"] != false {
		t.Errorf("the second: %v", second)
	}
	inParts := func(size int, end map[string]any) map[string]any {
		t.Helper()
		uploads := applications + "/" + id + "/uploads"
		one := uploads + "/" + w.call("parent-1", http.MethodPost, uploads, beginning("a.pdf", size)).ok(http.StatusCreated)["id"].(string)
		w.call("parent-1", http.MethodPut, one+"/parts/1", pdf(size)).ok(http.StatusNoContent)
		sum := sha256.Sum256(pdf(size))
		end["sha256"] = []string{strings.Repeat("0", 64)}
		if other := w.call("parent-1", http.MethodPost, one+"/finish", end).refused(http.StatusConflict, "not-allowed-now"); other["missing"] != "1" {
			t.Errorf("with the digest of another: %v", other)
		}
		end["sha256"] = []string{hex.EncodeToString(sum[:])}
		return w.call("parent-1", http.MethodPost, one+"/finish", end).ok(http.StatusCreated)
	}
	third := inParts(402, map[string]any{"on_taken": "keep-both"})
	if third["name"] != "a (2).pdf" || third["replaced"] != nil {
		t.Errorf("the third: %v", third)
	}
	fourth := inParts(403, map[string]any{"on_taken": "keep-both", "replaces": third["id"]})
	if was, _ := fourth["replaced"].(map[string]any); fourth["name"] != "a (2).pdf" || was["id"] != third["id"] {
		t.Errorf("the fourth: %v", fourth)
	}
}

// partSize is what the tests' service cuts files into.
const partSize = 64 << 10

func TestAFileInParts(t *testing.T) {
	w := newWorld(t)
	id, etag := w.draft("parent-1", w.claim(minato))
	body := pdf(partSize + 1000)
	uploads := applications + "/" + id + "/uploads"
	begun := w.call("parent-1", http.MethodPost, uploads, beginning("申立書.pdf", len(body)))
	view := begun.ok(http.StatusCreated)
	one := uploads + "/" + view["id"].(string)
	if begun.Header.Get("Location") != one || view["part_size"] != float64(partSize) || len(view["parts"].([]any)) != 0 || view["name"] != "申立書.pdf" {
		t.Errorf("begun: %s at %s", begun.Body, begun.Header.Get("Location"))
	}
	second := body[partSize:]
	w.call("parent-1", http.MethodPut, one+"/parts/2", second, "Content-Digest", contentDigest(second)).ok(http.StatusNoContent)
	w.call("parent-1", http.MethodPut, one+"/parts/2", second).ok(http.StatusNoContent)
	missing := w.call("parent-1", http.MethodPost, one+"/finish", nil).refused(http.StatusConflict, "not-allowed-now")
	if missing["missing"] != "1" || details(missing)[0]["code"] != "parts-missing" {
		t.Errorf("missing: %v", missing)
	}
	again := w.call("parent-1", http.MethodPost, uploads, beginning("申立書.pdf", len(body))).ok(http.StatusCreated)
	sum := sha256.Sum256(second)
	there := again["parts"].([]any)
	if again["id"] != view["id"] || len(there) != 1 || there[0].(map[string]any)["sha256"] != hex.EncodeToString(sum[:]) {
		t.Errorf("again: %v", again)
	}
	if list := w.call("parent-1", http.MethodGet, uploads+"?document=separate-custody-statement&subject=child-1", nil).ok(200)["items"].([]any); len(list) != 1 {
		t.Errorf("list: %v", list)
	}
	if list := w.call("parent-1", http.MethodGet, uploads+"?subject=child-2", nil).ok(200)["items"].([]any); len(list) != 0 {
		t.Errorf("of another child: %v", list)
	}
	w.call("parent-1", http.MethodPut, one+"/parts/1", body[:partSize], "Content-Digest", contentDigest(body[:partSize])).ok(http.StatusNoContent)
	finished := w.call("parent-1", http.MethodPost, one+"/finish", nil)
	whole := sha256.Sum256(body)
	file := finished.ok(http.StatusCreated)
	content := applications + "/" + id + "/files/" + file["id"].(string) + "/content"
	if file["sha256"] != hex.EncodeToString(whole[:]) || file["media_type"] != "application/pdf" || file["scan"] != "pending" ||
		finished.Header.Get("Location") != content || finished.Header.Get("ETag") == etag || finished.Header.Get("ETag") == "" {
		t.Errorf("finished: %s, %v", finished.Body, finished.Header)
	}
	if same := w.call("parent-1", http.MethodPost, one+"/finish", nil); same.Status != http.StatusCreated || !bytes.Equal(same.Body, finished.Body) {
		t.Errorf("finished again: %d %s", same.Status, same.Body)
	}
	w.call("parent-1", http.MethodGet, one, nil).refused(http.StatusNotFound, "not-found")
	if err := w.documents.Scan(t.Context(), task.Scan{Municipality: minato, Application: id, File: file["id"].(string)}); err != nil {
		t.Fatal(err)
	}
	if got := w.call("parent-1", http.MethodGet, content, nil); got.Status != 200 || !bytes.Equal(got.Body, body) {
		t.Errorf("content: %d, %d bytes", got.Status, len(got.Body))
	}
}

func TestPartsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	uploads := applications + "/" + id + "/uploads"
	for what, c := range map[string]struct {
		body         map[string]any
		status       int
		code, detail string
	}{
		"too large": {beginning("a.pdf", maxFile+1), http.StatusRequestEntityTooLarge, "too-large", "too-large"},
		"empty":     {beginning("a.pdf", 0), http.StatusUnprocessableEntity, "invalid-file", "empty"},
		"a script":  {beginning("a.html", 10), http.StatusUnsupportedMediaType, "unsupported-media-type", "type-refused"},
		"not asked of": {map[string]any{"document": "passport", "subject": "child-1", "name": "a.pdf", "size": 1}, http.StatusUnprocessableEntity, "invalid-file",
			"unknown-document"},
	} {
		p := w.call("parent-1", http.MethodPost, uploads, c.body).refused(c.status, c.code)
		if d := details(p); len(d) == 0 || d[0]["code"] != c.detail {
			t.Errorf("%s: %v", what, d)
		}
	}
	one := uploads + "/" + w.call("parent-1", http.MethodPost, uploads, beginning("a.pdf", 1000)).ok(http.StatusCreated)["id"].(string)
	for what, c := range map[string]struct {
		path, digest string
		body         []byte
		status       int
		code         string
	}{
		"another length": {"/parts/1", "", pdf(999), http.StatusBadRequest, "malformed"},
		"another digest": {"/parts/1", contentDigest([]byte("x")), pdf(1000), http.StatusBadRequest, "malformed"},
		"a bad digest":   {"/parts/1", "sha-256=:eA==:", pdf(1000), http.StatusBadRequest, "malformed"},
		"another type":   {"/parts/1", "", append([]byte("<html>"), make([]byte, 994)...), http.StatusUnsupportedMediaType, "unsupported-media-type"},
		"no such part":   {"/parts/2", "", pdf(1000), http.StatusNotFound, "not-found"},
		"no number":      {"/parts/one", "", pdf(1000), http.StatusNotFound, "not-found"},
	} {
		t.Run(what, func(t *testing.T) {
			one1 := w.within(t)
			one1.call("parent-1", http.MethodPut, one+c.path, c.body, "Content-Digest", c.digest).refused(c.status, c.code)
		})
	}
	if parts := w.call("parent-1", http.MethodGet, one, nil).ok(200)["parts"].([]any); len(parts) != 0 {
		t.Errorf("parts: %v", parts)
	}
	w.call("parent-1", http.MethodDelete, one, nil).ok(http.StatusNoContent)
	w.call("parent-1", http.MethodDelete, one, nil).refused(http.StatusNotFound, "not-found")
	for i := range 5 {
		w.call("parent-1", http.MethodPost, uploads, beginning(fmt.Sprint(i, ".pdf"), 1000)).ok(http.StatusCreated)
	}
	p := w.call("parent-1", http.MethodPost, uploads, beginning("5.pdf", 1000), "Accept-Language", "ja").refused(http.StatusUnprocessableEntity, "invalid-file")
	if d := details(p); d[0]["code"] != "too-many-uploads" || p["limit"] != "5" {
		t.Errorf("too many at once: %v", p)
	}
}
