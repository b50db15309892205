package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
)

func init() {
	openapi3filter.RegisterBodyDecoder("application/jose", openapi3filter.PlainBodyDecoder)
}

// receiptKeys are keys of their own for a world.
func receiptKeys(t testing.TB) *receipt.Keys {
	t.Helper()
	path := filepath.Join(t.TempDir(), "receipts.pem")
	if err := audit.CreateKeys(path); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := receipt.ParseKeys(raw)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// receiptWithFiles files a claim of parent-1 in みなと町 with its two documents, and gives its id and number.
func (w *world) receiptWithFiles() (id, number string) {
	w.T.Helper()
	id, _ = w.draft("parent-1", w.claim(minato))
	for _, document := range []string{"household-resident-record", "separate-custody-statement"} {
		w.call("parent-1", http.MethodPut, applications+"/"+id+"/documents/"+document+"/child-1/files/scan.pdf", pdf(len(document)*10)).ok(http.StatusCreated)
	}
	filed := w.call("parent-1", http.MethodPost, applications+"/"+id+"/file", nil).ok(http.StatusCreated)
	return id, filed["receipt_number"].(string)
}

// Every receipt is signed, in every language, and says what was filed and what the person sent.
func TestAReceiptIsSigned(t *testing.T) {
	w := newWorld(t)
	id, number := w.receiptWithFiles()
	manifest := sha256.Sum256(w.call("parent-1", http.MethodGet, applications+"/"+id+"/manifest", nil).Body)
	file := sha256.Sum256(pdf(len("separate-custody-statement") * 10))
	keys, err := receipt.ParseKeys(w.call("", http.MethodGet, "/api/v1/receipt-keys", nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range wording.Languages {
		page := w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang="+lang, nil)
		held, err := receipt.Read(page.Body)
		if err != nil {
			t.Fatalf("%s: %v\n%s", lang, err, page.Body)
		}
		s, err := keys.Verify(held.Text)
		if err != nil {
			t.Fatalf("%s: %v", lang, err)
		}
		if different := receipt.Compare(held.Shown, present.Receipt(s)); different != nil || len(held.Shown) < 6 {
			t.Errorf("%s: the page shows otherwise: %v", lang, different)
		}
		if s.Number != number || s.Place.Code != minato || s.Procedure.Code != "child-allowance-claim" || s.Revision != 1 || s.Issuer != w.base ||
			s.Language != lang {
			t.Errorf("%s: signed is %+v", lang, s)
		}
		if s.ManifestSha256 != hex.EncodeToString(manifest[:]) {
			t.Errorf("%s: the manifest signed is not the one given", lang)
		}
		if found := s.Having(hex.EncodeToString(file[:])); len(s.Files) != 2 || len(found) != 1 || found[0].Document != "separate-custody-statement" ||
			found[0].StoredAt.After(s.ArrivedAt) {
			t.Errorf("%s: the files signed: %+v", lang, s.Files)
		}
		if text := wording.In("receipt-page-signed", lang); !strings.Contains(string(page.Body), strings.ReplaceAll(text, "'", "&#39;")) {
			t.Errorf("%s: nothing says what the signature is for", lang)
		}
		statement, err := s.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if name := w.familyName(); strings.Contains(string(statement), name) || !strings.Contains(string(page.Body), name) {
			t.Errorf("%s: the statement names a person: %s", lang, statement)
		}
	}
	bare := w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?format=jws", nil)
	if _, err := keys.Verify(string(bare.Body)); err != nil || bare.Header.Get("Content-Type") != "application/jose" ||
		bare.Header.Get("Content-Disposition") != `attachment; filename="receipt-`+number+`.jws"` {
		t.Errorf("the bare text: %v, %v", err, bare.Header)
	}
	w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?format=pdf", nil).refused(http.StatusUnprocessableEntity, "invalid-request")
	w.call("parent-2", http.MethodGet, applications+"/"+id+"/receipt?format=jws", nil).refused(http.StatusNotFound, "not-found")
}

// familyName is the applicant's in the example.
func (w *world) familyName() string {
	return w.claim(minato)["form"].(map[string]any)["applicant"].(map[string]any)["family_name"].(string)
}

// Without a key the receipt is as good as before, and promises nothing.
func TestAReceiptWithoutAKeyPromisesNothing(t *testing.T) {
	w := newWorld(t)
	id, number := w.receiptWithFiles()
	w.receipts = nil
	w.serve()
	page := string(w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang=en", nil).Body)
	if !strings.Contains(page, number) || strings.Contains(page, wording.In("receipt-page-signed-title", "en")) || strings.Contains(page, receipt.MarkText) {
		t.Errorf("the page is %s", page)
	}
	w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?format=jws", nil).refused(http.StatusNotFound, "not-found")
	if got := w.call("", http.MethodGet, "/api/v1/receipt-keys", nil).ok(http.StatusOK); len(got["keys"].([]any)) != 0 {
		t.Errorf("keys: %v", got)
	}
}

// What a person saves is checked by the program itself, with the published keys alone and no service.
func TestTheProgramVerifiesWhatWasSaved(t *testing.T) {
	w := newWorld(t)
	id, number := w.receiptWithFiles()
	dir := t.TempDir()
	save := func(name string, body []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	page := w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang=en", nil).Body
	keys := save("keys.json", w.call("", http.MethodGet, "/api/v1/receipt-keys", nil).Body)
	saved, altered := save("receipt.html", page), save("altered.html", []byte(strings.Replace(string(page), "Minato Town", "Hinata City", 1)))
	bare := save("receipt.jws", w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang=en&format=jws", nil).Body)
	sent := save("sent.pdf", pdf(len("separate-custody-statement")*10))
	program := filepath.Join(dir, "onestop")
	tool(t, "build", "-o", program, "../../cmd/onestop")
	for _, one := range []struct {
		args []string
		fine bool
		says string
	}{
		{[]string{saved, "--file", sent}, true, number + " (its check character is right)"},
		{[]string{bare}, true, "Minato Town (998028)"},
		{[]string{altered}, false, `municipality: it shows "Hinata City", signed is "Minato Town"`},
		{[]string{saved, "--file", keys}, false, "is not among the files"},
	} {
		out, err := exec.CommandContext(t.Context(), program, append([]string{"receipt", "verify", "--keys", keys}, one.args...)...).CombinedOutput()
		if (err == nil) != one.fine || !strings.Contains(string(out), one.says) {
			t.Errorf("%v: %v\n%s", one.args, err, out)
		}
	}
}

// The page and the signed text show what was filed while a correction is open and after it was handed in, which the page names.
func TestAReceiptAfterACorrection(t *testing.T) {
	w := newWorld(t)
	id, _ := w.receiptWithFiles()
	keys, err := receipt.ParseKeys(w.call("", http.MethodGet, "/api/v1/receipt-keys", nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	get := func() (*receipt.Statement, string) {
		page := w.call("parent-1", http.MethodGet, applications+"/"+id+"/receipt?lang=en", nil).Body
		held, err := receipt.Read(page)
		if err != nil {
			t.Fatal(err)
		}
		s, err := keys.Verify(held.Text)
		if err != nil {
			t.Fatal(err)
		}
		if different := receipt.Compare(held.Shown, present.Receipt(s)); different != nil {
			t.Errorf("the page shows otherwise than signed: %v", different)
		}
		return s, string(page)
	}
	first, page := get()
	name := w.familyName()
	const corrected = "A correction was handed in"
	if strings.Contains(page, corrected) || !strings.Contains(page, name) {
		t.Fatal(page)
	}
	reviewer, path := "reviewer-minato", "/api/v1/review/applications/"+id
	claim := w.call(reviewer, http.MethodPost, path+"/claim", map[string]any{}).ok(http.StatusOK)
	fence := fmt.Sprint(claim["fence"])
	w.call(reviewer, http.MethodPost, path+"/accept", map[string]any{}, "Fence", fence).ok(http.StatusOK)
	w.call(reviewer, http.MethodPost, path+"/corrections", map[string]any{"text": "Please check the name.", "due": jp.DateIn(time.Now()).AddDays(7).String(),
		"fields": []any{"/form/applicant/family_name"}}, "Fence", fence).ok(http.StatusCreated)
	etag := w.call("parent-1", http.MethodGet, applications+"/"+id, nil).Header.Get("ETag")
	w.call("parent-1", http.MethodPatch, applications+"/"+id, map[string]any{"form": map[string]any{"applicant": map[string]any{"family_name": "改姓"}}}, "If-Match",
		etag, "Content-Type", "application/merge-patch+json").
		ok(http.StatusOK)
	check := func(when string, named bool) {
		s, page := get()
		if s.ManifestSha256 != first.ManifestSha256 || s.Revision != 1 || !reflect.DeepEqual(s.Files, first.Files) || !s.ArrivedAt.Equal(first.ArrivedAt) {
			t.Errorf("%s: it was %+v and is %+v", when, first, s)
		}
		if strings.Contains(page, "改姓") || !strings.Contains(page, name) || strings.Contains(page, corrected) != named {
			t.Errorf("%s: the page is %s", when, page)
		}
	}
	check("while it is written", false)
	w.call("parent-1", http.MethodPost, applications+"/"+id+"/corrections/1/submit", map[string]any{}).ok(http.StatusOK)
	check("after it was handed in", true)
}
