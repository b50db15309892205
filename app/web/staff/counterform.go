package staff

import (
	"encoding/json"
	"net/url"
	"strconv"

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

// The pages of a draft of the counter, in their order. The form is one long page: a clerk types a paper from its top to its
// bottom.
const (
	stepQuestions = "questions"
	stepForm      = "form"
	stepConsents  = "consents"
	stepScans     = "scans"
	stepPapers    = "papers"
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
	banks     *bank.Table // while the form asks for an account
}

// way is one page on the way to filing.
type way struct {
	Key, Title, URL string
	Current         bool
}

// typing is a page of questions: those that decide about documents, or all sections of the form.
type typing struct {
	*intake
	Sections []questions
	Which    bool // the name of a bank or branch that was typed may mean several: one is to be chosen
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
	keys := []string{stepQuestions, stepForm, stepConsents, stepScans, stepPapers}
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

// draft says whether it can still be typed at; once it is filed its receipt is shown instead.
func (d *intake) draft() bool { return d.State == models.StateDraft }

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

// openTyping is openIntake for a page of questions, with the banks where it asks for an account.
func (p *pages) openTyping(r *page.Request, step string) (*intake, error) {
	d, err := p.openIntake(r, step)
	if err == nil && step == stepForm && answers.Accounts(d.saved().Sections()) {
		d.banks, err = p.Dossiers.Banks(r.Ctx)
	}
	return d, err
}

// intakeStep shows a page of questions. What is missing is marked when the way back from filing leads here.
func (p *pages) intakeStep(step string) page.Handler {
	return func(r *page.Request) error {
		d, err := p.openTyping(r, step)
		if err != nil {
			return err
		}
		if !d.draft() {
			return r.Redirect(d.at("receipt"))
		}
		out, err := p.typing(r, d, step, nil, nil)
		if err != nil {
			return err
		}
		return r.Show("staff/counter-form", out)
	}
}

func (p *pages) typing(r *page.Request, d *intake, step string, posted url.Values, wrong []page.Wrong) (*typing, error) {
	places, err := p.choosable(r)
	if err != nil {
		return nil, err
	}
	b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: d.saved().Day, Banks: d.banks,
		Facilities: d.catalogue.Facilities()}
	out := &typing{intake: d, Which: r.Query("which") != ""}
	if step == stepQuestions {
		out.Sections = []questions{{Key: stepQuestions, Parts: b.Facts(d.version, d.Facts)}}
	} else {
		saved := d.saved()
		for _, s := range saved.Sections() {
			out.Sections = append(out.Sections, questions{s.Key, s.Group.Label.In(r.Lang), b.Section(s, d.Form, saved.Entries(s))})
		}
	}
	for _, s := range out.Sections {
		answers.Name(s.Parts, wrong)
	}
	return out, nil
}

// saveIntake saves a page of questions and goes on. Buttons that add and remove an entry only show the page again.
func (p *pages) saveIntake(step string) page.Handler {
	return func(r *page.Request) error {
		d, err := p.openTyping(r, step)
		if err != nil {
			return err
		}
		values, err := r.Posted()
		if err != nil {
			return err
		}
		if answers.Edited(values) {
			out, err := p.typing(r, d, step, values, nil)
			if err != nil {
				return err
			}
			return r.Show("staff/counter-form", out)
		}
		unclear := d.saved().Unclear(d.saved().Sections(), values)
		refused := p.changeIntake(r, d, d.sent(step, values))
		switch {
		case refused == nil && unclear:
			return r.Redirect(d.at(step) + "?which=yes")
		case refused == nil:
			return r.Redirect(d.after(step))
		}
		wrong, ok := r.Wrong(refused)
		if !ok {
			return refused
		}
		out, err := p.typing(r, d, step, values, wrong)
		if err != nil {
			return err
		}
		out.Stale = fault.KindOf(refused) == fault.Stale
		return r.ShowWith(r.Status(refused), "staff/counter-form", out, wrong)
	}
}

// sent is what a page of questions sent, as the members of a merge patch.
func (d *intake) sent(step string, values url.Values) map[string]any {
	if step == stepQuestions {
		return map[string]any{"facts": d.saved().SentFacts(values, true)}
	}
	form, saved := map[string]any{}, d.saved()
	for _, s := range saved.Sections() {
		form[s.Key] = saved.SentSection(s, values, saved.Entries(s), true)
	}
	return map[string]any{"form": form}
}

// changeIntake saves a part of the draft of which the form was made.
func (p *pages) changeIntake(r *page.Request, d *intake, members map[string]any) error {
	version, err := strconv.ParseInt(r.Value("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	patch, err := json.Marshal(members)
	if err != nil {
		return err
	}
	v, err := p.Apply.Change(r.Ctx, r.Actor, d.ID, version, patch)
	if err == nil {
		d.View = v
	}
	return err
}

// discardIntake deletes a draft of the counter.
func (p *pages) discardIntake(r *page.Request) error {
	d, err := p.openIntake(r, "")
	if err != nil {
		return err
	}
	if err := p.Apply.Delete(r.Ctx, r.Actor, d.ID, nil); err != nil {
		return err
	}
	return r.Redirect(counterPath)
}
