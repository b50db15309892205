package editing

import (
	"net/url"
	"slices"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// paperForm is the page of one document: what it says, and of whom it is asked when.
type paperForm struct {
	*publish.Work
	Code, Name, Action string
	Words              []words
	Writer, Basis      page.Field
	Places             []*place
	Adding             []group // procedures and whose, to ask for it in one more
	Hard               bool    // plain Japanese is all that is wrong: it may be kept
	Kept               bool    // and is to be
}

func (p *pages) newPaper(r *page.Request) error {
	w, err := p.work(r)
	if err != nil {
		return err
	}
	return r.Show("editing/paper", paperPage(r, w, suggested(w), nil))
}

// suggested is what a new document says before anybody has typed: most papers are handed out and taken in the same way.
func suggested(w *publish.Work) *editing.Paper {
	text := func(name, lang string) string {
		place := map[string]string{page.English: w.Municipality.NameEn}[lang]
		if place == "" {
			place = w.Municipality.NameJa
		}
		return wording.Fill(wording.In(name, lang), "place", place, "office", present.Office(w.Municipality, lang))
	}
	in := func(name string) catalogue.Text {
		return catalogue.Text{Ja: text(name, page.Japanese), Plain: text(name, page.Plain), En: text(name, page.English)}
	}
	return &editing.Paper{Writer: catalogue.WriterOffice, Obtain: in("paper-obtain-suggested"), Accept: in("paper-accept-suggested")}
}

func (p *pages) paper(r *page.Request) error {
	w, err := p.work(r)
	if err != nil {
		return err
	}
	found, err := paperOf(w, r.Param("paper"))
	if err != nil {
		return err
	}
	return r.Show("editing/paper", paperPage(r, w, found, nil))
}

// paperOf finds a document that a page can change. Error: not-found.
func paperOf(w *publish.Work, code string) (*editing.Paper, error) {
	all, err := editing.Papers(w.Bundle)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(p editing.Paper) bool { return p.Code == code && p.Writer != catalogue.WriterApplicant })
	if i < 0 {
		return nil, fault.ErrNotFound
	}
	return &all[i], nil
}

// paperPage makes the page of a document as it is, or with what was typed.
func paperPage(r *page.Request, w *publish.Work, d *editing.Paper, values url.Values) *paperForm {
	out := &paperForm{Work: w, Code: d.Code, Name: d.Name.In(r.Lang), Action: Own + "/papers/new"}
	if d.Code != "" {
		out.Action = Own + "/papers/" + url.PathEscape(d.Code)
	}
	out.Words = []words{wordsOf(r, "name", "editing.name", d.Name, editing.MaxName), wordsOf(r, "help", "editing.what", d.Help, editing.MaxText),
		wordsOf(r, "obtain", "editing.obtain", d.Obtain, editing.MaxText), wordsOf(r, "accept", "editing.accept", d.Accept, editing.MaxText)}
	out.Writer = r.Field(page.FieldRadio, "writer", "editing.writer")
	out.Writer.Need, out.Writer.Value = true, d.Writer
	for _, writer := range []string{catalogue.WriterOffice, catalogue.WriterThirdParty} {
		out.Writer.Choices = append(out.Writer.Choices, page.Choice{Value: writer, Label: r.Markup("editing.writer-" + writer)})
	}
	out.Basis = r.Field(page.FieldText, "basis", "editing.basis")
	out.Basis.Value, out.Basis.MaxLength = d.Basis, editing.MaxBasis
	for i, a := range d.Asked {
		out.Places = append(out.Places, placeOf(r, w.After, i, a, values))
	}
	out.Adding = adding(r, w.National)
	return out
}

// sentPaper is a document as it was typed.
func sentPaper(values url.Values, code string) *editing.Paper {
	return &editing.Paper{Code: code, Name: sentWords(values, "name"), Help: sentWords(values, "help"), Obtain: sentWords(values, "obtain"),
		Accept: sentWords(values, "accept"), Writer: values.Get("writer"), Basis: typed(values, "basis"), Asked: sentPlaces(values)}
}

// savePaper takes the form: a procedure or a condition more or less, the look at the sentence, and at last the document itself.
func (p *pages) savePaper(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	w, err := p.work(r)
	if err != nil {
		return err
	}
	code := r.Param("paper")
	edit(w.After, values)
	d := sentPaper(values, code)
	if values.Get("do") != "save" {
		return r.Show("editing/paper", paperPage(r, w, d, values))
	}
	details := incomplete(w.After, values, d)
	level := values.Get("keep-plain") == ""
	if len(details) > 0 {
		err = fault.Checked(fault.CodeInvalidRequest, "", append(details, d.Check(w.After, w.National, level)...))
	} else {
		err = p.keepPaper(r, values.Get("seen"), d, level)
	}
	if err == nil {
		return r.Redirect(Own + "?done=paper")
	}
	if w, err2 := p.work(r); err2 == nil { // as it is now: who saves again has seen it
		return again(r, paperPage(r, w, d, values), !level, err)
	}
	return err
}

func (p *pages) keepPaper(r *page.Request, seen string, d *editing.Paper, level bool) error {
	once, err := r.Once("POST " + Own + "/papers/" + d.Code)
	if err != nil {
		return err
	}
	_, err = p.Publish.SetPaper(r.Ctx, r.Actor, once, seen, *d, level)
	return err
}

// again shows a document that was refused, with each fault at its field.
func again(r *page.Request, form *paperForm, kept bool, err error) error {
	wrong, _ := r.Wrong(err)
	mark(form.Words, wrong)
	rest := page.Mark([]page.Field{form.Writer, form.Basis}, wrong)
	form.Writer, form.Basis = rest[0], rest[1]
	for _, one := range form.Places {
		one.mark(wrong)
	}
	form.Hard, form.Kept = hardOnly(err) || kept, kept
	return r.Again("editing/paper", form, err)
}

func (p *pages) removePaper(r *page.Request) error {
	once, err := r.Once("POST " + Own + "/papers/" + r.Param("paper") + "/remove")
	if err != nil {
		return err
	}
	if _, err := p.Publish.RemovePaper(r.Ctx, r.Actor, once, r.Value("seen"), r.Param("paper")); err != nil {
		return p.listAgain(r, err)
	}
	return r.Redirect(Own + "?done=removed")
}
