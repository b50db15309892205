package faulttest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

const (
	pension       = "pension-enrolment"
	recordItem    = "resident-record"
	pensionItem   = "pension"
	fullOperation = "full-operation"
)

// babyClaim is a claim with two documents that linkage items replace: the record of a child who lives elsewhere, and the
// pension enrolment of whoever has a child under three.
func babyClaim(t testing.TB, base string) claim {
	t.Helper()
	c := exampleClaim(t, base, minato)
	child := c.Facts["children"].([]any)[0].(map[string]any)
	child["birth_date"] = time.Now().AddDate(-1, 0, 0).Format(time.DateOnly)
	c.Declarations = append(willFollow(record, statement), declaration{pension, "applicant", "will-follow", "勤務先に発行を頼んでいます"})
	return c
}

// reasons are why each replaceable document is needed or omitted.
type reasons map[string]string

func (p plan) reasons() reasons {
	out := reasons{}
	for _, r := range p.Documents {
		if r.Item != "" {
			out[r.Document] = r.Reason
		}
	}
	return out
}

// epoch is what holds from an instant on.
type epoch struct {
	from    time.Time
	reasons reasons
}

// onTrial is how each world begins in みなと町.
func onTrial() []epoch { return []epoch{{reasons: reasons{record: "trial", pension: "trial"}}} }

// at is what holds at an instant.
func at(epochs []epoch, t time.Time) reasons {
	now := epochs[0].reasons
	for _, e := range epochs[1:] {
		if !t.Before(e.from) {
			now = e.reasons
		}
	}
	return now
}

// change is a phase change or a suspension.
type change struct {
	ID    string     `json:"id"`
	State string     `json:"state"`
	Rows  []phaseRow `json:"rows"`
}

type phaseRow struct {
	Procedure    string    `json:"procedure"`
	Item         string    `json:"item"`
	Municipality string    `json:"municipality"`
	Phase        string    `json:"phase"`
	From         time.Time `json:"from"`
}

// switchToFull has both items switched from an instant on: proposed on one node, approved on another by another person.
func switchToFull(t *testing.T, first, second *process, from time.Time) epoch {
	t.Helper()
	var proposed, approved change
	rows := []phaseRow{{"*", recordItem, minato, "full", from}, {"*", pensionItem, minato, "full", from}}
	admin(t, 1).post(first.base, "/api/v1/admin/phase-changes", newKey(),
		map[string]any{"rows": rows, "reason": "The trial has agreed.", "circular": "府番第1号"}).want(t, http.StatusCreated, &proposed)
	path := second.base + "/api/v1/admin/phase-changes/" + proposed.ID + "/approve"
	admin(t, 1).ask(http.MethodPost, path, nil, nil).problem(t, http.StatusForbidden, "forbidden") // a second person
	admin(t, 2).ask(http.MethodPost, path, nil, nil).want(t, http.StatusOK, &approved)
	if approved.State != "approved" || len(approved.Rows) != 2 || !approved.Rows[0].From.Equal(approved.Rows[1].From) {
		t.Fatalf("approved: %+v", approved)
	}
	return epoch{approved.Rows[0].From, reasons{record: fullOperation, pension: fullOperation}}
}

// nodes are servers of which some may be killed.
type nodes struct {
	servers []*process
	killed  []atomic.Bool
}

// fileAt files one case at a node, and at the next one with the same key if it was killed.
func (n *nodes) fileAt(t *testing.T, first int, c claim) *acknowledged {
	a := &acknowledged{owner: parent(t), key: newKey()}
	for i := range n.servers {
		a.node = (first + i) % len(n.servers)
		mayFail := n.killed[a.node].Load()
		got := a.owner.post(n.servers[a.node].base, "/api/v1/filings", a.key, c)
		switch {
		case got.err == nil && got.status == http.StatusCreated:
			got.read(t, &a.filed)
			return a
		case got.err != nil && (mayFail || n.killed[a.node].Load()):
		default:
			t.Errorf("during a switch, node %d: %s", a.node, got)
			return nil
		}
	}
	t.Error("no node took a filing")
	return nil
}

// TestASwitchUnderLoad: sixteen clients file on three nodes while two admins switch, a node is killed, and one item is
// suspended. Each filing is decided wholly by the rows before or wholly by the rows after, by its arrival.
func TestASwitchUnderLoad(t *testing.T) {
	timed(t)
	w := newWorld(t, shared.scanner.Address())
	n := &nodes{servers: []*process{w.serve(t, ""), w.serve(t, ""), w.serve(t, "")}, killed: make([]atomic.Bool, 3)}
	c := babyClaim(t, n.servers[0].base)
	waiting := parent(t)
	var draft view
	waiting.post(n.servers[0].base, "/api/v1/applications", newKey(), c).want(t, http.StatusCreated, &draft)

	o := open(t, 16, func(client int) *acknowledged { return n.fileAt(t, client, c) })
	o.count(30, every)
	full := switchToFull(t, n.servers[0], n.servers[1], time.Now().Add(2*time.Second))
	n.killed[2].Store(true)
	n.servers[2].Kill() // between the approval and the instant
	for node := range 2 {
		o.count(10, func(a acknowledged) bool { return a.node == node && !a.filed.ArrivedAt.Before(full.from) })
		if v := waiting.show(n.servers[node].base, draft.ID); len(v.PlanChanges) != 2 || !maps.Equal(v.Plan.reasons(), full.reasons) {
			t.Errorf("node %d shows the draft as %+v with %v", node, v.PlanChanges, v.Plan.reasons())
		}
	}
	var suspension change
	admin(t, 2).post(n.servers[1].base, "/api/v1/admin/suspensions", newKey(),
		map[string]any{"procedure": "*", "item": recordItem, "municipality": minato, "reason": "A wrong field was found."}).want(t, http.StatusCreated, &suspension)
	suspended := epoch{suspension.Rows[0].From, reasons{record: "suspended", pension: fullOperation}}
	for node := range 2 {
		o.count(10, func(a acknowledged) bool { return a.node == node && !a.filed.ArrivedAt.Before(suspended.from) })
	}
	admin(t, 1).ask(http.MethodPost, n.servers[0].base+"/api/v1/admin/suspensions/"+suspension.ID+"/confirm", nil, nil).want(t, http.StatusOK, nil)
	done := o.close()

	back := w.serve(t, n.servers[2].addr())
	if v := waiting.show(back.base, draft.ID); !maps.Equal(v.Plan.reasons(), suspended.reasons) {
		t.Errorf("the node that was killed shows %v", v.Plan.reasons())
	}
	epochs := append(onTrial(), full, suspended)
	w.wantPlans(t, done, epochs)
	w.wantNoneTwice(t, done)
	t.Logf("%d filings, of them %d within 100 ms of an instant", len(done), near(done, epochs))
}

// wantPlans wants each filing, as it was answered and as it is stored, to be decided by the rows of its arrival.
func (w *world) wantPlans(t *testing.T, done []acknowledged, epochs []epoch) {
	t.Helper()
	stored := map[string]reasons{}
	for _, line := range w.rows(`select application_id::text, document, reason from plan_items where item <> ''`) {
		var id, document, reason string
		if _, err := fmt.Sscan(line, &id, &document, &reason); err != nil {
			t.Fatal(err)
		}
		if stored[id] == nil {
			stored[id] = reasons{}
		}
		stored[id][document] = reason
	}
	for _, a := range done {
		want := at(epochs, a.filed.ArrivedAt)
		if !maps.Equal(a.filed.Plan.reasons(), want) || !maps.Equal(stored[a.filed.ID], want) {
			t.Errorf("arrived at %s: answered %v, stored %v, wanted %v", a.filed.ArrivedAt, a.filed.Plan.reasons(), stored[a.filed.ID], want)
		}
	}
}

// wantNoneTwice wants each parent to have one filing, and each acknowledged one to be there.
func (w *world) wantNoneTwice(t *testing.T, done []acknowledged) {
	t.Helper()
	filed := w.rows(`select receipt_number from applications where arrived_at is not null`)
	for _, a := range done {
		if !slices.Contains(filed, a.filed.ReceiptNumber) {
			t.Errorf("%s was acknowledged and is not there", a.filed.ReceiptNumber)
		}
	}
	if twice := w.rows(`select person_id from applications where arrived_at is not null group by 1 having count(*) > 1`); len(twice) > 0 {
		t.Errorf("filed twice by %q", twice)
	}
}

func near(done []acknowledged, epochs []epoch) (n int) {
	for _, a := range done {
		for _, e := range epochs[1:] {
			if a.filed.ArrivedAt.Sub(e.from).Abs() < 100*time.Millisecond {
				n++
			}
		}
	}
	return n
}

// TestAFilingHeldAcrossASwitch: what arrived before the instant is decided by the rows before, however late it reads them
// and however late it is committed; what arrives after it by the rows after.
func TestAFilingHeldAcrossASwitch(t *testing.T) {
	timed(t)
	// The clock and the rows travel in one message, the clock before the rows: held before it, the filing has not arrived.
	arrivesBefore := map[string]bool{"before begin": false, "before select false as edition": false, "after clock_timestamp()": true,
		"after select false as edition": true, "before commit": true}
	for point, before := range arrivesBefore {
		t.Run(point, func(t *testing.T) {
			w := newWorld(t, shared.scanner.Address())
			front := databaseWire(t)
			held, other := w.serve(t, "", w.through(front)...), w.serve(t, "")
			c, p := babyClaim(t, held.base), parent(t)
			// So that this person is known and the keys are unwrapped: the next commit is the filing's.
			p.all(held.base)
			parent(t).post(held.base, "/api/v1/filings", newKey(), c).want(t, http.StatusCreated, nil)
			g := newGate(t, point, 1)
			front.set(g.hook)
			answers := make(chan answer, 1)
			go func() { answers <- p.post(held.base, "/api/v1/filings", newKey(), c) }()
			g.wait(t)
			full := switchToFull(t, other, other, time.Now().Add(time.Second))
			until(t, 10*time.Second, "the instant has come", func() bool {
				return len(w.rows(`select 1 where clock_timestamp() > $1`, full.from)) == 1
			})
			g.open()
			a := acknowledged{owner: p}
			(<-answers).want(t, http.StatusCreated, &a.filed)
			if a.filed.ArrivedAt.Before(full.from) != before {
				t.Errorf("it arrived at %s, the instant was %s", a.filed.ArrivedAt, full.from)
			}
			w.wantPlans(t, []acknowledged{a}, append(onTrial(), full))
			held.stop(t)
		})
	}
}
