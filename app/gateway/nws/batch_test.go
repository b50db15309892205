package nws_test

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/gateway/nws/simulator"
	"kosodate.example/onestop/app/gateway/residents"
)

func TestABatch(t *testing.T) {
	n := start(t)
	n.set(t, simulator.Faults{ProvidersDown: []string{"X-P-006"}})
	good, alsoGood := inquiry("998010", residents.ExampleApplicant, "pension"), inquiry("998010", residents.ExampleSpouse, "local-tax")
	down, unknown, unfit := inquiry("998010", residents.ExampleApplicant, "disability"), inquiry("998010", 1, "criminal-record"), inquiry("998010", 1, "pension")
	unfit.Resident = ""
	list := []nws.Inquiry{good, down, unknown, unfit, alsoGood, good}
	got, err := n.c.SubmitMany(t.Context(), list)
	if err != nil || len(got) != len(list) {
		t.Fatalf("%v, %v", got, err)
	}
	for k, kind := range []fault.Kind{-1, fault.Unavailable, fault.Refused, fault.Refused, -1, fault.Refused} {
		if got[k].Key != list[k].Key || (got[k].Err == nil) != (kind == -1) || kind != -1 && fault.KindOf(got[k].Err) != kind {
			t.Errorf("%d: %+v", k, got[k])
		}
	}
	if f := fault.As(got[1].Err); f.Extra["provider"] != "X-P-006" {
		t.Errorf("%+v", f)
	}
	again, err := n.c.SubmitMany(t.Context(), list[:1])
	if err != nil || again[0].Ticket.Reference != got[0].Ticket.Reference || n.Asked(good.Key) != 1 {
		t.Errorf("%+v, %v", again, err)
	}

	references := []string{got[0].Ticket.Reference, got[4].Ticket.Reference, "NW-nobody", "no reference", got[0].Ticket.Reference}
	polled, err := n.c.PollMany(t.Context(), references)
	if err != nil || len(polled) != 4 || !polled[references[0]].Pending || !polled[references[1]].Pending {
		t.Fatalf("%+v, %v", polled, err)
	}
	n.clock.pass(delay)
	n.set(t, simulator.Faults{Duplicate: simulator.DuplicateAnswer})
	if polled, err = n.c.PollMany(t.Context(), references); err != nil || polled[references[0]].Result != nws.Answered ||
		polled[references[1]].Facts["total_income"] != 4_100_000.0 {
		t.Errorf("each answer twice: %+v, %v", polled, err)
	}
	for _, r := range references[2:4] {
		if fault.KindOf(polled[r].Err) != fault.NotFound {
			t.Errorf("%s: %+v", r, polled[r])
		}
	}
	if empty, err := n.c.SubmitMany(t.Context(), nil); err != nil || len(empty) != 0 {
		t.Errorf("%v, %v", empty, err)
	}
	if empty, err := n.c.PollMany(t.Context(), nil); err != nil || len(empty) != 0 {
		t.Errorf("%v, %v", empty, err)
	}
}

func TestTheCeilingOfABatch(t *testing.T) {
	n := start(t)
	n.set(t, simulator.Faults{MaxBatch: 3})
	var list []nws.Inquiry
	for k := range 5 {
		list = append(list, inquiry("998010", k+1, "resident-record"))
	}
	if n.c.MaxBatch() != nws.DefaultMaxBatch {
		t.Errorf("%d at first", n.c.MaxBatch())
	}
	for range 2 { // refused by the network, then without asking it
		_, err := n.c.SubmitMany(t.Context(), list)
		f := fault.As(err)
		if f == nil || f.Kind != fault.TooMany || f.Extra["max_batch"] != "3" || f.Extra["component"] != nws.Component || n.c.MaxBatch() != 3 {
			t.Fatalf("%v", err)
		}
	}
	if got, err := n.c.SubmitMany(t.Context(), list[:n.c.MaxBatch()]); err != nil || len(got) != 3 || got[2].Err != nil {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := n.c.PollMany(t.Context(), []string{"NW-1", "NW-2", "NW-3", "NW-4"}); fault.KindOf(err) != fault.TooMany {
		t.Errorf("%v", err)
	}
	fresh := nws.New(nws.Options{URL: n.URL(), TLS: n.own})
	_, err := fresh.PollMany(t.Context(), []string{"NW-1", "NW-2", "NW-3", "NW-4"})
	if f := fault.As(err); f == nil || f.Kind != fault.TooMany || f.Extra["retry_after"] == "" || fresh.MaxBatch() != 3 {
		t.Errorf("%v", err)
	}
}

func TestALostBatchIsRepeatedWithTheSameKeys(t *testing.T) {
	n := start(t)
	n.set(t, simulator.Faults{Lost: 1})
	list := []nws.Inquiry{inquiry("998010", 1, "pension"), inquiry("998010", 2, "pension")}
	if _, err := n.c.SubmitMany(t.Context(), list); fault.KindOf(err) != fault.Unavailable {
		t.Fatalf("%v", err)
	}
	got, err := n.c.SubmitMany(t.Context(), list)
	if err != nil || got[0].Err != nil || got[1].Err != nil || n.Asked(list[0].Key) != 1 || n.Asked(list[1].Key) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Ten thousand under way at once, and none left when their time is over.
func TestManyAtOnce(t *testing.T) {
	n := start(t)
	c := nws.New(nws.Options{URL: n.URL(), TLS: n.own, MaxBatch: 200, Timeout: time.Minute})
	const all = 10_000
	var last string
	for at := 0; at < all; at += c.MaxBatch() {
		list := make([]nws.Inquiry, c.MaxBatch())
		for k := range list {
			list[k] = inquiry("998010", at+k+1, "resident-record")
		}
		got, err := c.SubmitMany(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		last = got[len(got)-1].Ticket.Reference
	}
	if totals := n.Totals(); totals.Waiting != all || totals.Processed != all {
		t.Errorf("%+v", totals)
	}
	n.clock.pass(delay)
	if o := n.poll(t, last); o.Result != nws.Answered || o.Facts["birth_date"] == "" {
		t.Errorf("%+v", o)
	}
	n.clock.pass(simulator.DefaultKeep + time.Second)
	n.Forget()
	if totals := n.Totals(); totals.Waiting != all-1 { // what nobody fetched waits for whoever was down
		t.Errorf("%d are kept", totals.Waiting)
	}
	n.clock.pass(24 * time.Hour)
	n.Forget()
	if totals := n.Totals(); totals.Waiting != 0 {
		t.Errorf("%d are kept", totals.Waiting)
	}
	if _, err := c.Poll(t.Context(), last); fault.KindOf(err) != fault.NotFound {
		t.Errorf("forgotten: %v", err)
	}
}
