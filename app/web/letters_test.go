package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

func admin(s *webtest.Site) *webtest.Browser {
	return s.As(webtest.Person{Key: "letters-admin", Name: "管理 花子", Roles: []string{"admin@" + webtest.Hinata}})
}

// reviewer is one who has read the briefing.
func reviewer(s *webtest.Site) *webtest.Browser {
	b := s.As(webtest.Reviewer)
	page := b.Get("/staff/briefing")
	page.FormIn(page.Find("main form").Last()).Submit()
	return b
}

// TestADecisionIsWrittenSentAndRead: without the office's settings the case says what is missing and who fills it in; then a text of the office's
// begins the reason, the letter reaches the parent's inbox, and the office sees that it was opened.
func TestADecisionIsWrittenSentAndRead(t *testing.T) {
	s := webtest.New(t)
	s.Exec(`alter table letter_settings disable trigger only_added; delete from letter_settings`)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	boss, clerk := admin(s), reviewer(s)
	clerk.Get("/staff/queue").Form("次の申請を担当する").Submit().Is(http.StatusOK).Shows("決定通知書に必要な設定が足りない", "教示文（審査請求）", "運用管理者")
	boss.Get("/admin/settings").Is(http.StatusOK).Shows("この市区町村では決定できません")

	form := boss.Get("/admin/settings/"+webtest.Hinata+"/letters").Is(http.StatusOK).Form("保存する").Fill("文書番号の記号", "ひなた子").Fill("首長の職名", "ひなた市長").
		Fill("首長の氏名", "日向　太郎").Fill("担当課の住所", "〒000-0001 ひなた市中央1-1").Fill("問い合わせのできる", "平日 8時30分から").
		Fill("教示文（取消訴訟）", "6か月以内に、ひなた市を被告として、取消しの訴えを提起することができます。")
	sample := form.Fill("教示文（審査請求）", "○○市長に対して審査請求をすることができます。").Submit()
	if wrong := sample.Wrong("教示文（審査請求）"); !strings.Contains(wrong, "見本のまま") {
		t.Fatalf("a sample is taken: %q", wrong)
	}
	saved := sample.Form("保存する").Fill("教示文（審査請求）", "3か月以内に、ひなた市長に対して審査請求をすることができます。").Submit().Is(http.StatusOK)
	saved.Shows("保存しました", "必要な項目はすべて入力されています", "これまでの内容")

	texts := boss.Get("/admin/settings/" + webtest.Hinata + "/texts/new?kind=reason").Is(http.StatusOK)
	refused := texts.Form("保存する").Fill("文例の名前", "要件").Fill("本文", "{名前}様は要件を満たさないため。").Submit()
	if wrong := refused.Wrong("本文"); !strings.Contains(wrong, "{名前}") || !strings.Contains(wrong, "{氏名}") {
		t.Fatalf("an unknown placeholder: %q", wrong)
	}
	filled := refused.Form("保存する").Fill("本文", "{氏名}様は「{手続名}」の要件を満たさないため。")
	filled.Submit().Is(http.StatusOK).Shows("保存しました", "要件")
	if twice := filled.Submit().Is(http.StatusOK); strings.Count(twice.Text(), "要件を満たさないため") != 1 {
		t.Errorf("sent twice: %s", twice.Text())
	}

	s.Exec(`update plan_items set state = 'matched'`) // whatever was to be checked is
	list := clerk.Get("/staff/cases/" + id).Is(http.StatusOK)
	list.Lacks("決定通知書に必要な設定が足りない")
	button := list.Find(`#do-reject button[name=fill]`)
	if button.Length() != 1 {
		t.Fatalf("%d texts to begin with", button.Length())
	}
	begun := list.FormIn(list.Find("#form-reject")).Press("fill", button.AttrOr("value", "")).Is(http.StatusOK)
	reason := begun.Find(`#do-reject textarea[name=reason]`).Text()
	if !strings.Contains(reason, "様は「") || strings.ContainsAny(reason, "{}") {
		t.Fatalf("it begins with %q", reason)
	}
	begun.FormIn(begun.Find("#form-reject")).Press("next", "no").Is(http.StatusOK).Shows("第1号", "まだ開かれていません")

	s.As(webtest.Parent).Get("/applications/"+id+"/letter").Is(http.StatusOK).Shows("第1号", "3か月以内に、ひなた市長に対して", "日向　太郎", "要件を満たさないため")
	pdf := s.As(webtest.Parent).Raw("/applications/" + id + "/letter/pdf")
	if pdf.Code != http.StatusOK || !bytes.HasPrefix(pdf.Body.Bytes(), []byte("%PDF-")) {
		t.Fatalf("%d", pdf.Code)
	}
	opened := clerk.Get("/staff/cases/" + id).Is(http.StatusOK)
	opened.Shows("に開きました")
	opened.Lacks("まだ開かれていません")
	clerk.Get("/staff/letters").Is(http.StatusOK).Shows("第1号", "1通をまとめて印刷する")
	if all := clerk.Raw("/staff/letters.pdf"); all.Code != http.StatusOK || !bytes.HasPrefix(all.Body.Bytes(), []byte("%PDF-")) {
		t.Fatalf("%d", all.Code)
	}
	clerk.Get("/staff/letters?day=2020-01-01").Is(http.StatusOK).Shows("この日の通知書はありません")
	clerk.Get("/staff/letters.pdf?day=2020-01-01").Is(http.StatusNotFound)
}

// TestATextIsChangedAndRetired: each version stays, and one that is retired is offered to nobody.
func TestATextIsChangedAndRetired(t *testing.T) {
	s := webtest.New(t)
	boss := admin(s)
	add := func(kind string) *webtest.Form {
		return boss.Get("/admin/settings/" + webtest.Hinata + "/texts/new?kind=" + kind).Is(http.StatusOK).Form("保存する")
	}
	many := add("correction").Fill("文例の名前", "写真").Fill("本文", "{期限}までに送ってください。").Fill("期限までの日数", "千")
	if wrong := many.Submit().Wrong("期限までの日数"); !strings.Contains(wrong, "数字") {
		t.Errorf("%q", wrong)
	}
	one := many.Fill("期限までの日数", "１４").Submit().Is(http.StatusOK)
	one.Shows("期限14日")
	edit := one.Open(`li.card a[href*="/texts/"]`).Is(http.StatusOK)
	changed := edit.Form("保存する").Fill("本文", "{期限}までに出してください。").Submit().Is(http.StatusOK)
	if stale := edit.Form("保存する").Submit(); stale.Status == http.StatusOK {
		t.Error("a version that another has changed is saved")
	}
	past := changed.Open(`li.card a[href*="/texts/"]`).Is(http.StatusOK)
	past.Shows("これまでの内容", "{期限}までに送ってください。", "あなた")
	past.Form("使うのをやめる").Submit().Is(http.StatusOK).Shows("使うのをやめた文例（1件）")

	message := add("message").Fill("文例の名前", "休み").Fill("題名（日本語）", "休み").Set("text-ja", "{担当課}は休みです。").Set("title-plain", "休み").Set("text-plain", "休みです。").
		Set("title-en", "Closed").Set("text-en", "We are closed.").Submit().Is(http.StatusOK)
	message.Shows("休み")
	form := boss.Get("/admin/broadcasts/new").Is(http.StatusOK)
	filled := form.Form("休み").Submit().Is(http.StatusOK)
	if text := filled.Find(`textarea[name=text-ja]`).Text(); !strings.Contains(text, "子育て支援課は休みです") {
		t.Errorf("it begins with %q", text)
	}
	bare := filled.Form("休み").Set("text-ja", "{氏名}様").Press("do", "preview")
	bare.Shows("{氏名} がまだ埋まっていません")
	other := s.As(webtest.Person{Key: "far-admin", Name: "遠い人", Roles: []string{"admin@" + webtest.Minato}})
	other.Get("/admin/settings/" + webtest.Hinata + "/texts").Is(http.StatusNotFound)
	other.Get("/admin/settings/" + webtest.Hinata + "/letters").Is(http.StatusNotFound)
}

// Who has read the briefing stands there by name for the municipality's own admins; a national admin sees that somebody did, and no id.
func TestWhoReadTheBriefingIsNamed(t *testing.T) {
	s := webtest.New(t)
	reviewer(s)
	own := admin(s).Get("/admin/briefings").Is(http.StatusOK)
	own.Shows(webtest.Reviewer.Name)
	country := s.As(webtest.Person{Key: "national", Name: "国 一郎", Roles: []string{"admin@national"}}).Get("/admin/briefings").Is(http.StatusOK)
	country.Lacks(webtest.Reviewer.Name)
	country.Shows("氏名は市区町村の管理者だけに表示")
	if country.Find("tbody tr").Length() != 1 || country.Find("code").Length() > 0 {
		t.Error("a row, and no id")
	}
}
