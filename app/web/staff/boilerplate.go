package staff

import (
	"strings"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/web/page"
)

// Beginnings are the texts with which a field of a step's form can begin (文例), as its buttons name them.
func (c *casePage) Beginnings(step, field string) (out []page.Choice) {
	kinds := map[string][]boilerplate.Kind{
		review.StepRequest + "/text":   {boilerplate.Correction},
		review.StepReject + "/reason":  {boilerplate.Reason},
		review.StepReject + "/letter":  {boilerplate.Rejected, boilerplate.Other},
		review.StepApprove + "/letter": {boilerplate.Approved, boilerplate.Other},
	}
	for _, kind := range kinds[step+"/"+field] {
		for _, b := range c.boilerplates {
			if b.Kind == kind {
				out = append(out, page.Choice{Value: field + "/" + b.ID, Label: page.Plaintext(b.Name)})
			}
		}
	}
	return out
}

// begin shows the case again with the text that was chosen in its field, filled in as far as it can be: after what stands there already.
func (p *pages) begin(r *page.Request, step string) error {
	out, err := p.open(r)
	if err != nil {
		return err
	}
	out.Opened = step
	name, id, _ := strings.Cut(r.Value("fill"), "/")
	for _, b := range out.boilerplates {
		f, there := out.Fields[name]
		if b.ID != id || !there {
			continue
		}
		f.Value = strings.TrimSpace(f.Value + "\n" + boilerplate.Fill(b.Texts[boilerplate.Text], p.values(r, out)))
		out.Fields[name] = f
		if b.DueDays != nil {
			day, err := p.Queue.DueIn(r.Ctx, r.Actor, *b.DueDays)
			if err != nil {
				return err
			}
			due := out.Fields["due"]
			due.Parts = page.DateParts(day.String(), nil, "")
			out.Fields["due"] = due
		}
	}
	return r.Show("staff/case", out)
}

// values are what stands in the place of placeholders as soon as a text is chosen. The day, the reason and the amount are not among them: the
// first two are those of the form when it is sent, and no amount of a benefit is known here.
func (p *pages) values(r *page.Request, c *casePage) map[string]string {
	out := p.office(r)
	out[boilerplate.Name] = c.Applicant
	out[boilerplate.Receipt] = c.ReceiptNumber
	out[boilerplate.Procedure] = present.Procedure(c.Catalogue, c.Procedure, page.Japanese)
	return out
}

// office is what stands for the placeholders of the reviewer's own office.
func (p *pages) office(r *page.Request) map[string]string {
	m, err := p.Guide.Municipality(r.Ctx, r.Actor.Municipality)
	if err != nil {
		return map[string]string{} // what is not filled in is not sent
	}
	return map[string]string{boilerplate.Municipality: m.NameJa, boilerplate.Office: m.OfficeJa, boilerplate.Telephone: m.Telephone}
}

// amount is a sum that a document of the case comes to.
type amount struct{ Name, Whose, Sum string }

// amounts are the sums that are known of the case so far, each with the document that says so: as answered, else as read.
func (c *casePage) amounts(lang string) {
	for _, l := range c.Lines {
		var sum *int64
		if l.Reading != nil {
			sum = l.Reading.Outcome.Amount
		}
		if l.Answer != nil && l.Answer.Outcome.Amount != nil {
			sum = l.Answer.Outcome.Amount
		}
		if sum != nil {
			c.Amounts = append(c.Amounts, amount{l.Name, l.Whose, present.Yen(*sum, lang)})
		}
	}
}

// headed adds what the heading says beside the case itself: the days left, and what the letters lack.
func (p *pages) headed(r *page.Request, out *casePage) error {
	found, err := p.labels(r, []string{out.ID})
	if err != nil {
		return err
	}
	if e, there := found[out.ID]; there {
		out.Entry = p.queued(r, e.Entry)
	}
	for _, name := range out.LetterLacks {
		out.Lacks = append(out.Lacks, r.Text("letter-setting-"+name))
	}
	out.amounts(r.Lang)
	out.boilerplates, err = p.Operate.Offered(r.Ctx, r.Actor, out.Procedure)
	return err
}

// begun fills the form of a message of the office's with a boilerplate.
func begun(b []operate.Boilerplate, id string, values map[string]string, set func(name, text string)) {
	for _, one := range b {
		if one.ID == id {
			for name, text := range one.Texts {
				set(name, boilerplate.Fill(text, values))
			}
		}
	}
}
