package parent

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// stepPage is one step of questions.
type stepPage struct {
	*draft
	Step, Title string
	Parts       []answers.Part
	Before      string
	Earlier     *earlier
	Which       bool   // a name that was typed may mean several: one is to be chosen
	Told        string // what was saved says that it is another procedure that helps: where that stands
	SignIn      bool   // fields are filled in by the sign-in
	Stale       bool   // it was saved elsewhere meanwhile: what is here is not saved
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
	for _, s := range d.saved().Steps() {
		if d.saved().LacksStep(s) {
			return r.Redirect("/applications/" + d.ID + "/form/" + s.Key)
		}
	}
	return r.Redirect(d.afterQuestions())
}

// afterQuestions is the page after the last step of questions.
func (d *draft) afterQuestions() string {
	all := d.saved().Steps()
	return d.after(all[len(all)-1].Key)
}

func (p *pages) step(r *page.Request) error {
	d, err := p.openStep(r)
	if err != nil {
		return err
	}
	if !d.editable() {
		return r.Redirect("/applications/" + d.ID)
	}
	if key := r.Param("step"); key != d.asks(key) && d.named(key) { // it was a page of its own once, or in another version
		return r.Redirect("/applications/" + d.ID + "/form/" + d.asks(key))
	}
	var missing []page.Wrong
	if r.Query("missing") != "" && len(d.FactsMissing) > 0 {
		missing, _ = r.Wrong(catalogue.InvalidFacts(d.here(d.FactsMissing, r.Param("step"))))
	}
	out, err := p.stepPage(r, d, nil, missing)
	if err != nil {
		return err
	}
	return r.ShowWith(http.StatusOK, "parent/step", out, answers.Once(out.Parts, missing))
}

// here are those of the facts that are missing that a step asks.
func (d *draft) here(missing []fault.Detail, step string) []fault.Detail {
	return slices.DeleteFunc(slices.Clone(missing), func(f fault.Detail) bool {
		parts := strings.Split(strings.Trim(f.Pointer, "/"), "/")
		return len(parts) > 1 && d.asks(parts[1]) != step
	})
}

// openStep is open for one step, with the banks where it asks for an account.
func (p *pages) openStep(r *page.Request) (*draft, error) {
	d, err := p.open(r, r.Param("step"))
	if err != nil {
		return nil, err
	}
	if s, ok := d.step(r.Param("step")); ok && answers.Accounts(s.Sections) {
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
	s, ok := d.step(step)
	if !ok {
		return nil, fault.ErrNotFound
	}
	saved := d.saved()
	if posted == nil {
		out.Told = saved.Untold(s, nil)
		if out.Earlier, saved.Form, err = p.earlierIn(r, d, s); err != nil {
			return nil, err
		}
		saved.Form, out.SignIn = p.knownIn(r, &b, s, d.Form, saved.Form)
	}
	out.Title, out.Parts = titleOf(r, d.version, s), b.Step(s, saved)
	for _, one := range out.Parts {
		if one.List != nil {
			one.List.Titled = one.List.Legend == r.Read(shown(out.Title))
		}
	}
	answers.Name(out.Parts, wrong)
	return out, nil
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
	if s, ok := d.step(r.Param("step")); ok && d.saved().Unclear(s.Sections, values) {
		return r.Redirect("/applications/" + d.ID + "/form/" + s.Key + "?which=yes")
	}
	changes := d.PlanChanges // a save makes them old: the next page has to tell them
	d.View = v
	if s, ok := d.step(r.Param("step")); ok { // somebody in the wrong place is told once where to go instead, and may go on all the same (P1)
		if at := d.saved().Untold(s, values); at != "" {
			return r.Redirect(told("/applications/"+d.ID+"/form/"+s.Key, changes) + "#" + at)
		}
	}
	d.Steps = d.steps(r, r.Param("step"))
	return r.Redirect(told(d.after(r.Param("step")), changes))
}

// patch is what a step sends, as a merge patch.
func (d *draft) patch(step string, values url.Values) (apply.Patch, error) {
	s, ok := d.step(step)
	if !ok {
		return nil, fault.ErrNotFound
	}
	facts, sections := d.saved().SentStep(s, values, true)
	return json.Marshal(map[string]any{"facts": facts, "form": sections})
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
	return r.ShowWith(r.Status(refused), "parent/step", out, answers.Once(out.Parts, wrong))
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
