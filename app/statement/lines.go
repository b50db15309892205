package statement

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
)

// Lines are the questions of a statement that were asked, with their answers in words, in a language. answers is the object that
// encoding/json decoded, in its normal form.
func Lines(questions []*question.Question, answers map[string]any, lang string) []Line {
	return lines(questions, answers, answers, lang)
}

func lines(questions []*question.Question, answers, top map[string]any, lang string) []Line {
	var out []Line
	for _, q := range questions {
		given, there := answers[q.Name]
		if !there || !q.Asked(answers, top) {
			continue
		}
		if q.Type == question.Listing && q.Of.Type == question.Object {
			entries, _ := given.([]any)
			for i, e := range entries {
				inner, _ := e.(map[string]any)
				below := lines(q.Of.Fields, inner, top, lang)
				if len(below) > 0 {
					below[0].Under = q.Label.In(lang)
					if len(entries) > 1 {
						below[0].Under += fmt.Sprintf(" %d", i+1)
					}
				}
				out = append(out, below...)
			}
			continue
		}
		if q.Type == question.Object {
			inner, _ := given.(map[string]any)
			out = append(out, lines(q.Fields, inner, top, lang)...)
			continue
		}
		out = append(out, Line{Asked: q.Label.In(lang), Answer: inWords(q, given, lang)})
	}
	return out
}

// inWords is one answer as people write it.
func inWords(q *question.Question, given any, lang string) string {
	switch v := given.(type) {
	case bool:
		if v {
			return wording.In("fact-yes", lang)
		}
		return wording.In("fact-no", lang)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = inWords(q.Of, v[i], lang)
		}
		if lang == wording.English {
			return strings.Join(parts, ", ")
		}
		return strings.Join(parts, "、")
	case json.Number, int, int64:
		return fmt.Sprint(v)
	case float64: // as encoding/json reads it back
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return textInWords(q, v, lang)
	}
	return ""
}

func textInWords(q *question.Question, text, lang string) string {
	switch q.Type {
	case question.Day:
		if day, err := jp.ParseDate(text); err == nil {
			return present.InEra(day, lang)
		}
	case question.Month:
		return present.Month(text, lang)
	case question.Choose:
		for _, c := range q.Choices {
			if c.Value == text {
				return c.Label.In(lang)
			}
		}
	case question.Municipality:
		if name := jp.MunicipalityName(text); name != "" {
			return name
		}
	}
	return text
}
