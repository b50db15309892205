package simulator

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/gateway/nws"
)

// outcome is a reply on the wire.
type outcome struct {
	Reference   string         `json:"reference"`
	State       string         `json:"state"`
	PollAfterMS int64          `json:"poll_after_ms,omitempty"`
	Result      nws.Result     `json:"result,omitempty"`
	Provider    string         `json:"provider,omitempty"`
	Facts       map[string]any `json:"facts,omitempty"`
	AnsweredAt  time.Time      `json:"answered_at,omitzero"`
}

func (s *Server) poll(w http.ResponseWriter, r *http.Request) {
	reply, known := s.look(r.PathValue("reference"))
	if !known {
		refuse(w, http.StatusNotFound, refusal("unknown-reference", "", 0))
		return
	}
	writeJSON(w, http.StatusOK, reply)
}

func (s *Server) pollBatch(w http.ResponseWriter, r *http.Request) {
	var in struct {
		References []string `json:"references"`
	}
	if !read(w, r, &in) || !s.fits(w, len(in.References)) {
		return
	}
	twice := s.faults.get().Duplicate == DuplicateAnswer
	out := struct {
		Outcomes []json.RawMessage `json:"outcomes"`
	}{make([]json.RawMessage, 0, len(in.References))}
	for _, reference := range in.References {
		reply, known := s.look(reference)
		if !known {
			reply = encode(outcome{Reference: reference, State: "unknown"})
		}
		out.Outcomes = append(out.Outcomes, reply)
		if twice {
			out.Outcomes = append(out.Outcomes, reply)
		}
	}
	writeJSON(w, http.StatusOK, out)
}

func encode(o outcome) json.RawMessage {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // an outcome is texts and numbers, overrides were read from JSON
	}
	return text
}

// look gives the reply to an inquiry, pending if there is none yet.
func (s *Server) look(reference string) (reply json.RawMessage, known bool) {
	s.counts.polled.Add(1)
	key, marked := strings.CutPrefix(reference, mark)
	if !marked {
		return nil, false
	}
	f, now := s.faults.get(), s.o.Now()
	known = s.inquiries.update(key, func(i *inquiry) {
		down := slices.Contains(f.ProvidersDown, i.provider)
		switch {
		case i.reply != nil:
			reply = i.reply
		case down || now.Before(i.ready):
			wait := max(i.ready.Sub(now), 50*time.Millisecond)
			if down {
				wait = max(wait, s.o.Delay)
			}
			reply = encode(outcome{Reference: reference, State: "pending", PollAfterMS: wait.Milliseconds()})
		case f.Late && !i.late:
			i.late = true
			reply = encode(outcome{
				Reference:   reference,
				State:       "done",
				Result:      nws.Timeout,
				Provider:    i.provider,
				AnsweredAt:  now,
				PollAfterMS: s.o.Delay.Milliseconds(),
			})
		default:
			answer := s.answer(reference, i, f, now)
			if answer.Result == nws.Timeout || answer.Result == nws.ManualAnswerPending { // the answer may still come
				answer.PollAfterMS = s.o.Delay.Milliseconds()
				reply = encode(answer)
				return
			}
			reply = encode(answer)
			i.reply, i.replied = reply, now
			s.counts.answered.Add(1)
		}
	})
	return reply, known
}

// answer makes the final reply of a provider.
func (s *Server) answer(reference string, i *inquiry, f Faults, now time.Time) outcome {
	o := outcome{
		Reference:  reference,
		State:      "done",
		Provider:   i.provider,
		AnsweredAt: now.UTC(),
		Result:     nws.NoLinkingCode,
	}
	if i.resident != "" {
		held := s.holds(i.resident, i.item)
		o.Result, o.Facts = nws.Result(held.Result), held.Facts
	}
	if forced, yes := f.Results[i.item]; yes && (forced != nws.Answered || o.Facts != nil) {
		o.Result = forced
	}
	if f.Duplicate == DuplicateResult {
		o.Result = nws.Duplicate
	}
	if o.Result != nws.Answered {
		o.Facts = nil
		return o
	}
	if prefectural, has := o.Facts["prefectural_income_levy"]; has && f.WrongField {
		o.Facts["municipal_income_levy"] = prefectural
	}
	return o
}
