package mutual

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"kosodate.example/onestop/app/fault"
)

// Refusal is the body of an answer with a status of 400 or above, as both peers write it.
type Refusal struct {
	Code       string `json:"code"`                  // of the peer, such as provider-down
	Provider   string `json:"provider,omitempty"`    // whom it is about, if it is about one
	RetryAfter int    `json:"retry_after,omitempty"` // seconds after which asking again makes sense
	MaxBatch   int    `json:"max_batch,omitempty"`   // how many the peer takes at once, if that was the reason
}

// token is what a code or a provider's code looks like. Anything else a peer sends could carry personal data into a log.
var token = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// IsToken says whether s is a short code of letters, digits, dots, hyphens and underscores.
func IsToken(s string) bool { return token.MatchString(s) }

// Unavailable is the fault for a peer that gives no answer that can be used; the cause is for logs and must tell nothing of
// persons.
func (p *Peer) Unavailable(cause error) *fault.Error {
	return fault.New(fault.Unavailable, fault.CodeUnavailable, p.o.Silent).Note("component", p.o.Component).Because(cause)
}

// Fault is the fault of a refusal with an HTTP status: 404 not-found; 400, 409, 413 and 422 invalid-request, which asking
// again does not mend; 429 too-many-requests; any other unavailable. Extra: component, and as far as the peer says so
// provider, retry_after (seconds), max_batch and reason (its code).
func (p *Peer) Fault(status int, r Refusal) *fault.Error {
	f := p.kind(status)
	if IsToken(r.Code) {
		f = f.Note("reason", r.Code)
	}
	if IsToken(r.Provider) {
		f = f.Note("provider", r.Provider)
	}
	if r.RetryAfter > 0 {
		f = f.Note("retry_after", strconv.Itoa(r.RetryAfter))
	}
	if r.MaxBatch > 0 {
		f = f.Note("max_batch", strconv.Itoa(r.MaxBatch))
	}
	return f.Note("component", p.o.Component)
}

func (p *Peer) kind(status int) *fault.Error {
	switch status {
	case http.StatusNotFound:
		return fault.New(fault.NotFound, fault.CodeNotFound, "unknown-elsewhere")
	case http.StatusBadRequest, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return fault.New(fault.Refused, fault.CodeInvalidRequest, "refused-elsewhere")
	case http.StatusTooManyRequests:
		return fault.New(fault.TooMany, fault.CodeTooMany, "")
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, p.o.Silent).Because(fmt.Errorf("status %d", status))
}

// refused reads a refusal loosely: what stands in front of a service that is down answers in HTML.
func (p *Peer) refused(res *http.Response, text []byte) error {
	var r Refusal
	if json.Unmarshal(text, &r) != nil {
		r = Refusal{}
		// A 404 or a 413 of something in front of the service says nothing about the inquiry.
		if res.StatusCode != http.StatusTooManyRequests {
			return p.Unavailable(fmt.Errorf("status %d with something else than JSON", res.StatusCode))
		}
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && r.RetryAfter == 0 {
		r.RetryAfter = seconds
	}
	return p.Fault(res.StatusCode, r)
}
