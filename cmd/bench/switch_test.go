package main

import (
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/configs"
)

func TestDecidedBy(t *testing.T) {
	need := func(item, decision string) requirement { return requirement{Item: item, Decision: decision} }
	for _, c := range []struct {
		plan []requirement
		want string
	}{
		{[]requirement{need("pension", "attach"), need("resident-record", "attach"), need("", "attach")}, byOld},
		{[]requirement{need("pension", "omit"), need("resident-record", "omit"), need("", "attach")}, byNew},
		{[]requirement{need("pension", "omit"), need("resident-record", "attach")}, byBoth},
	} {
		if got := decidedBy(c.plan); got != c.want {
			t.Errorf("%v is decided by %s, not %s", c.plan, got, c.want)
		}
	}
}

func TestSlowestIsTheLastNodesFirst(t *testing.T) {
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	after := func(node int, ms int, rule string) observation {
		return observation{node: node, done: at.Add(time.Duration(ms) * time.Millisecond), rule: rule}
	}
	seen := []observation{
		after(0, -50, byOld),
		after(0, 40, byNew),
		after(0, 20, byNew),
		after(1, 70, byOld),
		after(1, 90, byNew),
		after(2, 30, byNew),
		after(2, 500, byNew),
	}
	if got, err := slowest(seen, at); err != nil || got != 0.09 {
		t.Errorf("%g, %v", got, err)
	}
	if _, err := slowest(seen[:5], at); err == nil {
		t.Error("a node that never applied the switch is not found")
	}
}

func TestNoCaseIsFiledTwice(t *testing.T) {
	s := &cases{before: []byte(`{"birth_date":"`), after: []byte(`"}`), newest: jp.DateIn(time.Now()), tokens: make([]string, parents)}
	for i := range s.tokens {
		s.tokens[i] = fileName(i)
	}
	seen := map[string]bool{}
	for range 3 * parents {
		token, body := s.next()
		if key := token + string(body); seen[key] {
			t.Fatalf("%s files %s twice", token, body)
		} else {
			seen[key] = true
		}
	}
}

func TestPublishedCasesAreDecoded(t *testing.T) {
	c, err := catalogue.Load(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	inputs, err := decoded(c, published)
	if err != nil || len(inputs) < 200 {
		t.Errorf("%d cases, %v", len(inputs), err)
	}
	path, n, err := repeated(t.TempDir()+"/cases.jsonl", 700)
	if err != nil || n != 900 {
		t.Errorf("%s has %d lines, %v", path, n, err)
	}
}
