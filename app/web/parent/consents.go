package parent

import (
	"encoding/json"

	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// consentsPage asks for the consents that make documents unnecessary (P6): of whom what is asked, and what to bring without.
type consentsPage struct {
	*draft
	Asked  []answers.Consent
	Before string
}

func (p *pages) consents(r *page.Request) error {
	d, err := p.open(r, stepConsents)
	if err != nil {
		return err
	}
	if !d.editable() || d.Plan == nil {
		return r.Redirect("/applications/" + d.ID + "/form")
	}
	return r.Show("parent/consents", &consentsPage{draft: d, Asked: p.asked(r, d), Before: d.before(stepConsents)})
}

func (p *pages) asked(r *page.Request, d *draft) []answers.Consent {
	return answers.Consents(d.catalogue, d.version, d.Plan, d.Consents, r.Lang)
}

func (p *pages) saveConsents(r *page.Request) error {
	d, err := p.open(r, stepConsents)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	var asked []answers.Consent
	if d.Plan != nil {
		asked = p.asked(r, d)
	}
	given := answers.SentConsents(d.version, asked, d.Consents, values)
	patch, err := json.Marshal(map[string]any{"consents": given})
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
		return r.Again("parent/consents", &consentsPage{draft: d, Asked: p.asked(r, d), Before: d.before(stepConsents)}, err)
	}
	changes := d.PlanChanges
	d.View = v
	d.Steps = d.steps(r, stepConsents)
	return r.Redirect(told(d.after(stepConsents), changes))
}
