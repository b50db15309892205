package staff

import (
	"net/url"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// peoplePage is who works here, and who is away.
type peoplePage struct {
	Workers []queue.Worker
	Fields  []page.Field
}

func (p *pages) people(r *page.Request) error {
	out, err := p.peoplePage(r, nil, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/people", out)
}

func (p *pages) peoplePage(r *page.Request, typed url.Values, wrong []page.Wrong) (*peoplePage, error) {
	workers, err := p.Queue.Workers(r.Ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	who := r.Field(page.FieldSelect, "person", "people.person")
	who.Need, who.Value = true, typed.Get("person")
	if who.Value == "" {
		who.Value = r.Actor.Person
	}
	for _, w := range workers {
		who.Choices = append(who.Choices, page.Choice{Value: w.Person, Label: page.Plaintext(w.Name)})
	}
	from, until := r.Field(page.FieldDate, "from", "people.from"), r.Field(page.FieldDate, "until", "people.until")
	from.Parts, until.Parts = page.DateParts("", typed, "from"), page.DateParts("", typed, "until")
	return &peoplePage{workers, page.Mark([]page.Field{who, from, until}, wrong)}, nil
}

// setAway says from when until when somebody is away; without days that nobody is.
func (p *pages) setAway(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	from, err := dayTyped(values, "from")
	var until jp.Date
	if err == nil {
		until, err = dayTyped(values, "until")
	}
	if err == nil {
		err = p.Queue.SetAway(r.Ctx, r.Actor, r.Value("person"), from, until)
	}
	if err == nil {
		return r.Redirect("/staff/people")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, again := p.peoplePage(r, values, wrong)
	if again != nil {
		return again
	}
	return r.Again("staff/people", out, err)
}

// dayTyped reads a day that three fields name; zero for none. Error: invalid-request.
func dayTyped(values url.Values, name string) (jp.Date, error) {
	typed := page.DateOf(values, name)
	if typed == "" {
		return jp.Date{}, nil
	}
	day, err := jp.ParseDate(typed)
	if err != nil {
		return day, fault.Detail{Code: "invalid", Reason: "invalid", Pointer: "/" + name}.Alone(fault.Refused, fault.CodeInvalidRequest)
	}
	return day, nil
}
