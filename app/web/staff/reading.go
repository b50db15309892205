package staff

import (
	"cmp"
	"slices"
	"strconv"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// said is one field of the reading beside the answer's.
type said struct {
	Label            string
	Document, Answer string
	Typed            string // where the document's is a part of it
	Result           string // same, written, judged, unsure, different; empty while there are not both
}

// reading makes the fields to type what the document says, and sets what was read beside the answer.
func (p *pages) reading(r *page.Request, out *itemView, wrong []page.Wrong) {
	labels, compare := map[string]string{}, map[string]string{}
	if item := out.c.Catalogue.Item(out.Line.Linkage); item != nil {
		for _, f := range item.Fields {
			labels[f.Name], compare[f.Name] = f.Label.In(r.Lang), f.Compare
		}
	}
	posted := r.Gin.Request.PostForm
	for _, name := range out.Line.Fields {
		f := page.Field{
			Kind:    page.FieldText,
			Name:    "facts." + name,
			Pointer: "/facts/" + name,
			Label:   page.Plaintext(labels[name]),
			Value:   posted.Get("facts." + name),
		}
		if f.Value == "" {
			f.Value = out.typedBefore(name)
		}
		f.Wrong = page.WrongAt(wrong, f.Pointer)
		out.Reads = append(out.Reads, f)
	}
	eligible := r.Field(page.FieldRadio, "eligible", "item.eligible")
	eligible.Pointer, eligible.Need, eligible.Value = "/outcome/eligible", true, posted.Get("eligible")
	if said := out.Line.Reading; said != nil && eligible.Value == "" {
		eligible.Value = map[bool]string{true: "yes", false: "no"}[said.Outcome.Eligible]
	}
	eligible.Choices = []page.Choice{{Value: "yes", Label: r.Markup("item.eligible-yes")}, {Value: "no", Label: r.Markup("item.eligible-no")}}
	out.Outcome = []page.Field{eligible}
	switch out.Line.Outcome {
	case catalogue.OutcomeCategory:
		f := r.Field(page.FieldText, "category", "item.category")
		f.Pointer, f.Value = "/outcome/category", posted.Get("category")
		if said := out.Line.Reading; said != nil && f.Value == "" {
			f.Value = said.Outcome.Category
		}
		out.Outcome = append(out.Outcome, f)
	case catalogue.OutcomeAmount:
		f := r.Field(page.FieldNumber, "amount", "item.amount")
		f.Pointer, f.Value = "/outcome/amount", posted.Get("amount")
		if said := out.Line.Reading; said != nil && said.Outcome.Amount != nil && f.Value == "" {
			f.Value = strconv.FormatInt(*said.Outcome.Amount, 10)
		}
		out.Outcome = append(out.Outcome, f)
	}
	out.Outcome = page.Mark(out.Outcome, wrong)
	out.Said = sideBySide(r, out.Line, labels, compare)
}

// typedBefore is what was typed for a fact in the reading that may be corrected.
func (c *itemView) typedBefore(name string) string {
	said := c.Line.Reading
	if said == nil {
		return ""
	}
	if whole, ok := said.Typed[name]; ok {
		return whole
	}
	text, _ := said.Facts[name].(string)
	return text
}

func sideBySide(r *page.Request, l line, labels, compare map[string]string) []said {
	results := map[string]string{}
	for _, d := range append(slices.Clone(l.Differences), l.Written...) {
		results[d.Field] = cmp.Or(d.Result, discrepancy.Different)
		if d.Result == discrepancy.Unsure && l.Judged != nil {
			results[d.Field] = map[bool]string{true: models.CompareJudged, false: discrepancy.Different}[l.Judged.Same]
		}
	}
	result := func(field string) string {
		if l.Reading == nil || l.Answer == nil {
			return ""
		}
		return cmp.Or(results[field], "same")
	}
	var out []said
	for _, name := range l.Fields {
		one := said{Label: labels[name]}
		if l.Reading != nil {
			one.Document = present.Fact(compare[name], l.Reading.Facts[name], r.Lang)
			one.Typed = l.Reading.Typed[name]
		}
		if l.Answer != nil {
			one.Answer = present.Fact(compare[name], l.Answer.Facts[name], r.Lang)
		}
		if one.Document != "" {
			one.Result = result(name)
		}
		if one.Document != "" || one.Answer != "" {
			out = append(out, one)
		}
	}
	row := said{Label: r.Text("item.outcome"), Result: result("")}
	for _, name := range []string{catalogue.OutcomeEligibility, catalogue.OutcomeCategory, catalogue.OutcomeAmount} {
		row.Result = cmp.Or(results[name], row.Result)
	}
	if l.Reading != nil {
		row.Document = outcome(r, l.Reading.Outcome)
	}
	if l.Answer != nil {
		row.Answer = outcome(r, l.Answer.Outcome)
	}
	return append(out, row)
}

// outcome is a conclusion in words: whether one is entitled, the category, the amount.
func outcome(r *page.Request, o catalogue.Outcome) string {
	text := r.Text("item.eligible-no")
	if o.Eligible {
		text = r.Text("item.eligible-yes")
	}
	if o.Category != "" {
		text += wording.Marks("、", r.Lang) + o.Category
	}
	if o.Amount != nil {
		text += wording.Marks("、", r.Lang) + present.Yen(*o.Amount, r.Lang)
	}
	return text
}
