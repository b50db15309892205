package web_test

import (
	"database/sql"
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
)

// TestAReplayOnPages: an admin tries an edition on cases that were filed, looks again, and sees in words what would have been otherwise
// and why; who approves sees it too.
func TestAReplayOnPages(t *testing.T) {
	s := webtest.New(t)
	admin := webtest.Person{Key: "admin-1", Name: "管理 一郎", Roles: []string{"admin@" + webtest.Hinata}}
	s.Filed(webtest.Parent, webtest.Hinata)
	e, err := s.Publish.Upload(t.Context(), s.Person(t, admin.Key, models.RoleAdmin, webtest.Hinata), casetest.Once(), survey(t, casetest.Claim))
	casetest.Must(t, err)
	b := s.As(admin)
	page := b.Get("/admin/editions/" + e.ID).Is(http.StatusOK)
	page.Shows("これまでの申請で試した結果", "まだ試していません")
	page.Form("試しはじめる").Set("replay-from-m", "13").Submit().Is(http.StatusUnprocessableEntity)
	begun := page.Form("試しはじめる").Submit().Is(http.StatusOK)
	begun.Shows("これから試します")
	work(t, s, e.ID)
	for lang, shown := range map[string][]string{
		"ja":    {"書類が増えた人は1人", "健康調査票", "児童手当"},
		"plain": {"からだの 紙"},
		"en":    {"1 would have brought more papers", "Health survey"},
	} {
		b.Lang = lang
		done := b.Get("/admin/editions/" + e.ID).Is(http.StatusOK)
		done.Shows(shown...)
		done.Lacks("health-survey", "child-allowance-claim", webtest.Hinata)
	}
	b.Lang = "ja"
	begun.Follow("もう一度見る").Is(http.StatusOK).Lacks("これから試します", "試しています")
	s.As(webtest.Person{Key: "admin-2", Roles: []string{"admin@" + webtest.Minato}}).Get("/admin/editions/" + e.ID).Is(http.StatusNotFound)
}

// TestReassessmentsOnPages: the reviewers of the municipality see whose papers would have been others, deal with a case, and write to
// its parent once.
func TestReassessmentsOnPages(t *testing.T) {
	s := webtest.New(t)
	s.Filed(webtest.Parent, webtest.Hinata)
	reviewer := s.As(webtest.Reviewer)
	reviewer.Get("/staff/briefing").Form("読みました").Submit()
	reviewer.Get("/staff/queue").Is(http.StatusOK).Lacks("見直しの対象が")
	first, second := s.Person(t, "admin-1", models.RoleAdmin, webtest.Hinata), s.Person(t, "admin-2", models.RoleAdmin, webtest.Hinata)
	e, err := s.Publish.Upload(t.Context(), first, casetest.Once(), survey(t, casetest.Claim))
	casetest.Must(t, err)
	proposal := publish.Proposal{From: time.Now(), Reason: "健康の確認のため", Circular: "府番第1号"}
	_, err = s.Publish.Propose(t.Context(), first, casetest.Once(), e.ID, proposal)
	casetest.Must(t, err)
	e, err = s.Publish.Approve(t.Context(), second, e.ID)
	casetest.Must(t, err)
	reach(t, s, *e.From)
	_, err = s.Publish.StartReplay(t.Context(), first, casetest.Once(), e.ID, publish.Period{From: time.Now().AddDate(-1, 0, 0), To: time.Now()})
	casetest.Must(t, err)
	work(t, s, e.ID)

	lists := reviewer.Get("/staff/queue").Is(http.StatusOK).Follow("見直しの対象が1件あります").Is(http.StatusOK)
	lists.Shows("求めなくてよかった書類", "求めていなかった書類", "健康調査票", "未対応1件")
	list := lists.Follow("健康調査票").Is(http.StatusOK)
	list.Shows("児童手当", "申請者")
	list.Lacks("health-survey", "child-allowance-claim", "too-little")
	list.Follow("まだの人全員（1件）にお知らせを書く").Is(http.StatusOK).Shows("まだ送っていない申請者全員（1件）に送ります")
	letter := reviewer.Get(list.Find("a[href*='&case=']").AttrOr("href", "")).Is(http.StatusOK)
	letter.Shows("一つの申請に送れるのは1回です")
	letter.Form("送る").Fill("題名（日本語）", "").Submit().Is(http.StatusUnprocessableEntity).Shows("題名（日本語）")
	told := letter.Form("送る").Fill("題名（日本語）", "書類のこと").Submit().Is(http.StatusOK)
	told.Shows("お知らせを送りました")
	told.Lacks("お知らせを書く")
	broadcast := one(t, s, `select id from broadcasts`)
	casetest.Must(t, s.Notify.Spread(t.Context(), task.Broadcast{Municipality: webtest.Hinata, Broadcast: broadcast}))
	s.As(webtest.Parent).Get("/messages").Is(http.StatusOK).Shows("書類のこと", "健康調査票")
	dealt := told.Form("対応済みにする").Fill("対応したこと（メモ）", "電話しました").Submit().Is(http.StatusOK)
	dealt.Shows("対応済み", "電話しました")
	told.Form("対応済みにする").Submit().Is(http.StatusPreconditionFailed)
	reviewer.Get("/staff/queue").Is(http.StatusOK).Lacks("見直しの対象が")
	s.As(webtest.Person{Key: "elsewhere", Roles: []string{"reviewer@" + webtest.Minato}}).Get("/staff/reassessments").
		Lacks("健康調査票")
}

// work does what an admin has begun, as the worker does.
func work(t testing.TB, s *webtest.Site, edition string) {
	t.Helper()
	id := one(t, s, `select id from edition_replays where edition_id = $1 order by id desc limit 1`, edition)
	casetest.Must(t, s.Publish.RunReplay(t.Context(), task.ReplayEdition{Replay: id}))
}

// reach waits for an instant by the database's clock.
func reach(t testing.TB, s *webtest.Site, at time.Time) {
	t.Helper()
	one(t, s, `select pg_sleep_until($1)::text`, at)
}

// one reads a value behind the program's back.
func one(t testing.TB, s *webtest.Site, query string, args ...any) (out string) {
	t.Helper()
	db, err := sql.Open("pgx", s.SuperDSN)
	casetest.Must(t, err)
	defer func() { _ = db.Close() }()
	casetest.Must(t, db.QueryRow(query, args...).Scan(&out))
	return out
}
