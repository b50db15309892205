package staff

import (
	"net/url"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// The pages of a draft of the counter, in their order. The form is one long page, with the questions that decide about documents at its
// top: a clerk types a paper from its top to its bottom with the keyboard alone.
const (
	stepForm     = "form"
	stepConsents = "consents"
	stepScans    = "scans"
	stepPapers   = "papers"
)

// intake is a draft of the counter on any of its pages.
type intake struct {
	*apply.View
	Name      string
	Applicant string
	Title     string
	Steps     []way
	Before    string
	catalogue *catalogue.Catalogue
	version   *catalogue.Version
	banks     *bank.Table // on the page of the form
}

// way is one page on the way to filing.
type way struct {
	Key, Title, URL string
	Current         bool
}

// typing is the page of the form: the questions that decide about documents, and all sections that they call for.
type typing struct {
	*intake
	Sections []questions
	Alike    []alike // open cases of the same person
	Which    bool    // the name of a bank or branch that was typed may mean several: one is to be chosen
	Stale    bool
}

type questions struct {
	Key, Title string
	Parts      []answers.Part
}

// openIntake reads a draft of the own counter. Error: not-found, also for what did not come in at the counter.
func (p *pages) openIntake(r *page.Request, current string) (*intake, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	v, err := p.Apply.Get(r.Ctx, r.Actor, id)
	if err != nil {
		return nil, err
	}
	if v.Counter == nil {
		return nil, fault.ErrNotFound
	}
	cat := p.CatalogueOf(v)
	out := &intake{View: v, Name: present.Procedure(cat, v.Procedure, r.Lang), Applicant: present.Applicant(v.Form), catalogue: cat}
	if out.version = cat.Version(v.Procedure, jp.DateIn(v.Counter.ReceivedAt)); out.version == nil {
		return nil, fault.ErrNotFound
	}
	if current == stepForm {
		if out.banks, err = p.Dossiers.Banks(r.Ctx); err != nil {
			return nil, err
		}
	}
	keys := []string{stepForm, stepConsents, stepScans, stepPapers}
	out.Before = counterPath
	for i, key := range keys {
		if key == stepConsents && len(out.version.Consents) == 0 {
			continue
		}
		one := way{key, r.Text("counter.step-" + key), out.at(key), key == current}
		if one.Current {
			out.Title = one.Title
			if i > 0 {
				out.Before = out.Steps[len(out.Steps)-1].URL
			}
		}
		out.Steps = append(out.Steps, one)
	}
	return out, nil
}

func (d *intake) at(step string) string { return counterPath + "/" + d.ID + "/" + step }

// Draft says whether it can still be typed at; once it is filed its receipt is shown instead.
func (d *intake) Draft() bool { return d.State == models.StateDraft }

// after is the page that comes after a step.
func (d *intake) after(step string) string {
	for i, s := range d.Steps {
		if s.Key == step && i+1 < len(d.Steps) {
			return d.Steps[i+1].URL
		}
	}
	return d.at(stepPapers)
}

func (d *intake) saved() answers.Saved {
	return answers.Saved{
		Version:      d.version,
		Municipality: d.Municipality,
		Day:          jp.DateIn(d.Counter.ReceivedAt),
		Facts:        d.Facts,
		Form:         d.Form,
		Banks:        d.banks,
	}
}

// intakeForm shows the form. What is missing is marked when the way back from filing leads here.
func (p *pages) intakeForm(r *page.Request) error {
	d, err := p.openIntake(r, stepForm)
	if err != nil {
		return err
	}
	if !d.Draft() {
		return r.Redirect(d.at("receipt"))
	}
	out, err := p.typing(r, d, nil, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/counter-form", out)
}

func (p *pages) typing(r *page.Request, d *intake, posted url.Values, wrong []page.Wrong) (*typing, error) {
	places, err := p.choosable(r)
	if err != nil {
		return nil, err
	}
	b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: d.saved().Day, OneBox: true, Banks: d.banks,
		Facilities: d.catalogue.Facilities()}
	saved, err := d.typed(posted)
	if err != nil {
		return nil, err
	}
	out := &typing{intake: d, Which: r.Query("which") != ""}
	out.Sections = []questions{{"questions", r.Text("counter.step-questions"), b.Facts(d.version, d.Facts)}}
	for _, s := range saved.Sections() {
		out.Sections = append(out.Sections, questions{s.Key, s.Group.Label.In(r.Lang), b.Section(s, d.Form, d.entries(saved, s))})
	}
	person, _ := d.Form["applicant"].(map[string]any)
	if out.Alike, err = p.alike(r, person); err != nil {
		return nil, err
	}
	for _, s := range out.Sections {
		answers.Name(s.Parts, wrong)
	}
	return out, nil
}
