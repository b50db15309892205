package notify_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const hinata = casetest.Hinata

// office is a municipality with one parent.
type office struct {
	*casetest.World
	service *notify.Service
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata)
	return &office{World: w, service: notify.New(w.Dossiers, notify.Options{})}
}

// filed adds an application in a state, with one requirement in a state. Its content cannot be opened.
func (o *office) filed(state models.ApplicationState, item models.ItemState) *models.Application {
	o.T.Helper()
	app := o.Stored(func(app *models.Application, _ *dossier.Content) {
		casetest.Arrived(app, time.Now())
		app.State, app.WrappedKey = state, []byte("x")
	})
	due := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	o.In(o.Parent, func(tx *postgres.Tx) error {
		return tx.AddPlanItems(&models.PlanItem{ApplicationID: app.ID, Document: "pension-enrolment", Subject: "applicant", Municipality: hinata,
			PersonID: app.PersonID, Decision: "attach", Reason: "trial", State: item, Declared: dossier.WillFollow, DueOn: &due, Revision: 1, UpdatedAt: tx.Now})
	})
	return app
}

func (o *office) inbox(actor models.Actor, page postgres.Page) []models.Message {
	o.T.Helper()
	out, err := o.service.Inbox(context.Background(), actor, page)
	if err != nil {
		o.T.Fatal(err)
	}
	return out.Messages
}

func params(t testing.TB, m models.Message) map[string]string {
	t.Helper()
	out := map[string]string{}
	if err := json.Unmarshal(m.Params, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOneMessageHoweverOften(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	app := o.filed(models.StateArrived, models.ItemAwaiting)
	jobs := []task.Notify{{What: notify.KindArrived}, {What: notify.KindWithdrawn},
		{What: notify.KindFileInfected, Detail: "pension-enrolment/applicant", File: "01900000-0000-7000-8000-000000000001"},
		{What: notify.KindFileInfected, Detail: "pension-enrolment/applicant", File: "01900000-0000-7000-8000-000000000002"}}
	results := make(chan error)
	for _, j := range jobs {
		j.Municipality, j.Application = hinata, app.ID
		for range 3 {
			go func() { results <- o.service.Notify(ctx, j) }()
		}
	}
	for range 3 * len(jobs) {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	got := o.inbox(o.Parent, postgres.Page{Limit: 50})
	if len(got) != len(jobs) {
		t.Fatalf("%d messages", len(got))
	}
	files := map[string]bool{}
	for _, m := range got {
		p := params(t, m)
		if p["receipt_number"] != *app.ReceiptNumber || p["procedure"] != "child-allowance-claim" || *m.ApplicationID != app.ID || m.ReadAt != nil {
			t.Errorf("%s: %v", m.Kind, p)
		}
		if m.Kind == notify.KindFileInfected {
			files[p["file"]] = p["document"] == "pension-enrolment" && p["subject"] == "applicant"
		}
	}
	if len(files) != 2 {
		t.Errorf("each infected file is told: %v", files)
	}
	// Page by page, newest first, and nobody else's.
	page := postgres.Page{Limit: 3}
	first := o.inbox(o.Parent, page)
	page.After = first[2].ID
	if rest := o.inbox(o.Parent, page); len(rest) != 1 || rest[0].ID >= first[2].ID {
		t.Errorf("the second page: %+v", rest)
	}
	if other := o.inbox(o.Person(t, "stranger", models.RoleApplicant, ""), postgres.Page{Limit: 50}); len(other) != 0 {
		t.Errorf("a stranger reads %d", len(other))
	}
	snooper := o.Person(t, "stranger", models.RoleApplicant, "")
	o.In(snooper, func(tx *postgres.Tx) error {
		rows, err := tx.Messages(o.Parent.Person, postgres.Page{Limit: 50})
		if len(rows) != 0 {
			t.Errorf("a stranger who asks by the parent's id reads %d", len(rows))
		}
		return err
	})
}

func TestNobodyToTell(t *testing.T) {
	o := newOffice(t)
	app := o.filed(models.StateArrived, models.ItemAwaiting)
	for _, j := range []task.Notify{{Municipality: hinata, Application: models.NewID(), What: "arrived"}, {Municipality: "998028", Application: app.ID,
		What: "arrived"},
		{Application: app.ID, What: "arrived"}} {
		if err := o.service.Notify(context.Background(), j); fault.KindOf(err) != fault.NotFound || err == nil {
			t.Errorf("%+v: %v", j, err)
		}
		if err := o.service.Remind(context.Background(), task.Remind{Municipality: j.Municipality, Application: j.Application}); fault.KindOf(
			err,
		) != fault.NotFound ||
			err == nil {
			t.Errorf("%+v: %v", j, err)
		}
	}
	if n := len(o.inbox(o.Parent, postgres.Page{Limit: 9})); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// A reminder comes only while the document is awaited and the case is open (P1).
func TestReminders(t *testing.T) {
	o := newOffice(t)
	for _, state := range []models.ApplicationState{models.StateArrived, models.StateInReview, models.StateCorrectionRequested, models.StateDecided,
		models.StateWithdrawn, models.StateTransferred} {
		for _, item := range []models.ItemState{models.ItemAwaiting, models.ItemReceived, models.ItemMatched, models.ItemWaived} {
			app := o.filed(state, item)
			open := state == models.StateArrived || state == models.StateInReview || state == models.StateCorrectionRequested
			for _, document := range []string{"pension-enrolment", "pension-enrolment", "another"} {
				if err := o.service.Remind(context.Background(), task.Remind{Municipality: hinata, Application: app.ID, Document: document,
					Subject: "applicant"}); err != nil {
					t.Fatal(err)
				}
			}
			var mine []models.Message
			for _, m := range o.inbox(o.Parent, postgres.Page{Limit: 99}) {
				if *m.ApplicationID == app.ID {
					mine = append(mine, m)
				}
			}
			if want := open && item == models.ItemAwaiting; want != (len(mine) == 1) || len(mine) > 1 {
				t.Errorf("%s, %s: %d messages", state, item, len(mine))
			} else if want {
				if p := params(t, mine[0]); mine[0].Kind != notify.KindDocumentDue || p["due"] != "2026-06-30" || p["document"] != "pension-enrolment" {
					t.Errorf("%s: %v", mine[0].Kind, p)
				}
			}
		}
	}
}
