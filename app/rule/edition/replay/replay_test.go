package replay_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/replay"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/configs"
)

// filed is a published case as it would lie in the database.
type filed struct {
	replay.Case
	rows []phase.Row
}

// published gives the published cases that have a plan.
func published(t testing.TB, c *catalogue.Catalogue) []filed {
	t.Helper()
	var out []filed
	for _, name := range []string{"catalogue2.jsonl", "real2.jsonl"} {
		text, err := os.ReadFile("../../evidence/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			var read struct {
				Procedure, Municipality string
				FiledAt                 string `json:"filed_at"`
				Facts, Phases           json.RawMessage
				Consents                []string
			}
			at, rows := time.Time{}, []phase.Row(nil)
			if json.Unmarshal(line, &read) == nil {
				at, err = phase.ParseInstant(read.FiledAt)
			}
			if err == nil {
				rows, err = phase.DecodeRows(read.Phases)
			}
			if err != nil {
				continue
			}
			in := evidence.Input{Procedure: read.Procedure, Municipality: read.Municipality, FiledAt: at, JSON: read.Facts, Consents: read.Consents, Phases: rows}
			plan, err := evidence.Make(c, in)
			if err != nil {
				continue
			}
			v := c.Version(in.Procedure, jp.DateIn(in.FiledAt))
			facts, _ := v.DecodeFacts(in.JSON, jp.DateIn(in.FiledAt))
			one := filed{replay.Case{Procedure: in.Procedure, Municipality: in.Municipality, FiledAt: in.FiledAt, Facts: facts, Consents: in.Consents}, in.Phases}
			for _, r := range plan.Requirements {
				if r.Decision == evidence.Attach {
					one.Asked = append(one.Asked, replay.Paper{Document: r.Document, Subject: r.Subject})
				}
			}
			out = append(out, one)
		}
	}
	if len(out) < 250 {
		t.Fatalf("only %d published cases have a plan", len(out))
	}
	return out
}

func builtIn(t testing.TB) (*edition.Bundle, *catalogue.Catalogue) {
	t.Helper()
	b, err := edition.Read(configs.Procedures())
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Load(b.FS())
	if err != nil {
		t.Fatal(err)
	}
	return b, c
}

// changed is the built-in catalogue with texts of one file replaced.
func changed(t testing.TB, b *edition.Bundle, file string, pairs ...string) *catalogue.Catalogue {
	t.Helper()
	text := string(b.File(file))
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) != 1 {
			t.Fatalf("%s has %q %d times", file, pairs[i], strings.Count(text, pairs[i]))
		}
	}
	other, err := b.With(map[string][]byte{file: []byte(strings.NewReplacer(pairs...).Replace(text))})
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Load(other.FS())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tally(c *catalogue.Catalogue, list []filed) replay.Result {
	t := replay.NewTally()
	for i := range list {
		outcome, changes := replay.Compare(c, list[i].rows, &list[i].Case)
		t.Case(&list[i].Case, outcome, changes)
	}
	return t.Result()
}

// TestTheSameEditionChangesNothing on every published case, also loaded a second time.
func TestTheSameEditionChangesNothing(t *testing.T) {
	b, c := builtIn(t)
	list := published(t, c)
	again, err := catalogue.Load(b.FS())
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]*catalogue.Catalogue{"itself": c, "loaded again": again} {
		if got := tally(other, list); got.Same != len(list) || got.Cases != len(list) || len(got.By) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestWhoWouldBringWhat tells a condition that grew from one that shrank, and a paper in another's place, as one by one counting does.
func TestWhoWouldBringWhat(t *testing.T) {
	b, c := builtIn(t)
	list := published(t, c)
	const file, when = "_child-allowance.yaml", "child.relationship in ['grandchild', 'other'] && !facts.parents_abroad_designation"
	for name, x := range map[string]struct{ replacement, want string }{
		"nobody any more": {"false", replay.Fewer},
		"more":            {"child.relationship in ['grandchild', 'other']", replay.More},
		"everybody":       {"true", replay.More},
	} {
		got := tally(changed(t, b, file, when, x.replacement), list)
		if got.Cases != len(list) || got.Same+got.More+got.Fewer+got.Other+got.Unanswered != len(list) || len(got.By) == 0 {
			t.Fatalf("%s: %+v", name, got)
		}
		if (got.More > 0) != (x.want == replay.More) || (got.Fewer > 0) != (x.want == replay.Fewer) || got.Other+got.Unanswered > 0 {
			t.Errorf("%s: %+v", name, got)
		}
		whole, one := 0, 0
		for _, k := range got.By {
			if k.Document == "" {
				whole += k.More + k.Fewer
			} else if one += k.More + k.Fewer; k.Document != "support-statement" {
				t.Errorf("%s: %+v", name, k)
			}
		}
		if whole != got.More+got.Fewer || one != whole {
			t.Errorf("%s: %d in all, %d by document, of %+v", name, whole, one, got)
		}
	}
}

// TestWhatWasNotAskedThen leaves a case open instead of guessing.
func TestWhatWasNotAskedThen(t *testing.T) {
	b, c := builtIn(t)
	list := published(t, c)
	asks := changed(t, b, "pregnancy-support-benefit.yaml", "    facts:\n", "    facts:\n      - {name: new_question, type: boolean, "+
		"label: {ja: あ, plain: あ, en: a}, help: {ja: あ, plain: あ, en: a}}\n",
		"    example:\n", "    example:\n      new_question: true\n")
	got := tally(asks, list)
	if got.Unanswered == 0 || got.Same+got.Unanswered != len(list) {
		t.Errorf("%+v", got)
	}
}

// TestTalliesOfPartsAddUp to the tally of the whole, in any order.
func TestTalliesOfPartsAddUp(t *testing.T) {
	b, c := builtIn(t)
	list := published(t, c)
	other := changed(t, b, "_child-allowance.yaml", "child.relationship in ['grandchild', 'other'] && !facts.parents_abroad_designation", "true")
	sum := replay.NewTally()
	for from := 0; from < len(list); from += 37 {
		part := replay.NewTally()
		for i := from; i < min(from+37, len(list)); i++ {
			outcome, changes := replay.Compare(other, list[i].rows, &list[i].Case)
			part.Case(&list[i].Case, outcome, changes)
		}
		sum.Add(part)
	}
	want := tally(other, list)
	if got := sum.Result(); got.Cases != want.Cases || got.More != want.More || len(got.By) != len(want.By) || got.By[0] != want.By[0] {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func BenchmarkCompare(b *testing.B) {
	_, c := builtIn(b)
	list := published(b, c)
	for i := 0; b.Loop(); i++ {
		one := &list[i%len(list)]
		if outcome, _ := replay.Compare(c, one.rows, &one.Case); outcome != "" {
			b.Fatal(outcome)
		}
	}
}
