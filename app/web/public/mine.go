package public

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// mostAsked is how many questions a page asks at once before somebody has begun: who meets more goes away.
const mostAsked = 5

// mine is which documents one person needs here and today, as far as the answers tell. The answers are in this page alone, never in an
// address and never kept: the form sends them again, and begins the application with them.
type mine struct {
	Asked    []answers.Part // the questions that decide what is still open, at most mostAsked
	Answered []answers.Part // those that are answered, to be changed
	Values   []answers.Sent // what was answered, for the application to begin with
	Told     bool           // something was answered, or nothing has to be
	Needed   []own
	Omitted  []own
	LookedUp []own
	Open     []string // documents that further answers decide about
}

// own is one document of this person.
type own struct {
	document
	Whose string
}

// tell answers the questions of the page: POST /procedures/:code. Nothing is changed and nothing is kept by it; it is no GET so that
// what somebody says of a family stands in no address.
func (p *pages) tell(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	answers.Edited(values) // another entry of a list, or one less: the page is shown again either way
	out, wrong, err := p.explained(r, values.Get("municipality"), values)
	if err != nil {
		return err
	}
	r.Gin.Header("Cache-Control", "no-store")
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return r.ShowWith(status, "public/procedure", out, wrong)
}

// explained makes the page of a procedure with what was answered; nothing on the first look.
func (p *pages) explained(r *page.Request, municipality string, posted url.Values) (*procedure, []page.Wrong, error) {
	found, err := p.Guide.ProcedureFor(r.Ctx, r.Param("code"), municipality, func(v *catalogue.Version) json.RawMessage {
		return sent(v, posted)
	})
	if err != nil {
		return nil, nil, err
	}
	out := explained(found)
	if out.Municipalities, err = p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities}); err != nil {
		return nil, nil, err
	}
	if found.Mine == nil {
		return &out, nil, nil
	}
	var wrong []page.Wrong
	if len(found.Mine.Wrong) > 0 {
		wrong, _ = r.Wrong(catalogue.InvalidFacts(found.Mine.Wrong))
	}
	out.Mine = out.mine(r, posted, wrong)
	answers.Name(append(slices.Clone(out.Mine.Asked), out.Mine.Answered...), wrong)
	return &out, wrong, nil
}

// sent are the answers of the page as facts.
func sent(v *catalogue.Version, posted url.Values) json.RawMessage {
	raw, err := json.Marshal(answers.Saved{Version: v}.SentFacts(posted, false))
	if err != nil {
		return nil // texts, numbers and lists of them
	}
	return raw
}

func (o *procedure) mine(r *page.Request, posted url.Values, wrong []page.Wrong) *mine {
	seen := o.ProcedurePage.Mine
	out := &mine{Values: answers.Hidden(posted), Told: posted != nil || len(seen.Asks) == 0}
	b := answers.Builder{Request: r, Posted: posted, Wrong: wrong, Filing: jp.DateIn(time.Now()), Facilities: o.Catalogue.Facilities()}
	for _, m := range o.Municipalities {
		b.Places = append(b.Places, page.Choice{Value: m.Code, Label: page.Plaintext(present.Municipality(&m, r.Lang))})
	}
	parts := answers.Pick(b.Facts(o.Version, nil), seen.Reads)
	asks := first(parts, seen.Asks)
	for _, part := range parts {
		switch first := part.First(); {
		case slices.Contains(asks, first):
			out.Asked = append(out.Asked, part)
		case answers.Given(posted, first):
			out.Answered = append(out.Answered, part)
		}
	}
	o.sort(out, r.Lang)
	return out
}

// first are those of the questions to ask that one page asks: as many as are no more than mostAsked together, and one in any case.
func first(parts []answers.Part, asks []string) []string {
	var out []string
	left := mostAsked
	for _, ask := range asks {
		i := slices.IndexFunc(parts, func(p answers.Part) bool { return p.First() == ask })
		if i < 0 {
			continue
		}
		if n := parts[i].Questions(); n <= left || len(out) == 0 {
			out, left = append(out, ask), left-n
		}
	}
	return out
}

// sort puts the documents under what is to be done with them.
func (o *procedure) sort(out *mine, lang string) {
	for _, q := range o.ProcedurePage.Mine.Plan.Requirements {
		if one := o.own(q.Rule, q.Subject, lang); q.Decision == evidence.Attach {
			out.Needed = append(out.Needed, one)
		} else {
			out.Omitted = append(out.Omitted, one)
		}
	}
	for _, l := range o.ProcedurePage.Mine.Plan.LookUp {
		out.LookedUp = append(out.LookedUp, o.own(l.Rule, l.Subject, lang))
	}
	for _, d := range o.ProcedurePage.Mine.Open {
		if name := d.Rule.Definition().Name.In(lang); !slices.Contains(out.Open, name) {
			out.Open = append(out.Open, name)
		}
	}
}

// own is a document of the page for one person.
func (o *procedure) own(rule *catalogue.Rule, subject, lang string) own {
	i := slices.IndexFunc(o.Documents, func(d guide.PageDocument) bool { return d.Rule == rule })
	return own{documentOf(o.ProcedurePage, i), present.Whose(subject, lang)}
}
