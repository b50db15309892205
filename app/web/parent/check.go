package parent

import (
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// checkPage shows everything that was entered before it is filed, with the way to change it.
type checkPage struct {
	*draft
	Sections []answered
	Docs     *documentsPage
	Before   string
	Missing  []page.Wrong // what keeps it from being filed
	Devices  hint
}

// answered is one section with its answers in words.
type answered struct {
	Title, URL string
	Groups     []answers.RowGroup
}

func (p *pages) check(r *page.Request) error {
	out, err := p.checkPage(r, nil)
	if err != nil {
		return err
	}
	if at := out.asked(); at != "" { // what is filed already is not filed again: only what was asked for is handed in
		return r.Redirect(at)
	}
	if !out.editable() {
		return r.Redirect("/applications/" + out.ID)
	}
	return r.Show("parent/check", out)
}

func (p *pages) checkPage(r *page.Request, wrong []page.Wrong) (*checkPage, error) {
	docs, err := p.documentsPage(r, "", nil)
	if err != nil {
		return nil, err
	}
	d := docs.draft
	for i := range d.Steps {
		d.Steps[i].Current = d.Steps[i].Key == stepCheck
	}
	places, err := p.places(r)
	if err != nil {
		return nil, err
	}
	b := answers.Builder{Request: r, Places: places, Whole: true}
	base := "/applications/" + d.ID + "/form/"
	out := &checkPage{
		draft:   d,
		Docs:    docs,
		Before:  d.before(stepCheck),
		Missing: wrong,
		Devices: p.hint(r, d.now.Signature),
	}
	add := func(title, step string, parts []answers.Part) {
		answers.Name([]answers.Part{{Group: &answers.Group{Legend: r.Read(shown(title)), Parts: parts}}}, wrong)
		groups := answers.Groups(r.Lang, parts)
		if len(groups) == 1 && groups[0].Legend == r.Read(shown(title)) {
			groups[0].Legend = "" // the same words twice say nothing
		}
		out.Sections = append(out.Sections, answered{Title: title, URL: base + step, Groups: groups})
	}
	for _, s := range d.saved().Steps() {
		add(titleOf(r, d.version, s), s.Key, b.Step(s, d.saved()))
	}
	return out, nil
}

// shown is a text that is in the reader's language already.
type shown string

// In gives it.
func (s shown) In(string) string { return string(s) }

// file files the application. What keeps it from being filed is listed, each with the way to it; nothing is lost.
func (p *pages) file(r *page.Request) error {
	id := r.Param("id")
	req, err := r.Once("POST /applications/file " + id)
	if err != nil {
		return err
	}
	version, err := versionSent(r)
	if err != nil {
		return err
	}
	d, err := p.open(r, stepCheck)
	if err != nil {
		return err
	}
	if d.State == models.StateDraft && d.signed() {
		return r.Redirect("/applications/" + id + "/sign")
	}
	if _, err := p.File(r.Ctx, r.Actor, req, id, &version, nil); err != nil {
		return p.notFiled(r, err)
	}
	return r.Redirect("/applications/" + id + "/receipt")
}

// notFiled shows the check again: each thing that is missing leads to the page where it is entered.
func (p *pages) notFiled(r *page.Request, refused error) error {
	wrong, ok := r.Wrong(refused)
	if !ok || fault.KindOf(refused) == fault.Malformed {
		return refused
	}
	out, err := p.checkPage(r, wrong)
	if err != nil {
		return err
	}
	for i := range wrong {
		wrong[i].Link = out.placeOf(wrong[i])
		wrong[i].Field = ""
	}
	return r.ShowWith(r.Status(refused), "parent/check", out, wrong)
}
