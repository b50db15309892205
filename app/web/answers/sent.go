package answers

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// SentFacts are the facts that a page sent. What was left empty is null with clear, as a merge patch takes it away, else
// it is not there. What is asked on a condition alone is left out where the condition does not hold, by what the page sent
// and, of questions that were not on it, by what is saved.
func (d Saved) SentFacts(values url.Values, clear bool) map[string]any {
	saved := decoded(d.Facts)
	return (&sender{values: values, top: saved}).object(d.Version.Facts, "facts", saved, clear)
}

// SentSection are the answers of one section of the form that a page sent; for one that is asked for each of several, n of
// them. clear as for SentFacts.
func (d Saved) SentSection(s form.Section, values url.Values, n int, clear bool) any {
	at, from := "form."+s.Key, &sender{values: values}
	if s.Each == "" {
		saved, _ := d.Form[s.Key].(map[string]any)
		out := from.object(s.Group.Fields, at, maps.Clone(saved), clear)
		if d.Banks != nil && s.Group.Account() {
			account{d.Banks, values, at, saved}.resolve(out)
		}
		return out
	}
	given, _ := d.Form[s.Key].([]any)
	elements := []any{}
	for i := range n {
		elements = append(elements, from.object(s.Group.Fields, at+"."+strconv.Itoa(i), maps.Clone(entry(given, i)), clear))
	}
	return elements
}

// sender makes answers of what a page sent.
type sender struct {
	values url.Values
	top    map[string]any    // of the whole list, what is known: facts. in conditions
	absent func(string) bool // the facts of the first level that the page did not ask; nil: it asked all
}

// known is what is known of questions side by side: what the page sent over what is saved, which it changes.
func (s *sender) known(questions []*question.Question, at string, saved map[string]any) map[string]any {
	if saved == nil {
		saved = map[string]any{}
	}
	s.object(questions, at, saved, false)
	return saved
}

// object are the answers to questions side by side. known is what is saved of them; it becomes what is known, question by
// question.
func (s *sender) object(questions []*question.Question, at string, known map[string]any, clear bool) map[string]any {
	out := map[string]any{}
	if known == nil {
		known = map[string]any{}
	}
	asOne := ticked(s.values, at, questions)
	for _, q := range questions {
		name := at + "." + q.Name
		asked := q.Asked(known, s.top)
		answer, one := asOne[q.Name]
		switch {
		case one:
			known[q.Name] = answer
		case !asked:
			delete(known, q.Name)
		case at == "facts" && s.absent != nil && s.absent(q.Name): // it stays as it is
			continue
		case q.Type == question.Object: // an empty one too: what is missing is then named question by question
			before, _ := known[q.Name].(map[string]any)
			inner := maps.Clone(before)
			if inner == nil {
				inner = map[string]any{}
			}
			answer, known[q.Name] = s.object(q.Fields, name, inner, clear), inner
		default:
			if answer = s.answer(q, name); answer != nil {
				known[q.Name] = answer
			} else if s.sent(name) {
				delete(known, q.Name)
			}
		}
		if answer != nil || clear {
			out[q.Name] = answer
		}
	}
	return out
}

// sent says whether a question was on the page at all.
func (s *sender) sent(name string) bool { return s.values.Has(name) || s.values.Has(name+"-y") }

func (s *sender) answer(q *question.Question, name string) any {
	switch q.Type {
	case question.Listing:
		return s.list(q, name)
	case question.Day:
		return text(page.DateOf(s.values, name))
	case question.Month:
		return text(page.MonthOf(s.values, name))
	case question.Boolean:
		return truth(s.values.Get(name))
	case question.Integer:
		return number(s.values.Get(name))
	case question.Municipality:
		if chosen := s.values.Get(name); chosen != page.OtherPlace {
			return text(chosen)
		}
		return s.place(name)
	}
	return text(s.values.Get(name))
}

// list is what was chosen, the entries that the page had, or the lines that were written.
func (s *sender) list(q *question.Question, name string) any {
	elements := []any{}
	switch {
	case q.Of.Type == question.Choose:
		for _, chosen := range s.values[name] {
			elements = append(elements, chosen)
		}
		return elements
	case q.Of.Type == question.Object:
		if !s.values.Has(name + ".count") {
			return nil
		}
		for i := range Count(s.values, name) { // a patch replaces a list as a whole
			elements = append(elements, s.object(q.Of.Fields, name+"."+strconv.Itoa(i), nil, false))
		}
		return elements
	}
	for line := range strings.Lines(strings.Join(s.values[name], "\n")) { // an area with a line each, or a field each
		if line = strings.TrimSpace(line); line != "" {
			elements = append(elements, line)
		}
	}
	if len(elements) == 0 {
		return nil
	}
	return elements
}

// text is what was typed; nil for nothing.
func text(s string) any {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return s
}

// place is the code of a municipality by its name, or of the one that was chosen of several whose names have it in them; what is none
// stays as it was typed, for the rule to refuse.
func (s *sender) place(name string) any {
	typed := strings.TrimSpace(s.values.Get(name + "-name"))
	if code, ok := jp.MunicipalityCode(typed); ok {
		return code
	}
	if chosen := s.values.Get(name + chosenName); s.values.Get(name+askedName) == typed && slices.Contains(jp.FindMunicipalities(typed), chosen) {
		return chosen
	}
	return text(typed)
}

// truth is a yes or no; what is neither stays as it is, for the rule to refuse.
func truth(s string) any {
	switch s {
	case "true":
		return true
	case "false":
		return false
	}
	return text(s)
}

// number is a whole number in any width; what is none stays as it was typed, for the rule to refuse.
func number(s string) any {
	s = strings.TrimSpace(s)
	if n := jp.Narrow(s); n != "" && len(n) < 16 && strings.Trim(n, "0123456789") == "" {
		if n = strings.TrimLeft(n, "0"); n == "" {
			n = "0"
		}
		return json.Number(n)
	}
	return text(s)
}
