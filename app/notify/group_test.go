package notify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// caseOf files a case of a person with children born on these days.
func (p *post) caseOf(actor models.Actor, procedure string, births ...string) *models.Application {
	p.T.Helper()
	children := []map[string]any{}
	for i, b := range births {
		children = append(children, map[string]any{"id": fmt.Sprintf("child-%d", i+1), "birth_date": b})
	}
	return p.about(actor, procedure, map[string]any{"children": children})
}

// about adds a case with these facts.
func (p *post) about(actor models.Actor, procedure string, said map[string]any) *models.Application {
	p.T.Helper()
	facts, err := json.Marshal(said)
	casetest.Must(p.T, err)
	return p.Stored(func(app *models.Application, c *dossier.Content) {
		casetest.Arrived(app, time.Now())
		app.PersonID, app.Procedure, c.Facts = actor.Person, procedure, facts
		c.Form = map[string]any{"applicant": map[string]any{
			"family_name": "山田", "given_name": "花子", "family_kana": "ヤマダ", "given_kana": "ハナコ", "address": "ひなた市緑町一丁目2番3号"}}
	})
}

var greeting = notify.Words{Title: notify.Said{Ja: "題", Plain: "だい", En: "Title"}, Text: notify.Said{Ja: "文", Plain: "ぶん", En: "Text"}}

func (p *post) announce(to notify.Group) *notify.Broadcast {
	p.T.Helper()
	b, err := p.service.Announce(context.Background(), p.admin(), casetest.Once(), to, greeting)
	if err != nil {
		p.T.Fatal(err)
	}
	return b
}

func (p *post) admin() models.Actor { return p.Person(p.T, "admin", models.RoleAdmin, hinata) }

// reached says who of these got how many messages of a broadcast.
func (p *post) reached(b *notify.Broadcast, people ...models.Actor) []int {
	p.T.Helper()
	out := make([]int, len(people))
	for i, who := range people {
		for _, m := range p.inbox(who, postgres.Page{Limit: 100}) {
			if m.BroadcastID != nil && *m.BroadcastID == b.ID {
				out[i]++
			}
		}
	}
	return out
}

// The group is who has a child of the age on the day (年齢計算ニ関スル法律), and each parent gets one message, however many
// cases and workers there are.
func TestAGroupByAge(t *testing.T) {
	p := newPost(t)
	var people []models.Actor
	for i := range 8 {
		people = append(people, p.Person(t, fmt.Sprintf("parent %d", i), models.RoleApplicant, ""))
	}
	const claim = "child-allowance-claim"
	p.caseOf(people[0], claim, "2020-04-01", "2010-01-01") // six on 2026-03-31 by the act
	p.caseOf(people[0], claim, "2020-03-01")               // a second case
	p.caseOf(people[1], claim, "2020-04-02")               // five
	p.caseOf(people[2], claim, "2013-03-31", "2025-01-01") // 13 and 1, and nothing between
	p.caseOf(people[3], "pregnancy-notification")          // nobody yet
	erased := p.caseOf(people[4], claim, "2018-01-01")
	back := p.caseOf(people[5], claim, "2018-01-01")
	p.filed(models.StateArrived, models.ItemAwaiting) // its content cannot be opened: it has no child, below
	p.caseOf(people[6], claim, "2026-04-01")          // not born on the day
	p.about(people[7], "facility-use-certification", map[string]any{"child": map[string]any{"birth_date": "2022-07-01"}})
	for _, s := range []string{`update applications set wrapped_key = null, version = version + 1 where id = '` + erased.ID + `'`,
		`update applications set state = 'withdrawn', version = version + 1 where id = '` + back.ID + `'`,
		`update applications set channel = 'counter', version = version + 1 where person_id = '` + p.Parent.Person + `'`} {
		p.Exec(s)
	}
	p.wants(people[0], notify.Settings{Mail: "parent@example.jp", Language: "plain", WantsMail: true})
	six, twelve, day := 6, 12, jp.Date{Year: 2026, Month: 3, Day: 31}
	for name, c := range map[string]struct {
		to   notify.Group
		want []int
	}{
		"6 to 12":        {notify.Group{ChildAgeFrom: &six, ChildAgeTo: &twelve, AgesOn: &day}, []int{1, 0, 0, 0, 0, 0, 0, 0}},
		"up to 6":        {notify.Group{ChildAgeTo: &six, AgesOn: &day}, []int{1, 1, 1, 0, 0, 0, 0, 1}},
		"everybody":      {notify.Group{}, []int{1, 1, 1, 1, 1, 0, 1, 1}},
		"of a procedure": {notify.Group{Procedure: "pregnancy-notification"}, []int{0, 0, 0, 1, 0, 0, 0, 0}},
	} {
		b := p.announce(c.to)
		var workers sync.WaitGroup
		for range 3 {
			workers.Go(func() {
				if err := p.service.Spread(context.Background(), task.Broadcast{Municipality: hinata, Broadcast: b.ID}); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		workers.Wait()
		total := 0
		got := p.reached(b, people...)
		for _, n := range c.want {
			total += n
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if done, err := p.service.Broadcast(t.Context(), p.admin(), b.ID); err != nil || done.State != models.BroadcastDone || done.Recipients != total {
			t.Errorf("%s: %+v %v", name, done, err)
		}
	}
	for _, job := range p.jobs() {
		if err := p.send(job); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(p.server.Mails()); n != 3 { // three of the four are for who wants mail
		t.Errorf("%d mails", n)
	}
}

func TestWhoMayWriteToAGroup(t *testing.T) {
	p := newPost(t)
	b := p.announce(notify.Group{})
	ctx := context.Background()
	foreign := p.Person(t, "foreign", models.RoleAdmin, "998028")
	for name, call := range map[string]func() error{
		"show":   func() error { _, err := p.service.Broadcast(ctx, foreign, b.ID); return err },
		"stop":   func() error { _, err := p.service.StopBroadcast(ctx, foreign, b.ID); return err },
		"resume": func() error { _, err := p.service.ResumeBroadcast(ctx, foreign, b.ID); return err },
		"spread": func() error {
			return p.service.Spread(ctx, task.Broadcast{Municipality: "998028", Broadcast: b.ID})
		},
	} {
		if err := call(); err == nil || fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s of another municipality's: %v", name, err)
		}
	}
	if _, err := p.service.Announce(ctx, models.Actor{Role: models.RoleNational, Person: foreign.Person}, dossier.Request{}, notify.Group{},
		greeting); fault.KindOf(
		err,
	) != fault.Forbidden {
		t.Errorf("who has no municipality: %v", err)
	}
	for range 2 { // again is no error
		if got, err := p.service.StopBroadcast(ctx, p.admin(), b.ID); err != nil || got.State != models.BroadcastStopped {
			t.Errorf("%+v %v", got, err)
		}
	}
}
