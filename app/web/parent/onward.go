package parent

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
)

// onwardForm is the id of the form with which one goes on from the documents: the consents that spare some (P6), and the questions of the
// papers that the applicant writes, stand beside their documents and belong to it.
const onwardForm = "onward"

// papers puts the questions of the papers that are not written yet to their cards.
func (p *pages) papers(r *page.Request, out *documentsPage, posted url.Values, wrong []page.Wrong) error {
	if !out.Onward {
		return nil
	}
	places, err := p.places(r)
	if err != nil {
		return err
	}
	for i := range out.Cards {
		c := &out.Cards[i]
		if !c.Write || len(c.Files) > 0 || c.Declared != nil {
			continue
		}
		s, err := p.StatementOf(out.View, c.Document, c.Subject)
		if err != nil {
			return err
		}
		b := answers.Builder{Request: r, Places: places, Posted: posted, Wrong: wrong, Filing: s.Day, Form: onwardForm}
		section := s.Section()
		section.Key = paperKey(c.Document, c.Subject)
		c.Paper = b.Section(section, map[string]any{section.Key: s.Answers}, 1)
		answers.Name([]answers.Part{{Group: &answers.Group{Legend: r.Read(shown(c.Name)), Parts: c.Paper}}}, wrong)
	}
	return nil
}

// paperKey is the member of the page in which the answers of a paper stand.
func paperKey(document, subject string) string {
	return usecase.StatementSection + "-" + document + "-" + subject
}

// onward saves the consents, writes the papers that were answered, and goes on. A paper of which nothing is answered can be handed in
// otherwise, or follow: it keeps nobody here.
func (p *pages) onward(r *page.Request) error {
	out, err := p.documentsPage(r, "", nil)
	if err != nil {
		return err
	}
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if !out.Onward || out.Plan == nil {
		return r.Redirect("/applications/" + out.ID + "/form")
	}
	if !wantsJSON(r) && answers.Edited(values) {
		if err := p.papers(r, out, values, nil); err != nil {
			return err
		}
		return r.Show("parent/documents", out)
	}
	refused := p.saveConsents(r, out.draft, out.Asked, values)
	if wantsJSON(r) {
		return p.answerSave(r, out.draft, out.View, refused)
	}
	for i := 0; refused == nil && i < len(out.Cards); i++ {
		refused = p.writePaper(r, out, &out.Cards[i], values)
	}
	if refused == nil {
		changes := out.PlanChanges
		out.Steps = out.steps(r, stepDocuments)
		return r.Redirect(told(out.after(stepDocuments), changes))
	}
	wrong, ok := r.Wrong(refused)
	if !ok {
		return refused
	}
	if err := p.papers(r, out, values, wrong); err != nil {
		return err
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "parent/documents", out, wrong)
}

// saveConsents saves what was consented to, if it is something else than before.
func (p *pages) saveConsents(r *page.Request, d *draft, asked []answers.Consent, values url.Values) error {
	given := answers.SentConsents(d.version, asked, d.Consents, values)
	if len(asked) == 0 || slices.Equal(given, d.Consents) {
		return nil
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
	if err == nil {
		v.PlanChanges = d.PlanChanges // a save makes them old: the next page has to tell them
		d.View = v
	}
	return err
}

// writePaper writes one paper of its answers.
func (p *pages) writePaper(r *page.Request, out *documentsPage, c *card, values url.Values) error {
	if !c.Write || len(c.Files) > 0 || c.Declared != nil {
		return nil
	}
	s, err := p.StatementOf(out.View, c.Document, c.Subject)
	if errors.Is(err, fault.ErrNotFound) {
		return nil // a consent made it needless
	}
	if err != nil {
		return err
	}
	section := s.Section()
	section.Key = paperKey(c.Document, c.Subject)
	sent, _ := answers.Saved{}.SentSection(section, values, 1, false).(map[string]any)
	if untouched(sent, s.Answers) {
		return nil
	}
	_, refused := p.WriteStatement(r.Ctx, r.Actor, s, sent)
	wrong, _ := r.Wrong(refused)
	for i := range wrong { // the same page may ask several
		wrong[i].Pointer = strings.Replace(wrong[i].Pointer, "/form/"+usecase.StatementSection+"/", "/form/"+section.Key+"/", 1)
		wrong[i].Field = page.FieldID(wrong[i].Pointer)
	}
	return refused
}

// untouched says whether nothing was answered but what stood there already.
func untouched(sent, before map[string]any) bool {
	for name, v := range sent {
		if v != nil && v != before[name] {
			return false
		}
	}
	return true
}
