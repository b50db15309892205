package staff

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/provider"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// providerStates are those by which the list is narrowed.
var providerStates = []string{string(models.ProviderRequestOpen), string(models.ProviderRequestAnswered), string(models.ProviderRequestClosed)}

// requestsPage lists what other bodies ask this municipality to confirm (R7), and takes another in.
type requestsPage struct {
	Requests []asked
	Next     string
	State    string
	States   []string
	Fields   []page.Field
}

type asked struct {
	provider.Request
	ItemName, StepName string
}

func (p *pages) providerRequests(r *page.Request) error {
	out, err := p.requestsPage(r, nil, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/provider-requests", out)
}

func (p *pages) requestsPage(r *page.Request, typed url.Values, wrong []page.Wrong) (*requestsPage, error) {
	out := &requestsPage{States: providerStates, State: r.Query("state"), Fields: page.Mark(p.requestFields(r, typed), wrong)}
	rows, next, err := paged(r, "/staff/provider-requests",
		func(at postgres.Page) ([]provider.Request, error) {
			return p.Provider.List(r.Ctx, r.Actor, models.ProviderRequestState(out.State), at)
		},
		func(q provider.Request) string { return q.ID })
	if err != nil {
		return nil, err
	}
	out.Next = next
	for _, q := range rows {
		out.Requests = append(out.Requests, p.askedOf(r, q))
	}
	return out, nil
}

func (p *pages) askedOf(r *page.Request, q provider.Request) asked {
	return asked{q, present.Item(p.Editions().ForItem(q.Item), q.Item, r.Lang), present.ProviderStep(q.Step, r.Lang)}
}

func (p *pages) requestFields(r *page.Request, typed url.Values) []page.Field {
	inquirer, item := r.Field(page.FieldText, "inquirer", "provider.inquirer"), r.Field(page.FieldSelect, "item", "provider.item")
	item.Choices = []page.Choice{{Label: r.Markup("field.choose")}}
	now := p.Editions().National()
	for _, code := range now.Items() {
		item.Choices = append(item.Choices, page.Choice{Value: code, Label: page.Plaintext(present.Item(now, code, r.Lang))})
	}
	resident, question := r.Field(page.FieldText, "resident", "provider.resident"), r.Field(page.FieldArea, "question", "provider.question")
	inquirer.Need, item.Need, resident.Need, question.Need = true, true, true, true
	received := r.Field(page.FieldDate, "received_at", "provider.received")
	out := []page.Field{inquirer, item, resident, question, received}
	for i := range out {
		out[i].Value, out[i].Parts = typed.Get(out[i].Name), page.DateParts("", typed, out[i].Name)
	}
	return out
}

func (p *pages) receiveRequest(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	req, err := r.Once("POST /staff/provider-requests")
	if err != nil {
		return err
	}
	in := provider.Asked{
		Inquirer: r.Value("inquirer"),
		Item:     r.Value("item"),
		Resident: r.Value("resident"),
		Question: r.Value("question"),
	}
	if in.ReceivedAt, err = noon(r, values, "received_at"); err == nil {
		var got *provider.Request
		if got, err = p.Provider.Receive(r.Ctx, r.Actor, req, in); err == nil {
			return r.Redirect("/staff/provider-requests/" + got.ID)
		}
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, openErr := p.requestsPage(r, values, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "staff/provider-requests", out, wrong)
}

// noon is the instant that a day in a form stands for: zero, which is now, for none and for today, else noon in Japan.
// Error: at the field if it is no day.
func noon(r *page.Request, values url.Values, name string) (time.Time, error) {
	at, err := midnight(r, values, name, 0)
	if err != nil || at.IsZero() || jp.DateIn(at) == jp.DateIn(time.Now()) {
		return time.Time{}, err
	}
	return at.Add(12 * time.Hour), nil
}

// requestPage is one request with the steps of R7: which were taken, which may be taken now, and why not the others.
type requestPage struct {
	asked
	Rows   []rung
	Can    []provider.Allowed
	Fields []page.Field
	Chosen string
}

func (p *pages) providerRequest(r *page.Request) error {
	out, err := p.requestPage(r, nil, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/provider-request", out)
}

func (p *pages) requestPage(r *page.Request, typed url.Values, wrong []page.Wrong) (*requestPage, error) {
	if !models.ValidID(r.Param("id")) {
		return nil, fault.ErrNotFound
	}
	q, err := p.Provider.Get(r.Ctx, r.Actor, r.Param("id"))
	if err != nil {
		return nil, err
	}
	p.know(r)
	out := &requestPage{asked: p.askedOf(r, *q), Chosen: typed.Get("step")}
	for _, next := range q.Next {
		row := rung{Step: next.Step, Name: present.ProviderStep(next.Step, r.Lang)}
		if next.Reason == "" {
			out.Can = append(out.Can, next)
		} else {
			row.Reason = present.Reason(next.Reason, r.Lang)
		}
		for _, t := range q.Steps {
			if t.Step == next.Step {
				row.Taken = append(row.Taken, taken{t.At, by(r, t.By), t.Note, t.Count})
			}
		}
		out.Rows = append(out.Rows, row)
	}
	if out.Chosen == "" && len(out.Can) > 0 {
		out.Chosen = out.Can[0].Step
	}
	note, count := r.Field(page.FieldArea, "note", "item.note"), r.Field(page.FieldNumber, "count", "item.count")
	note.Value, count.Value = typed.Get("note"), typed.Get("count")
	out.Fields = page.Mark([]page.Field{note, count}, wrong)
	return out, nil
}

func (p *pages) stepRequest(r *page.Request) error {
	id := r.Param("id")
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	version, err := strconv.ParseInt(r.Value("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	in := provider.NewStep{Step: r.Value("step"), Note: r.Value("note"), Version: &version}
	if in.Count, err = countOf(r, "/count", r.Value("count")); err == nil {
		if _, err = p.Provider.Step(r.Ctx, r.Actor, id, in); err == nil {
			return r.Redirect("/staff/provider-requests/" + id + "#steps")
		}
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, openErr := p.requestPage(r, values, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(r.Status(err), "staff/provider-request", out, wrong)
}

// countOf is a number that was typed in any width; nil for none. Error: at the pointer if it is none.
func countOf(r *page.Request, pointer, text string) (*int, error) {
	if text = jp.Narrow(text); text == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return nil, r.Invalid(pointer, "item.no-number")
	}
	return &n, nil
}
