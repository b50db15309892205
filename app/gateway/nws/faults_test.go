package nws_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
)

func TestDownCutSlowAndGone(t *testing.T) {
	n := start(t)
	i := inquiry("998010", residents.ExampleApplicant, "pension")
	for name, f := range map[string]simulator.Faults{"down": {Down: true}, "cut": {Cut: true}} {
		n.set(t, f)
		_, err := n.c.Submit(t.Context(), i)
		if f := fault.As(err); f == nil || f.Kind != fault.Unavailable || f.Extra["component"] != nws.Component || f.Extra["provider"] != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	n.set(t, simulator.Faults{Slow: simulator.Duration(time.Hour)})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := n.c.Poll(ctx, "NW-1"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("slow: %v", err)
	}
	stopped, stop := context.WithCancelCause(t.Context())
	reason := errors.New("the worker stops")
	stop(reason)
	if _, err := n.c.Submit(stopped, i); !errors.Is(err, reason) {
		t.Errorf("given up: %v", err)
	}
	n.set(t, simulator.Faults{})
	if o := n.ask(t, i); o.Result != nws.Answered {
		t.Errorf("it did not recover: %+v", o)
	}
	_ = n.Close()
	if err := n.c.Ready(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("gone: %v", err)
	}
}

func TestAProviderThatIsDownHoldsUpNoOther(t *testing.T) {
	n := start(t)
	before, err := n.c.Submit(t.Context(), inquiry("998010", residents.ExampleApplicant, "pension"))
	if err != nil {
		t.Fatal(err)
	}
	n.set(t, simulator.Faults{ProvidersDown: []string{"X-P-001"}})
	_, err = n.c.Submit(t.Context(), inquiry("998010", residents.ExampleSpouse, "pension"))
	f := fault.As(err)
	if f == nil || f.Kind != fault.Unavailable || f.Extra["provider"] != "X-P-001" || f.Extra["retry_after"] == "" {
		t.Errorf("%+v", f)
	}
	if o := n.ask(t, inquiry("998010", residents.ExampleApplicant, "local-tax")); o.Result != nws.Answered || o.Provider != "998028" {
		t.Errorf("%+v", o)
	}
	if o := n.poll(t, before.Reference); !o.Pending || o.PollAfter <= 0 {
		t.Errorf("one under way: %+v", o)
	}
	n.set(t, simulator.Faults{})
	if o := n.poll(t, before.Reference); o.Result != nws.Answered {
		t.Errorf("afterwards: %+v", o)
	}
}

func TestAnAnswerAfterATimeout(t *testing.T) {
	n := start(t)
	n.set(t, simulator.Faults{Late: true})
	i := inquiry("998010", residents.ExampleApplicant, "pension")
	ticket, err := n.c.Submit(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	n.clock.pass(delay)
	if o := n.poll(t, ticket.Reference); o.Result != nws.Timeout || o.PollAfter != delay {
		t.Errorf("%+v", o)
	}
	if o := n.poll(t, ticket.Reference); o.Result != nws.Answered {
		t.Errorf("%+v", o)
	}
}

func TestAManualAnswerComesLater(t *testing.T) {
	n := start(t)
	i := inquiry("998010", residents.ManualAnswer, "pension")
	ticket, err := n.c.Submit(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	n.clock.pass(delay)
	for range 2 {
		if o := n.poll(t, ticket.Reference); o.Result != nws.ManualAnswerPending || o.PollAfter != delay {
			t.Errorf("%+v", o)
		}
	}
	if err := n.Correct(i.Resident, i.Item, simulator.Override{Facts: map[string]any{"scheme": "national"}}); err != nil {
		t.Fatal(err)
	}
	if o := n.poll(t, ticket.Reference); o.Result != nws.Answered || o.Facts["scheme"] != "national" {
		t.Errorf("%+v", o)
	}
}

func TestTheWrongFieldOf2019(t *testing.T) {
	n := start(t)
	right := n.ask(t, inquiry("998010", residents.ExampleApplicant, "local-tax")).Facts
	n.set(t, simulator.Faults{WrongField: true})
	wrong := n.ask(t, inquiry("998010", residents.ExampleApplicant, "local-tax")).Facts
	if right["municipal_income_levy"] == right["prefectural_income_levy"] || wrong["municipal_income_levy"] != right["prefectural_income_levy"] {
		t.Errorf("right %v, wrong %v", right, wrong)
	}
}
