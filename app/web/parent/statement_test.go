package parent_test

import (
	"net/http"
	"reflect"
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
	documents.Shows("紙に書いたものを出す")
	at := "/applications/" + id + "/documents/separate-custody-statement/child-1/write"
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

// TestAPaperIsWrittenOnThePageOfDocuments: going on writes it. A part of it is refused at its field and stays; nothing of it keeps nobody.
func TestAPaperIsWrittenOnThePageOfDocuments(t *testing.T) {
	s := webtest.New(t)
	id := s.Undeclared(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	at := "/applications/" + id + "/documents"
	const paper = "form.statement-separate-custody-statement-child-1."
	if on := b.Get(at).Is(http.StatusOK).Form("保存して次へ").Submit().Is(http.StatusOK); on.Path != "/applications/"+id+"/check" {
		t.Errorf("nothing of the paper leads to %s", on.Path)
	}
	p := b.Get(at).Form("保存して次へ").Set(paper+"contact", "毎週").Submit().Is(http.StatusUnprocessableEntity)
	if p.Find(`[name="`+paper+`contact"]`).AttrOr("value", "") != "毎週" || p.Wrong("子どもと同居している人 ※") == "" {
		t.Errorf("what was typed is gone, or what is missing is not said: %s", p.Text())
	}
	written := p.Form("保存して次へ").Set(paper+"living_with", "日向 一郎").Set(paper+"support", "毎月5万円").Set(paper+"reason", "work").
		Set(paper+"apart_since-y", "2025").Set(paper+"apart_since-m", "4").Set(paper+"apart_since-d", "1").Submit().Is(http.StatusOK)
	if written.Path != "/applications/"+id+"/check" {
		t.Errorf("it leads to %s: %s", written.Path, written.Text())
	}
	again := b.Get(at)
	if again.Shows("別居監護申立書.pdf", "書いた内容を直す"); again.Find(`[name="`+paper+`contact"]`).Length() != 0 {
		t.Error("it is asked again")
	}
}

// TestAStatementFollowsTheNames: a name that is corrected after a paper was written is said beside the paper, and stands on it when it is filed.
func TestAStatementFollowsTheNames(t *testing.T) {
	s := webtest.New(t)
	id := s.Undeclared(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	at := "/applications/" + id + "/documents"
	const paper = "form.statement-separate-custody-statement-child-1."
	b.Get(at).Form("保存して次へ").Set(paper+"living_with", "日向 一郎").Set(paper+"contact", "毎週").Set(paper+"support", "毎月5万円").
		Set(paper+"reason", "work").Set(paper+"apart_since-y", "2025").Set(paper+"apart_since-m", "4").Set(paper+"apart_since-d", "1").Submit().Is(http.StatusOK)
	const stale = "この書類を作ったあとで、名前か生年月日が変わりました。"
	b.Get(at).Lacks(stale)
	b.Get("/applications/"+id+"/form/children").Form("保存して次へ").Set("form.children.0.given_name", "海").Submit().Is(http.StatusOK)
	b.Get(at).Shows(stale)
	if child := b.Get(at + "/separate-custody-statement/child-1/write").Is(http.StatusOK).Value("別居している子どもの氏名 ※"); child != "日向 海" {
		t.Errorf("the page of the paper has %q", child)
	}
	check := b.Get("/applications/" + id + "/check")
	check.Shows(stale)
	before := b.JSON("/api/v1/applications/" + id)["files"]
	check.Form("提出する").Submit()
	b.Get(at).Lacks(stale)
	if after := b.JSON("/api/v1/applications/" + id)["files"]; reflect.DeepEqual(before, after) {
		t.Errorf("it is filed as it was: %v", after)
	}
}
