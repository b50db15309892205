package form

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// The answers that are not simply a text: days, choices, numbers, lists.

func checkDate(f *Field, answer any, opt Options) (any, *problem) {
	s, ok := answer.(string)
	if !ok {
		return answer, because("wrong-type")
	}
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	if len(s) > 60 {
		return s, because("invalid-date")
	}
	d, err := jp.ParseEraDate(s)
	if err != nil {
		return s, because("invalid-date")
	}
	if d.Year < earliestYear {
		return s, because("invalid-date") // a typing error: nobody of today has a date from then
	}
	if filed := opt.FiledOn; !filed.IsZero() { // without a filing date there is no future
		if !f.Future && d.After(filed) {
			return s, because("date-in-future")
		}
		if d.Year > filed.Year+50 {
			return s, because("invalid-date")
		}
	}
	return d.String(), nil
}

func checkChoice(f *Field, answer any, _ Options) (any, *problem) {
	s, ok := answer.(string)
	if !ok {
		return answer, because("wrong-type")
	}
	if s == "" {
		return "", nil
	}
	if !slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Value == s }) {
		return s, because("invalid-choice")
	}
	return s, nil
}

func checkBoolean(_ *Field, answer any, _ Options) (any, *problem) {
	if _, ok := answer.(bool); !ok {
		return answer, because("wrong-type")
	}
	return answer, nil
}

// checkInteger takes JSON integers in whatever Go type a decoder chose; 3.0 and "3" are refused.
func checkInteger(f *Field, answer any, _ Options) (any, *problem) {
	var n int64
	switch v := answer.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case float64:
		n = int64(v)
		if float64(n) != v {
			return answer, because("wrong-type")
		}
	case json.Number:
		i, err := v.Int64()
		if err != nil {
			return answer, because("wrong-type")
		}
		n = i
	default:
		return answer, because("wrong-type")
	}
	if n < int64(f.Min) || f.Max > 0 && n > int64(f.Max) {
		return answer, because("out-of-range", fault.Number("min", f.Min), fault.Number("max", f.Max))
	}
	return n, nil
}

// checkList takes a list of texts, in the order of the person's wish.
func checkList(f *Field, answer any, _ Options) (any, *problem) {
	list, ok := answer.([]any)
	if !ok {
		return answer, because("wrong-type")
	}
	if len(list) > f.Max {
		return answer, because("too-many", fault.Number("max", f.Max))
	}
	out := []any{}
	entry := &Field{Type: "text"}
	for i, e := range list {
		if e == nil {
			continue // as an empty text: a line of the page that was left empty
		}
		v, p := checkText(entry, e, one)
		if p != nil {
			p.below = "/" + strconv.Itoa(i)
			return answer, p
		}
		if v != "" {
			out = append(out, v)
		}
	}
	return out, nil
}
