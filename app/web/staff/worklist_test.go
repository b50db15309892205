package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

func TestTheWorkListIsSearchedSortedAndSaved(t *testing.T) {
	s := webtest.New(t)
	s.Filed(webtest.Parent, webtest.Hinata)
	b := briefed(s, webtest.Reviewer)
	list := b.Get("/staff/queue").Is(http.StatusOK)
	number := strings.TrimSpace(list.Find("table.rows tbody th").First().Text())
	list.Shows("1件のうち1件を表示", "職員", "受付")
	if found := b.Get("/staff/queue?q=" + number[5:9]).Is(http.StatusOK); found.Find("table.rows tbody tr").Length() != 1 {
		t.Errorf("by a part of %s: %s", number, found.Text())
	}
	none := b.Get("/staff/queue?q=%E9%88%B4%E6%9C%A8").Is(http.StatusOK) // 鈴木
	none.Shows("見つかりませんでした", "名前の始まり")
	none.Lacks("受付番号、またはその一部")
	sorted := list.Open(`th a[href*="sort=due"]`).Is(http.StatusOK)
	if sorted.Find(`th[aria-sort="ascending"]`).Length() != 1 || sorted.Find(`th a[href*="sort=-due"]`).Length() != 1 {
		t.Error("it does not say how it is sorted")
	}
	form := sorted.Form("保存する")
	form.Set("name", "期限順")
	saved := form.Submit().Is(http.StatusOK)
	if saved.Follow("期限順").Is(http.StatusOK).Find(`a[aria-current="page"]`).Length() != 1 {
		t.Errorf("the saved view: %s", saved.Text())
	}
	briefed(s, webtest.Colleague).Get("/staff/queue").Lacks("期限順")
}

func TestManyCasesAreTakenAtOnceWithoutAScript(t *testing.T) {
	s := webtest.New(t)
	s.Filed(webtest.Parent, webtest.Hinata)
	s.Filed(webtest.Neighbour, webtest.Hinata)
	b, other := briefed(s, webtest.Reviewer), briefed(s, webtest.Colleague)
	all := b.Get("/staff/queue").Follow("全部選ぶ").Is(http.StatusOK)
	if n := all.Find(`input[name="application"][checked]`).Length(); n != 2 {
		t.Fatalf("%d are chosen", n)
	}
	done := all.Form("選んだものを担当して受け付ける").Submit().Is(http.StatusOK)
	done.Shows("2件のうち2件を担当にして受け付けました")
	if rows := done.Find("tbody th a"); rows.Length() != 2 || strings.Contains(done.Text(), "00000000") {
		t.Errorf("they are not named: %s", done.Text())
	}
	theirs := other.Get("/staff/queue").Is(http.StatusOK)
	if theirs.Find("td.holder").First().Text() == "" || theirs.Find(`a[href$="/take-over"]`).Length() != 2 {
		t.Errorf("the colleague sees: %s", theirs.Text())
	}
	over := theirs.Open(`a[href$="/take-over"]`).Is(http.StatusOK)
	refused := over.Form("引き継いで開く").Submit()
	refused.Shows("入力してください")
	form := refused.Form("引き継いで開く")
	form.Set("reason", "急ぎのため")
	form.Submit().Is(http.StatusOK).Shows("あなたが担当しています", "急ぎのため")
}

func TestTheNextCaseOpensAndTheBoardCounts(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := briefed(s, webtest.Reviewer)
	b.Get("/staff/board").Is(http.StatusOK).Shows("受付待ち")
	if next := b.Get("/staff/queue").Form("次の申請を担当する").Submit().Is(http.StatusOK); !strings.HasPrefix(next.Path, "/staff/cases/"+id+"?unasked=") {
		t.Fatalf("the next case: %s", next.Path)
	}
	b.Get("/staff/queue").Form("次の申請を担当する").Submit().Is(http.StatusOK).Shows("次に担当する申請はありません")
	csv := b.Raw("/staff/board.csv")
	if csv.Code != http.StatusOK || !strings.HasPrefix(csv.Body.String(), "\ufeff") || !strings.Contains(csv.Body.String(), "審査中,1,") {
		t.Errorf("%d %s", csv.Code, csv.Body)
	}
	people := b.Get("/staff/people").Is(http.StatusOK)
	form := people.Form("登録する")
	for name, value := range map[string]string{"from-y": "2026", "from-m": "1", "from-d": "5", "until-y": "2026", "until-m": "1", "until-d": "9"} {
		form.Set(name, value)
	}
	form.Submit().Is(http.StatusOK).Shows("2026年1月5日から2026年1月9日まで")
}
