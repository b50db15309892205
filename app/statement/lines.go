package statement

import (
	"fmt"
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

// inWords is one answer as people write it; a day with its era, as offices do.
func inWords(q *question.Question, given any, lang string) string {
	switch v := given.(type) {
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = inWords(q.Of, v[i], lang)
		}
		return strings.Join(parts, wording.In("fact-separator", lang))
	case string:
		if day, err := jp.ParseDate(v); err == nil && q.Type == question.Day {
			return present.InEra(day, lang)
		}
		return present.Answer(q, v, lang, nil)
	}
	return present.Fact("", given, lang)
}
