package mine_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

func TestOnesApplicationsAreListedAndNobodyElses(t *testing.T) {
	s := webtest.New(t)
	draft, filed := s.Draft(webtest.Parent, webtest.Hinata), s.Filed(webtest.Parent, webtest.Minato)
	b := s.As(webtest.Parent)
	list := b.Get("/applications").Is(http.StatusOK)
	for _, id := range []string{draft, filed} {
		if list.Find(`a[href="/applications/`+id+`"]`).Length() != 1 {
			t.Errorf("%s is not in the list: %s", id, list.Text())
		}
	}
	list.Shows("ひなた市", "みなと町")
	other := s.As(webtest.Neighbour)
	if shown := other.Get("/applications"); shown.Find("li.card").Length() != 0 {
		t.Errorf("somebody else's: %s", shown.Text())
	}
	other.Get("/applications/" + filed).Is(http.StatusNotFound)
	other.Get("/applications/not-an-id").Is(http.StatusNotFound)
}

// TestWhatWasSentIsReadAgain by its owner alone: answers and papers; and what is due goes into their calendar.
func TestWhatWasSentIsReadAgain(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Minato)
	s.Exec(`update plan_items set state = 'awaiting-document', due_on = '2027-01-31' where application_id = $1 and decision = 'attach'`, id)
	b := s.As(webtest.Parent)
	b.Lang = "ja"
	overview := b.Get("/applications/" + id).Is(http.StatusOK)
	sent := overview.Follow("送った内容（答えと書類）を読む").Is(http.StatusOK)
	sent.Shows("に届いた申請の内容です。", "子どもの生年月日", "別居監護申立書")
	sent.Lacks("変更する")
	b.Get("/applications").Shows("していただくことがあります：", "1月31日（日）まで")
	calendar := overview.Follow("期限をカレンダーに入れる").Is(http.StatusOK)
	if text := calendar.Document.Text(); !strings.Contains(text, "DTSTART;VALUE=DATE:20270131") || !strings.Contains(text, "SUMMARY:") {
		t.Errorf("the calendar has no due date: %s", text)
	}
	for _, path := range []string{"/sent", "/calendar.ics"} {
		s.As(webtest.Neighbour).Get("/applications/" + id + path).Is(http.StatusNotFound)
	}
	b.Get("/applications/" + s.Draft(webtest.Parent, webtest.Hinata) + "/sent").Lacks("に届いた申請の内容です。")
}

func TestAnApplicationIsTakenBack(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	const reason = "取り下げる理由"
	ask := b.Get("/applications/" + id + "/withdraw").Is(http.StatusOK)
	const number = "123456789018" // an individual number by its check digit (P4)
	refused := ask.Form("取り下げる").Fill(reason, "番号は "+number).Submit().Is(http.StatusUnprocessableEntity)
	if refused.Wrong(reason) == "" {
		t.Errorf("nothing is said beside the reason: %s", refused.Text())
	}
	gone := refused.Form("取り下げる").Fill(reason, "引っ越すため").Submit().Is(http.StatusOK)
	if gone.Path != "/applications/"+id || b.JSON("/api/v1/applications/" + id)["state"] != "withdrawn" {
		t.Errorf("it is not taken back: %s %s", gone.Path, gone.Text())
	}
}

func TestSettingsThatAreRefusedStayTyped(t *testing.T) {
	b := webtest.New(t).As(webtest.Parent)
	const mail = "メールアドレス"
	refused := b.Get("/me/settings").Is(http.StatusOK).Form("保存").Fill(mail, "no address").Submit().Is(http.StatusUnprocessableEntity)
	if refused.Wrong(mail) == "" || refused.Value(mail) != "no address" {
		t.Errorf("%q: %q", refused.Value(mail), refused.Wrong(mail))
	}
	saved := refused.Form("保存").Fill(mail, "parent@example.jp").Submit().Is(http.StatusOK)
	if saved.Value(mail) != "parent@example.jp" || saved.Find(".good").Length() != 1 {
		t.Errorf("not saved: %s", saved.Text())
	}
}

// TestADraftIsDeletedOnceAskedAndCanBeHadBack for an hour, from the list of the person's applications.
func TestADraftIsDeletedOnceAskedAndCanBeHadBack(t *testing.T) {
	s := webtest.New(t)
	id := s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	list := b.Get("/applications/" + id).Follow("下書きを消す").Is(http.StatusOK).Form("消す").Submit().Is(http.StatusOK)
	list.Shows("の下書きを消しました。1時間は元に戻せます。", "申請はまだありません。")
	b.Get("/applications/" + id).Is(http.StatusNotFound)
	s.As(webtest.Neighbour).Get("/applications").Lacks("元に戻せます")
	back := b.Get("/applications").Form("元に戻す").Submit().Is(http.StatusOK)
	if back.Path != "/applications/"+id {
		t.Errorf("it is back at %s", back.Path)
	}
	b.Get("/applications").Lacks("元に戻せます", "申請はまだありません。")
}
