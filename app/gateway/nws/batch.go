package nws

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/mutual"
)

// SubmitMany asks a batch: one result an inquiry, in the order given. An inquiry that is refused does not hurt the others;
// its Err says why. The error is of the batch as a whole, and then nothing is known of any of its inquiries: submit them
// again with the same keys. Above MaxBatch it is too-many-requests with Extra "max_batch", and MaxBatch tells the
// lower ceiling from then on.
func (c *Client) SubmitMany(ctx context.Context, list []Inquiry) ([]Submitted, error) {
	if err := c.fits(len(list)); err != nil {
		return nil, err
	}
	out := make([]Submitted, len(list))
	place := map[string]int{} // of a key in out
	var body struct {
		Inquiries []inquiryJSON `json:"inquiries"`
	}
	for i, q := range list {
		out[i].Key = q.Key
		err := q.check()
		if _, twice := place[q.Key]; twice && err == nil {
			err = unfit("its key stands twice in the batch")
		}
		if out[i].Err = err; err == nil {
			place[q.Key] = i
			body.Inquiries = append(body.Inquiries, inquiryJSON(q))
		}
	}
	if len(body.Inquiries) == 0 {
		return out, nil
	}
	var answer struct {
		Submitted []ticketJSON `json:"submitted"`
	}
	if err := c.peer.Call(ctx, http.MethodPost, "/v1/inquiries/batch", body, &answer); err != nil {
		return nil, c.learn(err)
	}
	for _, t := range answer.Submitted {
		i, asked := place[t.Key]
		if !asked {
			return nil, c.peer.Unavailable(errors.New("a ticket twice, or for an inquiry that was not made"))
		}
		delete(place, t.Key)
		out[i].Ticket, out[i].Err = c.one(t)
	}
	for _, i := range place {
		out[i].Err = c.peer.Unavailable(errors.New("no ticket in the answer"))
	}
	return out, nil
}

// one reads what became of one inquiry of a batch.
func (c *Client) one(t ticketJSON) (Ticket, error) {
	if t.Refusal != nil && t.Status >= http.StatusBadRequest {
		return Ticket{}, c.peer.Fault(t.Status, *t.Refusal)
	}
	ticket, err := t.ticket(t.Key)
	if err != nil {
		return Ticket{}, c.peer.Unavailable(err)
	}
	return ticket, nil
}

// PollMany looks for the replies to several inquiries, at most MaxBatch. Every reference is in the map; one that the
// network does not know, or answers with what is no outcome, has an Err. The error is of the batch as a whole.
func (c *Client) PollMany(ctx context.Context, references []string) (map[string]Outcome, error) {
	if err := c.fits(len(references)); err != nil {
		return nil, err
	}
	out := make(map[string]Outcome, len(references))
	body := struct {
		References []string `json:"references"`
	}{}
	for _, r := range references {
		if _, twice := out[r]; twice {
			continue
		}
		if !isReference(r) {
			out[r] = Outcome{Err: fault.ErrNotFound.Note("component", Component)}
			continue
		}
		out[r] = Outcome{Err: c.peer.Unavailable(errors.New("no outcome in the answer"))}
		body.References = append(body.References, r)
	}
	if len(body.References) == 0 {
		return out, nil
	}
	var answer struct {
		Outcomes []outcomeJSON `json:"outcomes"`
	}
	if err := c.peer.Call(ctx, http.MethodPost, "/v1/polls", body, &answer); err != nil {
		return nil, c.learn(err)
	}
	said := map[string]outcomeJSON{}
	for _, o := range answer.Outcomes {
		if _, asked := out[o.Reference]; !asked {
			return nil, c.peer.Unavailable(errors.New("the outcome of an inquiry that was not asked for"))
		}
		// The network is known to answer twice. The same twice is one answer; two different ones are none.
		if before, twice := said[o.Reference]; twice && !reflect.DeepEqual(before, o) {
			out[o.Reference] = Outcome{Err: c.peer.Unavailable(errors.New("two outcomes that contradict each other"))}
			continue
		} else if !twice {
			said[o.Reference] = o
			out[o.Reference] = c.read(o)
		}
	}
	return out, nil
}

func (c *Client) read(j outcomeJSON) Outcome {
	if j.State == "unknown" {
		return Outcome{Err: c.peer.Fault(http.StatusNotFound, mutual.Refusal{})}
	}
	o, err := j.outcome()
	if err != nil {
		return Outcome{Err: c.peer.Unavailable(err)}
	}
	return o
}

func (c *Client) fits(n int) error {
	if ceiling := c.MaxBatch(); n > ceiling {
		return fault.New(fault.TooMany, fault.CodeTooMany, "batch-too-large").
			Note("component", Component).Note("max_batch", strconv.Itoa(ceiling)).Note("reason", "batch-too-large")
	}
	return nil
}

// learn lowers the ceiling to what the network says it takes, and returns the error.
func (c *Client) learn(err error) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.TooMany {
		return err
	}
	if ceiling, bad := strconv.ParseInt(f.Extra["max_batch"], 10, 32); bad == nil && ceiling > 0 {
		for now := c.maxBatch.Load(); ceiling < now && !c.maxBatch.CompareAndSwap(now, ceiling); {
			now = c.maxBatch.Load()
		}
	}
	return err
}
