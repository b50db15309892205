package staff

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// saveIntake saves the form and goes on. Buttons that add and remove an entry only show the page again, and so do answers that call for
// a section, or for one more entry of one, that was not on the page.
func (p *pages) saveIntake(r *page.Request) error {
	d, err := p.openIntake(r, stepForm)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if answers.Edited(values) {
		out, err := p.typing(r, d, values, nil)
		if err != nil {
			return err
		}
		return r.Show("staff/counter-form", out)
	}
	sent, next, err := d.sent(values)
	if err != nil {
		return err
	}
	refused := p.changeIntake(r, d, sent)
	if refused == nil {
		return r.Redirect(next)
	}
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	out, err := p.typing(r, d, values, wrong)
	if err != nil {
		return err
	}
	out.Stale = fault.KindOf(refused) == fault.Stale
	return r.ShowWith(r.Status(refused), "staff/counter-form", out, wrong)
}

// entries is how many entries a section has, with those that an empty form begins with.
func (d *intake) entries(saved answers.Saved, s form.Section) int {
	n := saved.Entries(s)
	if q := question.Find(d.version.Facts, s.Each); s.Each != "" && q != nil {
		n = max(n, q.Min)
	}
	return n
}

// typed is what is saved, with the facts that the page sent: they decide which sections there are.
func (d *intake) typed(values url.Values) (answers.Saved, error) {
	saved := d.saved()
	if values == nil {
		return saved, nil
	}
	facts, err := json.Marshal(saved.SentFacts(values, false))
	saved.Facts = facts
	return saved, err
}

// sent is what the page sent, as the members of a merge patch; and the page that comes next: this one again, at a section that it does not
// have yet, or to choose which bank was meant by a name.
func (d *intake) sent(values url.Values) (members map[string]any, next string, err error) {
	saved, err := d.typed(values)
	if err != nil {
		return nil, "", err
	}
	sections, more := map[string]any{}, ""
	for _, s := range saved.Sections() {
		n := d.entries(saved, s)
		if !shown(values, s, n) {
			more = cmp.Or(more, s.Key)
		}
		if !onPage(values, "form."+s.Key+".") { // it was not on the page: what was typed into it earlier stays
			continue
		}
		sections[s.Key] = saved.SentSection(s, values, n, true)
	}
	switch {
	case saved.Unclear(saved.Sections(), values):
		next = d.at(stepForm) + "?which=yes"
	case more != "":
		next = d.at(stepForm) + "#section-" + more
	default:
		next = d.after(stepForm)
	}
	return map[string]any{"facts": d.saved().SentFacts(values, true), "form": sections}, next, nil
}

// shown says whether a section was on the page with so many entries.
func shown(values url.Values, s form.Section, n int) bool {
	at := "form." + s.Key + "."
	if s.Each != "" {
		if n == 0 {
			return true
		}
		at += strconv.Itoa(n-1) + "."
	}
	return onPage(values, at)
}

// onPage says whether the page had a field of which the name begins so.
func onPage(values url.Values, at string) bool {
	for name := range values {
		if strings.HasPrefix(name, at) {
			return true
		}
	}
	return false
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
