package editing

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/app/rule/edition/cases"
	"kosodate.example/onestop/app/web/page"
)

// tableList is the case tables of an edition.
type tableList struct {
	ID     string
	Tables []linked
}

func (p *pages) tables(r *page.Request) error {
	w, err := p.editionOf(r)
	if err != nil {
		return err
	}
	out := &tableList{ID: r.Param("id")}
	for _, name := range w.Bundle.Names() {
		if short, ok := strings.CutPrefix(name, cases.Folder); ok {
			out.Tables = append(out.Tables, linked{Name: tableTitle(r, w, short), URL: "/admin/editions/" + out.ID + "/cases/" + short})
		}
	}
	return r.Show("editing/tables", out)
}

// tableTitle is what a table is about: the file of one procedure's cases is called like it.
func tableTitle(r *page.Request, w *publish.Work, name string) string {
	if code := strings.TrimSuffix(name, path.Ext(name)); w.After.Procedure(code) != nil {
		return present.Procedure(w.After, code, r.Lang)
	}
	return name
}

// tableForm is the page of one case table: its text, or another file in its place.
type tableForm struct {
	*publish.Work
	ID, Table string
	Title     string
	Text      *page.Field // nil of a spreadsheet
	File      page.Field
}

// tableName is what a case table may be called.
var tableName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_-]*\.(yaml|csv|xlsx)$`)

// newTable stands in the address for a table that the edition does not have yet.
const newTable = "new"

func (p *pages) table(r *page.Request) error {
	w, name, err := p.tableOf(r)
	if err != nil {
		return err
	}
	return r.Show("editing/table", tablePage(r, w, name, string(w.Bundle.File(cases.Folder+name))))
}

func (p *pages) tableOf(r *page.Request) (*publish.Work, string, error) {
	w, err := p.editionOf(r)
	if err != nil {
		return nil, "", err
	}
	name := r.Param("table")
	if name != newTable && w.Bundle.File(cases.Folder+name) == nil {
		return nil, "", fault.ErrNotFound
	}
	return w, name, nil
}

func tablePage(r *page.Request, w *publish.Work, name, text string) *tableForm {
	out := &tableForm{Work: w, ID: r.Param("id"), Table: name, Title: tableTitle(r, w, name)}
	if ext := path.Ext(name); (ext == ".csv" || ext == ".yaml") && utf8.ValidString(text) { // else it is one for another program
		f := r.Field(page.FieldArea, "text", "editing.table-text")
		f.Pointer, f.Value, f.Rows = "/table", text, 18
		out.Text = &f
	}
	out.File = r.Field(page.FieldFile, "file", "editing.table-file")
	out.File.Accept = ".csv,.yaml,.xlsx"
	if out.Text == nil {
		out.File.Need, out.File.Pointer = true, "/table"
	}
	return out
}

func (p *pages) saveTable(r *page.Request) error {
	w, name, err := p.tableOf(r)
	if err != nil {
		return err
	}
	file, err := r.Hold("file", edition.MaxBundle, fault.New(fault.TooLarge, fault.CodeTooLarge, "edition-too-large",
		fault.Number("max", edition.MaxBundle>>20)))
	if err != nil {
		return err
	}
	once, err := r.Once("POST "+r.Gin.Request.URL.Path, file)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(r.Gin.Request.FormValue("text"), "\r\n", "\n")
	e, err := p.keepTable(r, once, name, text, file)
	if err == nil {
		return r.Redirect("/admin/editions/" + e.ID)
	}
	form := tablePage(r, w, name, text)
	wrong, _ := r.Wrong(err)
	form.File = page.Mark([]page.Field{form.File}, wrong)[0]
	if form.Text != nil {
		one := page.Mark([]page.Field{*form.Text}, wrong)[0]
		form.Text = &one
	}
	return r.Again("editing/table", form, err)
}

func (p *pages) keepTable(r *page.Request, once dossier.Request, name, text string, file page.File) (*publish.Edition, error) {
	of := publish.Revision{Edition: r.Param("id"), Seen: r.Gin.Request.FormValue("seen")}
	contents := []byte(text)
	switch {
	case file.Name != "" && name == newTable:
		if name = file.Name; !tableName.MatchString(name) {
			return nil, r.Invalid("/table", "editing.table-name")
		}
		contents = file.Contents
	case file.Name != "":
		if path.Ext(file.Name) != path.Ext(name) {
			return nil, r.Invalid("/table", "editing.table-kind", "ending", path.Ext(name))
		}
		contents = file.Contents
	case name == newTable || path.Ext(name) == ".xlsx":
		return nil, r.Invalid("/table", "editing.table-missing")
	case strings.TrimSpace(text) == "":
		return nil, r.Invalid("/table", "editing.table-empty")
	}
	return p.Publish.SetTable(r.Ctx, r.Actor, once, of, cases.Folder+name, contents)
}
