package parent

import (
	"encoding/json"
	"slices"
	"strings"

	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// consentsPage asks for the consents that make documents unnecessary (P6): of whom what is asked, and what to bring without.
type consentsPage struct {
	*draft
	Asked  []asked
	Before string
}

type asked struct {
	Item, Subject, Name, Whose, Document string
	Given                                bool
}

// Value is the consent as a draft has it.
func (a asked) Value() string { return a.Item + "/" + a.Subject }

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

// asked are the consents that would help in this case, one for each person whose information it is.
func (p *pages) asked(r *page.Request, d *draft) []asked {
	var out []asked
	for _, q := range d.Plan.Requirements {
		if q.Item == "" || !d.version.NeedsConsent(q.Item) {
			continue
		}
		one := asked{Item: q.Item, Subject: q.Subject, Name: wording.Item(p.Catalogue, q.Item, r.Lang), Whose: wording.Whose(q.Subject, r.Lang),
			Document: wording.Document(p.Catalogue, q.Document, r.Lang)}
		one.Given = slices.Contains(d.Consents, q.Item) || slices.Contains(d.Consents, one.Value())
		if !slices.ContainsFunc(out, func(o asked) bool { return o.Value() == one.Value() }) {
			out = append(out, one)
		}
	}
	return out
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
	given := []string{}
	if d.Plan != nil {
		for _, a := range p.asked(r, d) {
			if values.Get(a.Value()) == "yes" {
				given = append(given, a.Value())
			}
		}
	}
	for _, c := range d.Consents { // what is asked for other documents stays as it is
		item, _, _ := strings.Cut(c, "/")
		if !slices.Contains(given, c) && !d.version.NeedsConsent(item) {
			given = append(given, c)
		}
	}
	patch, err := json.Marshal(map[string]any{"consents": given})
	if err != nil {
		return err
	}
	version, err := versionSent(r)
	if err != nil {
		return err
	}
	v, err := p.Apply.Change(r.Ctx, r.Actor, d.ID, version, patch)
	if err != nil {
		return r.Again("parent/consents", &consentsPage{draft: d, Asked: p.asked(r, d), Before: d.before(stepConsents)}, err)
	}
	changes := d.PlanChanges
	d.View = v
	d.Steps = d.steps(r, stepConsents)
	return r.Redirect(told(d.after(stepConsents), changes))
}
