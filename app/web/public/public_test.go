package public_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

func TestAProcedureIsFoundAndRead(t *testing.T) {
	s := webtest.New(t)
	b := s.Stranger()
	home := b.Get("/").Is(http.StatusOK)
	found := home.Form("さがす").Fill("お住まいの市区町村", webtest.Hinata).Fill("言葉でさがす", "児童手当").Submit().Is(http.StatusOK)
	if found.Value("お住まいの市区町村") != webtest.Hinata || found.Value("言葉でさがす") != "児童手当" {
		t.Errorf("the search forgets what was looked for: %q, %q", found.Value("お住まいの市区町村"), found.Value("言葉でさがす"))
	}
	found.Shows("児童手当")
	one := b.Get("/procedures/" + webtest.Claim + "?municipality=" + webtest.Minato).Is(http.StatusOK)
	one.Shows("みなと町", "福祉課", "000-0002-0002")
	for _, path := range []string{"/procedures/none", "/procedures/" + webtest.Claim + "?municipality=131016", "/nowhere"} {
		if p := b.Get(path); p.Status < 400 || p.Title() == "" {
			t.Errorf("%s: %d %q", path, p.Status, p.Title())
		}
	}
}

// Each event of a family's life leads to its procedures, in the words that people use, and so does the day of a birth.
func TestAnEventOfLifeLeadsToItsProcedures(t *testing.T) {
	b := webtest.New(t).Stranger()
	year, month, day := time.Now().AddDate(-1, 0, 0).Date()
	born := fmt.Sprintf("/procedures?birth-y=%d&birth-m=%d&birth-d=%d", year, month, day)
	grown := fmt.Sprintf("/procedures?birth-y=%d&birth-m=%d&birth-d=%d", year-9, month, day)
	for _, c := range []struct {
		path       string
		has, lacks []string
	}{
		{"/procedures?q=赤ちゃんが生まれた&municipality=" + webtest.Hinata, []string{"child-allowance-claim"}, []string{"pregnancy-notification"}},
		{"/procedures?q=妊娠", []string{"pregnancy-notification", "pregnancy-support-benefit"}, []string{"single-parent-claim"}},
		{"/procedures?q=双子", []string{"pregnancy-support-count"}, []string{"pregnancy-notification"}},
		{"/procedures?q=5万円", []string{"pregnancy-support-benefit", "pregnancy-support-count"}, nil},
		{"/procedures?q=ひとり親", []string{"single-parent-claim", "single-parent-annual"}, []string{"pregnancy-notification"}},
		{"/procedures?q=離婚", []string{"single-parent-claim"}, nil},
		{"/procedures?q=こども誰でも通園", []string{"infant-support-certification"}, []string{"childcare-enrolment"}},
		{"/procedures?q=預かり保育", []string{"facility-use-certification"}, nil},
		{born, []string{"infant-support-certification", "facility-use-certification", "pregnancy-support-count"}, []string{"pregnancy-notification"}},
		{grown, []string{"single-parent-claim"}, []string{"infant-support-certification", "pregnancy-support-benefit", "facility-use-certification"}},
	} {
		p := b.Get(c.path).Is(http.StatusOK)
		links := func(code string) int { return p.Find(`main a[href^="/procedures/` + code + `"]`).Length() }
		for _, code := range c.has {
			if links(code) == 0 {
				t.Errorf("%s does not lead to %s", c.path, code)
			}
		}
		for _, code := range c.lacks {
			if links(code) > 0 {
				t.Errorf("%s leads to %s", c.path, code)
			}
		}
	}
}

// The first page begins with what happened, in each language, and each of it leads to something; what leads to nothing says whom to ask.
func TestTheFirstPageBeginsWithWhatHappened(t *testing.T) {
	b := webtest.New(t).Stranger()
	for _, lang := range []string{"ja", "plain", "en"} {
		b.Lang = lang
		tiles := b.Get("/").Is(http.StatusOK).Find("main .tile")
		if tiles.Length() < 10 {
			t.Fatalf("%s: %d tiles", lang, tiles.Length())
		}
		tiles.Each(func(_ int, tile *goquery.Selection) {
			if tile.Find(`a[href^="/procedures/"]`).Length() == 0 || tile.Find("summary").Text() == "" {
				t.Errorf("%s: %s leads to nothing", lang, tile.Text())
			}
		})
	}
	b.Lang = "ja"
	b.Get("/procedures?q=住民票").Is(http.StatusOK).Shows("市区町村の窓口に聞く", "赤ちゃんが生まれた", "お住まいの市区町村を選んで")
	there := b.Get("/procedures?q=住民票&municipality=" + webtest.Minato).Is(http.StatusOK)
	if there.Shows("みなと町に電話で聞く"); there.Find(`main a[href^="tel:"]`).Length() == 0 {
		t.Error("nobody to ask")
	}
}

// What is looked for and is not right is said at its field, and stays there.
func TestASearchThatIsNotRightSaysWhatIsWrong(t *testing.T) {
	b := webtest.New(t).Stranger()
	p := b.Get("/procedures?birth-y=2025&birth-m=2&birth-d=30").Is(http.StatusUnprocessableEntity)
	if p.Find(".error").Length() == 0 || p.Find(`[name="birth-d"]`).AttrOr("value", "") != "30" {
		t.Errorf("the wrong day is not said, or gone: %s", p.Text())
	}
}

func TestThePagesThatSignInLeadsTo(t *testing.T) {
	s := webtest.New(t)
	for _, path := range []string{"/applications", "/me", "/staff/queue", "/admin/phases", "/audit"} {
		if p := s.Stranger().Get(path); p.Status == http.StatusOK && p.Path == path {
			t.Errorf("%s is shown to a stranger", path)
		}
		if p := s.As(webtest.Neighbour).Get(path); (p.Status == http.StatusOK) != (path == "/applications" || path == "/me") {
			t.Errorf("%s as a parent: %d", path, p.Status)
		}
	}
}
