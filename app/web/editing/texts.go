package editing

import (
	"net/url"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// textList is what of an edition has texts that can be corrected.
type textList struct {
	ID                    string
	Procedures, Documents []linked
}

// linked is one thing with the page on which it is corrected.
type linked struct {
	Name, From, URL string // From: the day (YYYY-MM-DD) from which a version holds
}

func (p *pages) texts(r *page.Request) error {
	w, err := p.editionOf(r)
	if err != nil {
		return err
	}
	at := "/admin/editions/" + r.Param("id") + "/texts/"
	out := &textList{ID: r.Param("id")}
	for _, one := range w.After.Procedures() {
		for _, v := range one.Versions {
			out.Procedures = append(out.Procedures, linked{v.Name.In(r.Lang), v.Effective, at + "procedures/" + one.Code + "/" + v.Effective})
		}
	}
	for _, code := range w.After.Documents() {
		out.Documents = append(out.Documents, linked{present.Document(w.After, code, r.Lang), "", at + "documents/" + code})
	}
	return r.Show("editing/texts", out)
}

// editionOf opens the edition of the address, which has to be one that can be loaded.
func (p *pages) editionOf(r *page.Request) (*publish.Work, error) {
	id := r.Param("id")
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	return p.Publish.Work(r.Ctx, r.Actor, id)
}

// textForm is the page on which texts are corrected.
type textForm struct {
	*publish.Work
	ID, Name, From string
	Words          []words
	Kana           *page.Field // of a procedure's name
	Hard, Kept     bool
}

func (p *pages) documentTexts(r *page.Request) error {
	w, t, err := p.documentOf(r)
	if err != nil {
		return err
	}
	return r.Show("editing/text", documentPage(r, w, t))
}

func (p *pages) documentOf(r *page.Request) (*publish.Work, editing.PaperTexts, error) {
	w, err := p.editionOf(r)
	if err != nil {
		return nil, editing.PaperTexts{}, err
	}
	t, ok := w.PaperTexts(r.Param("document"))
	if !ok {
		return nil, t, fault.ErrNotFound
	}
	return w, t, nil
}

func documentPage(r *page.Request, w *publish.Work, t editing.PaperTexts) *textForm {
	return &textForm{Work: w, ID: r.Param("id"), Name: present.Document(w.After, r.Param("document"), r.Lang), Words: []words{
		wordsOf(r, "name", "editing.name", t.Name, editing.MaxName), wordsOf(r, "help", "editing.what", t.Help, editing.MaxText),
		wordsOf(r, "obtain", "editing.obtain", t.Obtain, editing.MaxText), wordsOf(r, "accept", "editing.accept", t.Accept, editing.MaxText)}}
}

func (p *pages) saveDocumentTexts(r *page.Request) error {
	w, _, err := p.documentOf(r)
	if err != nil {
		return err
	}
	return p.saveTexts(r, func(values url.Values) *textForm {
		return documentPage(r, w, sentPaperTexts(values))
	}, func(values url.Values, once dossier.Request, of publish.Revision, level bool) (*publish.Edition, error) {
		return p.Publish.SetPaperTexts(r.Ctx, r.Actor, once, of, r.Param("document"), sentPaperTexts(values), level)
	})
}

func sentPaperTexts(values url.Values) editing.PaperTexts {
	return editing.PaperTexts{Name: sentWords(values, "name"), Help: sentWords(values, "help"), Obtain: sentWords(values, "obtain"),
		Accept: sentWords(values, "accept")}
}

func (p *pages) procedureTexts(r *page.Request) error {
	w, t, err := p.procedureOf(r)
	if err != nil {
		return err
	}
	return r.Show("editing/text", procedurePage(r, w, t))
}

func (p *pages) procedureOf(r *page.Request) (*publish.Work, editing.ProcedureTexts, error) {
	w, err := p.editionOf(r)
	if err != nil {
		return nil, editing.ProcedureTexts{}, err
	}
	t, ok := w.ProcedureTexts(r.Param("procedure"), r.Param("from"))
	if !ok {
		return nil, t, fault.ErrNotFound
	}
	return w, t, nil
}

func procedurePage(r *page.Request, w *publish.Work, t editing.ProcedureTexts) *textForm {
	name := catalogue.Text{Ja: t.Name.Ja, Plain: t.Name.Plain, En: t.Name.En}
	kana := r.Field(page.FieldText, "name-kana", "editing.kana")
	kana.Pointer, kana.Need, kana.Value, kana.MaxLength = "/name/kana", true, t.Name.Kana, editing.MaxName
	return &textForm{Work: w, ID: r.Param("id"), Name: present.Procedure(w.After, r.Param("procedure"), r.Lang), From: r.Param("from"), Kana: &kana,
		Words: []words{wordsOf(r, "name", "editing.procedure-name", name, editing.MaxName), wordsOf(r, "summary", "editing.summary", t.Summary, editing.MaxText),
			wordsOf(r, "who", "editing.who", t.Who, editing.MaxText), wordsOf(r, "next", "editing.next", t.Next, editing.MaxText),
			wordsOf(r, "deadline", "editing.deadline", t.Deadline, editing.MaxText)}}
}

func (p *pages) saveProcedureTexts(r *page.Request) error {
	w, _, err := p.procedureOf(r)
	if err != nil {
		return err
	}
	return p.saveTexts(r, func(values url.Values) *textForm {
		return procedurePage(r, w, sentProcedureTexts(values))
	}, func(values url.Values, once dossier.Request, of publish.Revision, level bool) (*publish.Edition, error) {
		return p.Publish.SetProcedureTexts(r.Ctx, r.Actor, once, of, r.Param("procedure"), r.Param("from"), sentProcedureTexts(values), level)
	})
}

func sentProcedureTexts(values url.Values) editing.ProcedureTexts {
	name := sentWords(values, "name")
	return editing.ProcedureTexts{Name: catalogue.Names{Ja: name.Ja, Kana: typed(values, "name-kana"), Plain: name.Plain, En: name.En},
		Summary: sentWords(values, "summary"), Who: sentWords(values, "who"), Next: sentWords(values, "next"), Deadline: sentWords(values, "deadline")}
}

// saveTexts keeps corrected texts, and leads to the edition that has them; what is refused is shown again with what was typed.
func (p *pages) saveTexts(r *page.Request, shown func(url.Values) *textForm,
	save func(url.Values, dossier.Request, publish.Revision, bool) (*publish.Edition, error)) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	once, err := r.Once("POST " + r.Gin.Request.URL.Path)
	if err != nil {
		return err
	}
	kept := values.Get("keep-plain") != ""
	e, err := save(values, once, publish.Revision{Edition: r.Param("id"), Seen: values.Get("seen")}, !kept)
	if err == nil {
		return r.Redirect("/admin/editions/" + e.ID)
	}
	form := shown(values)
	wrong, _ := r.Wrong(err)
	mark(form.Words, wrong)
	if form.Kana != nil {
		one := page.Mark([]page.Field{*form.Kana}, wrong)[0]
		form.Kana = &one
	}
	form.Hard, form.Kept = hardOnly(err) || kept, kept
	return r.Again("editing/text", form, err)
}
