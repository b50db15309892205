package answers

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// fill puts into a field what was typed, else what is saved, who filled it in, and what is wrong with it.
func (b *Builder) fill(f *page.Field, saved any) {
	f.Value = written(saved)
	if f.Kind == page.FieldChecks || f.Kind == page.FieldWishes {
		elements, _ := saved.([]any)
		for _, e := range elements {
			f.Values = append(f.Values, written(e))
		}
		if b.Posted != nil {
			f.Values = b.Posted[f.Name]
		}
		f.Value = ""
	} else if b.Posted != nil && (b.Posted.Has(f.Name) || b.Posted.Has(f.Name+"-y")) {
		f.Value = b.Posted.Get(f.Name)
	}
	switch f.Kind {
	case page.FieldDate, page.FieldMonth:
		f.OneBox = b.OneBox && f.Kind == page.FieldDate
		f.Parts = page.DateParts(f.Value, b.Posted, f.Name)
	case page.FieldPlace:
		f.Other = b.Posted.Get(f.Name + "-name")
		if f.Value != "" && f.Value != page.OtherPlace && !f.Offers(f.Value) {
			f.Other, f.Value = placeName(f.Value), page.OtherPlace
		}
		b.whichPlace(f)
	}
	f.Origin = b.Origins[f.Pointer]
	b.tell(f, f.Name)
	f.Wrong = page.WrongAt(b.Wrong, f.Pointer)
}

// placeName is a municipality that does not use the service; what is none of the country's stays as it is.
func placeName(code string) string { return cmp.Or(jp.MunicipalityName(code), code) }

func (b *Builder) yesNo() []page.Choice {
	return []page.Choice{{Value: "true", Label: b.Request.Markup("answers.yes")}, {Value: "false", Label: b.Request.Markup("answers.no")}}
}

// written is a saved answer as a field shows it.
func written(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		lines := make([]string, len(v))
		for i := range v {
			lines[i] = written(v[i])
		}
		return strings.Join(lines, "\n")
	}
	return ""
}

// pointer is the JSON Pointer of a field's name.
func pointer(name string) string { return "/" + strings.ReplaceAll(name, ".", "/") }
