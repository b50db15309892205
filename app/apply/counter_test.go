package apply_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// counter is a municipality's counter with the clerk at it.
type counter struct {
	*stage
	clerk models.Actor
}

func (s *stage) counter(t testing.TB, municipality string) *counter {
	t.Helper()
	return &counter{s, s.Person(t, "clerk", models.RoleReviewer, municipality)}
}

// paper is what a clerk enters of a paper on which stands what a draft says.
func paper(d apply.Draft) apply.PaperDraft {
	applicant, _ := d.Form["applicant"].(map[string]any)
	return apply.PaperDraft{Draft: d, Applicant: applicant, Identity: apply.Identity{Kind: "drivers-licence", CheckedAt: time.Now().Add(-time.Minute)}}
}

func (c *counter) tryTakeIn(p apply.PaperDraft) (*apply.View, error) {
	return c.service.CreateAtCounter(context.Background(), c.clerk, casetest.Once(), p)
}

func (c *counter) takeIn(t testing.TB, p apply.PaperDraft) *apply.View {
	t.Helper()
	v, err := c.tryTakeIn(p)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	return v
}

func (c *counter) tryFile(id string, brought apply.CounterPapers) (*apply.Filed, error) {
	return c.service.FileAtCounter(context.Background(), c.clerk, casetest.Once(), id, nil, brought)
}

func (c *counter) see(t testing.TB, id string) *apply.View {
	t.Helper()
	v, err := c.service.Get(context.Background(), c.clerk, id)
	if err != nil {
		t.Fatal(casetest.Details(err))
	}
	return v
}

// moved moves a case as the clerk's own municipality does, whoever brought it.
func (c *counter) moved(t testing.TB, id string, event lifecycle.Event, facts lifecycle.Facts) {
	t.Helper()
	c.In(c.clerk, func(tx *postgres.Tx) error {
		app, err := tx.LockApplication(id)
		if err != nil {
			return err
		}
		return c.Dossiers.Move(tx, app, dossier.Step{Event: event, Facts: facts})
	})
}

func (c *counter) asked(t testing.TB, id string) {
	t.Helper()
	f, err := c.Dossiers.Open(context.Background(), c.clerk, id, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.In(c.clerk, func(tx *postgres.Tx) error {
		_, err := c.Dossiers.RequestCorrection(tx, f, dossier.Ask{Fields: []string{"/form/applicant/phone"}, Text: "電話番号を確認してください"})
		return err
	})
}

// R16: the counter works by the same rules. For every procedure and in each phase, the same facts give the same plan, the
// same documents are missing, and the case goes the same way.
func TestR16SameRulesAtTheCounter(t *testing.T) {
	for _, municipality := range []string{hinata, minato} {
		t.Run(municipality, func(t *testing.T) {
			s := setUp(t)
			c := s.counter(t, municipality)
			for _, p := range s.Dossiers.Editions.National().Procedures() {
				d := s.Draft(p.Code, municipality)
				online, atCounter := s.create(t, d), c.takeIn(t, paper(d))
				if atCounter.Channel != models.ChannelCounter || online.Channel != models.ChannelOnline || atCounter.Counter == nil {
					t.Fatalf("%s: channels %s and %s", p.Code, online.Channel, atCounter.Channel)
				}
				same(t, p.Code+": the draft's plan", online.Plan, atCounter.Plan)
				same(t, p.Code+": the form", s.get(t, online.ID).Form, c.see(t, atCounter.ID).Form)
				filed, first := s.file(online.ID)
				brought, second := c.tryFile(atCounter.ID, apply.CounterPapers{})
				if first != nil || second != nil {
					same(t, p.Code+": what is missing", fault.As(first).Details, fault.As(second).Details)
					declared := declareAll(first)
					patched := s.patch(t, online.ID, online.Version, declared)
					if _, err := c.service.Change(context.Background(), c.clerk, atCounter.ID, atCounter.Version, apply.Patch(declared)); err != nil || patched == nil {
						t.Fatal(p.Code, casetest.Details(err))
					}
					if filed, first = s.file(online.ID); first != nil {
						t.Fatal(p.Code, casetest.Details(first))
					}
					if brought, second = c.tryFile(atCounter.ID, apply.CounterPapers{}); second != nil {
						t.Fatal(p.Code, casetest.Details(second))
					}
				}
				same(t, p.Code+": the filed plan", filed.Plan, brought.Plan)
				same(t, p.Code+": late", filed.Late, brought.Late)
				same(t, p.Code+": the deadline", filed.DeadlineOn, brought.DeadlineOn)
				same(t, p.Code+": the items", items(s.get(t, online.ID)), items(c.see(t, atCounter.ID)))
			}
		})
	}
}

// The same way through the lifecycle, step by step, but that the clerk hands in for the person.
func TestR16SameLifecycleAtTheCounter(t *testing.T) {
	s := setUp(t)
	c := s.counter(t, hinata)
	ctx := context.Background()
	d := s.claim(t, hinata)
	online, atCounter := s.create(t, d).ID, c.takeIn(t, paper(d)).ID
	s.mustFile(t, online)
	if _, err := c.tryFile(atCounter, apply.CounterPapers{}); err != nil {
		t.Fatal(casetest.Details(err))
	}
	for _, id := range []string{online, atCounter} {
		c.moved(t, id, lifecycle.EventAccept, lifecycle.Facts{})
		c.asked(t, id)
	}
	for id, actor := range map[string]models.Actor{online: s.Parent, atCounter: c.clerk} {
		v, err := s.service.Get(ctx, actor, id)
		if err != nil {
			t.Fatal(casetest.Details(err))
		}
		if _, err := s.service.Change(ctx, actor, id, v.Version, apply.Patch(`{"form":{"applicant":{"phone":"090-0000-0001"}}}`)); err != nil {
			t.Fatal(casetest.Details(err))
		}
		if _, err := s.service.SubmitCorrection(ctx, actor, casetest.Once(), id, 1, nil); err != nil {
			t.Fatal(casetest.Details(err))
		}
		c.moved(t, id, lifecycle.EventDecide, lifecycle.Facts{Reason: true})
		c.moved(t, id, lifecycle.EventReopen, lifecycle.Facts{Reason: true, DecidedBy: "one", By: "another"})
		if _, err := s.service.Withdraw(ctx, actor, casetest.Once(), id, "引っ越すため", nil); err != nil {
			t.Fatal(casetest.Details(err))
		}
	}
	same(t, "the steps", steps(s.get(t, online)), steps(c.see(t, atCounter)))
	if n := casetest.Value[int](s, `select count(*) from river_job where kind in ('notify', 'remind') and args->>'application' = $1`, atCounter); n != 0 {
		t.Errorf("%d messages to a person without an account", n)
	}
}

func same(t *testing.T, what string, online, counter any) {
	t.Helper()
	if !reflect.DeepEqual(online, counter) {
		t.Errorf("%s\n  on line    %+v\n  at counter %+v", what, online, counter)
	}
}

// declareAll is a patch that declares every missing document.
func declareAll(err error) string {
	out := ""
	for _, d := range fault.As(err).Details {
		if out != "" {
			out += ","
		}
		out += `{"document":"` + d.Document + `","subject":"` + d.Subject + `","kind":"will-follow","reason":"あとで出します"}`
	}
	return `{"declarations":[` + out + `]}`
}

func items(v *apply.View) []models.PlanItem {
	out := append([]models.PlanItem{}, v.Items...)
	for i := range out {
		out[i].ApplicationID, out[i].PersonID, out[i].UpdatedAt = "", "", time.Time{}
		out[i].PhaseRowID = nil
		if v.Items[i].PhaseRowID != nil {
			out[i].Phase += " by " + *v.Items[i].PhaseRowID
		}
	}
	return out
}

func steps(v *apply.View) []string {
	var out []string
	for _, h := range v.Timeline {
		out = append(out, h.Event+" "+string(h.FromState)+" "+string(h.ToState))
	}
	return out
}
