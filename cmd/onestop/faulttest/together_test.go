package faulttest

import (
	"net/http"
	"sync"
	"testing"
)

// atOnce does several things at the same moment and gives their answers.
func atOnce(do ...func() answer) []answer {
	answers := make([]answer, len(do))
	var start, busy sync.WaitGroup
	start.Add(1)
	for i, one := range do {
		busy.Go(func() { start.Wait(); answers[i] = one() })
	}
	start.Done()
	busy.Wait()
	return answers
}

const rounds = 12

// TestFilingTwiceAtOnce: with one key both get the same answer; with two keys one of them is told that it is filed.
func TestFilingTwiceAtOnce(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	nodes := []*process{w.serve(t, ""), w.serve(t, "")}
	for round := range rounds {
		p := parent(t)
		d := p.draft(nodes[0].base, willFollow(record, statement)...)
		same := round%2 == 0
		keys := [2]string{newKey(), newKey()}
		if same {
			keys[1] = keys[0]
		}
		file := func(n int) func() answer {
			return func() answer { return p.post(nodes[n].base, "/api/v1/applications/"+d.ID+"/file", keys[n], nil) }
		}
		got := atOnce(file(0), file(1))
		var receipts []string
		for _, a := range got {
			if a.status == http.StatusConflict && !same {
				a.problem(t, http.StatusConflict, "not-allowed-now")
				continue
			}
			var f filed
			a.want(t, http.StatusCreated, &f)
			p.wantOneFiled(nodes[0].base, f)
			receipts = append(receipts, f.ReceiptNumber)
		}
		if same && (len(receipts) != 2 || receipts[0] != receipts[1]) || !same && len(receipts) != 1 {
			t.Errorf("same key: %t: receipts %q", same, receipts)
		}
	}
	w.quiesce(t)
}

// TestTwoWholeFilingsAtOnce: POST /filings for the same thing, with the same and with another key.
func TestTwoWholeFilingsAtOnce(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	nodes := []*process{w.serve(t, ""), w.serve(t, "")}
	c := exampleClaim(t, nodes[0].base, minato)
	c.Declarations = willFollow(record, statement)
	for round := range rounds {
		p := parent(t)
		same := round%2 == 0
		keys := [2]string{newKey(), newKey()}
		if same {
			keys[1] = keys[0]
		}
		file := func(n int) func() answer {
			return func() answer { return p.post(nodes[n].base, "/api/v1/filings", keys[n], c) }
		}
		accepted := map[string]filed{}
		for _, a := range atOnce(file(0), file(1)) {
			if a.status == http.StatusConflict && !same {
				a.problem(t, http.StatusConflict, "duplicate-application")
				continue
			}
			var f filed
			a.want(t, http.StatusCreated, &f)
			accepted[f.ReceiptNumber] = f
		}
		if len(accepted) != 1 {
			t.Fatalf("same key: %t: accepted %v", same, accepted)
		}
		for _, f := range accepted {
			p.wantOneFiled(nodes[0].base, f)
		}
	}
	w.quiesce(t)
}

// TestTwoTabs: one saves while the other files. What was acknowledged as saved is in what was filed, or was saved too
// late and refused.
func TestTwoTabs(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	nodes := []*process{w.serve(t, ""), w.serve(t, "")}
	for range rounds {
		p := parent(t)
		d := p.show(nodes[0].base, p.draft(nodes[0].base, willFollow(record, statement)...).ID)
		other := willFollow(record, statement)
		other[0].Kind, other[0].Reason = "cannot-provide", "転居のため発行できません"
		path := "/api/v1/applications/" + d.ID
		got := atOnce(
			func() answer {
				return p.ask(http.MethodPatch, nodes[0].base+path, header{"If-Match": d.etag}, map[string]any{"declarations": other})
			},
			func() answer { return p.post(nodes[1].base, path+"/file", newKey(), nil) })
		var f filed
		got[1].want(t, http.StatusCreated, &f)
		saved := got[0].status == http.StatusOK
		if !saved && got[0].status != http.StatusConflict && got[0].status != http.StatusPreconditionFailed {
			t.Errorf("saving: %s", got[0])
		}
		kind := ""
		for _, one := range p.show(nodes[0].base, d.ID).Declarations {
			if one.Document == record {
				kind = one.Kind
			}
		}
		if saved != (kind == "cannot-provide") {
			t.Errorf("saved: %t; filed with %q", saved, kind)
		}
		p.wantOneFiled(nodes[0].base, f)
	}
	w.quiesce(t)
}
