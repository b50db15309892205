package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestABoardIsTickedProposedAndApproved: what is ticked on the board is what the proposal asks about; a circular is registered on the way
// without losing what was typed; whoever ticks nothing proposes nothing; a second admin is told, sees the impact, and decides.
func TestABoardIsTickedProposedAndApproved(t *testing.T) {
	s := webtest.New(t)
	admin := func(key string) webtest.Person {
		return webtest.Person{Key: key, Name: "管理 " + key, Roles: []string{"admin@" + webtest.Minato}}
	}
	first, second := s.As(admin("admin-one")), s.As(admin("admin-two"))
	board := first.Get("/admin/phases").Is(http.StatusOK)
	ticks := board.Find(`input[name=pair]`)
	if ticks.Length() < 10 || board.Find(`input[name=pair][checked]`).Length() != 0 {
		t.Fatalf("%d cells", ticks.Length())
	}
	one, _ := ticks.Eq(0).Attr("value")
	other, _ := ticks.Eq(1).Attr("value")
	address := "/admin/phase-changes/new?municipality=" + webtest.Minato + "&pair=" + one + "&pair=" + other + "&pair=" + one
	form := first.Get(address).Is(http.StatusOK)
	if n := form.Find(`input[name=pair-0][checked]`).Length(); n != 2 {
		t.Fatalf("%d pairs of two are ticked", n)
	}
	if y, _ := form.Find(`input[name=from-0-y]`).Attr("value"); y == "" {
		t.Error("no instant is suggested")
	}
	const reason = "試行が終わったため"
	none := form.Form("影響を確かめる").Set("reason", reason).Set("phase-0", "trial").Set("pair-0", "").Press("do", "preview")
	none.Shows("切り替える手続と情報を1つ以上選んでください", reason)
	if n := none.Find(`input[name=pair-0]`).Length(); n != 2 {
		t.Errorf("%d pairs are left to choose from", n)
	}
	half := form.Form("影響を確かめる").Set("reason", reason).Set("number", "府番第7号").Press("do", "register")
	half.Shows(reason)
	if number, _ := half.Find(`details[open] input[name=number]`).Attr("value"); number != "府番第7号" {
		t.Error("what was typed of the circular that was not registered is folded away or gone")
	}
	large := form.Form("影響を確かめる").Set("reason", reason).Set("number", "府番第7号").
		Attach("pdf", "c.pdf", append([]byte("%PDF-1.7\n"), make([]byte, 20<<20)...)).Press("do", "register")
	large.Shows(reason, "20")
	if number, _ := large.Find(`details[open] input[name=number]`).Attr("value"); number != "府番第7号" {
		t.Error("what was typed is lost because the file was too large")
	}
	whole := form.Form("影響を確かめる").Set("reason", reason).Set("number", "府番第7号").Set("issuer", "こども庁（架空）").Set("title", "本格運用の開始について").
		Set("issued_on-y", "令和8").Set("issued_on-m", "4").Set("issued_on-d", "1").Attach("pdf", "c.pdf", []byte("%PDF-1.7\n%%EOF\n")).Press("do", "register")
	whole.Shows(reason)
	if number, _ := whole.Find(`#circular option[selected]`).Attr("value"); number != "府番第7号" {
		t.Fatalf("%q is chosen after another was registered", number)
	}
	check := whole.Form("影響を確かめる").Set("phase-0", "full").Press("do", "preview").Is(http.StatusOK)
	check.Shows("影響を確かめてください", "府番第7号")
	if strings.Contains(second.Get("/admin/phases").Find("header").Text(), "承認待ち") {
		t.Error("something waits before anything was proposed")
	}
	check.Form("提案する").Press("do", "propose").Is(http.StatusOK).Shows("あなたが提案したため")
	if strings.Contains(first.Get("/admin/phases").Find("header").Text(), "承認待ち") {
		t.Error("the own proposal waits for its proposer")
	}
	menu := second.Get("/admin/phases").Is(http.StatusOK)
	link, _ := menu.Find(`header a[href*="waiting"]`).Attr("href")
	waiting := second.Get(link).Is(http.StatusOK)
	waiting.Shows("府番第7号", "必要な書類が減る下書き")
	to, _ := waiting.Find("article h2 a").Attr("href")
	second.Get(to).Is(http.StatusOK).Form("承認する").Submit().Is(http.StatusOK).Shows("承認済み")
	line := first.Get("/admin/phases/" + one).Is(http.StatusOK)
	line.Shows("本格運用", "予定", "府番第7号")
}

// TestAStopIsSeenBeforeItIsMade: nothing is chosen beforehand, what it would hit is shown, and the whole country has to be typed.
func TestAStopIsSeenBeforeItIsMade(t *testing.T) {
	s := webtest.New(t)
	national := s.As(webtest.Person{Key: "admin-all", Name: "管理 全", Roles: []string{"admin@national"}})
	form := national.Get("/admin/suspensions/new").Is(http.StatusOK)
	if n := form.Find(`main option[selected]:not([value=""])`).Length(); n != 0 {
		t.Errorf("%d choices are made beforehand", n)
	}
	form.Form("止まるものを確かめる").Set("reason", "回答に誤りがあったため").Press("do", "preview").Shows("一覧から選んでください")
	check := form.Form("止まるものを確かめる").Set("procedure", "*").Set("item", "pension").Set("municipality", "*").Set("reason", "回答に誤りがあったため").Press("do", "preview")
	check.Is(http.StatusOK).Shows("全国", "市区町村：")
	check.Form("すぐに停止する").Press("do", "suspend").Shows("「全国」と入力してください")
	check.Form("すぐに停止する").Set("typed", "みなと町").Press("do", "suspend").Shows("「全国」と入力してください")
	back := check.Form("すぐに停止する").Press("do", "edit")
	if back.Value("停止する理由") != "回答に誤りがあったため" {
		t.Error("the reason is gone when the form is corrected")
	}
	check.Form("すぐに停止する").Set("typed", " 全国 ").Press("do", "suspend").Is(http.StatusOK).Shows("あなたが停止したため")
}
