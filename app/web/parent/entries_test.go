package parent_test

import (
	"net/http"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestAChildIsRemovedOnceAskedAndCanBeHadBack: the button lies behind a question, and what was typed about the child comes back.
func TestAChildIsRemovedOnceAskedAndCanBeHadBack(t *testing.T) {
	s := webtest.New(t)
	b := s.As(webtest.Parent)
	const child = "facts.children.0.birth_date-y"
	p := b.Get("/apply/" + webtest.Claim + "?municipality=" + webtest.Hinata).Is(http.StatusOK)
	p = p.Form("もう1人加える").Set(child, "2020").Set("facts.children.1.birth_date-y", "2024").Submit().Is(http.StatusOK)
	p = p.Form("もう1人加える").Set(child, "2020").Set("facts.children.1.birth_date-y", "2024").Submit().Is(http.StatusOK)
	ask := p.Find(`button[name=remove]`)
	if ask.Length() == 0 || ask.Closest("details").Length() != ask.Length() {
		t.Fatalf("it is removed without a question: %s", p.Text())
	}
	p = p.Form("はい、1番目を消す").Submit().Is(http.StatusOK)
	if got := p.Find(`[name="`+child+`"]`).AttrOr("value", ""); got != "2024" {
		t.Errorf("the first child is now of %q", got)
	}
	p = p.Form("元に戻す").Submit().Is(http.StatusOK)
	if got := p.Find(`[name="`+child+`"]`).AttrOr("value", ""); got != "2020" {
		t.Errorf("what was typed did not come back: %q", got)
	}
	if p.Find(`button[name=undo]`).Length() != 0 {
		t.Error("there is nothing more to undo")
	}
}

// TestAFileIsDeletedOnceAskedAndCanBeHadBack until an hour is over, wherever the person goes meanwhile.
func TestAFileIsDeletedOnceAskedAndCanBeHadBack(t *testing.T) {
	s := webtest.New(t)
	id := s.Undeclared(webtest.Parent, webtest.Minato)
	s.Attach(id, "通帳.pdf")
	b := s.As(webtest.Parent)
	at := "/applications/" + id + "/documents"
	p := b.Get(at).Is(http.StatusOK)
	p.Shows("通帳.pdf", "このファイルを消しますか。")
	p = p.Form("はい、通帳.pdfを消す").Submit().Is(http.StatusOK)
	p.Shows("「通帳.pdf」を消しました。1時間は元に戻せます。")
	b.Get("/applications/" + id)
	p = b.Get(at).Form("元に戻す").Submit().Is(http.StatusOK)
	p.Lacks("1時間は元に戻せます。")
	p.Shows("通帳.pdf", "このファイルを消しますか。")
}
