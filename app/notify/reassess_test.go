package notify_test

import (
	"context"
	"testing"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// TestTheParentsOfAListAreToldOnce: one by one or all that are left; who came to the counter, and what is dealt with, is left out.
func TestTheParentsOfAListAreToldOnce(t *testing.T) {
	p := newPost(t)
	ctx := context.Background()
	const claim, statement = "child-allowance-claim", "separate-custody-statement"
	parent := func(name string) models.Actor { return p.Person(t, name, models.RoleApplicant, "") }
	first, second, counter, dealt, other := parent("1"), parent("2"), parent("3"), parent("4"), parent("5")
	one := p.Reassessed(p.caseOf(first, claim), statement, models.AskedTooMuch)
	p.Reassessed(p.caseOf(second, claim), statement, models.AskedTooMuch)
	p.Reassessed(p.caseOf(second, claim), statement, models.AskedTooMuch) // a second case of the same parent
	paper := p.caseOf(counter, claim)
	p.Exec(`update applications set channel = 'counter', version = version + 1 where id = $1`, paper.ID)
	p.Reassessed(paper, statement, models.AskedTooMuch)
	p.Exec(`update reassessments set dealt_by = $1, dealt_at = now(), sealed_note = 'n', version = 2 where id = $2`, first.Person,
		p.Reassessed(p.caseOf(dealt, claim), statement, models.AskedTooMuch))
	p.Reassessed(p.caseOf(other, claim), statement, models.AskedTooLittle)
	reviewer := p.Reviewer("reviewer", hinata)
	list := notify.Reassessed{Procedure: claim, Document: statement, Direction: models.AskedTooMuch}

	_, err := p.service.TellReassessed(ctx, reviewer, casetest.Once(), list, notify.Words{})
	casetest.Refused(t, err, "invalid-request")
	_, err = p.service.TellReassessed(ctx, p.Reviewer("elsewhere", casetest.Minato), casetest.Once(), notify.Reassessed{ID: one}, greeting)
	casetest.Refused(t, err, "not-found")
	_, err = p.service.TellReassessed(ctx, reviewer, casetest.Once(), notify.Reassessed{}, greeting)
	casetest.Refused(t, err, "not-found")
	tell := func(to notify.Reassessed, want int) {
		t.Helper()
		req := casetest.Once()
		for range 2 { // sent twice
			if told, err := p.service.TellReassessed(ctx, reviewer, req, to, greeting); err != nil || told != want {
				t.Errorf("%d are told, want %d (%v)", told, want, err)
			}
		}
		id := casetest.Value[string](p.World, `select id from broadcasts order by id desc limit 1`)
		for range 2 { // a job that runs twice
			casetest.Must(t, p.service.Spread(ctx, task.Broadcast{Municipality: hinata, Broadcast: id}))
		}
	}
	tell(notify.Reassessed{ID: one}, 1)
	_, err = p.service.TellReassessed(ctx, reviewer, casetest.Once(), notify.Reassessed{ID: one}, greeting)
	casetest.Refused(t, err, "not-allowed-now")
	tell(list, 2)
	_, err = p.service.TellReassessed(ctx, reviewer, casetest.Once(), list, greeting)
	casetest.Refused(t, err, "not-allowed-now")
	for name, x := range map[string]struct {
		who  models.Actor
		want int
	}{"the first": {first, 1}, "the second": {second, 1}, "of the counter": {counter, 0}, "dealt with": {dealt, 0}, "of the other list": {other, 0}} {
		if got := p.inbox(x.who, postgres.Page{Limit: 10}); len(got) != x.want {
			t.Errorf("%s has %d messages, want %d", name, len(got), x.want)
		}
	}
	if sent, err := p.service.Broadcasts(ctx, p.admin(), postgres.Page{Limit: 10}); err != nil || len(sent) != 0 {
		t.Errorf("they are shown among messages to groups: %v %v", sent, err)
	}
}
