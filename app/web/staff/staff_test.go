package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// briefed is a reviewer who has read the briefing (R16).
func briefed(s *webtest.Site, who webtest.Person) *webtest.Browser {
	b := s.As(who)
	if first := b.Get("/staff/queue"); first.Path == "/staff/briefing" {
		first.Form("読みました").Submit()
	}
	return b
}

func TestTheQueueIsSeenOnceTheBriefingWasRead(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	s.Filed(webtest.Neighbour, webtest.Minato)
	b := s.As(webtest.Reviewer)
	for _, page := range []string{"/staff/queue", "/staff/cases/" + id} {
		if first := b.Get(page); first.Path != "/staff/briefing" {
			t.Fatalf("%s before the briefing was read: %s", page, first.Path)
		}
	}
	queue := briefed(s, webtest.Reviewer).Get("/staff/queue").Is(http.StatusOK)
	if queue.Find(`a[href="/staff/cases/`+id+`"]`).Length() != 1 || queue.Find("table.rows tbody tr").Length() != 1 {
		t.Errorf("the queue of one's own municipality: %s", queue.Text())
	}
	wrong := b.Get("/staff/queue?older_than=x")
	if wrong.Status != http.StatusUnprocessableEntity && wrong.Value("到着からの開庁日数") == "" {
		t.Errorf("a filter that is no number: %d %s", wrong.Status, wrong.Text())
	}
}

func TestACaseIsClaimedByOneAndWorkedOnByNobodyElse(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b, other := briefed(s, webtest.Reviewer), briefed(s, webtest.Colleague)
	mine := b.Get("/staff/queue").Form("担当する").Submit().Is(http.StatusOK)
	if !strings.HasPrefix(mine.Path, "/staff/cases/"+id) {
		t.Fatalf("after the claim: %s %s", mine.Path, mine.Text())
	}
	mine.Shows("照会できなかったものがあります。") // there is no network here
	other.Get("/staff/cases/" + id + "?unasked=anything").Lacks("照会できなかったものがあります。")
	mine.Shows("あなたが担当しています")
	mine.Shows("審査中") // who claims it need not accept it once more
	other.Get("/staff/cases/" + id).Is(http.StatusOK).Lacks("あなたが担当しています")
	if v := b.JSON("/api/v1/review/applications/" + id); v["state"] != "in-review" {
		t.Errorf("it is %v", v["state"])
	}
}

// TestAPaperIsScannedInAfterTheFiling: one button on the page, no script; what is refused is said there.
func TestAPaperIsScannedInAfterTheFiling(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := briefed(s, webtest.Reviewer)
	b.Get("/staff/queue").Form("担当する").Submit().Is(http.StatusOK)
	at := "/staff/cases/" + id + "/items/separate-custody-statement/child-1"
	page := b.Get(at).Is(http.StatusOK)
	page.Lacks("紙で受領：")
	page.Form("紙をスキャンして付ける").Submit().Shows("ファイルを選んでください")
	refused := page.Form("紙をスキャンして付ける").Attach("files", "scan.pdf", []byte("MZ no paper")).Submit()
	if refused.Lacks("紙で受領："); refused.Find("#errors").Length() == 0 {
		t.Errorf("no paper at all: %s", refused.Text())
	}
	b.Get(at).Form("紙をスキャンして付ける").Attach("files", "scan.pdf", []byte("%PDF-1.4\nnothing\n%%EOF\n")).Submit().Is(http.StatusOK).
		Shows("紙で受領：", "ファイルが届いています。")
	for _, one := range b.JSON("/api/v1/review/applications/" + id)["items"].([]any) {
		if item := one.(map[string]any); item["document"] == "separate-custody-statement" && item["state"] != "received" {
			t.Errorf("it is %v", item["state"])
		}
	}
}
