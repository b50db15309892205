package parent

import (
	"html/template"
	"slices"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/answers"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
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
	Groups     []rowGroup
}

// rowGroup is answers about one subject; without a legend they are about the section's.
type rowGroup struct {
	Legend template.HTML
	Rows   []row
}

type row struct{ Label, Value template.HTML }

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
	add := func(title, step string, parts []answers.Part) {
		answers.Name([]answers.Part{{Group: &answers.Group{Legend: r.Read(shown(title)), Parts: parts}}}, wrong)
		groups := inGroups(r.Lang, parts)
		if len(groups) == 1 && groups[0].Legend == r.Read(shown(title)) {
			groups[0].Legend = "" // the same words twice say nothing
		}
		out.Sections = append(out.Sections, answered{Title: title, URL: base + step, Groups: groups})
	}
	add(r.Text("step.questions"), stepQuestions, b.Facts(d.version, d.Facts))
	for _, s := range d.sections() {
		add(s.Group.Label.In(r.Lang), s.Key, b.Section(s, d.Form, d.entries(s)))
	}
	return out, nil
}

// shown is a text that is in the reader's language already.
type shown string

// In gives it.
func (s shown) In(string) string { return string(s) }

// inGroups are the answers of parts in words, by whom or what they are about.
func inGroups(lang string, parts []answers.Part) []rowGroup {
	out := []rowGroup{{}}
	gather(lang, parts, "", &out)
	return slices.DeleteFunc(out, func(g rowGroup) bool { return len(g.Rows) == 0 })
}

// gather goes through parts; what is not answered and need not be is left out.
func gather(lang string, parts []answers.Part, under template.HTML, out *[]rowGroup) {
	for _, part := range parts {
		switch {
		case part.Field != nil:
			v := inWords(lang, part.Field)
			if v == "" && !part.Due && (!part.Field.Need || part.When != "") {
				continue
			}
			if last := (*out)[len(*out)-1]; under != "" && last.Legend != under {
				*out = append(*out, rowGroup{Legend: under})
			}
			at := 0 // what is about the section itself stands first, below its heading
			if under != "" {
				at = len(*out) - 1
			}
			(*out)[at].Rows = append((*out)[at].Rows, row{part.Field.Label, v})
		case part.Group != nil:
			if part.When == "" || answeredAny(lang, part.Group.Parts) {
				gather(lang, part.Group.Parts, part.Group.Legend, out)
			}
		case part.List != nil:
			for i, e := range part.List.Entries {
				gather(lang, e.Parts, numbered(e.Legend, i, len(part.List.Entries)), out)
			}
		}
	}
}

func answeredAny(lang string, parts []answers.Part) bool {
	return slices.ContainsFunc(parts, func(part answers.Part) bool {
		return part.Field != nil && inWords(lang, part.Field) != "" || part.Group != nil && answeredAny(lang, part.Group.Parts) || part.List != nil && len(part.List.Entries) > 0
	})
}

// inWords is an answer as a person reads it: a choice by its label, a day as people write it, the rest as it was typed,
// every character of it.
func inWords(lang string, f *page.Field) template.HTML {
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
	case page.FieldDate:
		if day, err := jp.ParseDate(f.Value); err == nil {
			return page.Plaintext(wording.Date(day, lang))
		}
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
