package review_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kosodate.example/onestop/app/casetest"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

// history is what happened to the item on trial in one run, told apart from the program's own record of it.
type history struct {
	o        *office
	h        review.HeldCase
	answered bool // the network answered with facts
	direct   bool // the facts were obtained directly
	cannot   bool // the provider said that it cannot confirm: a problem in the sense of R5
	waived   bool
}

// acts are the use cases with arguments that would be taken; whether now, the program decides.
func (s *history) acts() map[string]func() error {
	o, h := s.o, s.h
	file := func(step string) func() error {
		return func() error {
			files := o.open(o.one, h.Case).Discrepancies
			if len(files) == 0 {
				return errNothing
			}
			return firstErr(o.step(h, files[len(files)-1].ID, step))
		}
	}
	acts := map[string]func() error{
		"read":      func() error { return firstErr(o.read(h, record, living, eligible)) },
		"misread":   func() error { return firstErr(o.read(h, record, differing(), eligible)) },
		"statement": func() error { return firstErr(o.read(h, statement, nil, eligible)) },
		"ask":       func() error { return o.ask(h.Case, record) },
		"answer":    func() error { return s.note(&s.answered, o.answerIfAsked(h.Case, living)) },
		"other":     func() error { return s.note(&s.answered, o.answerIfAsked(h.Case, differing())) },
		"silence":   func() error { return o.silence(h.Case, record, "no-record") },
		"alone": func() error {
			return firstErr(o.review.NetworkAlone(bg, o.one, h, record, review.NetworkAlone{ExplainedAt: time.Now().Add(-time.Minute), ExplainedHow: "電話"}))
		},
		"direct": func() error {
			return s.note(
				&s.direct,
				firstErr(
					o.review.Direct(bg, o.one, h, record, review.Direct{Source: "みなと町", ObtainedAt: time.Now().Add(-time.Minute), Facts: living, NoIndividualNumber: true}),
				),
			)
		},
		"paper": func() error {
			return firstErr(o.review.Paper(bg, o.one, h, record, review.PaperReceipt{ReceivedAt: time.Now().Add(-time.Millisecond)}))
		},
		"waive":   func() error { return s.note(&s.waived, firstErr(o.review.Waive(bg, o.one, h, record, "不要"))) },
		"correct": func() error { return s.correct() },
		"cannot":  func() error { return s.note(&s.cannot, file("provider-cannot-confirm")()) },
	}
	acts["to the paper"] = func() error { // the whole way of R7 (3ii), which chance alone seldom goes
		for _, step := range []string{"operation-checked", "system-checked", "provider-asked", "cannot", "closed"} {
			if err := acts[step](); err != nil {
				return err
			}
		}
		return nil
	}
	for _, step := range []string{"operation-checked", "system-checked", "own-fault-corrected", "provider-asked", "provider-corrected", "provider-confirmed",
		"closed"} {
		acts[step] = file(step)
	}
	return acts
}

func (s *history) note(what *bool, err error) error {
	*what = *what || err == nil
	return err
}

// correct asks for the document again and goes on without it.
func (s *history) correct() error {
	n, err := s.o.review.Correct(bg, s.o.one, s.h, review.Asked{Items: []dossier.DocumentRef{record}, Text: "もう一度", Due: inDays(2)})
	if err != nil {
		return err
	}
	s.o.Exec(`update corrections set due_on = current_date - 2 where application_id = $1 and number = $2`, s.h.Case, n)
	return s.o.review.Lapse(bg, s.o.one, s.h, n)
}

// answerIfAsked is the network's answer, if it was asked.
func (o *office) answerIfAsked(id string, facts map[string]any) error {
	if casetest.Value[int](o, `select count(*) from inquiries where application_id = $1 and state = 'waiting'`, id) == 0 {
		return errNothing
	}
	return o.answer(id, record, facts)
}

type nothing struct{}

func (nothing) Error() string { return "there is nothing to do it to" }

var errNothing = nothing{}

// R5: except where a problem occurred, no sequence of the use cases ends in an approval on attachments alone.
func TestR5NeverOnAttachmentsAlone(t *testing.T) {
	o := newOffice(t)
	approved := 0
	rapid.Check(t, func(r *rapid.T) {
		attached := []dossier.DocumentRef{statement}
		if rapid.Bool().Draw(r, "attached") {
			attached = append(attached, record)
		}
		s := &history{o: o, h: o.begun(o.claim(hinata), attached...)}
		acts := s.acts()
		names := slices.Sorted(maps.Keys(acts))
		for range rapid.IntRange(4, 14).Draw(r, "acts") {
			_ = acts[rapid.SampledFrom(names).Draw(r, "act")]() // refused or not
		}
		if err := acts["statement"](); err != nil && o.ItemState(s.h.Case, statement) != models.ItemMatched {
			r.Fatalf("the statement: %s", casetest.Details(err))
		}
		_, err := o.review.Decide(bg, o.one, s.h, review.Verdict{Outcome: models.Approved})
		state := o.ItemState(s.h.Case, record)
		if err == nil {
			approved++
		}
		settled := state == models.ItemMatched || state == models.ItemResolved || state == models.ItemWaived
		switch {
		case err == nil && !settled:
			r.Fatalf("approved while the item is %s", state)
		case err == nil && s.waived:
			r.Fatal("waived, though the facts call for it")
		case err == nil && !s.answered && !s.direct && !s.cannot:
			r.Fatalf("approved on attachments alone; the item is %s", state)
		}
	})
	if approved == 0 {
		t.Error("no sequence ended in an approval: the test says nothing")
	}
}
