package operate_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

func TestTheBoard(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour).Truncate(time.Microsecond)
	c.approved(row("*", "*", minato, "full", far))
	for _, b := range []struct {
		actor  models.Actor
		places map[string]bool
		rows   int
	}{{c.national, map[string]bool{"*": true, hinata: true, minato: true, mori: true}, 4}, {c.own, map[string]bool{"*": true, hinata: true}, 2},
		{c.foreign, map[string]bool{"*": true, minato: true}, 4}} {
		for _, at := range []time.Time{{}, far, day(t, "2017-10-01")} {
			board, err := c.service.Board(ctx, b.actor, at)
			if err != nil {
				t.Fatal(err)
			}
			if len(board.Rows) != b.rows {
				t.Errorf("%s sees %d rows", b.actor.Municipality, len(board.Rows))
			}
			seen := map[string]bool{}
			for _, p := range board.Pairs {
				seen[p.Municipality] = true
				want := phase.InForce(c.rows(), p.Procedure, p.Item, p.Municipality, board.At).Phase
				if p.Phase != want {
					t.Errorf("%+v, want %s", p, want)
				}
				if changes := p.NextAt != nil; at.IsZero() && changes != (p.Municipality == minato) || changes && at.IsZero() && !p.NextAt.Equal(far) {
					t.Errorf("the next change: %+v", p)
				}
			}
			if len(seen) != len(b.places) {
				t.Errorf("%s sees %v", b.actor.Municipality, seen)
			}
			for m := range seen {
				if !b.places[m] {
					t.Errorf("%s sees %s", b.actor.Municipality, m)
				}
			}
		}
	}
}

// The public history has every decision once, page by page, and nobody's name.
func TestThePublicHistory(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	far := c.Now().Add(time.Hour)
	want := map[string]string{}
	want[c.approved(row("*", "pension", hinata, "trial", far)).ID] = string(models.ChangeApproved)
	for range 3 { // never decided: not public
		taken := c.propose(c.own, row("*", "pension", hinata, "trial", far))
		if _, err := c.service.Cancel(ctx, c.own, taken.ID); err != nil {
			t.Fatal(err)
		}
	}
	cancelled := c.approved(row("*", "local-tax", hinata, "trial", far))
	if _, err := c.service.Cancel(ctx, c.own, cancelled.ID); err != nil {
		t.Fatal(err)
	}
	want[cancelled.ID] = string(models.ChangeCancelled)
	overtaken := c.approved(row("*", "disability", hinata, "trial", far))
	want[overtaken.ID] = string(models.ChangeSuperseded)
	want[c.suspend(c.own, operate.Scope{Procedure: "*", Item: "disability", Municipality: hinata}).ID] = string(models.ChangeImposed)
	c.propose(c.own, row("*", "pension", hinata, "full", far))
	for _, limit := range []int{1, 2, 3, 50} {
		got := map[string]string{}
		page, last := postgres.Page{Limit: limit}, "~"
		for {
			past, err := c.service.History(ctx, "", page)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range past {
				if p.ID >= last || got[p.ID] != "" {
					t.Errorf("%s comes after %s", p.ID, last)
				}
				last, got[p.ID] = p.ID, string(p.State)
				if page.After = p.ID; p.Kind == "imported" {
					delete(got, p.ID)
					got["imported "+p.ID] = string(p.State)
				}
				raw, err := json.Marshal(p)
				if err != nil {
					t.Fatal(err)
				}
				for _, who := range []models.Actor{c.national, c.second, c.own, c.colleague} {
					if strings.Contains(string(raw), who.Person) {
						t.Errorf("it names a person: %s", raw)
					}
				}
			}
			if len(past) < limit {
				break
			}
		}
		if len(got) != len(want)+3 { // and three imported rows
			t.Errorf("pages of %d: %d entries, want %d", limit, len(got), len(want)+3)
		}
		for id, state := range want {
			if got[id] != state {
				t.Errorf("%s is %q, want %s", id, got[id], state)
			}
		}
	}
}

// Who asks for one municipality reads its own decisions and those for the country.
func TestThePublicHistoryOfOneMunicipality(t *testing.T) {
	c := newCountry(t)
	ctx, far := context.Background(), c.Now().Add(time.Hour)
	own := c.approved(row("*", "pension", hinata, "trial", far))
	country := c.approved(row("*", "local-tax", "*", "trial", far))
	c.approved(row("*", "pension", minato, "full", far))
	past, err := c.service.History(ctx, hinata, postgres.Page{Limit: 2})
	if err != nil || len(past) != 2 || past[0].ID != country.ID || past[1].ID != own.ID {
		t.Fatalf("%+v %v", past, err)
	}
	rest, err := c.service.History(ctx, hinata, postgres.Page{Limit: 50, After: own.ID})
	for _, one := range rest {
		for _, r := range one.Rows {
			if r.Municipality != hinata && r.Municipality != operate.All {
				t.Errorf("it tells of %s", r.Municipality)
			}
		}
	}
	if err != nil || len(rest) == 0 {
		t.Errorf("%+v %v", rest, err)
	}
}

func TestTheChangesThatConcernAnAdmin(t *testing.T) {
	c := newCountry(t)
	far := c.Now().Add(time.Hour)
	own, country := c.propose(c.own, row("*", "pension", hinata, "trial", far)), c.propose(c.national, row("*", "pension", "*", "trial", far))
	elsewhere := c.approved(row("*", "pension", minato, "full", far))
	for _, a := range []struct {
		actor models.Actor
		ids   []string
	}{{c.national, []string{elsewhere.ID, country.ID, own.ID}}, {c.own, []string{country.ID, own.ID}}, {c.foreign, []string{elsewhere.ID, country.ID}}} {
		list, err := c.service.List(context.Background(), a.actor, postgres.Page{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		for len(list) > 0 && len(list) < len(a.ids) {
			more, err := c.service.List(context.Background(), a.actor, postgres.Page{Limit: 2, After: list[len(list)-1].ID})
			if err != nil || len(more) == 0 {
				t.Fatalf("the next page: %v", err)
			}
			list = append(list, more...)
		}
		if len(list) != len(a.ids) {
			t.Fatalf("%s sees %d changes", a.actor.Municipality, len(list))
		}
		for i := range list {
			if list[i].ID != a.ids[i] {
				t.Errorf("%s sees %s at %d", a.actor.Municipality, list[i].ID, i)
			}
		}
	}
}

func TestImpact(t *testing.T) {
	c := newCountry(t)
	ctx := context.Background()
	c.draft(minato, apart)
	c.draft(minato, apart)
	c.draft(minato, `{"applicant":{"pension":"employees"}}`) // not complete: nobody can say
	c.draft(minato, `{"x":1}`)
	c.draft(hinata, apart)
	c.draft(hinata, strings.Replace(apart, `"lives_with_applicant":false`, `"lives_with_applicant":true`, 1)) // the child lives there
	waiting := c.draft(minato, apart)
	c.Exec(
		`update applications set state = 'arrived', version = 2, receipt_number = 'R', filed_revision = 1, plan_version = '2024-10-01', arrived_at = now(), `+
			`claim_on = now() where id = $1`,
		waiting.ID,
	)
	for _, i := range []struct{ document, item, state string }{{"a", "resident-record", "awaiting-document"}, {"b", "resident-record", "matched"},
		{"c", "resident-record", "discrepant"}, {"d", "pension", "awaiting-document"}, {"e", "", "awaiting-document"}} {
		c.Exec(
			`insert into plan_items (application_id, document, subject, municipality, person_id, item, decision, reason, inquire, phase, state, revision, updated_at)
			values ($1, $2, 'child-1', $3, $4, $5, 'attach', 'trial', true, 'trial', $6, 1, now())`,
			waiting.ID,
			i.document,
			minato,
			c.Parent.Person,
			i.item,
			i.state,
		)
	}
	shown := &trial{country: c, app: waiting}
	shown.compared("resident-record", "matched", "facts")
	shown.dispute("resident-record", -1)
	offered := 0
	for _, p := range c.Dossiers.Editions.National().Procedures() {
		if len(p.Latest().Items()) > 0 {
			offered++
		}
	}
	for name, i := range map[string]struct {
		rows []operate.Row
		want operate.Impact
	}{
		"a municipality goes on": {[]operate.Row{row("*", "*", minato, "full", c.Now().Add(time.Hour))}, operate.Impact{DraftsFewer: 2, Awaiting: 2,
			Pages: offered}},
		"from an instant that is over": {[]operate.Row{row("*", "*", minato, "full", day(t, "2017-01-01"))}, operate.Impact{DraftsFewer: 2, Awaiting: 2,
			Pages: offered}},
		"one item of one procedure": {[]operate.Row{row("child-allowance-claim", "resident-record", minato, "full", c.Now())}, operate.Impact{DraftsFewer: 2,
			Awaiting: 1, Pages: 1}},
		"another item":          {[]operate.Row{row("child-allowance-claim", "pension", minato, "full", c.Now())}, operate.Impact{Awaiting: 1, Pages: 1}},
		"the country goes back": {[]operate.Row{row("*", "resident-record", "*", "trial", c.Now())}, operate.Impact{DraftsMore: 1, Awaiting: 1}},
		"what is so already":    {[]operate.Row{row("*", "*", hinata, "full", c.Now())}, operate.Impact{}},
		"a municipality cannot run ahead": {[]operate.Row{row("*", "*", minato, "full", c.Now()), row("*", "*", "*", "trial", c.Now())},
			operate.Impact{DraftsMore: 1, Awaiting: 2}},
		"two municipalities at once": {[]operate.Row{row("*", "resident-record", minato, "full", c.Now()), row("*", "resident-record", hinata, "trial",
			c.Now())}, operate.Impact{DraftsFewer: 2, DraftsMore: 1, Awaiting: 1}},
		"a procedure that nobody is using": {[]operate.Row{row("child-allowance-annual", "*", hinata, "trial", c.Now())}, operate.Impact{Pages: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.service.Impact(ctx, i.rows)
			if err != nil {
				t.Fatal(err)
			}
			if got.DraftsFewer != i.want.DraftsFewer || got.DraftsMore != i.want.DraftsMore || got.Awaiting != i.want.Awaiting {
				t.Errorf("%+v, want %+v", got, i.want)
			}
			if i.want.Pages > 0 && got.Pages != i.want.Pages {
				t.Errorf("%d pages, want %d", got.Pages, i.want.Pages)
			}
		})
	}
	got, err := c.service.Impact(ctx, []operate.Row{row("child-allowance-claim", "resident-record", minato, "full", c.Now())})
	if err != nil || len(got.Agreement) != 1 || got.Agreement[0].Compared != 2 || got.Agreement[0].Matched != 1 || got.Agreement[0].Discrepant != 1 ||
		got.Agreement[0].Open != 1 {
		t.Errorf("agreement: %+v %v", got.Agreement, err)
	}
	p := c.propose(c.foreign, row("*", "*", minato, "full", c.Now().Add(time.Hour)))
	if p.Impact.DraftsFewer != 2 || p.Impact.Awaiting != 2 {
		t.Errorf("a proposal shows it: %+v", p.Impact)
	}
	if n := casetest.Value[int](c, `select count(*) from phase_rows where not imported`); n != 0 {
		t.Errorf("looking added %d rows", n)
	}
}
