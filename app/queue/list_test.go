package queue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// pages reads the queue page by page to its end.
func (o *office) pages(who models.Actor, f queue.Filter) []queue.Entry {
	o.T.Helper()
	var all []queue.Entry
	for {
		page, next, err := o.service.List(bg, who, f)
		if err != nil {
			o.T.Fatalf("%+v", err)
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		if len(page) != f.Limit {
			o.T.Fatalf("a page of %d that is not the last one", len(page))
		}
		f.Cursor = next
	}
}

func TestUrgentCasesComeFirstThenByArrival(t *testing.T) {
	o := newOffice(t)
	now := time.Now()
	hour := func(n int) time.Time { return now.Add(time.Duration(n-100) * time.Hour) }
	third := o.filed(hour(3), nil)
	first := o.filed(hour(9), func(app *models.Application, _ map[string]any) { app.Urgent = true })
	second := o.filed(hour(1), nil)
	o.filed(hour(0), func(app *models.Application, _ map[string]any) { app.State = models.StateDecided })
	want := []string{first.ID, second.ID, third.ID}
	for _, limit := range []int{1, 2, 3, 50} {
		if got := ids(o.pages(o.one, queue.Filter{Limit: limit})); !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
	}
	page := o.list(o.one, queue.Filter{})
	e := page[1]
	if e.ReceiptNumber != *second.ReceiptNumber || e.Name != "山田 花子" || e.Kana != "ヤマダ ハナコ" || e.State != models.StateArrived || e.Claim != nil ||
		!slices.Equal(e.Flags, []string{queue.FlagUnclaimed}) {
		t.Errorf("%+v", e)
	}
	if n := casetest.Value[int](o, `select count(*) from audit_entries where action = 'list-cases' and municipality = $1`, hinata); n == 0 {
		t.Error("no page is recorded")
	}
}

// While cases come, go and are accepted, a reader of all pages sees each case that stood there all the time exactly once.
func TestPagesHaveNoGapsOrRepeatsWhileRowsChange(t *testing.T) {
	o := newOffice(t)
	at := time.Now().Add(-1000 * time.Hour).Truncate(time.Microsecond)
	var stay, go1 []string
	for n := range 60 {
		app := o.filed(at.Add(time.Duration(n/3)*time.Hour), func(app *models.Application, _ map[string]any) { app.Urgent = n%5 == 0 }) // three at each instant
		if n%4 == 0 {
			go1 = append(go1, app.ID)
		} else {
			stay = append(stay, app.ID)
		}
	}
	seen := map[string]int{}
	f := queue.Filter{Limit: 7}
	for step := 0; ; step++ {
		page, next, err := o.service.List(bg, o.one, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids(page) {
			seen[id]++
		}
		if next == "" {
			break
		}
		f.Cursor = next
		if step < len(go1) {
			o.Exec(`update applications set state = 'withdrawn', version = version + 1 where id = $1`, go1[step])
		}
		o.Exec(`update applications set state = 'in-review', version = version + 1 where id = $1 and state = 'arrived'`, stay[step])
		o.filed(at.Add(time.Duration(step)*time.Hour), nil)
	}
	for _, id := range stay {
		if seen[id] != 1 {
			t.Errorf("%s was shown %d times", id, seen[id])
		}
	}
	for id, n := range seen {
		if n > 1 {
			t.Errorf("%s was shown %d times", id, n)
		}
	}
}

func TestACursorFromElsewhereIsRefused(t *testing.T) {
	o := newOffice(t)
	for _, cursor := range []string{"x", "=", "MQ", strings.Repeat("A", 90), models.NewID()} {
		_, _, err := o.service.List(bg, o.one, queue.Filter{Cursor: cursor, Limit: 5})
		f := casetest.Refused(t, err, fault.CodeInvalidRequest)
		if f.Details[0].Parameter != "cursor" {
			t.Errorf("%q: %+v", cursor, f.Details)
		}
	}
	for parameter, f := range map[string]queue.Filter{"state": {State: "draft"}, "procedure": {Procedure: "x"}, "flag": {Flags: []string{"x"}},
		"older_than": {OlderThan: 5000}, "q": {Query: "%"}, "sort": {Sort: "name"}} {
		_, _, err := o.service.List(bg, o.one, f)
		if got := casetest.Refused(t, err, fault.CodeInvalidRequest); got.Details[0].Parameter != parameter {
			t.Errorf("%s: %+v", parameter, got.Details)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("MGFiYy4wMTkyMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA")
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, by := range append(postgres.QueueSorts(), "") {
			if again, ok := queue.RoundTrip(by, cursor); ok {
				if twice, ok := queue.RoundTrip(by, again); !ok || twice != again {
					t.Errorf("%q becomes %q, then %q", cursor, again, twice)
				}
			}
		}
	})
}

func TestEachFlagFindsItsCases(t *testing.T) {
	o := newOffice(t)
	o.Named(o.one)
	plain := o.filed(time.Now(), nil)
	cases := map[string]*models.Application{
		queue.FlagLate:      o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Late = true }),
		queue.FlagUrgent:    o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Urgent = true }),
		queue.FlagProtected: o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Protected = true }),
		queue.FlagChecking:  o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.AwaitsDirectory = true }),
		queue.FlagCounter:   o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Channel = models.ChannelCounter }),
	}
	for _, flag := range []string{queue.FlagAwaiting, queue.FlagAnswered, queue.FlagDiscrepant} {
		cases[flag] = o.filed(time.Now(), nil)
		o.item(cases[flag], "income-certificate", models.ItemState(flag))
		o.item(cases[flag], "other", models.ItemMatched)
	}
	cases[queue.FlagTask] = o.filed(time.Now(), nil)
	o.Exec(`insert into review_tasks (id, application_id, municipality, person_id, kind, opened_at)
		select gen_random_uuid(), id, municipality, person_id, 'inquiry-gave-up', now() from applications where id = $1`, cases[queue.FlagTask].ID)
	cases[queue.FlagMine] = o.filed(time.Now(), nil)
	if _, err := o.service.Claim(bg, o.one, cases[queue.FlagMine].ID); err != nil {
		t.Fatal(err)
	}
	over := o.filed(time.Now(), nil)
	if _, err := o.service.Claim(bg, o.two, over.ID); err != nil {
		t.Fatal(err)
	}
	o.Exec(`update claims set expires_at = now() - interval '1 second' where application_id = $1`, over.ID)
	for flag, app := range cases {
		page := o.list(o.one, queue.Filter{Flags: []string{flag}})
		if len(page) != 1 || page[0].ID != app.ID || !slices.Contains(page[0].Flags, flag) {
			t.Errorf("%s: %v, want %s", flag, page, app.ID)
		}
	}
	held := o.list(o.two, queue.Filter{Flags: []string{queue.FlagClaimed}})
	for _, e := range held {
		switch {
		case e.ID == cases[queue.FlagMine].ID && !e.Claim.Mine && e.Claim.Reviewer == o.one.Person && !e.Holder.Mine:
		case e.ID == over.ID && e.Claim == nil && e.Holder.Mine: // the claim is over, and it still is that reviewer's work
		default:
			t.Errorf("held: %+v", e)
		}
	}
	if len(held) != 2 {
		t.Errorf("%d are held", len(held))
	}
	if page := ids(o.list(o.two, queue.Filter{Flags: []string{queue.FlagMine}})); !slices.Equal(page, []string{over.ID}) {
		t.Errorf("the colleague's own: %v", page)
	}
	free := ids(o.list(o.one, queue.Filter{Flags: []string{queue.FlagUnclaimed}}))
	if len(free) != len(cases) || !slices.Contains(free, plain.ID) || slices.Contains(free, over.ID) {
		t.Errorf("unclaimed: %v", free)
	}
	if page := o.list(o.one, queue.Filter{Flags: []string{queue.FlagLate, queue.FlagUrgent}}); len(page) != 0 {
		t.Errorf("both flags: %v", ids(page))
	}
}

func TestAgeCountsWorkingDays(t *testing.T) {
	o := newOffice(t)
	today := o.filed(time.Now(), nil)
	old := o.filed(time.Now().AddDate(0, 0, -28), nil) // four weeks: twenty working days
	if page := o.list(o.one, queue.Filter{}); page[0].Age != 20 || page[1].Age != 0 {
		t.Errorf("ages %d and %d", page[0].Age, page[1].Age)
	}
	older := func(n int) []string { return ids(o.list(o.one, queue.Filter{OlderThan: n})) }
	if got := older(19); !slices.Equal(got, []string{old.ID}) {
		t.Errorf("older than 19: %v", got)
	}
	if got := older(20); len(got) != 0 {
		t.Errorf("older than 20: %v", got)
	}
	o.Exec(
		`insert into closed_days (municipality, day) select $1, day from (select (now() at time zone 'Asia/Tokyo')::date - n as day from generate_series(1, 7) n) d`,
		hinata,
	)
	if page := o.list(o.one, queue.Filter{}); page[0].Age != 15 {
		t.Errorf("with a closed week: %d", page[0].Age)
	}
	if got := older(15); len(got) != 0 {
		t.Errorf("older than 15 with a closed week: %v", got)
	}
	_ = today
}

func TestCategoriesBoundTheQueue(t *testing.T) {
	o := newOffice(t)
	cat := o.Dossiers.Editions.National()
	own, other := cat.Procedures()[0], cat.Procedures()[0]
	for _, p := range cat.Procedures() {
		if p.Category != own.Category {
			other = p
		}
	}
	mine := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Procedure = own.Code })
	not := o.filed(time.Now(), func(app *models.Application, _ map[string]any) { app.Procedure = other.Code })
	hold, err := o.service.Claim(bg, o.one, not.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.service.PutStaff(bg, o.admin, nil, queue.Member{Person: o.one.Person, Categories: []string{own.Category}}); err != nil {
		t.Fatal(err)
	}
	for _, f := range []queue.Filter{{}, {Query: "ヤマダ"}, {State: models.StateArrived}, {Procedure: own.Code}} {
		if got := ids(o.list(o.one, f)); !slices.Equal(got, []string{mine.ID}) {
			t.Errorf("%+v: %v", f, got)
		}
	}
	for _, f := range []queue.Filter{{Procedure: other.Code}, {Query: *not.ReceiptNumber}} {
		if got := ids(o.list(o.one, f)); len(got) != 0 {
			t.Errorf("%+v: %v", f, got)
		}
	}
	_, err = o.service.Claim(bg, o.one, not.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.service.AddNote(bg, o.one, not.ID, hold.Fence, "x") // claimed before
	casetest.Refused(t, err, fault.CodeNotFound)
	_, err = o.service.Notes(bg, o.one, not.ID)
	casetest.Refused(t, err, fault.CodeNotFound)
	if got := ids(o.list(o.two, queue.Filter{})); len(got) != 2 {
		t.Errorf("a colleague without a row sees %v", got)
	}
}
