package provider_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const hinata, minato = casetest.Hinata, casetest.Minato

// office is the service with two municipalities and a reviewer or two of each.
type office struct {
	*casetest.World
	service                 *provider.Service
	own, colleague, foreign models.Actor
}

func newOffice(t testing.TB) *office {
	t.Helper()
	w := casetest.New(t, hinata, minato)
	return &office{World: w, service: provider.New(w.Dossiers, discrepancy.Limits{Open: 30, InStep: 5}),
		own: w.Reviewer("one", hinata), colleague: w.Reviewer("two", hinata), foreign: w.Reviewer("three", minato)}
}

// question is what もり村 asks about a resident of ひなた市.
var question = provider.Asked{Inquirer: "もり村", Item: "resident-record", Resident: "H0001234", Question: "転入日が書類と違います。"}

func (o *office) receive() *provider.Request {
	o.T.Helper()
	r, err := o.service.Receive(context.Background(), o.own, casetest.Once(), question)
	if err != nil {
		o.T.Fatal(err)
	}
	return r
}

func (o *office) try(id, step string) (*provider.Request, error) {
	in := provider.NewStep{Step: step, Note: "メモ " + step}
	if step == "similar-checked" {
		n := 3
		in.Count = &n
	}
	return o.service.Step(context.Background(), o.colleague, id, in)
}

func (o *office) walk(id string, steps ...string) *provider.Request {
	o.T.Helper()
	var r *provider.Request
	var err error
	for _, s := range steps {
		if r, err = o.try(id, s); err != nil {
			o.T.Fatalf("%s: %v", s, err)
		}
	}
	return r
}

func TestARequestThroughAllSteps(t *testing.T) {
	o := newOffice(t)
	r := o.receive()
	if r.State != "open" || r.Step != "received" || r.Question != question.Question || r.Resident != question.Resident || len(r.Steps) != 1 || r.Version != 1 {
		t.Fatalf("received: %+v", r)
	}
	steps := []string{"reported", "checked", "corrected", "answered", "similar-checked", "closed", "reported"}
	last := o.walk(r.ID, steps...)
	if last.State != "closed" || last.Step != "closed" || last.Outcome != "corrected" || last.SimilarCount == nil || *last.SimilarCount != 3 ||
		last.ClosedAt == nil {
		t.Errorf("closed: %+v", last)
	}
	got, err := o.service.Get(context.Background(), o.own, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range got.Steps {
		if i == 0 {
			continue // received
		}
		if s.Step != steps[i-1] || s.By != o.colleague.Person || s.Note != "メモ "+steps[i-1] || s.At.IsZero() || (s.Count != nil) != (s.Step == "similar-checked") {
			t.Errorf("step %d: %+v, want %s", i, s, steps[i-1])
		}
	}
	var allowed []string
	for _, n := range got.Next {
		if n.Reason == "" {
			allowed = append(allowed, n.Step)
		}
	}
	if len(got.Steps) != len(steps)+1 || !slices.Equal(allowed, []string{"reported"}) || got.Version != int64(len(steps)+1) {
		t.Errorf("%d steps, allowed now %v, version %d", len(got.Steps), allowed, got.Version)
	}
	if n := casetest.Value[int](o, `select count(*) from audit_entries where object_id = $1`, r.ID); n != len(steps)+2 {
		t.Errorf("%d entries in the trail", n)
	}
	if n := casetest.Value[int](o, `select count(*) from provider_requests r, provider_request_steps s
		where position('H0001234'::bytea in r.sealed) > 0 or position(convert_to('メモ', 'UTF8') in s.sealed_note) > 0`); n != 0 {
		t.Error("what is personal lies open")
	}
}

// Each way through, and at each place of it every step that is out of order.
func TestWrongOrdersAreRefused(t *testing.T) {
	o := newOffice(t)
	every := []string{"checked", "corrected", "confirmed", "cannot-confirm", "similar-checked", "answered", "closed"}
	for _, way := range []struct {
		steps   []string
		allowed [][]string // before each step, and after the last
	}{
		{[]string{"checked", "corrected", "answered", "similar-checked", "closed"}, [][]string{{"checked"}, {"corrected", "confirmed", "cannot-confirm"},
			{"answered", "similar-checked"}, {"similar-checked"}, {"similar-checked", "closed"}, {}}},
		{[]string{"checked", "confirmed", "answered", "closed"}, [][]string{{"checked"}, {"corrected", "confirmed", "cannot-confirm"}, {"answered"}, {"closed"}, {}}},
		{[]string{"checked", "cannot-confirm", "answered", "closed"}, [][]string{{"checked"}, {"corrected", "confirmed", "cannot-confirm"}, {"answered"}, {"closed"},
			{}}},
	} {
		id := o.receive().ID
		for i := range way.allowed {
			for _, step := range every {
				if slices.Contains(way.allowed[i], step) {
					continue
				}
				if _, err := o.try(id, step); fault.As(err) == nil || fault.As(err).Code != fault.CodeNotAllowedNow {
					t.Errorf("%s after %v: %v", step, way.steps[:i], err)
				}
			}
			if i < len(way.steps) {
				o.walk(id, way.steps[i])
			}
		}
		if n := casetest.Value[int](o, `select count(*) from provider_request_steps where request_id = $1`, id); n != len(way.steps)+1 {
			t.Errorf("a refused step left a row: %d", n)
		}
	}
}

func TestWhatIsNotRightIsRefused(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	wrong := func(err error, code string, at ...string) {
		t.Helper()
		f := fault.As(err)
		if f == nil || f.Code != code {
			t.Fatalf("%v, want %s", err, code)
		}
		var got []string
		for _, d := range f.Details {
			got = append(got, d.Pointer)
		}
		if !slices.Equal(got, at) {
			t.Errorf("at fault: %v, want %v", got, at)
		}
	}
	_, err := o.service.Receive(ctx, o.own, casetest.Request("a", ""), provider.Asked{Item: "no-such", Resident: strings.Repeat("9", 30), Question: " "})
	wrong(err, fault.CodeInvalidRequest, "/inquirer", "/item", "/resident", "/question")
	bad := question
	bad.Question = "番号は １２３４ ５６７８ ９０１８ です"
	_, err = o.service.Receive(ctx, o.own, casetest.Request("b", ""), bad)
	wrong(err, fault.CodeIndividualNumber, "/question")
	bad = question
	bad.ReceivedAt = time.Now().Add(time.Hour)
	_, err = o.service.Receive(ctx, o.own, casetest.Request("c", ""), bad)
	wrong(err, fault.CodeInvalidRequest, "/received_at")
	id := o.receive().ID
	n := 1
	_, err = o.service.Step(ctx, o.own, id, provider.NewStep{Step: "reported", Count: &n})
	wrong(err, fault.CodeInvalidRequest, "/note", "/count")
	_, err = o.service.Step(ctx, o.own, id, provider.NewStep{Step: "forgotten"})
	wrong(err, fault.CodeInvalidRequest, "/step")
	_, err = o.service.Step(ctx, o.own, id, provider.NewStep{Step: "similar-checked"})
	wrong(err, fault.CodeInvalidRequest, "/count")
	old := int64(7)
	_, err = o.service.Step(ctx, o.own, id, provider.NewStep{Step: "checked", Version: &old})
	wrong(err, fault.CodeStale)
}

func TestTheSameRequestIsReceivedOnce(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	first, err := o.service.Receive(ctx, o.own, casetest.Request("k", "body"), question)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.service.Receive(ctx, o.own, casetest.Request("k", "body"), question)
	if err != nil || again.ID != first.ID || again.Question != question.Question {
		t.Errorf("the same key: %+v %v", again, err)
	}
	if _, err := o.service.Receive(ctx, o.own, casetest.Request("k", "another"), question); fault.As(err) == nil ||
		fault.As(err).Code != fault.CodeIdempotencyReused {
		t.Errorf("another body: %v", err)
	}
}

func TestAForeignMunicipalityKnowsOfNoRequest(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	var ids []string
	for range 3 {
		ids = append([]string{o.receive().ID}, ids...)
	}
	page := func(actor models.Actor, state, after string, limit int) []string {
		t.Helper()
		rows, err := o.service.List(ctx, actor, models.ProviderRequestState(state), postgres.Page{After: after, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, r := range rows {
			if r.Question != "" || r.Resident != "" {
				t.Errorf("the list shows about whom it is: %+v", r)
			}
			out = append(out, r.ID)
		}
		return out
	}
	if got := append(page(o.own, "", "", 2), page(o.own, "", ids[1], 2)...); !slices.Equal(got, ids) {
		t.Errorf("newest first, page by page: %v, want %v", got, ids)
	}
	o.walk(ids[2], "checked", "confirmed", "answered")
	if got := page(o.own, "answered", "", 9); !slices.Equal(got, ids[2:]) {
		t.Errorf("the answered ones: %v", got)
	}
	if got := page(o.foreign, "", "", 9); len(got) != 0 {
		t.Errorf("a foreign reviewer sees %v", got)
	}
	for _, id := range []string{ids[0], models.NewID(), "x"} {
		_, get := o.service.Get(ctx, o.foreign, id)
		_, step := o.service.Step(ctx, o.foreign, id, provider.NewStep{Step: "checked"})
		if fault.KindOf(get) != fault.NotFound || fault.KindOf(step) != fault.NotFound {
			t.Errorf("%s: %v, %v", id, get, step)
		}
	}
}

// Two colleagues take a step at once: one wins, the other learns what stands there now.
func TestTwoColleaguesAtOnce(t *testing.T) {
	o := newOffice(t)
	id := o.receive().ID
	o.walk(id, "checked")
	results := make([]error, 6)
	var together sync.WaitGroup
	for i := range results {
		together.Go(func() { _, results[i] = o.try(id, []string{"corrected", "confirmed", "cannot-confirm"}[i%3]) })
	}
	together.Wait()
	won := 0
	for _, err := range results {
		switch {
		case err == nil:
			won++
		case fault.As(err) == nil || fault.As(err).Code != fault.CodeNotAllowedNow:
			t.Errorf("lost with %v", err)
		}
	}
	if won != 1 || casetest.Value[int](o, `select count(*) from provider_request_steps where request_id = $1`, id) != 3 {
		t.Errorf("%d won", won)
	}
}
