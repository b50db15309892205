package parent_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestAStatementIsAskedOnTheScreen: where the applicant writes a paper, its questions come before the upload, with what is known filled
// in; what is refused is said beside its question, and what was typed stays.
func TestAStatementIsAskedOnTheScreen(t *testing.T) {
	s := webtest.New(t)
	id := s.Undeclared(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	documents := b.Get("/applications/" + id + "/documents").Is(http.StatusOK)
	documents.Shows("画面で書く", "紙に書いたものを出す")
	at := "/applications/" + id + "/documents/separate-custody-statement/child-1/write"
	if documents.Find(`a[href="`+at+`"]`).Length() != 1 {
		t.Fatalf("nothing leads to the questions: %s", documents.Text())
	}
	asked := b.Get(at).Is(http.StatusOK)
	const child, contact = "別居している子どもの氏名 ※", "面会や連絡の様子 ※"
	if asked.Value(child) == "" {
		t.Errorf("the child's name is asked twice: %s", asked.Text())
	}
	refused := asked.Form("書類を作る").Fill(child, "日向 <空>").Fill(contact, "毎週").Submit().Is(http.StatusUnprocessableEntity)
	if refused.Value(child) != "日向 <空>" || refused.Value(contact) != "毎週" {
		t.Errorf("what was typed is gone: %q, %q", refused.Value(child), refused.Value(contact))
	}
	if wrong := refused.Wrong("子どもと同居している人 ※"); wrong == "" || strings.Contains(wrong, "/form/") {
		t.Errorf("what is missing is not said: %q in %s", wrong, refused.Text())
	}
	for _, none := range []string{"/documents/pension-enrolment/applicant/write", "/documents/separate-custody-statement/child-2/write"} {
		b.Get("/applications/" + id + none).Is(http.StatusNotFound)
	}
	s.As(webtest.Neighbour).Get(at).Is(http.StatusNotFound)
}
