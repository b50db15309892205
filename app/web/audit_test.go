package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

// TestAnAuditorReadsWhoDidWhat: a receipt number, as it stands on paper, finds what was done with its case: by whom by name, in words, with no
// number of the program in sight.
func TestAnAuditorReadsWhoDidWhat(t *testing.T) {
	s := webtest.New(t)
	id, other := s.Filed(webtest.Parent, webtest.Hinata), s.Filed(webtest.Neighbour, webtest.Hinata)
	reviewer(s).Get("/staff/queue").Form("次の申請を担当する").Submit().Is(http.StatusOK)
	clerk := s.As(webtest.Person{Key: "audited-clerk", Name: "審査 一郎", Roles: []string{"reviewer@" + webtest.Hinata}})
	page := clerk.Get("/staff/briefing")
	page.FormIn(page.Find("main form").Last()).Submit()
	number := regexp.MustCompile(`[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}`).FindString(clerk.Get("/staff/cases/" + other).Is(http.StatusOK).Text())

	auditor := s.As(webtest.Person{Key: "auditor", Name: "監査 太郎", Roles: []string{"auditor"}})
	found := auditor.Get("/audit?" + url.Values{"case": {" " + number + " "}}.Encode()).Is(http.StatusOK)
	found.Shows("審査 一郎", "申請の内容を見た", "申請を提出した", "審査担当", "ひなた市")
	if code := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}|open-case`).FindString(found.Find("tbody").Clone().Find("a span").Remove().End().Text()); code != "" {
		t.Errorf("it shows %s", code)
	}
	found.Lacks(id)
	entry := found.Open("tbody a[href^='/audit/entries']").Is(http.StatusOK)
	entry.Shows("調べるための番号")
	if wrong := auditor.Get("/audit?case=K7QM").Is(http.StatusUnprocessableEntity).Wrong("受付番号"); wrong == "" {
		t.Error("a part of a number is no number, and it does not say so")
	}
	auditor.Get("/audit?case=K7QM").Lacks("当てはまる記録はありません")    // nothing was looked for
	for _, last := range "23456789ABCDEFGHJKLMNPQRSTUVWXYZ" { // whichever the check makes of it
		if nobodys := "K7QM-TTXP-H2H" + string(last); jp.ValidReceiptNumber(nobodys) {
			auditor.Get("/audit?case=" + nobodys).Is(http.StatusOK).Shows("当てはまる記録はありません")
			return
		}
	}
	t.Error("no number was tried that nobody has")
}
