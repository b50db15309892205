package staff_test

import (
	"net/http"
	"testing"

	"kosodate.example/onestop/app/web/webtest"
)

// TestWhatIsSuspendedIsSaid on the list and on the case, with what it means for each document, and no more once it is over.
func TestWhatIsSuspendedIsSaid(t *testing.T) {
	s := webtest.New(t)
	id := s.Filed(webtest.Parent, webtest.Hinata)
	b := briefed(s, webtest.Reviewer)
	b.Get("/staff/queue").Is(http.StatusOK).Lacks("停止中：")
	s.Exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported, recorded_at)
		select gen_random_uuid(), '*', item, '*', 'suspended', now() - interval '1 hour', true, now() from plan_items where item <> '' limit 1`)
	b.Get("/staff/queue").Is(http.StatusOK).Shows("停止中：")
	page := b.Get("/staff/cases/" + id).Is(http.StatusOK)
	page.Shows("情報連携が停止中の項目があります", "から停止しています", "照会はできません")
	if page.Find("#suspended li").Length() == 0 {
		t.Error("no document is named")
	}
	s.Exec(`insert into phase_rows (id, procedure, item, municipality, phase, effective_from, imported, recorded_at)
		select gen_random_uuid(), procedure, item, municipality, 'inherit', now() - interval '1 minute', true, now() from phase_rows where phase = 'suspended'`)
	b.Get("/staff/cases/" + id).Is(http.StatusOK).Lacks("停止しています")
}
