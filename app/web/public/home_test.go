package public_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/webtest"
)

// TestWhatIsDueIsOnTheFirstPage of whom is signed in, soonest first, each with the page where it is done; of nobody else.
func TestWhatIsDueIsOnTheFirstPage(t *testing.T) {
	s := webtest.New(t)
	id, draft := s.Filed(webtest.Parent, webtest.Minato), s.Draft(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	b.Get("/").Is(http.StatusOK).Lacks("していただくこと")
	today := jp.DateIn(time.Now())
	s.Exec(`update plan_items set state = 'awaiting-document', due_on = $2 where application_id = $1 and decision = 'attach'`, id, today.AddDays(5).String())
	s.Exec(`update applications set expires_at = $2, version = version + 1 where id = $1`, draft, today.AddDays(3).Start().Add(time.Hour))
	home := b.Get("/").Is(http.StatusOK)
	home.Shows("「別居監護申立書（子ども1）」をお待ちしています", "まで・あと5日", "作成途中の申請の期限が近づいています", "まで・あと2日")
	if first := home.Find(".due a").First().AttrOr("href", ""); first != "/applications/"+draft+"/form" {
		t.Errorf("the soonest is %s", first)
	}
	if n := home.Find("main a.button:not(.second), main button:not(.second)").Length(); n != 1 {
		t.Errorf("%d buttons are the first thing to do", n)
	}
	s.As(webtest.Neighbour).Get("/").Lacks("していただくこと")
	s.Stranger().Get("/").Lacks("していただくこと")
}

// TestHowLongADecisionTakes: as the municipality says, else the catalogue; on the procedure's page, the receipt and the list, and said when
// it has passed.
func TestHowLongADecisionTakes(t *testing.T) {
	s := webtest.New(t)
	page := "/procedures/" + webtest.Claim + "?municipality=" + webtest.Hinata
	s.Stranger().Get(page).Shows("決まるまでにかかる時間", "通常4週間ほど")
	s.Exec(`update offerings set weeks = 3 where municipality = $1`, webtest.Hinata)
	s.Stranger().Get(page).Shows("今日出すと：通常3週間ほど、")
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := s.As(webtest.Parent)
	for _, path := range []string{"/applications", "/applications/" + id, "/applications/" + id + "/receipt"} {
		b.Get(path).Is(http.StatusOK).Shows("通常3週間ほど、", "ごろまで")
	}
	s.Exec(fmt.Sprintf(`do $$ begin perform set_config('session_replication_role', 'replica', true);
		update applications set arrived_at = arrived_at - interval '22 days' where id = '%s'; end $$`, id)) // an arrival does not change
	b.Get("/applications").Shows("を過ぎています。審査は続いています。")
	b.Get("/applications/"+id).Shows("を過ぎています。審査は続いています。", "気になるときは、ひなた市にお尋ねください。")
	s.Exec(`insert into corrections (application_id, number, municipality, person_id, state, items, fields, sealed_text, requested_at, submitted_at)
		select id, 1, municipality, person_id, 'submitted', '[]', '[]', 's', now() - interval '9 days',
			now() - interval '2 days' from applications where id = $1`, id)
	b.Get("/applications").Lacks("過ぎています")
}
