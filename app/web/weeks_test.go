package web_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestHowLongADecisionTakesIsSetOnAPage: full-width digits are taken, what is no number is said at its field and stays, and parents read what
// the municipality says, else what the catalogue does.
func TestHowLongADecisionTakesIsSetOnAPage(t *testing.T) {
	s := webtest.New(t)
	b := s.As(firstAdmin)
	const settings, field = "/admin/settings/" + webtest.Hinata + "/procedures/" + webtest.Claim, "weeks"
	value := func(p *webtest.Page) string { return p.Find(`[name="`+field+`"]`).AttrOr("value", "") }
	read := func() string {
		return s.Stranger().Get("/procedures/" + webtest.Claim + "?municipality=" + webtest.Hinata).Is(http.StatusOK).Text()
	}
	if !strings.Contains(read(), "4週間") {
		t.Errorf("what the catalogue says is not there: %s", read())
	}
	for _, typed := range []string{"すぐ", "0", "53"} {
		refused := b.Get(settings).Is(http.StatusOK).Form("保存").Set(field, typed).Submit().Is(http.StatusUnprocessableEntity)
		if wrong := refused.Find("#" + field + "-error").Text(); value(refused) != typed || !strings.HasPrefix(wrong, "＊") {
			t.Errorf("%s: %q, %q", typed, value(refused), wrong)
		}
	}
	b.Get(settings).Form("保存").Set(field, "１０").Submit().Is(http.StatusOK)
	if got := value(b.Get(settings)); got != "10" || !strings.Contains(read(), "10週間") {
		t.Errorf("%q is saved: %s", got, read())
	}
	b.Get(settings).Form("保存").Set(field, "").Submit().Is(http.StatusOK)
	if got := value(b.Get(settings)); got != "" || !strings.Contains(read(), "4週間") {
		t.Errorf("taken away: %q", got)
	}
}
