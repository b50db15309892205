package staff

import (
	"crypto/sha256"
	"net/url"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// donePage says of each case that was chosen what became of it.
type donePage struct {
	Do      string // what was done: take, ask, assign
	Done    int
	Results []doneCase
	Back    string
}

type doneCase struct {
	queue.Accepted
	Receipt, Name string
	Text          string // why not; or what is left to do
}

// bulk does one thing with each of the chosen cases: it is taken, the network is asked for it, or it is given to a colleague.
func (p *pages) bulk(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	out := &donePage{Do: r.Value("do"), Back: back(r.Value("back"))}
	req, err := r.Once("POST /staff/queue/bulk " + out.Do)
	if err != nil {
		return err
	}
	ids := values["application"]
	var all []queue.Accepted
	switch out.Do {
	case "take", "ask":
		all, err = p.Queue.BulkTake(r.Ctx, r.Actor, req, ids)
	case "assign":
		all, err = p.Queue.BulkAssign(r.Ctx, r.Actor, req, ids, r.Value("to"))
	default:
		return fault.ErrNotFound
	}
	if err != nil {
		return r.Again("staff/accepted", out, err)
	}
	asks := out.Do == "ask"
	if out.Do == "take" {
		if asks, err = p.Queue.Asks(r.Ctx, r.Actor); err != nil {
			return err
		}
	}
	labels, err := p.labels(r, ids)
	if err != nil {
		return err
	}
	for _, one := range all {
		row := doneCase{Accepted: one, Receipt: labels[one.ID].ReceiptNumber, Name: labels[one.ID].Entry.Name}
		switch {
		case !one.Accepted:
			row.Text = present.QueueRefusal(one.Code, one.Extra["held_by"], one.Reason, r.Lang)
		case asks:
			if err := p.askNow(r, one.ID, one.Fence, req.Key); err != nil {
				row.Text = notAsked(r, err)
			}
		}
		if one.Accepted {
			out.Done++
		}
		out.Results = append(out.Results, row)
	}
	return r.Show("staff/accepted", out)
}

// labels are the numbers and names of cases, as far as the reader may see them.
func (p *pages) labels(r *page.Request, ids []string) (map[string]queued, error) {
	entries, _, err := p.Queue.List(r.Ctx, r.Actor, queue.Filter{IDs: ids, Limit: queue.MaxBulk})
	out := map[string]queued{}
	for _, e := range entries {
		out[e.ID] = queued{Entry: e}
	}
	return out, err
}

// askNow asks the network for every item of a case that may be asked for, once a key.
func (p *pages) askNow(r *page.Request, id string, fence int64, key string) error {
	sum := sha256.Sum256([]byte(id))
	req := dossier.Request{Route: "POST /staff/queue/ask " + id, Key: key, BodyHash: sum[:]}
	_, err := p.Linkage.Ask(r.Ctx, r.Actor, req, id, fence, nil)
	if f := fault.As(err); f != nil && f.Sentence() == "nothing-to-ask" {
		return nil // that is no news to whoever did not ask for one item
	}
	return err
}

// next claims the case that is to be worked on next, asks the network for it where the office wants that, and opens it.
func (p *pages) next(r *page.Request) error {
	req, err := r.Once("POST /staff/queue/next")
	if err != nil {
		return err
	}
	return p.openNext(r, req, "")
}

// afterDecision is next for a decision that was made just now: the next case says which one was decided.
func (p *pages) afterDecision(r *page.Request, decided string) error {
	labels, err := p.labels(r, []string{decided})
	if err != nil {
		return err
	}
	req := dossier.Request{Route: "POST /staff/queue/next", Key: models.NewID(), BodyHash: []byte("after a decision")}
	return p.openNext(r, req, labels[decided].ReceiptNumber)
}

// openNext opens the next case, or the list with the word that there is none; both name the case that was decided before, if one was.
func (p *pages) openNext(r *page.Request, req dossier.Request, decided string) error {
	taken, err := p.Queue.Next(r.Ctx, r.Actor, req)
	if err != nil {
		return err
	}
	if taken == nil {
		return r.Redirect(after(queuePath+"?none=left", decided))
	}
	if taken.Ask {
		err = p.askNow(r, taken.ID, taken.Fence, req.Key)
	}
	return r.Redirect(after(askedAt("/staff/cases/"+taken.ID, err), decided))
}

// claim takes a case on, or renews the claim: one that waits is accepted, and the network is asked where the office wants that. A case that a
// colleague has is shown with who has it.
func (p *pages) claim(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	taken, err := p.Queue.Take(r.Ctx, r.Actor, id)
	if err != nil {
		return p.refused(r, "claim", err)
	}
	if taken.Ask {
		err = p.askNow(r, id, taken.Fence, models.NewID())
	}
	if from := r.Value("from"); strings.HasPrefix(from, "/staff/cases/"+id+"/items/") { // goes on where it was claimed
		if u, no := url.Parse(from); no == nil && u.Host == "" {
			return r.Redirect(askedAt(u.EscapedPath(), err))
		}
	}
	return r.Redirect(askedAt("/staff/cases/"+id, err))
}

// takeOverPage asks why a colleague's case is taken over.
type takeOverPage struct {
	Case   queued
	Fields []page.Field
}

func (p *pages) takeOver(r *page.Request) error {
	out, err := p.takeOverPage(r)
	if err != nil {
		return err
	}
	return r.Show("staff/take-over", out)
}

func (p *pages) takeOverPage(r *page.Request) (*takeOverPage, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	found, err := p.labels(r, []string{id})
	if err != nil {
		return nil, err
	}
	one, there := found[id]
	if !there {
		return nil, fault.ErrNotFound
	}
	one = p.queued(r, one.Entry)
	reason := r.Field(page.FieldArea, "reason", "queue.take-over-reason")
	reason.Need, reason.Pointer, reason.Value, reason.Rows = true, "/reason", r.Value("reason"), 3
	return &takeOverPage{Case: one, Fields: []page.Field{reason}}, nil
}

func (p *pages) takeOverNow(r *page.Request) error {
	id := r.Param("id")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	if _, err := p.Queue.TakeOver(r.Ctx, r.Actor, id, r.Value("reason")); err != nil {
		wrong, ok := r.Wrong(err)
		if !ok {
			return err
		}
		out, again := p.takeOverPage(r)
		if again != nil {
			return again
		}
		out.Fields = page.Mark(out.Fields, wrong)
		return r.Again("staff/take-over", out, err)
	}
	return r.Redirect("/staff/cases/" + id)
}

func (p *pages) release(r *page.Request) error {
	h, err := p.heldCase(r)
	if err == nil {
		err = p.Queue.Release(r.Ctx, r.Actor, h.Case, h.Fence)
	}
	if err != nil {
		return p.refused(r, "release", err)
	}
	return r.Redirect("/staff/queue")
}
