package present

import (
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// Fault says what was refused and what to do, in a language: by the reason, else by the code (texts/fault.yaml). Empty for a code
// that the table does not have.
func Fault(f *fault.Error, lang string) string { return said(nil, f.Sentence(), lang, f.Params) }

// Reason is the sentence of a reason without parameters; empty for none.
func Reason(reason fault.Reason, lang string) string { return wording.In(string(reason), lang) }

// Details is Detail for the edge's problem documents. find gives the catalogue in which a municipality's document has its name.
func Details(find func(municipality, document string) *catalogue.Catalogue) func(lang string, d fault.Detail) string {
	return func(lang string, d fault.Detail) string { return Detail(find(d.Municipality, d.Document), d, lang) }
}

// Title is the kind of problem in a few words; for a code that the table does not have, that something was not possible.
func Title(code, lang string) string {
	if title := wording.In("title-"+code, lang); title != "" {
		return title
	}
	return wording.In("title-other", lang)
}

// Detail says one thing that is wrong with a request, in a language. c has the names of documents; without it their codes stand.
func Detail(c *catalogue.Catalogue, d fault.Detail, lang string) string {
	params := d.Params
	if d.Document != "" {
		params = append([]fault.Param{
			fault.Name("document", Document(c, d.Document, lang)),
			fault.Name("whose", Whose(d.Subject, lang)),
		}, params...)
	}
	return said(c, d.Sentence(), lang, params)
}

// said fills a sentence; in the language it was found in, each parameter as people write it there.
func said(c *catalogue.Catalogue, sentence fault.Reason, lang string, params []fault.Param) string {
	var pairs []string
	for _, p := range params {
		if p.Sort != fault.Reference {
			pairs = append(pairs, p.Name, written(c, p, lang))
		}
	}
	return wording.Fill(wording.In(string(sentence), lang), pairs...)
}

// written is a parameter as people write it.
func written(c *catalogue.Catalogue, p fault.Param, lang string) string {
	switch p.Sort {
	case fault.ANumber:
		if n, err := strconv.ParseInt(p.Value, 10, 64); err == nil {
			return Number(n, lang)
		}
	case fault.ASize:
		if n, err := strconv.ParseInt(p.Value, 10, 64); err == nil {
			return Size(n, lang)
		}
	case fault.ADay:
		if d, err := jp.ParseDate(p.Value); err == nil {
			return Date(d, lang)
		}
	case fault.AWord:
		return wording.In(p.Value, lang)
	case fault.AWhy:
		reason, item, _ := strings.Cut(p.Value, "/")
		return Why(c, reason, item, lang)
	default: // the others go on below
	}
	return p.Value
}

// Number is a whole number with its thousands apart.
func Number(n int64, lang string) string { return printers[lang].Sprintf("%d", n) }

// About is a number of bytes as people read it of a file: 340KB, 2MB.
func About(n int64, lang string) string {
	if n >= 1<<20 {
		return Size((n+1<<19)>>20<<20, lang)
	}
	return Size((n+1<<10-1)>>10<<10, lang)
}

// Size is a number of bytes, in the largest unit that writes it exactly.
func Size(n int64, lang string) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return Number(n>>20, lang) + wording.In("unit-mb", lang)
	case n >= 1<<10 && n%(1<<10) == 0:
		return Number(n>>10, lang) + wording.In("unit-kb", lang)
	}
	return Number(n, lang) + wording.In("unit-byte", lang)
}
