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
	"strings"
	"testing"

	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// scanned lets the scanner look at every file of a case.
func (w *world) scanned(application string) {
	w.t.Helper()
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
		w.t.Fatal(err)
	}
	for _, f := range files {
		if err := w.documents.Scan(context.Background(), task.Scan{Municipality: municipality, Application: application, File: f.ID}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A case leaves as one file whose last entry has the digest of each other one.
func TestACaseIsExportedWithTheDigestOfEachEntry(t *testing.T) {
	w := newWorld(t)
	id, _ := w.draft("parent-1", w.claim(minato))
	files := map[string][]byte{"documents/household-resident-record/child-1/住民票.pdf": pdf(700), "documents/separate-custody-statement/child-1/statement.pdf": pdf(900)}
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
	z, err := zip.NewReader(bytes.NewReader(got.Body), int64(len(got.Body)))
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
	if !bytes.Contains(contents["form.json"], []byte("ヒナタ")) || !bytes.Contains(contents["case.json"], []byte(`"state": "arrived"`)) {
		t.Error("form or case is not in it")
	}
	trail := w.call("auditor", http.MethodGet, "/api/v1/audit?action=export-case", nil).ok(http.StatusOK)
	if len(trail["items"].([]any)) != 1 {
		t.Errorf("the export is recorded %d times", len(trail["items"].([]any)))
	}
	w.call("reviewer-hinata-1", http.MethodGet, "/api/v1/review/applications/"+id+"/export", nil).refused(http.StatusNotFound, "not-found")
}
