package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

// codes are what nobody reads who is no engineer: names of documents and facts, days of programs, digests.
var codes = regexp.MustCompile(`[a-z]+-[a-z]+|[a-z]+_[a-z]+|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9a-f]{32}|facts\.|==|&&`)

// TestWhyADocumentIsNeeded, beside each on the parent's three pages, and to the clerk with what the answer rests on.
func TestWhyADocumentIsNeeded(t *testing.T) {
	s := webtest.New(t)
	const asked, omitted = "なぜ必要ですか", "なぜ出さなくてよいのですか"
	draft := s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	for _, page := range []string{"/documents", "/check"} {
		p := b.Get("/applications/" + draft + page).Is(http.StatusOK)
		p.Shows(asked, "と答えたためです。", "に基づきます。", omitted, "情報連携で確認するので、提出は不要です。")
		p.Find("details.why p").Each(func(_ int, one *goquery.Selection) {
			if text := one.Text(); codes.MatchString(text) {
				t.Errorf("%s: %s", page, text)
			}
		})
	}
	filed := s.Filed(webtest.Neighbour, webtest.Hinata)
	own := s.As(webtest.Neighbour)
	own.Get("/applications/"+filed).Is(http.StatusOK).Shows(asked, "と答えたためです。", omitted)
	own.Lang = "en"
	own.Get("/applications/"+filed).Is(http.StatusOK).Shows("Why do I need this?", "Because you answered")
	clerk := s.As(webtest.Reviewer)
	clerk.Get("/staff/queue").Form("読みました").Submit()
	p := clerk.Get("/staff/cases/" + filed).Is(http.StatusOK)
	p.Shows("書類を求めた理由・求めなかった理由", "求めるとき", "であるとき", "届いた時点の運用段階", "本格運用（全国、", "本ソフトウェアに付属する全国版", "児童手当法", "最後に確認した日")
	if text := p.Find("#why").Text(); codes.MatchString(text) {
		t.Errorf("the clerk reads %q", codes.FindString(text))
	}
	if p.Find("#why[open], #why details[open]").Length() != 0 {
		t.Error("it is not folded")
	}
	said := clerk.JSON("/api/v1/review/applications/" + filed + "/explain")["documents"].([]any)[0].(map[string]any)["words"].(map[string]any)
	p.Shows(said["when"].(string), said["edition"].(string), said["outcome"].(string))
	stranger := s.As(webtest.Person{Key: "minato", Name: "審査 三郎", Roles: []string{"reviewer@" + webtest.Minato}})
	stranger.Get("/staff/queue").Form("読みました").Submit()
	stranger.Get("/staff/cases/" + filed).Is(http.StatusNotFound)
}

// TestTheFirstPageOfAnAdmin says what is to be checked and which switch may be proposed; the form is filled in.
func TestTheFirstPageOfAnAdmin(t *testing.T) {
	s := webtest.New(t)
	admin := webtest.Person{Key: "admin-minato", Name: "管理 三郎", Roles: []string{"admin@" + webtest.Minato}}
	b := s.As(admin)
	first := b.Get("/admin/phases").Is(http.StatusOK)
	first.Shows("きまりの確認", "確認がいちばん古い手続")
	first.Lacks("本格運用への移行を提案できます")
	checks := b.Get("/admin/checks").Is(http.StatusOK)
	checks.Shows("児童手当", "いちばん新しい確認")
	if text := checks.Text(); codes.MatchString(text) {
		t.Errorf("an admin reads %q", codes.FindString(text))
	}
	total := b.JSON("/api/v1/admin/checks")["items"].([]any)[0].(map[string]any)
	if total["rules"].(float64) < 100 {
		t.Errorf("%v", total)
	}
	id := s.Filed(webtest.Parent, webtest.Minato)
	s.Exec(`insert into comparisons (id, application_id, municipality, person_id, procedure, item, document, subject, phase, outcome, at)
		select gen_random_uuid(), id, municipality, person_id, procedure, 'resident-record', 'd', 'child-1', 'trial', 'matched', '2026-04-01T12:00:00+09:00'
		from applications where id = $1`, id)
	ready := b.Get("/admin/phases").Is(http.StatusOK)
	ready.Shows("本格運用への移行を提案できます", "比較1件、一致率100%（2026年4月1日から2026年4月1日まで）")
	link, _ := ready.Find(`a[href^="/admin/phase-changes/new?drafted=yes"]`).Attr("href")
	form := b.Get(link).Is(http.StatusOK)
	if reason := form.Value("理由"); reason != "試行運用で1件を比較し、100%が一致しました（2026年4月1日から2026年4月1日まで）。基準（0件以上、一致率0%以上）に達しています。" {
		t.Errorf("the reason is %q", reason)
	}
	b.Get("/admin/phase-changes/new?drafted=yes&procedure=" + webtest.Claim + "&item=pension&municipality=" + webtest.Minato).Is(http.StatusNotFound)
	s.As(webtest.Reviewer).Get("/admin/checks").Is(http.StatusForbidden)
}

// TestPapersNotAskedArePublic on the page of the history, and the same by the API.
func TestPapersNotAskedArePublic(t *testing.T) {
	s := webtest.New(t)
	b := s.Stranger()
	b.Get("/phase-history").Is(http.StatusOK).Shows("提出をお願いしなかった書類", "まだ数えた日がありません。")
	s.Exec(`insert into paper_days values ('2026-04-01', now());
		insert into papers_omitted values ('2026-04-01', '998010', 'child-allowance-claim', 'resident-record', 1239), ('2026-04-01', '998010',
			'child-allowance-claim', 'pension', 4)`)
	p := b.Get("/phase-history").Is(http.StatusOK)
	p.Shows("2026年4月1日までに、1,240件以上", "1,230件以上", "それぞれ10件未満です。")
	p.Lacks("1,239", "1,243")
	all := b.JSON("/api/v1/papers-not-asked")
	if first := all["items"].([]any)[0].(map[string]any); all["at_least"] != 1240.0 || first["at_least"] != 1230.0 || first["item"] != "resident-record" {
		t.Errorf("%v", all)
	}
	b.Get("/phase-history?municipality=" + webtest.Minato).Is(http.StatusOK).Shows("みなと町で、2026年4月1日までに不要になった書類は10件未満です。")
	b.Get("/phase-history?municipality=131016").Is(http.StatusNotFound)
}
