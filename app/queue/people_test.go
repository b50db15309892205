package queue_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestTheNextCaseIsTheMostUrgentOne(t *testing.T) {
	o := newOffice(t)
	hour := func(n int) time.Time { return time.Now().Add(time.Duration(n-100) * time.Hour) }
	on := func(n int) *time.Time { day := time.Now().AddDate(0, 0, n); return &day }
	first := o.filed(hour(1), func(app *models.Application, _ map[string]any) { app.DueOn = on(9) })
	due := o.filed(hour(2), func(app *models.Application, _ map[string]any) { app.DueOn = on(3) })
	urgent := o.filed(hour(5), func(app *models.Application, _ map[string]any) { app.Urgent = true })
	o.filed(hour(0), func(app *models.Application, _ map[string]any) { app.Protected = true })
	o.filed(hour(0), func(app *models.Application, _ map[string]any) { app.State = models.StateCorrectionRequested })
	taken := func(who models.Actor, key string) string {
		t.Helper()
		next, err := o.service.Next(bg, who, request(key, ""))
		casetest.Must(t, err)
		if next == nil {
			return ""
		}
		if !next.Ask || casetest.Value[string](o, `select state from applications where id = $1`, next.ID) != "in-review" {
			t.Errorf("%+v", next)
		}
		return next.ID
	}
	if a, again := taken(o.one, "1"), taken(o.one, "1"); a != urgent.ID || again != a {
		t.Errorf("first %s, sent twice %s, want %s", a, again, urgent.ID)
	}
	o.Exec(`update municipalities set next_by_due = true`)
	if a := taken(o.two, "2"); a != due.ID {
		t.Errorf("by its day: %s, want %s", a, due.ID)
	}
	if a, b := taken(o.one, "3"), taken(o.one, "4"); a != first.ID || b != "" {
		t.Errorf("then %s and %q", a, b)
	}
	casetest.Must(t, o.service.KeepName(bg, o.two.Person, "佐藤 一郎", []string{hinata, "national"}))
	today := jp.DateIn(time.Now())
	casetest.Must(t, o.service.SetAway(bg, o.one, o.two.Person, today, today.AddDays(2)))
	if a := taken(o.one, "5"); a != due.ID {
		t.Errorf("of a colleague who is away: %q, want %s", a, due.ID)
	}
}

func TestWorkIsGivenAndTakenOverByName(t *testing.T) {
	o := newOffice(t)
	casetest.Must(t, o.service.KeepName(bg, o.two.Person, "佐藤 一郎", []string{hinata}))
	app, other := o.filed(time.Now(), nil), o.filed(time.Now(), nil)
	cases := []string{app.ID, other.ID}
	hidden := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Protected = true })
	o.Named(o.one)
	given, err := o.service.BulkAssign(bg, o.one, request("1", cases), append(cases, hidden.ID), o.two.Person)
	casetest.Must(t, err)
	if !given[0].Accepted || !given[1].Accepted || given[2].Code != fault.CodeNotAllowedNow {
		t.Errorf("%+v", given)
	}
	for _, e := range o.list(o.one, queue.Filter{Flags: []string{queue.FlagClaimed}, Sort: "holder"}) {
		if e.Holder.Name != "佐藤 一郎" || e.Holder.Mine || e.Claim != nil {
			t.Errorf("%+v", e.Holder)
		}
	}
	took, err := o.service.BulkTake(bg, o.one, request("2", cases), cases)
	casetest.Must(t, err)
	if took[0].Accepted || took[0].Extra["held_by"] != o.two.Person {
		t.Errorf("by a tick: %+v", took[0])
	}
	theirs, err := o.service.Take(bg, o.two, app.ID)
	casetest.Must(t, err)
	casetest.Refused(t, o.service.Assign(bg, o.one, app.ID, o.one.Person), fault.CodeConflict) // it is being worked on
	_, err = o.service.TakeOver(bg, o.one, app.ID, " ")
	casetest.Refused(t, err, fault.CodeInvalidRequest)
	hold, err := o.service.TakeOver(bg, o.one, app.ID, "急ぎのため")
	if err != nil || hold.Fence <= theirs.Fence {
		t.Fatalf("%+v %v", hold, err)
	}
	_, err = o.service.AddNote(bg, o.two, app.ID, theirs.Fence, "x")
	casetest.Refused(t, err, fault.CodeConflict)
	notes, err := o.service.Notes(bg, o.two, app.ID)
	if err != nil || len(notes) != 1 || notes[0].Text != "急ぎのため" {
		t.Errorf("%+v %v", notes, err)
	}
	if names, err := o.service.Workers(bg, o.foreign); err != nil || len(names) != 0 {
		t.Errorf("elsewhere: %+v %v", names, err)
	}
}

func TestViewsAreOnesOwnOrTheOffices(t *testing.T) {
	o := newOffice(t)
	save := func(name string, shared bool) {
		t.Helper()
		casetest.Must(t, o.service.SaveView(bg, o.one, name, url.Values{"flag": {"mine"}, "q": {"山田"}, "cursor": {"x"}, "sort": {"-due"}, "state": {""}}, shared))
	}
	save("自分だけ", false)
	save("みんな", true)
	views, err := o.service.Views(bg, o.one)
	if err != nil || len(views) != 2 || views[0].Filter != "flag=mine&sort=-due" || !views[0].Mine {
		t.Fatalf("%+v %v", views, err)
	}
	theirs, err := o.service.Views(bg, o.two)
	if err != nil || len(theirs) != 1 || theirs[0].Name != "みんな" || theirs[0].Mine {
		t.Errorf("the colleague's: %+v %v", theirs, err)
	}
	casetest.Must(t, o.service.DropView(bg, o.two, theirs[0].ID)) // not the colleague's to remove
	casetest.Must(t, o.service.DropView(bg, o.one, views[0].ID))
	if left, err := o.service.Views(bg, o.one); err != nil || len(left) != 1 {
		t.Errorf("left: %+v %v", left, err)
	}
	if elsewhere, err := o.service.Views(bg, o.foreign); err != nil || len(elsewhere) != 0 {
		t.Errorf("elsewhere: %+v %v", elsewhere, err)
	}
}

// Each order is whole and without repeats over pages of any length, forwards and backwards.
func TestEachOrderIsPagedWhole(t *testing.T) {
	o := newOffice(t)
	at := time.Now().Add(-100 * time.Hour).Truncate(time.Microsecond)
	for n := range 12 {
		app := o.filed(at.Add(time.Duration(n/3)*time.Hour), func(app *models.Application, a map[string]any) {
			a["family_kana"] = []string{"アオキ", "ヤマダ", "ガトウ", "SMITH"}[n%4]
			if day := at.AddDate(0, 0, n%3); n%3 > 0 {
				app.DueOn = &day
			}
			if n%5 == 0 {
				app.State = models.StateInReview
			}
		})
		if n%4 == 0 {
			_, err := o.service.Claim(bg, []models.Actor{o.one, o.two}[n%8/4], app.ID)
			casetest.Must(t, err)
		}
	}
	for _, by := range postgres.QueueSorts() {
		forward := ids(o.pages(o.one, queue.Filter{Sort: string(by), Limit: 50}))
		for _, limit := range []int{1, 5} {
			if got := ids(o.pages(o.one, queue.Filter{Sort: string(by), Limit: limit})); !slices.Equal(got, forward) {
				t.Errorf("%s in pages of %d: %v, want %v", by, limit, got, forward)
			}
			back := ids(o.pages(o.one, queue.Filter{Sort: "-" + string(by), Limit: limit}))
			slices.Reverse(back)
			if !slices.Equal(back, forward) {
				t.Errorf("%s backwards: %v, want %v", by, back, forward)
			}
		}
		if len(forward) != 12 {
			t.Errorf("%s: %d cases", by, len(forward))
		}
	}
	counts, err := o.service.Counts(bg, o.one, []queue.Filter{{}, {Flags: []string{queue.FlagMine}}, {Query: "やまだ"}})
	if err != nil || !slices.Equal(counts, []int{12, 2, 3}) {
		t.Errorf("%v %v", counts, err)
	}
}

// What a release before has left without tokens, row and day gets them from the sweep, once.
func TestOlderCasesBecomeFindable(t *testing.T) {
	o := newOffice(t)
	app := o.filed(time.Now(), nil)
	o.Exec(`update applications set search_tokens = '{}', reading_row = 0, due_on = null, version = version + 1 where id = $1`, app.ID)
	if page := o.list(o.one, queue.Filter{Query: "やまだ"}); len(page) != 0 {
		t.Fatalf("%+v", page)
	}
	for range 2 {
		casetest.Must(t, o.service.Index(bg, o.Sweep))
	}
	if page := o.list(o.one, queue.Filter{Query: "やまだ"}); len(page) != 1 || page[0].Version != 3 || page[0].DueOn == "" {
		t.Errorf("%+v", page)
	}
}
