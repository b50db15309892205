package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestOneProviderLooksAsOneWayIn: where everybody signs in at one place nobody has to choose.
func TestOneProviderLooksAsOneWayIn(t *testing.T) {
	s := webtest.New(t)
	b := s.Stranger()
	for _, path := range []string{"/sign-in", "/staff/queue", "/staff/sign-in"} {
		p := b.Get(path).Is(http.StatusOK)
		if p.Title() != "マイナンバーカードでログインする" || p.Find(`main a[href^="/auth/login"]`).Length() != 1 {
			t.Errorf("%s: %s, %d ways", path, p.Title(), p.Find(`main a[href^="/auth/login"]`).Length())
		}
		p.Lacks("職員の方", "ほかの方法")
	}
}

// TestEachSignsInWhereTheyBelong: a parent sees the card first, staff come to their provider, in each language, and each comes back.
func TestEachSignsInWhereTheyBelong(t *testing.T) {
	s := webtest.Apart(t)
	b := s.Stranger()
	parents := b.Get("/sign-in?return=%2Fme").Is(http.StatusOK)
	parents.Shows("ほかの方法でログインする", "銀行の認証", "職員の方のログインはこちら")
	parents.Lacks("市役所の認証")
	if first := parents.Find("main a.button").First().AttrOr("href", ""); first != "/auth/login?return=%2Fme" {
		t.Errorf("the first way is %s", first)
	}
	for lang, title := range map[string]string{"ja": "職員のログイン", "plain": "職員の ログイン", "en": "Staff sign-in"} {
		b.Lang = lang
		staff := b.Get("/staff/queue?flag=mine").Is(http.StatusOK)
		way := staff.Find("main a.button")
		if lang != "plain" && staff.Title() != title || way.Length() != 1 || // in plain Japanese there are readings in it
			way.AttrOr("href", "") != "/auth/login?return=%2Fstaff%2Fqueue%3Fflag%3Dmine&by=office" {
			t.Errorf("%s: %s %s", lang, staff.Title(), way.AttrOr("href", ""))
		}
	}
	b.Lang = "ja"
	b.Will(webtest.Reviewer)
	if p := b.Get("/auth/login?return=%2Fstaff%2Fqueue&by=office").Is(http.StatusOK); !strings.HasPrefix(p.Path, "/staff/") {
		t.Errorf("came out at %s", p.Path)
	}
	// A form that was sent when the session was over leads staff to theirs too.
	b.Ends()
	if p := b.Get("/staff/queue").Is(http.StatusOK); !strings.HasPrefix(p.Path, "/staff/sign-in") {
		t.Errorf("at %s", p.Path)
	}
}

// TestAnAdminSignsStaffOut, of the own municipality, at once; it is an entry of the trail.
func TestAnAdminSignsStaffOut(t *testing.T) {
	s := webtest.New(t)
	clerk, boss := reviewer(s), admin(s)
	clerk.Get("/staff/people").Is(http.StatusOK)
	foreign := s.As(webtest.Person{Key: "foreign-admin", Name: "管理 三郎", Roles: []string{"admin@" + webtest.Minato}})
	foreign.Get("/admin/sessions").Is(http.StatusOK).Lacks(webtest.Reviewer.Name)
	page := boss.Get("/admin/sessions").Is(http.StatusOK)
	page.Shows(webtest.Reviewer.Name, "あなた")
	form := page.Find("article").First().Find("form")
	person := strings.Split(form.AttrOr("action", ""), "/")[3]
	foreign.Posted("/admin/sessions/"+person+"/end", nil) // does nothing
	clerk.Get("/staff/people").Is(http.StatusOK)
	page.FormIn(form).Submit().Is(http.StatusOK).Lacks(webtest.Reviewer.Name)
	if p := clerk.Get("/staff/people"); !strings.HasPrefix(p.Path, "/sign-in") {
		t.Errorf("still signed in at %s", p.Path)
	}
	boss.Get("/admin/sessions").Is(http.StatusOK).Shows("あなた")
	s.As(webtest.Person{Key: "auditor", Name: "監査 花子", Roles: []string{"auditor"}}).Get("/audit").Is(http.StatusOK).Shows("職員をログアウトさせた")
}
