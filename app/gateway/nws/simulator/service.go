package simulator

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kosodate.example/onestop/app/gateway/mutual"
	"kosodate.example/onestop/app/gateway/residents"
	"kosodate.example/onestop/app/individual"
)

// counters count since the start.
type counters struct{ submitted, processed, repeated, refused, lost, polled, answered atomic.Int64 }

// Totals are the counters at one moment.
type Totals struct {
	Submitted int64 `json:"submitted"` // inquiries that came, repeated ones too
	Processed int64 `json:"processed"` // taken for the first time
	Repeated  int64 `json:"repeated"`  // with a key that was known
	Refused   int64 `json:"refused"`
	Lost      int64 `json:"lost"` // calls whose answer was cut off
	Polled    int64 `json:"polled"`
	Answered  int64 `json:"answered"` // inquiries that have their final reply
	Waiting   int   `json:"waiting"`  // kept in memory now, answered ones too
}

// Totals gives the counters.
func (s *Server) Totals() Totals {
	c := &s.counts
	return Totals{
		Submitted: c.submitted.Load(),
		Processed: c.processed.Load(),
		Repeated:  c.repeated.Load(),
		Refused:   c.refused.Load(),
		Lost:      c.lost.Load(),
		Polled:    c.polled.Load(),
		Answered:  c.answered.Load(),
		Waiting:   s.inquiries.len(),
	}
}

// submission is an inquiry, or a request for own information, on the wire.
type submission struct {
	Key      string    `json:"key"`
	Inquirer string    `json:"inquirer"`
	Affair   string    `json:"affair"`
	Item     string    `json:"item"`
	Basis    string    `json:"basis"`
	Resident string    `json:"resident"`
	Subject  string    `json:"subject"`
	AsOf     time.Time `json:"as_of"`
}

type ticket struct {
	Key         string          `json:"key"`
	Reference   string          `json:"reference,omitempty"`
	Provider    string          `json:"provider,omitempty"`
	PollAfterMS int64           `json:"poll_after_ms,omitempty"`
	Status      int             `json:"status,omitempty"`
	Refusal     *mutual.Refusal `json:"refusal,omitempty"`
}

// mark is in front of the key in a reference.
const mark = "NW-"

func (s *Server) service() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/inquiries", s.submit)
	mux.HandleFunc("POST /v1/inquiries/batch", s.submitBatch)
	mux.HandleFunc("POST /v1/own", s.own)
	mux.HandleFunc("GET /v1/inquiries/{reference}", s.poll)
	mux.HandleFunc("POST /v1/polls", s.pollBatch)
	mux.HandleFunc("GET /v1/health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	return http.MaxBytesHandler(mux, 4<<20)
}

// read reads a body strictly; false if it was refused.
func read(w http.ResponseWriter, r *http.Request, into any) bool {
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = mutual.Decode(text, into)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, refusal("malformed", "", 0))
	}
	return err == nil
}

func refusal(code, provider string, retryAfter int) mutual.Refusal {
	return mutual.Refusal{Code: code, Provider: provider, RetryAfter: retryAfter}
}

func refuse(w http.ResponseWriter, status int, r mutual.Refusal) { writeJSON(w, status, r) }

func (s *Server) submit(w http.ResponseWriter, r *http.Request) {
	var in submission
	if read(w, r, &in) {
		s.reply(w, s.accept(in))
	}
}

func (s *Server) own(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Key   string `json:"key"`
		Login string `json:"login"`
		Item  string `json:"item"`
	}
	if !read(w, r, &in) {
		return
	}
	id := residents.OfLogin(in.Login)
	person, _ := s.o.Data.Resident(id)
	s.reply(w, s.accept(submission{Key: in.Key, Inquirer: person.Municipality, Item: in.Item, Resident: id}))
}

func (s *Server) reply(w http.ResponseWriter, t ticket) {
	s.lose()
	if t.Refusal != nil {
		refuse(w, t.Status, *t.Refusal)
		return
	}
	writeJSON(w, http.StatusAccepted, t)
}

// lose cuts the connection where a fault asks for it: what was taken stays taken.
func (s *Server) lose() {
	if s.faults.lose() {
		s.counts.lost.Add(1)
		panic(http.ErrAbortHandler)
	}
}

func (s *Server) submitBatch(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Inquiries []submission `json:"inquiries"`
	}
	if !read(w, r, &in) || !s.fits(w, len(in.Inquiries)) {
		return
	}
	out := struct {
		Submitted []ticket `json:"submitted"`
	}{make([]ticket, 0, len(in.Inquiries))}
	for _, one := range in.Inquiries {
		out.Submitted = append(out.Submitted, s.accept(one))
	}
	s.lose()
	writeJSON(w, http.StatusAccepted, out)
}

func (s *Server) fits(w http.ResponseWriter, n int) bool {
	ceiling := s.o.MaxBatch
	if f := s.faults.get(); f.MaxBatch > 0 {
		ceiling = f.MaxBatch
	}
	if n > ceiling {
		refuse(w, http.StatusTooManyRequests, mutual.Refusal{Code: "batch-too-large", RetryAfter: 1, MaxBatch: ceiling})
	}
	return n <= ceiling
}

// accept takes an inquiry, once a key.
func (s *Server) accept(in submission) ticket {
	s.counts.submitted.Add(1)
	refused := func(status int, r mutual.Refusal) ticket {
		s.counts.refused.Add(1)
		return ticket{Key: in.Key, Status: status, Refusal: &r}
	}
	if in.Key == "" || in.Resident == "" || individual.InText(in.Resident) {
		return refused(http.StatusUnprocessableEntity, refusal("invalid-inquiry", "", 0))
	}
	if !slices.Contains(residents.Items, in.Item) {
		return refused(http.StatusUnprocessableEntity, refusal("unknown-item", "", 0))
	}
	held, known := s.o.Data.Holds(in.Resident, in.Item)
	person, _ := s.o.Data.Resident(in.Resident)
	resident := in.Resident
	if !known || person.Municipality != in.Inquirer { // an id is worth something in its own municipality only
		held.Provider, resident = "", "" // nobody: no linking code
	}
	f := s.faults.get()
	if slices.Contains(f.ProvidersDown, held.Provider) && !s.inquiries.known(in.Key) {
		return refused(http.StatusServiceUnavailable, refusal("provider-down", held.Provider, 5))
	}
	delay := s.o.Delay
	if f.AnswerDelay > 0 {
		delay = time.Duration(f.AnswerDelay)
	}
	taken, fresh, err := s.inquiries.add(in.Key, inquiry{
		resident: strings.Clone(resident),
		item:     in.Item,
		provider: held.Provider,
		ready:    s.o.Now().Add(delay),
	})
	if errors.Is(err, errKeyReused) {
		return refused(http.StatusConflict, refusal("key-reused", "", 0))
	}
	if fresh {
		s.counts.processed.Add(1)
	} else {
		s.counts.repeated.Add(1)
	}
	return ticket{
		Key:         in.Key,
		Reference:   mark + in.Key,
		Provider:    taken.provider,
		PollAfterMS: max(0, taken.ready.Sub(s.o.Now()).Milliseconds()),
	}
}
