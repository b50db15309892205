package editing

import (
	"html/template"
	"net/url"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/editing"
	"kosodate.example/onestop/app/web/page"
)

// words is one text of a form in the three languages.
type words struct {
	Legend string // key of its text
	Fields []page.Field
	called []template.HTML // the fields in the summary of what is wrong, where the legend is not beside them
}

// languages are those of a text, by the names that fields have.
var languages = []string{page.Japanese, page.Plain, page.English}

// wordsOf makes the fields of a text: name-ja, name-plain, name-en. A short one has one line.
func wordsOf(r *page.Request, name, key string, t catalogue.Text, limit int) words {
	out := words{Legend: key}
	for _, lang := range languages {
		kind := page.FieldArea
		if limit <= editing.MaxName {
			kind = page.FieldText
		}
		f := r.Field(kind, name+"-"+lang, "editing.in-"+lang)
		f.Pointer, f.Need, f.Value, f.MaxLength, f.Rows = "/"+name+"/"+lang, true, t.In(lang), limit, 3
		out.Fields = append(out.Fields, f)
		out.called = append(out.called, r.Markup(key)+template.HTML(present.Aside(string(f.Label), r.Lang))) //nolint:gosec // both are HTML
	}
	return out
}

// sentWords is a text as it was typed.
func sentWords(values url.Values, name string) catalogue.Text {
	return catalogue.Text{Ja: typed(values, name+"-"+page.Japanese), Plain: typed(values, name+"-"+page.Plain), En: typed(values, name+"-"+page.English)}
}

// typed is what stands in a field, with line ends as they are kept.
func typed(values url.Values, name string) string {
	return strings.ReplaceAll(strings.TrimSpace(values.Get(name)), "\r\n", "\n")
}

// mark puts to each field what is wrong with it.
func mark(all []words, wrong []page.Wrong) {
	for i := range all {
		for n, f := range page.Mark(all[i].Fields, wrong) {
			page.Label(wrong, f.Pointer, all[i].called[n])
		}
	}
}

// hardOnly says whether all that is wrong is plain Japanese that is hard to read: that may be kept all the same.
func hardOnly(err error) bool {
	f := fault.As(err)
	if f == nil || len(f.Details) == 0 {
		return false
	}
	for _, d := range f.Details {
		if d.Code != editing.PlainText {
			return false
		}
	}
	return true
}
