// Package provider is the other side of R7: what other bodies ask this municipality, as provider (情報提供者), to confirm. A
// request is worked by the order of app/rule/discrepancy (provider.go); about whom it is and what was found lies sealed
// under the municipality's key.
package provider

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

// States of a request.
const (
	StateOpen     = "open"     // the own data are being looked at
	StateAnswered = "answered" // the body that asked was told
	StateClosed   = "closed"
)

// Service has the use cases. It may be used from any number of goroutines.
type Service struct {
	dossiers *dossier.Service
	limits   discrepancy.Limits
}

// New makes the service; limits are the days after which a request that is not closed is overdue.
func New(dossiers *dossier.Service, limits discrepancy.Limits) *Service {
	return &Service{dossiers: dossiers, limits: limits}
}

// Request is what another body asks to confirm. Resident, Question and Steps are there when one is opened, not in a list.
type Request struct {
	ID, Inquirer, Item string
	State              string // StateOpen, StateAnswered, StateClosed
	Step               string // the last main step
	Outcome            string // corrected, confirmed, cannot-confirm; "" before
	SimilarCount       *int   // records found that were wrong in the same way; nil while nobody looked, and in a list also for none
	ReceivedAt, StepAt time.Time
	ClosedAt           *time.Time
	DaysOpen           int // calendar days in Japan
	DaysInStep         int
	Overdue            bool
	Version            int64

	Resident, Question string
	Steps              []Taken
	Next               []Allowed // every step, with the reason why one is not possible now
}

// Taken is one step that was taken: by whom (the id of a person), when, and the note.
type Taken struct {
	Step, By, Note string
	At             time.Time
	Count          *int // of similar-checked
}

// Allowed is a step, and why it is not possible now; "" if it is.
type Allowed struct {
	Step   string
	Reason fault.Reason
}

// asked is what lies sealed of a request.
type asked struct {
	Resident string `json:"resident"` // resident id (宛名番号)
	Question string `json:"question"`
}

func requestCell(id string) seal.Cell {
	return seal.Cell{Table: "provider_requests", Column: "sealed", Row: id}
}

func noteCell(step string) seal.Cell {
	return seal.Cell{Table: "provider_request_steps", Column: "sealed_note", Row: step}
}

func sealAsked(key seal.Key, id string, a asked) ([]byte, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return key.Seal(plain, requestCell(id))
}

// summary is a request without what lies sealed.
func (s *Service) summary(r *models.ProviderRequest, now time.Time) Request {
	clock := discrepancy.Clock{OpenedAt: r.ReceivedAt, StepAt: r.StepAt, ClosedAt: r.ClosedAt}
	out := Request{
		ID:         r.ID,
		Inquirer:   r.Inquirer,
		Item:       r.Item,
		State:      r.State,
		Step:       r.Step,
		Outcome:    r.Outcome,
		ReceivedAt: r.ReceivedAt.In(jp.JST),
		StepAt:     r.StepAt.In(jp.JST),
		DaysOpen:   clock.DaysOpen(now),
		DaysInStep: clock.DaysInStep(now),
		Overdue:    clock.Overdue(now, s.limits),
		Version:    r.Version,
	}
	if r.SimilarCount > 0 {
		out.SimilarCount = &r.SimilarCount
	}
	if r.ClosedAt != nil {
		at := r.ClosedAt.In(jp.JST)
		out.ClosedAt = &at
	}
	return out
}

// opened is a request as a whole.
func (s *Service) opened(key seal.Key, r *models.ProviderRequest, steps []models.ProviderRequestStep, now time.Time) (*Request, error) {
	plain, err := key.Open(r.Sealed, requestCell(r.ID))
	if err != nil {
		return nil, err
	}
	var a asked
	if err := json.Unmarshal(plain, &a); err != nil {
		return nil, err
	}
	out := s.summary(r, now)
	out.Resident, out.Question = a.Resident, a.Question
	for i := range steps {
		t, err := taken(key, &steps[i])
		if err != nil {
			return nil, err
		}
		if t.Count != nil {
			out.SimilarCount = t.Count
		}
		out.Steps = append(out.Steps, t)
	}
	file := fileOf(r, steps)
	for _, step := range discrepancy.ProviderSteps {
		may := Allowed{Step: string(step)}
		if _, err := discrepancy.ProviderNext(file, step); err != nil {
			may.Reason = fault.As(err).Reason
		}
		out.Next = append(out.Next, may)
	}
	return &out, nil
}

func taken(key seal.Key, s *models.ProviderRequestStep) (Taken, error) {
	note, err := key.Open(s.SealedNote, noteCell(s.ID))
	if err != nil {
		return Taken{}, err
	}
	out := Taken{Step: s.Step, By: s.StaffID, Note: string(note), At: s.At.In(jp.JST)}
	if s.Step == string(discrepancy.ProviderSimilar) {
		out.Count = &s.Count
	}
	return out, nil
}

// fileOf is a request as the rules see it. Similar records are looked for only after a correction, of which there is one.
func fileOf(r *models.ProviderRequest, steps []models.ProviderRequestStep) discrepancy.ProviderFile {
	return discrepancy.ProviderFile{Step: discrepancy.ProviderStep(r.Step), Outcome: discrepancy.ProviderStep(r.Outcome),
		Similar: slices.ContainsFunc(steps, func(s models.ProviderRequestStep) bool { return s.Step == string(discrepancy.ProviderSimilar) })}
}

// check collects what is wrong with a request, each with its pointer.
type check struct{ faults []fault.Detail }

func (c *check) fail(at, code string, reason fault.Reason) {
	c.faults = append(c.faults, fault.Detail{Code: code, Reason: reason, Pointer: at})
}

// text checks a free text (P4: never an individual number).
func (c *check) text(at, text string, needed bool) {
	if needed && strings.TrimSpace(text) == "" {
		c.fail(at, "required", "required")
		return
	}
	c.faults = append(c.faults, form.FreeTextFaults(at, text)...)
}

// err is the refusal, or nil. An individual number among the faults names it, because it must not be sent at all (P4).
func (c *check) err() error {
	if len(c.faults) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "", c.faults)
}
