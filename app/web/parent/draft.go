package parent

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// noInstant asks the guide for now.
var noInstant time.Time

// draft is one application that its owner works on.
type draft struct {
	*apply.View
	Name      string               // what one does, as parents say it
	Law       string               // the name that the law gives it
	catalogue *catalogue.Catalogue // of the edition in force, or that decided it (P5)
	version   *catalogue.Version
	now       *guide.ProcedurePage
	banks     *bank.Table // while a section with an account is open
	Steps     []stepLink
	Keep      string   // what the browser kept before there was this draft (keepKey): it is in it
	Changes   []string // of the documents that are needed, since the person last looked (P5)
}

// stepLink is one step of the way, for the list at the top of each page.
type stepLink struct {
	Key, Title, URL string
	Current         bool
}

// The steps beside the sections of the form.
const (
	stepQuestions = catalogue.StepQuestions
	stepDocuments = "documents"
	stepCheck     = "check"
	stepSign      = "sign"
)

// open reads a draft, or an application for which a correction was asked, for its owner. Errors: not-found; what is
// filed is shown by its overview, so that the caller redirects there (filed).
func (p *pages) open(r *page.Request, current string) (*draft, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	v, err := p.Apply.Get(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	out := &draft{View: v, catalogue: p.CatalogueOf(v)}
	at := noInstant
	if v.ArrivedAt != nil {
		at = *v.ArrivedAt // the rules of its arrival hold ever after (P5)
	}
	if out.now, err = p.Guide.Procedure(r.Ctx, v.Procedure, v.Municipality, at); err != nil {
		return nil, err
	}
	if out.version = out.catalogue.Version(v.Procedure, jp.DateIn(out.now.At)); out.version == nil {
		return nil, fault.ErrNotFound
	}
	out.Keep = keepKey(r, v.Procedure, v.Municipality)
	out.Name, out.Law = out.version.Title().In(r.Lang), out.version.Name.In(r.Lang)
	out.Steps = out.steps(r, current)
	out.Changes = p.changes(r, v)
	return out, nil
}

// saved is what is answered, for the rules about which questions there are.
func (d *draft) saved() answers.Saved {
	at := time.Now()
	if d.ArrivedAt != nil {
		at = *d.ArrivedAt
	}
	return answers.Saved{
		Version:      d.version,
		Municipality: d.Municipality,
		Day:          jp.DateIn(at),
		Facts:        d.Facts,
		Form:         d.Form,
		Banks:        d.banks,
	}
}

func (d *draft) sections() []form.Section { return d.saved().Sections() }

// step finds a step of questions by the key that is in the address.
func (d *draft) step(key string) (catalogue.Step, bool) {
	for _, s := range d.saved().Steps() {
		if s.Key == key {
			return s, true
		}
	}
	return catalogue.Step{}, false
}

// titleOf says what a step asks about.
func titleOf(r *page.Request, v *catalogue.Version, s catalogue.Step) string {
	var out []string
	for _, name := range s.Names {
		fact := v.Fact(name)
		switch i := slices.IndexFunc(s.Sections, func(one form.Section) bool { return one.Key == name }); {
		case fact != nil && (fact.Type == question.Object || fact.Type == question.Listing):
			out = append(out, fact.Label.In(r.Lang))
		case i >= 0:
			out = append(out, s.Sections[i].Group.Label.In(r.Lang))
		}
	}
	if len(out) == 0 || s.Key == stepQuestions {
		return r.Text("step.questions")
	}
	return strings.Join(out, r.Text("step.and"))
}

// asking are the steps of questions for the list at the top of each page; base is empty before there is a draft to go back into.
func asking(r *page.Request, d answers.Saved, base string) []stepLink {
	var out []stepLink
	for _, s := range d.Steps() {
		one := stepLink{Key: s.Key, Title: titleOf(r, d.Version, s)}
		if base != "" {
			one.URL = base + "form/" + s.Key
		}
		out = append(out, one)
	}
	return out
}

// steps are the way from the questions to the end: documents are a step where any are asked for, or consents would spare some.
func (d *draft) steps(r *page.Request, current string) []stepLink {
	base := "/applications/" + d.ID + "/"
	out := asking(r, d.saved(), base)
	if d.Plan == nil || d.attach() > 0 || len(d.Files) > 0 || len(answers.Consents(d.catalogue, d.version, d.Plan, nil, r.Lang)) > 0 {
		out = append(out, stepLink{stepDocuments, r.Text("step.documents"), base + stepDocuments, false})
	}
	out = append(out, stepLink{stepCheck, r.Text("step.check"), base + stepCheck, false})
	if d.signed() {
		out = append(out, stepLink{stepSign, r.Text("step.sign"), base + stepSign, false})
	}
	for i := range out {
		out[i].Current = out[i].Key == current
	}
	return out
}

// attach is how many documents the plan asks for.
func (d *draft) attach() int {
	n := 0
	for _, q := range d.Plan.Requirements {
		if q.Decision == evidence.Attach {
			n++
		}
	}
	return n
}

// signed says whether filing needs an electronic signature (P3).
func (d *draft) signed() bool { return d.now.Signature == models.SignatureSignature }

// after is the page that comes after a step.
func (d *draft) after(step string) string {
	for i, s := range d.Steps {
		if s.Key == step && i+1 < len(d.Steps) {
			return d.Steps[i+1].URL
		}
	}
	return "/applications/" + d.ID + "/check"
}

// before is the page that comes before a step; the application's own page before the first.
func (d *draft) before(step string) string {
	for i, s := range d.Steps {
		if s.Key == step && i > 0 {
			return d.Steps[i-1].URL
		}
	}
	return "/applications/" + d.ID
}

// editable says whether the owner may change it now.
func (d *draft) editable() bool {
	return d.State == models.StateDraft || d.State == models.StateCorrectionRequested
}

// asked is the page of the correction that is asked for and not handed in yet; empty if none is.
func (d *draft) asked() string {
	for _, c := range d.Corrections {
		if c.State == "open" {
			return "/applications/" + d.ID + "/corrections/" + strconv.Itoa(c.Number)
		}
	}
	return ""
}

// origins say of the fields that another site filled in which one did (R14).
func (d *draft) origins(r *page.Request) map[string]template.HTML {
	out := map[string]template.HTML{}
	for at, site := range d.Origins {
		out[at] = r.Markup("field.origin", "site", site)
	}
	return out
}

// places are the municipalities to choose from.
func (p *pages) places(r *page.Request) ([]page.Choice, error) {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: 2000}) // there are fewer in the country
	var out []page.Choice
	for _, m := range all {
		out = append(out, page.Choice{Value: m.Code, Label: page.Plaintext(present.Municipality(&m, r.Lang))})
	}
	return out, err
}

// versionSent is the version of which a form was made. Error: malformed.
func versionSent(r *page.Request) (int64, error) {
	v, err := strconv.ParseInt(r.Value("version"), 10, 64)
	if err != nil {
		return 0, fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	return v, nil
}
