package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// scanned lets the scanner look at every file of a case.
func (w *world) scanned(application string) {
	w.T.Helper()
	var files []models.File
	var municipality string
	err := w.Sweep.InTx(context.Background(), models.System("", "test"), func(tx *postgres.Tx) (err error) {
		app, err := tx.Application(application)
		if err != nil {
			return err
		}
		municipality = app.Municipality
		files, err = tx.FilesOf(application)
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	for _, f := range files {
		if err := w.documents.Scan(context.Background(), task.Scan{Municipality: municipality, Application: application, File: f.ID}); err != nil {
			w.T.Fatal(err)
		}
	}
}

// A case leaves as one file whose last entry has the digest of each other one.
func TestACaseIsExportedWithTheDigestOfEachEntry(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	files := map[string][]byte{
		"documents/household-resident-record/child-1/住民票.pdf":        pdf(700),
		"documents/separate-custody-statement/child-1/statement.pdf": pdf(900),
	}
	for name, body := range files {
		parts := strings.Split(name, "/")
		w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/"+parts[1]+"/child-1/files/"+parts[3], body).ok(http.StatusCreated)
	}
	w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/file", nil).ok(http.StatusCreated)
	w.scanned(id)
	got := w.call("reviewer-minato", http.MethodGet, "/api/v1/review/applications/"+id+"/export", nil)
	if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %v %s", got.Status, got.Header, got.Body)
	}
	z, contents := unzip(t, got.Body)
	if last := z.File[len(z.File)-1].Name; last != "manifest.json" {
		t.Errorf("the last entry is %s", last)
	}
	var manifest struct {
		Entries []struct {
			Name, Sha256 string
			Size         int
		}
		Withheld []string
	}
	if err := json.Unmarshal(contents["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest.Entries) != len(z.File)-1 || len(manifest.Withheld) != 0 {
		t.Errorf("%d of %d entries, withheld %v", len(manifest.Entries), len(z.File)-1, manifest.Withheld)
	}
	for _, e := range manifest.Entries {
		sum := sha256.Sum256(contents[e.Name])
		if e.Sha256 != hex.EncodeToString(sum[:]) || e.Size != len(contents[e.Name]) {
			t.Errorf("%s is not what the manifest says", e.Name)
		}
	}
	for name, body := range files {
		if !bytes.Equal(contents[name], body) {
			t.Errorf("%s has %d bytes, was sent with %d", name, len(contents[name]), len(body))
		}
	}
	if text := string(contents["form.txt"]); !strings.Contains(text, "受付番号: ") || !strings.Contains(text, "ヒナタ") || !strings.Contains(text, "\r\n") {
		t.Errorf("the form for people: %s", text)
	}
	if text := string(contents["form.txt"]); !strings.Contains(text, "東京都千代田区") || regexp.MustCompile(`131016|\d{4}-\d\d-\d\d`).MatchString(text) {
		t.Errorf("people read codes, or days of a machine: %s", text)
	}
	if !bytes.Contains(contents["plan.json"], []byte("separate-custody-statement")) || !bytes.Contains(contents["history.json"], []byte(`"event": "file"`)) {
		t.Errorf("plan %s, history %s", contents["plan.json"], contents["history.json"])
	}
	if !bytes.Contains(contents["form.json"], []byte("ヒナタ")) || !bytes.Contains(contents["case.json"], []byte(`"state": "arrived"`)) {
		t.Error("form or case is not in it")
	}
	trail := w.call("auditor", http.MethodGet, "/api/v1/audit?action=export-case", nil).ok(http.StatusOK)
	if len(trail["items"].([]any)) != 1 {
		t.Errorf("the export is recorded %d times", len(trail["items"].([]any)))
	}
	w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/applications/"+id+"/export", nil).refused(http.StatusNotFound, "not-found")
}

func unzip(t testing.TB, raw []byte) (*zip.Reader, map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return z, contents
}

// filedWithFiles is a case of みなと町 with two clean files.
func (w *world) filedWithFiles() string {
	w.T.Helper()
	id, _ := w.draft("parent-1", w.claim(minato))
	for _, document := range []string{"household-resident-record", "separate-custody-statement"} {
		w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/"+document+"/child-1/files/A.pdf", pdf(5000)).ok(http.StatusCreated)
	}
	w.call("parent-1", http.MethodPut, "/api/v1/applications/"+id+"/documents/separate-custody-statement/child-1/files/a.PDF", pdf(300)).ok(http.StatusCreated)
	w.call("parent-1", http.MethodPost, "/api/v1/applications/"+id+"/file", nil).ok(http.StatusCreated)
	w.scanned(id)
	return id
}

// What breaks off in the middle is no archive: the connection is cut, and there is no manifest.
func TestAnArchiveThatCannotBeFinishedIsCutOff(t *testing.T) {
	w := newWorld(t)
	id := w.filedWithFiles()
	w.Exec(`update file_parts set sealed_size = sealed_size + 1 where object_key = (select max(object_key) from file_parts)`) // damaged
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.base+"/api/v1/review/applications/"+id+"/export", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+bearer(t, "reviewer-minato"))
	var raw []byte
	got, err := client.Do(r)
	if err == nil {
		raw, err = io.ReadAll(got.Body)
		_ = got.Body.Close()
	}
	if err == nil {
		t.Errorf("%d with %d bytes looks whole", got.StatusCode, len(raw))
	}
	if z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil {
		t.Errorf("what came can be read as an archive of %d entries", len(z.File))
	}
}

// Names that differ in case alone do not meet where a system cannot tell them apart; nothing that tells where a protected
// person lives leaves with who may not see it (支援措置).
func TestAnArchiveOfAProtectedPerson(t *testing.T) {
	w := newWorld(t)
	id := w.filedWithFiles()
	path := "/api/v1/review/applications/" + id + "/export"
	_, contents := unzip(t, w.call("reviewer-minato", http.MethodGet, path, nil).Body)
	names := map[string]bool{}
	for name := range contents {
		if names[strings.ToLower(name)] {
			t.Errorf("%s is there twice", name)
		}
		names[strings.ToLower(name)] = true
	}
	if len(contents["documents/separate-custody-statement/child-1/A.pdf"])+len(contents["documents/separate-custody-statement/child-1/a-2.PDF"]) != 5300 {
		t.Errorf("names: %v", names)
	}
	address := w.claim(minato)["form"].(map[string]any)["applicant"].(map[string]any)["address"].(string)
	if !bytes.Contains(contents["form.txt"], []byte(address)) {
		t.Fatalf("%q is not in %s", address, contents["form.txt"])
	}
	w.Exec(`update applications set protected = true, version = version + 1`)
	w.call("reviewer-minato", http.MethodGet, path, nil).refused(http.StatusNotFound, "not-found")
}
