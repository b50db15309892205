package parent

import (
	"html/template"
	"strings"

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
	Rows       []row
}

type row struct {
	Label template.HTML
	Value template.HTML
	Under template.HTML // whose, in a list
}

func (p *pages) check(r *page.Request) error {
	out, err := p.checkPage(r, nil)
	if err != nil {
		return err
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
	b := answers.Builder{Request: r, Places: places}
	base := "/applications/" + d.ID + "/form/"
	out := &checkPage{draft: d, Docs: docs, Before: d.before(stepCheck), Missing: wrong, Devices: p.hint(r, d.now.Signature)}
	out.Sections = append(out.Sections, answered{Title: r.Text("step.questions"), URL: base + stepQuestions, Rows: rows(b.Facts(d.version, d.Facts), "")})
	for _, s := range d.sections() {
		out.Sections = append(out.Sections, answered{Title: s.Group.Label.In(r.Lang), URL: base + s.Key, Rows: rows(b.Section(s, d.Form, d.entries(s)), "")})
	}
	return out, nil
}

// rows are the answers of parts in words; what is not answered and need not be is left out.
func rows(parts []answers.Part, under template.HTML) []row {
	var out []row
	for _, part := range parts {
		switch {
		case part.Field != nil:
			if v := inWords(part.Field); v != "" || part.Field.Need && part.When == "" {
				out = append(out, row{part.Field.Label, v, under})
			}
		case part.Group != nil:
			if inner := rows(part.Group.Parts, part.Group.Legend); part.When == "" || answeredAny(inner) {
				out = append(out, inner...)
			}
		case part.List != nil:
			for i, e := range part.List.Entries {
				out = append(out, rows(e.Parts, numbered(e.Legend, i, len(part.List.Entries)))...)
			}
		}
	}
	return out
}

func answeredAny(rows []row) bool {
	for _, r := range rows {
		if r.Value != "" {
			return true
		}
	}
	return false
}

// inWords is an answer as a person reads it: a choice by its label, the rest as it was typed, every character of it.
func inWords(f *page.Field) template.HTML {
	switch f.Kind {
	case page.FieldRadio, page.FieldYesNo, page.FieldSelect, page.FieldPlace, page.FieldChecks:
		var labels []string
		for _, c := range f.Choices {
			if c.Value != "" && f.Chosen(c.Value) {
				labels = append(labels, string(c.Label))
			}
		}
		if f.Value == page.OtherPlace {
			labels = append(labels, template.HTMLEscapeString(f.Other))
		}
		return template.HTML(strings.Join(labels, "、")) //nolint:gosec // labels of the catalogue
	}
	return page.Plaintext(f.Value)
}

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
	if _, err := p.Apply.File(r.Ctx, r.Actor, req, id, &version); err != nil {
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
	out, err := p.checkPage(r, nil)
	if err != nil {
		return err
	}
	for i := range wrong {
		wrong[i].Link = out.placeOf(wrong[i])
		wrong[i].Field = ""
	}
	out.Missing = wrong
	return r.ShowWith(r.Status(refused), "parent/check", out, wrong)
}

// placeOf is the page, and the field on it, where what is wrong is put right.
func (c *checkPage) placeOf(w page.Wrong) string {
	base := "/applications/" + c.ID + "/"
	switch parts := strings.Split(strings.Trim(w.Pointer, "/"), "/"); {
	case w.Document != "":
		return base + "documents#" + page.FieldID("/documents/"+w.Document+"/"+w.Subject)
	case parts[0] == "facts":
		return base + "form/" + stepQuestions + "#" + page.FieldID(w.Pointer)
	case parts[0] == "form" && len(parts) > 1:
		return base + "form/" + parts[1] + "#" + page.FieldID(w.Pointer)
	case parts[0] == "declarations":
		return base + "documents"
	case parts[0] == "consents":
		return base + "consents"
	}
	return ""
}

func numbered(legend template.HTML, i, n int) template.HTML {
	if n < 2 {
		return legend
	}
	return legend + template.HTML(" "+itoa(i+1)) //nolint:gosec // a number
}
