package parent_test

import (
	"bytes"
	"net/http"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestAFormForSomebodyElseIsPrinted: with what the application says by its owner, and empty before signing in.
func TestAFormForSomebodyElseIsPrinted(t *testing.T) {
	s := webtest.New(t)
	empty := s.Stranger().Raw("/procedures/childcare-certification/forms/employment-certificate?municipality=" + webtest.Hinata)
	if empty.Code != http.StatusOK || !bytes.HasPrefix(empty.Body.Bytes(), []byte("%PDF-")) {
		t.Fatalf("%d %.40s", empty.Code, empty.Body)
	}
	for _, path := range []string{"/procedures/childcare-certification/forms/bank-passbook", "/procedures/no-such/forms/employment-certificate"} {
		if got := s.Stranger().Raw(path); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.Code)
		}
	}
	id := s.Begun(webtest.Parent, webtest.Claim, webtest.Hinata, func(facts, _ map[string]any) { facts["parents_abroad_designation"] = true })
	b := s.As(webtest.Parent)
	documents := b.Get("/applications/" + id + "/documents").Is(http.StatusOK)
	link := documents.Find(`a[href$="/blank.pdf"]`).First().AttrOr("href", "")
	if got := b.Raw(link); got.Code != http.StatusOK || !bytes.HasPrefix(got.Body.Bytes(), []byte("%PDF-")) || got.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%q: %d %v", link, got.Code, got.Header())
	}
	if got := s.As(webtest.Neighbour).Raw(link); got.Code != http.StatusNotFound {
		t.Errorf("somebody else's: %d", got.Code)
	}
}
