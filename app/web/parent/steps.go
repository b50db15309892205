package parent

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// stepPage is one step of the form: the questions that decide about documents, or one section.
type stepPage struct {
	*draft
	Step, Title string
	Parts       []answers.Part
	Before      string
	Earlier     *earlier
	Which       bool // a name that was typed may mean several: one is to be chosen
	SignIn      bool // fields are filled in by the sign-in
	Stale       bool // it was saved elsewhere meanwhile: what is here is not saved
}

// next leads to the first step that is not answered in full, else to the check.
func (p *pages) next(r *page.Request) error {
	d, err := p.open(r, "")
	if err != nil {
		return err
	}
	if at := d.asked(); at != "" {
		return r.Redirect(at)
	}
	if !d.editable() {
		return r.Redirect("/applications/" + d.ID)
	}
	if len(d.FactsMissing) > 0 || d.Plan == nil {
		return r.Redirect(d.Steps[0].URL + "?missing=yes")
	}
	for _, s := range d.sections() {
		if d.lacks(s) {
			return r.Redirect("/applications/" + d.ID + "/form/" + s.Key)
		}
	}
	return r.Redirect(d.after(d.lastSection()))
}

func (d *draft) lastSection() string {
	all := d.sections()
	if len(all) == 0 {
		return stepQuestions
	}
	return all[len(all)-1].Key
}

func (p *pages) step(r *page.Request) error {
	d, err := p.openStep(r)
	if err != nil {
		return err
	}
	if !d.editable() {
		return r.Redirect("/applications/" + d.ID)
	}
	var missing []page.Wrong
	if r.Query("missing") != "" && r.Param("step") == stepQuestions && len(d.FactsMissing) > 0 {
		missing, _ = r.Wrong(catalogue.InvalidFacts(d.FactsMissing))
	}
	out, err := p.stepPage(r, d, nil, missing)
	if err != nil {
		return err
	}
	return r.ShowWith(http.StatusOK, "parent/step", out, missing)
}

// openStep is open for one step, with the banks where it asks for an account.
func (p *pages) openStep(r *page.Request) (*draft, error) {
	d, err := p.open(r, r.Param("step"))
	if err != nil {
		return nil, err
	}
	if s, ok := d.section(r.Param("step")); ok && s.Group.Account() {
		d.banks, err = p.Dossiers.Banks(r.Ctx)
	}
	return d, err
}

func (p *pages) stepPage(r *page.Request, d *draft, posted url.Values, wrong []page.Wrong) (*stepPage, error) {
	step := r.Param("step")
	places, err := p.places(r)
	if err != nil {
		return nil, err
	}
	b := answers.Builder{Request: r, Places: places, Origins: d.origins(r), Posted: posted, Wrong: wrong, Filing: d.saved().Day,
		Banks: d.banks, Facilities: d.catalogue.Facilities()}
	out := &stepPage{draft: d, Step: step, Before: d.before(step), Which: r.Query("which") != ""}
	if step == stepQuestions {
		out.Title, out.Parts = r.Text("step.questions"), b.Facts(d.version, d.Facts)
		answers.Name(out.Parts, wrong)
		return out, nil
	}
	s, ok := d.section(step)
	if !ok {
		return nil, fault.ErrNotFound
	}
	saved := d.Form
	if posted == nil {
		if saved, err = p.begunWith(r, out, &b, s); err != nil {
			return nil, err
		}
	}
	out.Title, out.Parts = s.Group.Label.In(r.Lang), b.Section(s, saved, d.entries(s))
	answers.Name(out.Parts, wrong)
	return out, nil
}

// begunWith is what is shown of a section that is opened: what is saved; of one without answers what is known, and over it what was
// answered in an earlier application and is asked for.
func (p *pages) begunWith(r *page.Request, out *stepPage, b *answers.Builder, s form.Section) (map[string]any, error) {
	var err error
	if out.Earlier, err = p.earlier(r, out.draft, s); err != nil {
		return nil, err
	}
	taken := any(nil)
	if out.Earlier != nil && out.Earlier.Taken {
		taken = out.Earlier.answers
	}
	known := p.known(r, out.draft, s)
	switch {
	case known == nil && taken == nil:
		return out.Form, nil
	case known == nil:
		return map[string]any{s.Key: taken}, nil
	case taken != nil:
		return map[string]any{s.Key: known.under(taken)}, nil
	}
	b.Origins, out.SignIn = known.Origins, known.SignIn
	return map[string]any{s.Key: known.answers}, nil
}

// saveStep saves one step and goes on to the next. What is wrong is shown at its field with everything that was entered;
// what was saved elsewhere meanwhile is never overwritten unseen.
func (p *pages) saveStep(r *page.Request) error {
	d, err := p.openStep(r)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if !wantsJSON(r) && answers.Edited(values) {
		out, err := p.stepPage(r, d, values, nil)
		if err != nil {
			return err
		}
		return r.Show("parent/step", out)
	}
	patch, err := d.patch(r.Param("step"), values)
	if err != nil {
		return err
	}
	version, err := versionSent(r)
	if err != nil {
		return err
	}
	v, err := p.Apply.Change(r.Ctx, r.Actor, d.ID, version, patch)
	if wantsJSON(r) {
		return p.answerSave(r, d, v, err)
	}
	if err != nil {
		return p.notSaved(r, d, values, err)
	}
	if r.Value("then") == "later" {
		return r.Redirect("/applications/" + d.ID)
	}
	if s, ok := d.section(r.Param("step")); ok && d.saved().Unclear(s, values) {
		return r.Redirect("/applications/" + d.ID + "/form/" + s.Key + "?which=yes")
	}
	changes := d.PlanChanges // a save makes them old: the next page has to tell them
	d.View = v
	d.Steps = d.steps(r, r.Param("step"))
	return r.Redirect(told(d.after(r.Param("step")), changes))
}

// patch is what a step sends, as a merge patch.
func (d *draft) patch(step string, values url.Values) (apply.Patch, error) {
	if step == stepQuestions {
		return json.Marshal(map[string]any{"facts": d.saved().SentFacts(values, true)})
	}
	s, ok := d.section(step)
	if !ok {
		return nil, fault.ErrNotFound
	}
	return json.Marshal(map[string]any{"form": map[string]any{s.Key: d.saved().SentSection(s, values, d.entries(s), true)}})
}

func (p *pages) notSaved(r *page.Request, d *draft, values url.Values, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	out, err := p.stepPage(r, d, values, wrong)
	if err != nil {
		return err
	}
	out.Stale = fault.KindOf(refused) == fault.Stale
	return r.ShowWith(r.Status(refused), "parent/step", out, wrong)
}

// saved is what the script is told: the version to go on with, when it was saved, and which documents are needed now.
type saved struct {
	Version int64    `json:"version"`
	Text    string   `json:"text"`
	Needs   []string `json:"needs"`
	Title   string   `json:"title"`
	Changes []string `json:"changes"` // by a switch of phases, since the draft was last saved (P5)
}

// answerSave answers a save of the page's script.
func (p *pages) answerSave(r *page.Request, d *draft, v *apply.View, err error) error {
	if err != nil {
		return refuseJSON(r, err)
	}
	return answerJSON(r, http.StatusOK, p.savedAs(r, v, d.Changes))
}

func (p *pages) savedAs(r *page.Request, v *apply.View, changes []string) saved {
	out := saved{
		Changes: append([]string{}, changes...),
		Version: v.Version,
		Text:    r.Text("step.saved", "when", present.DateTime(time.Now(), r.Lang)),
		Needs:   []string{},
	}
	if v.Plan == nil {
		out.Title = r.Text("needs.unknown")
		return out
	}
	for _, q := range v.Plan.Requirements {
		if q.Decision == evidence.Attach {
			out.Needs = append(out.Needs, present.Of(p.CatalogueOf(v), q.Document, q.Subject, r.Lang))
		}
	}
	out.Title = r.Text("needs.none")
	if len(out.Needs) > 0 {
		out.Title = r.Text("needs.some", "n", len(out.Needs))
	}
	return out
}
