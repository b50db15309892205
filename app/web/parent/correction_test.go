package parent_test

import (
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

// TestACorrectionSaysWhatIsDoneAndWhenAllIs: only what is asked, ticked as it is given; handed in, it says that nothing more is to be done.
func TestACorrectionSaysWhatIsDoneAndWhenAllIs(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	due := jp.DateIn(time.Now()).AddDays(5)
	s.AskCorrection(id, nil, []string{"/form/applicant/phone", "/form/applicant/family_name"}, due)
	b := s.As(webtest.Parent)
	home := b.Get("/").Is(http.StatusOK)
	home.Shows("していただくこと", "申請に直していただきたいところがあります", "まで・あと5日")
	page := b.Get(home.Find(".due a").AttrOr("href", "")).Is(http.StatusOK)
	if page.Path != "/applications/"+id+"/corrections/1" {
		t.Fatalf("the first page leads to %s", page.Path)
	}
	page.Shows("お願いしたこと", "まだです", "答えを変えなくてよいときは、そのまま提出できます。")
	page.Lacks("済み", "口座")
	page = page.Form("保存する").Fill("電話番号", "090-0000-0001").Submit().Is(http.StatusOK)
	if done := page.Find(".ticks .done"); done.Length() != 1 {
		t.Errorf("%d are ticked: %s", done.Length(), page.Text())
	}
	page.Lacks("すべてそろいました")
	page = page.Form("保存する").Fill("姓", "青海").Submit().Is(http.StatusOK)
	page.Shows("お願いしたものがすべてそろいました。")
	done := page.Form("直したものを提出する").Submit().Is(http.StatusOK)
	done.Shows("直したものを受け付けました", "に提出しました。", "このほかにしていただくことはありません。", "通常4週間ほど")
	b.Get("/").Lacks("していただくこと")
}
