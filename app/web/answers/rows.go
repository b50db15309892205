package answers

import (
	"html/template"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/web/page"
)

// Row is one answer in words.
type Row struct {
	Label template.HTML
	Value template.HTML // empty: not answered
	Under template.HTML // whose, in a list
}

// Rows are the answers of parts in words; what is not answered and need not be is left out.
func Rows(parts []Part) []Row { return rows(parts, "") }

func rows(parts []Part, under template.HTML) []Row {
	var out []Row
	for _, part := range parts {
		switch {
		case part.Field != nil:
			if v := inWords(part.Field); v != "" || part.Field.Need && part.When == "" {
				out = append(out, Row{part.Field.Label, v, under})
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

func answeredAny(rows []Row) bool {
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

func numbered(legend template.HTML, i, n int) template.HTML {
	if n < 2 {
		return legend
	}
	return legend + template.HTML(" "+strconv.Itoa(i+1)) //nolint:gosec // a number
}
