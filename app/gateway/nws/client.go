// Package nws asks the inter-agency network (情報提供ネットワークシステム) what other bodies know of a resident, and for a
// person's own information (自己情報).
//
// Asking is asynchronous: Submit, wait, Poll. An inquiry has an idempotency key, so that whoever does not know whether an
// inquiry was taken submits it again and the network still asks once. No call holds anything while it waits for an answer.
package nws

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
)

// Component is the name under which the network appears in a 503 and on /readyz.
const Component = "inter-agency-network"

// DefaultMaxBatch is how many inquiries are sent at once.
const DefaultMaxBatch = 100

// maxAnswer bounds an answer in bytes: a batch of the largest reasonable answers.
const maxAnswer = 4 << 20

// Options say where the network is.
type Options struct {
	URL      string        // "https://nws.example:8443"
	TLS      *tls.Config   // of mutual.LoadClient
	Timeout  time.Duration // of one call; zero is mutual.DefaultTimeout
	MaxBatch int           // of SubmitMany and PollMany; zero is DefaultMaxBatch
}

// Client asks the network. It may be used from any number of goroutines.
//
// The errors of its methods are *fault.Error with Extra "component" = Component, and as far as the network says so
// "provider", "retry_after" (seconds) and "reason": unavailable if the network cannot be reached or gives no answer that
// can be used; too-many-requests; invalid-request if asking again gives the same; individual-number if the inquiry holds
// what looks like one. A cancelled context gives its own cause. Their texts hold no facts and no resident.
type Client struct {
	peer     *mutual.Peer
	maxBatch atomic.Int64
}

// New makes a client; it does not connect.
func New(o Options) *Client {
	c := &Client{peer: mutual.NewPeer(mutual.Options{
		URL:       o.URL,
		TLS:       o.TLS,
		Timeout:   o.Timeout,
		Component: Component,
		MaxAnswer: maxAnswer,
		Silent:    "network-silent",
	})}
	if o.MaxBatch <= 0 {
		o.MaxBatch = DefaultMaxBatch
	}
	c.maxBatch.Store(int64(o.MaxBatch))
	return c
}

// MaxBatch is how many inquiries SubmitMany and PollMany take: as configured, or what the network last said it takes if
// that is fewer.
func (c *Client) MaxBatch() int { return int(c.maxBatch.Load()) }

type inquiryJSON struct {
	Key      string    `json:"key"`
	Inquirer string    `json:"inquirer"`
	Affair   string    `json:"affair"`
	Item     string    `json:"item"`
	Basis    string    `json:"basis"`
	Resident string    `json:"resident"`
	Subject  string    `json:"subject"`
	AsOf     time.Time `json:"as_of"`
}

type ticketJSON struct {
	Key         string          `json:"key"`
	Reference   string          `json:"reference,omitempty"`
	Provider    string          `json:"provider,omitempty"`
	PollAfterMS int64           `json:"poll_after_ms,omitempty"`
	Status      int             `json:"status,omitempty"` // of a batch: 400 or above with the refusal of this inquiry
	Refusal     *mutual.Refusal `json:"refusal,omitempty"`
}

// ticket checks that the network took the inquiry with that key.
func (t ticketJSON) ticket(key string) (Ticket, error) {
	if t.Key != key || t.Refusal != nil || !isReference(t.Reference) || t.Provider != "" && !mutual.IsToken(t.Provider) {
		return Ticket{}, errors.New("a ticket that is not agreed on")
	}
	return Ticket{Reference: t.Reference, Provider: t.Provider, PollAfter: wait(t.PollAfterMS)}, nil
}

func isReference(s string) bool { return len(s) <= 100 && s != "" && url.PathEscape(s) == s }

// Submit asks. After an error it is not known whether the network took the inquiry: submit it again with the same key.
func (c *Client) Submit(ctx context.Context, i Inquiry) (Ticket, error) {
	if err := i.check(); err != nil {
		return Ticket{}, err
	}
	return c.submit(ctx, "/v1/inquiries", i.Key, inquiryJSON(i))
}

// Own asks for a person's own information. The answer is fetched with Poll.
func (c *Client) Own(ctx context.Context, o OwnRequest) (Ticket, error) {
	if err := o.check(); err != nil {
		return Ticket{}, err
	}
	return c.submit(ctx, "/v1/own", o.Key, struct {
		Key   string `json:"key"`
		Login string `json:"login"`
		Item  string `json:"item"`
	}(o))
}

func (c *Client) submit(ctx context.Context, path, key string, body any) (Ticket, error) {
	var answer ticketJSON
	if err := c.peer.Call(ctx, http.MethodPost, path, body, &answer); err != nil {
		return Ticket{}, err
	}
	t, err := answer.ticket(key)
	if err != nil {
		return Ticket{}, c.peer.Unavailable(err)
	}
	return t, nil
}

// Poll looks for the reply to an inquiry. Asked again, a finished one gives the same. Error: not-found if the network does
// not know the reference, or no longer: submit the inquiry again.
func (c *Client) Poll(ctx context.Context, reference string) (Outcome, error) {
	if !isReference(reference) {
		return Outcome{}, fault.ErrNotFound.Note("component", Component)
	}
	var answer outcomeJSON
	if err := c.peer.Call(ctx, http.MethodGet, "/v1/inquiries/"+reference, nil, &answer); err != nil {
		return Outcome{}, err
	}
	if answer.Reference != reference {
		return Outcome{}, c.peer.Unavailable(errors.New("the outcome of another inquiry"))
	}
	o, err := answer.outcome()
	if err != nil {
		return Outcome{}, c.peer.Unavailable(err)
	}
	return o, nil
}

// Ready says whether the network answers this client; unavailable if not. For /readyz.
func (c *Client) Ready(ctx context.Context) error {
	var answer struct {
		Status string `json:"status"`
	}
	if err := c.peer.Call(ctx, http.MethodGet, "/v1/health", nil, &answer); err != nil {
		return err
	}
	if answer.Status != "ok" {
		return c.peer.Unavailable(errors.New("it says that it is not ready"))
	}
	return nil
}
