package nws

import (
	"errors"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/individual"
)

// Result is the kind of a reply (review.md, "Inquiries").
type Result string

// The kinds. Only Answered carries facts; Timeout and ManualAnswerPending may become another kind when polled again.
const (
	Answered            Result = "answered"
	NoRecord            Result = "no-record"
	NoLinkingCode       Result = "no-linking-code" // 符号なし: a newborn, or somebody who has just moved (P7)
	NotPermitted        Result = "not-permitted"
	NotDisclosed        Result = "not-disclosed"
	ManualAnswerPending Result = "manual-answer-pending"
	Timeout             Result = "timeout"
	Duplicate           Result = "duplicate"
	Undeclared          Result = "undeclared" // tax not declared, which is not the same as zero
)

// Results are all kinds; any other in an answer is an error.
var Results = []Result{Answered, NoRecord, NoLinkingCode, NotPermitted, NotDisclosed, ManualAnswerPending, Timeout, Duplicate, Undeclared}

// Outcome is what a poll learns.
type Outcome struct {
	Pending    bool           // no reply yet; only PollAfter has a meaning then
	PollAfter  time.Duration  // before that, polling again is of no use
	Result     Result         // the kind of reply
	Provider   string         // code of the body that holds the item; may be empty for other kinds than Answered
	Facts      map[string]any // only for Answered, and at least one: string, bool or float64 (as encoding/json gives), dates YYYY-MM-DD
	AnsweredAt time.Time      // by the network's clock
	Err        error          // of PollMany: this inquiry alone has no outcome; nil, not-found or unavailable
}

// outcomeJSON is an outcome on the wire.
type outcomeJSON struct {
	Reference   string         `json:"reference"`
	State       string         `json:"state"` // pending, done, unknown (of a batch)
	PollAfterMS int64          `json:"poll_after_ms,omitempty"`
	Result      Result         `json:"result,omitempty"`
	Provider    string         `json:"provider,omitempty"`
	Facts       map[string]any `json:"facts,omitempty"`
	AnsweredAt  time.Time      `json:"answered_at,omitzero"`
}

// maxWait bounds what the network may ask for between two polls, so that no answer is forgotten for days.
const maxWait = time.Hour

// wait reads milliseconds within reason.
func wait(ms int64) time.Duration {
	return time.Duration(min(max(ms, 0), maxWait.Milliseconds())) * time.Millisecond
}

// outcome checks what the network says on one inquiry. The errors tell nothing of facts.
func (o outcomeJSON) outcome() (Outcome, error) {
	switch {
	case o.State == "pending" && o.Result == "" && o.Facts == nil:
		return Outcome{Pending: true, PollAfter: wait(o.PollAfterMS)}, nil
	case o.State != "done":
		return Outcome{}, errors.New("an outcome in a state that is not agreed on")
	case !slices.Contains(Results, o.Result):
		return Outcome{}, errors.New("a kind of reply that is not agreed on")
	case o.AnsweredAt.IsZero():
		return Outcome{}, errors.New("a reply without its instant")
	case o.Provider != "" && !mutual.IsToken(o.Provider):
		return Outcome{}, errors.New("a provider that is no code")
	case o.Result != Answered && o.Facts != nil:
		return Outcome{}, errors.New("facts beside a reply that is no answer")
	}
	if o.Result == Answered {
		if o.Provider == "" || len(o.Facts) == 0 {
			return Outcome{}, errors.New("an answer without its provider or its facts")
		}
		if err := checkFacts(o.Facts); err != nil {
			return Outcome{}, err
		}
	}
	return Outcome{
		Result:     o.Result,
		Provider:   o.Provider,
		Facts:      o.Facts,
		AnsweredAt: o.AnsweredAt,
		PollAfter:  wait(o.PollAfterMS),
	}, nil
}

// Bounds of an answer's facts.
const (
	maxFacts     = 64
	maxFactRunes = 1_000
)

var factName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// checkFacts accepts flat facts alone: what is deeper, no field of the catalogue could be compared with.
func checkFacts(facts map[string]any) error {
	if len(facts) > maxFacts {
		return errors.New("an answer with too many facts")
	}
	for name, value := range facts {
		if !factName.MatchString(name) {
			return errors.New("a fact whose name is no name")
		}
		switch v := value.(type) {
		case string:
			if utf8.RuneCountInString(v) > maxFactRunes {
				return errors.New("a fact that is too long")
			}
		case float64, bool:
		default:
			return errors.New("a fact that is neither text, number nor yes or no")
		}
		if individual.In(value) {
			return errors.New("a fact that looks like an individual number")
		}
	}
	return nil
}
