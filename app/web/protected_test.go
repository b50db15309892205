package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

var parameter = regexp.MustCompile(`:[a-z]+`)

// No page shows anything of a protected person (支援措置) to staff who are not named, and nothing that they send changes a case of one (P9).
func TestNoPageShowsAProtectedPerson(t *testing.T) {
	s := webtest.New(t)
	cases := []string{s.Filed(webtest.Parent, webtest.Hinata), s.Filed(webtest.Neighbour, webtest.Hinata)} // for the same child
	clerk := reviewer(s)
	clerk.Get("/staff/cases/" + cases[0]).Is(http.StatusOK)
	secret := s.Tells(cases...)
	shown := clerk.Get("/staff/queue").Is(http.StatusOK).Text()
	if !strings.Contains(shown, secret["name"]) {
		t.Fatalf("nobody sees %q before: %s", secret["name"], shown)
	}
	if err := s.App.InTx(context.Background(), models.System(webtest.Hinata, "test"), func(tx *postgres.Tx) error {
		return s.Dossiers.ProtectCase(tx, cases[0], postgres.ProtectedByStaff)
	}); err != nil {
		t.Fatal(err)
	}
	was := s.State()
	for _, r := range s.Routes {
		if !strings.HasPrefix(r.Path, "/staff") {
			continue
		}
		for _, id := range cases {
			path := parameter.ReplaceAllStringFunc(r.Path, func(name string) string {
				switch name {
				case ":id":
					return id
				case ":file":
					return s.FileOf(id)
				case ":document":
					return "separate-custody-statement"
				case ":subject":
					return "child-1"
				}
				return "1"
			})
			form := url.Values{"fence": {"1"}, "reason": {"理由"}, "once": {models.NewID()}, "case": {id}, "do": {"take"}}
			said := map[string]string{"": clerk.Answer(r.Method, path, form)}
			if r.Path == "/staff/queue" {
				for _, words := range secret {
					said[words] = clerk.Answer(r.Method, path+"?q="+url.QueryEscape(words), nil)
				}
			}
			for words, got := range said {
				for what, text := range secret {
					if text != words && strings.Contains(got, text) || words != "" && strings.Contains(got, "/staff/cases/") {
						t.Errorf("%s %s, asked for %q, shows the %s", r.Method, path, words, what)
					}
				}
			}
		}
	}
	if now := s.State(); now != was {
		t.Errorf("somebody who may not see them changed %s to %s", was, now)
	}
	clerk.Get("/staff/queue").Is(http.StatusOK).Shows("支援措置の対象の方の申請が2件あります")
	clerk.Get("/staff/board").Is(http.StatusOK).Shows("支援措置の対象の方の申請が2件あります")
}

// Two admins let somebody see protected persons, and one ends it.
func TestTwoDecideWhoSeesProtectedPersons(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	clerk := reviewer(s)
	s.Exec(`update applications set protected = true, version = version + 1`)
	boss := admin(s)
	other := s.As(webtest.Person{Key: "second-admin", Name: "管理 次郎", Roles: []string{"admin@" + webtest.Hinata}})
	empty := boss.Get("/admin/grants").Is(http.StatusOK)
	whom := empty.Find("option").FilterFunction(func(_ int, o *goquery.Selection) bool { return o.Text() == webtest.Reviewer.Name }).AttrOr("value", "")
	again := empty.Form("提案する").Set("person", whom).Fill("理由", "支援措置の担当").Submit()
	if !strings.Contains(again.Text(), "1年以内") {
		t.Errorf("without a day: %s", again.Text())
	}
	day := time.Now().AddDate(0, 1, 0)
	again.Form("提案する").Set("until-y", strconv.Itoa(day.Year())).Set("until-m", strconv.Itoa(int(day.Month()))).Set("until-d", "1").Submit().Is(http.StatusOK)
	own := boss.Get("/admin/grants").Is(http.StatusOK)
	own.Shows("承認待ち", "支援措置の担当")
	if own.Find(`form[action$="/approve"]`).Length() != 0 {
		t.Error("who proposed it may approve it")
	}
	clerk.Get("/staff/cases/" + id).Is(http.StatusNotFound)
	other.Get("/admin/grants").Is(http.StatusOK).Form("承認する").Submit().Is(http.StatusOK).Shows("承認済み")
	clerk.Get("/staff/cases/" + id).Is(http.StatusOK)
	other.Get("/admin/grants").Form("すぐに終わらせる").Submit().Is(http.StatusOK).Shows("終了")
	clerk.Get("/staff/cases/" + id).Is(http.StatusNotFound)
}
