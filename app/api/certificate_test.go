package api_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/certificate"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
)

// published puts ひなた市's survey in force, and waits for its instant. It gives the row of the public list.
func (w *world) published() map[string]any {
	w.T.Helper()
	zip := w.survey()
	id := w.call("admin-hinata-1", http.MethodPost, editions, zip, "Content-Type", "application/zip").ok(http.StatusCreated)["id"].(string)
	w.call("admin-hinata-1", http.MethodPost, editions+"/"+id+"/propose",
		map[string]any{"from": time.Now().Format(time.RFC3339), "circular": "府番第1号", "reason": "健康の確認のため"}).ok(http.StatusOK)
	approved := w.call("admin-hinata-2", http.MethodPost, editions+"/"+id+"/approve", nil).ok(http.StatusOK)
	from, err := time.Parse(time.RFC3339, approved["from"].(string))
	casetest.Must(w.T, err)
	w.Exec(`select pg_sleep_until($1)`, from.Add(time.Second)) // the answer leaves out the fraction of a second
	row := w.call("", http.MethodGet, "/api/v1/editions", nil).ok(http.StatusOK)["items"].([]any)[0].(map[string]any)
	if row["certificate"] != approved["certificate"] || row["certificate"] == nil {
		w.T.Fatalf("%v, approved as %v", row, approved["certificate"])
	}
	return row
}

// certificatePath is where the certificate of a row of the list is.
func certificatePath(row map[string]any) string {
	return "/api/v1/editions/" + row["digest"].(string) + "/certificates/" + row["certificate"].(string)
}

// notified files a notice of pregnancy in ひなた市, and gives its id.
func (w *world) notified() string {
	w.T.Helper()
	draft := w.Draft("pregnancy-notification", hinata)
	id, _ := w.draft("parent-1", map[string]any{"procedure": draft.Procedure, "municipality": hinata, "facts": draft.Facts, "form": draft.Form,
		"consents": []any{}})
	declared := map[string]any{"document": "health-survey", "subject": "applicant", "kind": "cannot-provide", "reason": "窓口で相談します"}
	w.call("parent-1", http.MethodPatch, applications+"/"+id, map[string]any{"declarations": []any{declared}}, "If-Match", "*").ok(http.StatusOK)
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).ok(http.StatusCreated)
	return id
}

// TestAReceiptNamesItsCertificate, which anybody gets and checks without the service, and so does the program.
func TestAReceiptNamesItsCertificate(t *testing.T) {
	w := newWorld(t)
	row := w.published()
	id := w.notified()
	keysFile := w.call("", http.MethodGet, "/api/v1/receipt-keys", nil).Body
	keys, err := receipt.ParseKeys(keysFile)
	casetest.Must(t, err)
	text := w.call("", http.MethodGet, certificatePath(row), nil)
	c, err := certificate.Verify(keys, string(text.Body))
	casetest.Must(t, err)
	if certificate.Digest(string(text.Body)) != row["certificate"] || c.Edition != row["digest"] || c.Issuer != w.base ||
		text.Header.Get("Content-Type") != "application/jose" || !strings.Contains(text.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%+v %v", c, text.Header)
	}
	for _, lang := range wording.Languages {
		held, err := receipt.Read(w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang="+lang, nil).Body)
		casetest.Must(t, err)
		s, err := keys.Verify(held.Text)
		casetest.Must(t, err)
		if different := receipt.Compare(held.Shown, present.Receipt(s)); different != nil || held.Shown["rules"] == "" || held.Shown["local-rules"] == "" {
			t.Errorf("%s: %v: the page shows otherwise: %v", lang, held.Shown, different)
		}
		if len(s.Editions) != 2 || !s.Editions[0].Installed || s.Editions[0].Certificate != "" || s.Editions[0].Digest != c.Base ||
			s.Editions[1].Certificate != row["certificate"] || s.Editions[1].Digest != c.Edition || !s.Editions[1].From.Equal(c.From) {
			t.Errorf("%s: %+v", lang, s.Editions)
		}
	}
	digest, other := row["digest"].(string), strings.Repeat("0", 64)
	for edition, named := range map[string]string{other: row["certificate"].(string), digest: other} {
		w.call("", http.MethodGet, "/api/v1/editions/"+edition+"/certificates/"+named, nil).refused(http.StatusNotFound, "not-found")
	}

	dir := t.TempDir()
	save := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		casetest.Must(t, os.WriteFile(path, body, 0o600))
		return path
	}
	saved := save("receipt.jws", w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang=en&format=jws", nil).Body)
	bundle := save("edition.zip", w.call("", http.MethodGet, "/api/v1/editions/"+digest, nil).Body)
	program := filepath.Join(dir, "onestop")
	tool(t, "build", "-o", program, "../../cmd/onestop")
	out, err := exec.CommandContext(t.Context(), program, "receipt", "verify", "--keys", save("keys.json", keysFile), saved,
		"--certificate", save("certificate.jws", text.Body), "--edition", bundle).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "is the certificate that this receipt names, and its signature is good") ||
		!strings.Contains(string(out), "is the edition that decided: of "+hinata) || !strings.Contains(string(out), w.base+certificatePath(row)) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestACertificateWithoutAKeyPromisesNothing: it is given out as the bare statement, and says that nobody signed it.
func TestACertificateWithoutAKeyPromisesNothing(t *testing.T) {
	w := newWorld(t)
	w.receipts = nil
	w.serve()
	row := w.published()
	text := w.call("", http.MethodGet, certificatePath(row), nil)
	if said := text.ok(http.StatusOK); said["key_id"] != "" || said["edition"] != row["digest"] || text.Header.Get("Content-Type") != "application/json" ||
		certificate.Digest(string(text.Body)) != row["certificate"] {
		t.Errorf("%v %v", said, text.Header)
	}
}
