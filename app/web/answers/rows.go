package answers

import (
	"html/template"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/app/wording"
)

// Row is one answer in words.
type Row struct {
	Label template.HTML
	Value template.HTML // empty: not answered
	Under template.HTML // whose, in a list
}

// Rows are the answers of parts in words; what is not answered and need not be is left out.
func Rows(lang string, parts []Part) []Row { return rows(lang, parts, "") }

func rows(lang string, parts []Part, under template.HTML) []Row {
	var out []Row
	for _, part := range parts {
		switch {
		case part.Field != nil:
			if v := inWords(lang, part.Field); v != "" || part.Due || part.Field.Need && !part.OnCondition {
				out = append(out, Row{part.Field.Label, v, under})
			}
		case part.Group != nil:
			if inner := rows(lang, part.Group.Parts, part.Group.Legend); !part.OnCondition || answeredAny(inner) {
				out = append(out, inner...)
			}
		case part.List != nil:
			for _, e := range part.List.Entries {
				out = append(out, rows(lang, e.Parts, e.Legend)...)
			}
		}
	}
	return out
}

func answeredAny(rows []Row) bool {
	for _, r := range rows {
		if r.Value != "" {
			return true
		}
	}
	return false
}

// RowGroup is the answers about one subject, for a page that puts each below a heading; without a legend they are about
// the section's own.
type RowGroup struct {
	Legend template.HTML
	Rows   []Row
}

// Groups are Rows by their legends; what is about the section itself stands first.
func Groups(lang string, parts []Part) []RowGroup {
	out := []RowGroup{{}}
	for _, r := range Rows(lang, parts) {
		at := 0
		if r.Under != "" {
			if out[len(out)-1].Legend != r.Under {
				out = append(out, RowGroup{Legend: r.Under})
			}
			at = len(out) - 1
		}
		out[at].Rows = append(out[at].Rows, r)
	}
	if len(out[0].Rows) == 0 {
		return out[1:]
	}
	return out
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
		return template.HTML(strings.Join(labels, wording.Marks("、", lang))) //nolint:gosec // labels of the catalogue
	case page.FieldDate:
		if day, err := jp.ParseDate(f.Value); err == nil {
			return page.Plaintext(present.Date(day, lang))
		}
	case page.FieldMonth:
		return page.Plaintext(present.Month(f.Value, lang))
	}
	return page.Plaintext(f.Value)
}

func numbered(legend template.HTML, i, n int) template.HTML {
	if n < 2 {
		return legend
	}
	return legend + template.HTML(" "+strconv.Itoa(i+1)) //nolint:gosec // a number
}
