package public_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kosodate.example/onestop/app/web/webtest"
)

// Who looks for help finds the guides for staff and the runbook, and they read as pages: no Markdown left over, no link that leads nowhere.
func TestTheGuidesAreServed(t *testing.T) {
	b := webtest.New(t).Stranger()
	links := b.Get("/help").Is(http.StatusOK).Find(`main a[href^="/help/"]`)
	if links.Length() != 3 {
		t.Fatalf("help leads to %d guides", links.Length())
	}
	links.Each(func(_ int, link *goquery.Selection) {
		p := b.Get(link.AttrOr("href", "")).Is(http.StatusOK)
		if p.Title() != link.Text() || p.Find("main h2").Length() < 5 {
			t.Errorf("%q leads to %q with %d chapters", link.Text(), p.Title(), p.Find("main h2").Length())
		}
		p.Find("main a").Each(func(_ int, a *goquery.Selection) {
			if to := a.AttrOr("href", ""); !strings.HasPrefix(to, "/help") && !strings.HasPrefix(to, "https://") {
				t.Errorf("%s leads to %q", link.Text(), to)
			}
		})
		p.Find("main article pre, main article code").Remove()
		for _, mark := range []string{"**", "](", "##", "```"} {
			p.Lacks(mark)
		}
	})
	b.Get("/help/nothing").Is(http.StatusNotFound)
}
