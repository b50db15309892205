package staff

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/storage/postgres"
)

const counterPath = "/staff/counter"

// counterPage lists the open drafts of the counter (窓口, R16), with the way to begin another.
type counterPage struct {
	Drafts     []counterDraft
	Next       string
	Procedures []page.Choice
}

type counterDraft struct {
	apply.CounterDraft
	Name string // of the procedure
	Mine bool
}

func (p *pages) counter(r *page.Request) error {
	out := &counterPage{}
	rows, next, err := paged(r, counterPath, func(at postgres.Page) ([]apply.CounterDraft, error) { return p.Apply.CounterDrafts(r.Ctx, r.Actor, at) },
		func(d apply.CounterDraft) string { return d.ID })
	if err != nil {
		return err
	}
	out.Next = next
	for _, d := range rows {
		out.Drafts = append(
			out.Drafts,
			counterDraft{d, present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, d.Procedure), d.Procedure, r.Lang), d.ClerkID == r.Actor.Person},
		)
	}
	for _, one := range p.Editions().Now(r.Actor.Municipality).Procedures() {
		out.Procedures = append(out.Procedures, page.Choice{Value: one.Code, Label: page.Plaintext(one.Latest().Name.In(r.Lang))})
	}
	return r.Show("staff/counter", out)
}

// beginPage asks for what a draft of the counter begins with: who the person is, how one knows it, when the paper came.
type beginPage struct {
	Procedure, Name string
	How             []page.Field
	Applicant       []answers.Part
	Alike           []alike // open cases of the same person
}

// who are the questions about the applicant without which a case of the counter belongs to nobody.
var who = []string{"family_name", "given_name", "family_kana", "given_kana", "birth_date"}

func (p *pages) beginAtCounter(r *page.Request) error {
	now := time.Now().In(jp.JST)
	typed := url.Values{"received_at-time": {now.Format("15:04")}, "checked_at-time": {now.Format("15:04")}}
	for _, name := range []string{"received_at", "checked_at"} {
		typed.Set(name+"-y", jp.Era(jp.DateIn(now)))
	}
	out, err := p.beginPage(r, r.Query("procedure"), typed, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/counter-begin", out)
}

func (p *pages) beginPage(r *page.Request, procedure string, typed url.Values, wrong []page.Wrong) (*beginPage, error) {
	one := p.Editions().Now(r.Actor.Municipality).Procedure(procedure)
	if one == nil {
		return nil, fault.ErrNotFound
	}
	kind := r.Field(page.FieldSelect, "kind", "counter.identity")
	kind.Pointer, kind.Need, kind.Value = "/identity/kind", true, typed.Get("kind")
	kind.Choices = []page.Choice{{Label: r.Markup("field.choose")}}
	for _, k := range apply.IdentityKinds {
		kind.Choices = append(kind.Choices, page.Choice{Value: k, Label: r.Markup("counter.identity-" + k)})
	}
	out := &beginPage{Procedure: procedure, Name: one.Latest().Name.In(r.Lang), How: []page.Field{kind}}
	for _, at := range []struct{ name, pointer, key, time string }{{"checked_at", "/identity/checked_at", "counter.checked", "counter.checked-time"},
		{"received_at", "/received_at", "counter.received", "counter.received-time"}} {
		day, hour := r.Field(page.FieldDate, at.name, at.key), r.Field(page.FieldText, at.name+"-time", at.time)
		day.Pointer, day.Need, day.OneBox, day.Parts = at.pointer, true, true, page.DateParts("", typed, at.name)
		hour.Need, hour.Value, hour.InputMode, hour.MaxLength = true, typed.Get(hour.Name), "numeric", 5
		out.How = append(out.How, day, hour)
	}
	out.How = page.Mark(out.How, wrong)
	b := answers.Builder{Request: r, Posted: typed, Wrong: wrong, OneBox: true}
	out.Applicant = slices.DeleteFunc(b.Section(applicantOf(one.Latest()), nil, 1), func(part answers.Part) bool {
		return part.Field == nil || !slices.Contains(who, part.Field.Name[strings.LastIndexByte(part.Field.Name, '.')+1:])
	})
	for i := range out.Applicant {
		out.Applicant[i].Field.Need = true
	}
	answers.Name(out.Applicant, wrong)
	if person, ok := (answers.Saved{}).SentSection(applicantOf(one.Latest()), typed, 1, false).(map[string]any); ok {
		var err error
		if out.Alike, err = p.alike(r, person); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// applicantOf is the section of a form that asks who applies.
func applicantOf(v *catalogue.Version) form.Section {
	for _, s := range v.FormRules().Sections() {
		if s.Key == "applicant" {
			return s
		}
	}
	return form.Section{}
}

// createAtCounter makes the draft, and goes on to its questions.
func (p *pages) createAtCounter(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	one := p.Editions().Now(r.Actor.Municipality).Procedure(values.Get("procedure"))
	if one == nil {
		return fault.ErrNotFound
	}
	if values.Has("again") { // the page asks what there is about the person while it is typed
		out, err := p.beginPage(r, one.Code, values, nil)
		if err != nil {
			return err
		}
		return r.Show("staff/counter-begin", out)
	}
	req, err := r.Once("POST " + counterPath)
	if err != nil {
		return err
	}
	d := apply.PaperDraft{Draft: apply.Draft{Procedure: one.Code}, Identity: apply.Identity{Kind: values.Get("kind")}}
	d.Applicant, _ = answers.Saved{}.SentSection(applicantOf(one.Latest()), values, 1, false).(map[string]any)
	if d.Identity.CheckedAt, err = momentOf(r, values, "checked_at", "/identity/checked_at"); err == nil {
		d.ReceivedAt, err = momentOf(r, values, "received_at", "/received_at")
	}
	if err == nil {
		var v *apply.View
		if v, err = p.Apply.CreateAtCounter(r.Ctx, r.Actor, req, d); err == nil {
			return r.Redirect(counterPath + "/" + v.ID + "/" + stepForm)
		}
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	for i := range wrong {
		if member, found := strings.CutPrefix(wrong[i].Pointer, "/applicant/"); found { // where the page asks for it
			wrong[i].Pointer = "/form/applicant/" + member
			wrong[i].Field = page.FieldID(wrong[i].Pointer)
		}
	}
	out, openErr := p.beginPage(r, one.Code, values, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "staff/counter-begin", out, wrong)
}

// momentOf is the day and the time of day ("14:30", "1430") that a form names, in Japan. One within the minute that runs is
// now: clocks show no seconds. Errors: at the pointer, or at the field of the time.
func momentOf(r *page.Request, values url.Values, name, pointer string) (time.Time, error) {
	typed := page.DateOf(values, name)
	day, err := jp.ParseDate(typed)
	switch {
	case err != nil && jp.ShortYear(typed):
		return time.Time{}, r.Invalid(pointer, "counter.which-era")
	case err != nil:
		return time.Time{}, r.Invalid(pointer, "staff.no-day")
	}
	text := strings.ReplaceAll(jp.Narrow(strings.TrimSpace(values.Get(name+"-time"))), ":", "")
	if len(text) == 3 {
		text = "0" + text
	}
	clock, err := time.Parse("1504", text)
	if err != nil {
		return time.Time{}, r.Invalid("/"+name+"-time", "counter.no-time")
	}
	at := day.Start().Add(time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute)
	if now := time.Now(); at.Equal(now.Truncate(time.Minute)) {
		return now, nil
	}
	return at, nil
}

// choosable are the municipalities for a question that asks for one.
func (p *pages) choosable(r *page.Request) ([]page.Choice, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	var out []page.Choice
	for _, m := range all {
		out = append(out, page.Choice{Value: m.Code, Label: page.Plaintext(present.Municipality(&m, r.Lang))})
	}
	return out, err
}
