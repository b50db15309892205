package staff

import (
	"encoding/json"
	"fmt"
	"strings"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

// planItem is one requirement of an exported case as it was decided at arrival (P5).
type planItem struct {
	Document   string `json:"document"`
	Subject    string `json:"subject"`
	Name       string `json:"name"`
	Whose      string `json:"whose"`
	Item       string `json:"item,omitempty"`
	Decision   string `json:"decision"`
	Reason     string `json:"reason"`
	ReasonText string `json:"reason_text"`
	Inquire    bool   `json:"inquire"`
	Phase      string `json:"phase,omitempty"`
	PhaseRow   string `json:"phase_row,omitempty"`
	State      string `json:"state"`
	Declared   string `json:"declared,omitempty"`
	DueOn      string `json:"due_on,omitempty"`
}

type casePlan struct {
	Version string     `json:"version"`
	Items   []planItem `json:"items"`
}

func (a *api) planOfCase(v *caseView) casePlan {
	return casePlan{v.PlanVersion, wire.Each(v.Items, func(i caseItem) planItem {
		return planItem{
			i.Document,
			i.Subject,
			i.Name,
			i.Whose,
			i.Item,
			i.Decision,
			i.Reason,
			i.ReasonText,
			i.Inquire,
			i.Phase,
			i.PhaseRow,
			i.State,
			i.Declared,
			i.DueOn,
		}
	})}
}

// caseText writes a case for people: what was asked and what was answered, in the words and the order of the form of that
// time (P5).
func (a *api) caseText(c *review.Case, places []models.Municipality, lang string) string {
	t := &caseWriter{lang: lang, places: places}
	p := c.Catalogue.Procedure(c.Procedure)
	if p == nil {
		return ""
	}
	v := p.At(jp.DateIn(c.ArrivedAt))
	if v == nil {
		v = p.Latest()
	}
	t.line(0, v.Name.In(lang), "")
	t.line(0, wording.In("case-receipt", lang), c.ReceiptNumber)
	t.line(0, wording.In("case-arrived", lang), present.DateTime(c.ArrivedAt, lang))
	if day, err := jp.ParseDate(c.ClaimOn); err == nil {
		t.line(0, wording.In("case-claim", lang), present.InEra(day, lang))
	}
	t.line(0, wording.In("case-state", lang), present.State(string(c.State), lang))
	var facts map[string]any
	if json.Unmarshal(c.Facts, &facts) == nil {
		t.heading(wording.In("case-facts", lang))
		t.answers(0, v.Facts, facts, "/facts")
	}
	for _, s := range v.FormRules().Sections() {
		answers, ok := c.Form[s.Key]
		if !ok {
			continue
		}
		t.heading(s.Group.Label.In(lang))
		t.section(s, answers, "/form/"+s.Key)
	}
	return t.out.String()
}

// caseWriter writes one answer a line.
type caseWriter struct {
	out    strings.Builder
	lang   string
	places []models.Municipality // that use the service
}

// Line ends are those that every editor shows.
func (t *caseWriter) line(depth int, label, value string) {
	value = strings.Join(strings.Fields(value), " ") // an answer of several lines stays one
	text := label + ": " + value
	if label == "" || value == "" {
		text = label + value
	}
	t.out.WriteString(strings.Repeat("  ", depth) + text + "\r\n")
}

func (t *caseWriter) heading(text string) { t.out.WriteString("\r\n== " + text + " ==\r\n") }

// value writes an answer that is no object.
func (t *caseWriter) value(v any, at string) string {
	switch x := v.(type) {
	case nil:
		return wording.In("case-none", t.lang)
	case bool:
		if x {
			return wording.In("case-yes", t.lang)
		}
		return wording.In("case-no", t.lang)
	case float64:
		return fmt.Sprintf("%.0f", x) // numbers of the forms are whole
	case []any:
		parts := make([]string, len(x))
		for i := range x {
			parts[i] = t.value(x[i], fmt.Sprintf("%s/%d", at, i))
		}
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// answer writes the answer to a question, with those inside it.
func (t *caseWriter) answer(depth int, q *question.Question, v any, at string) {
	object, _ := v.(map[string]any)
	list, isList := v.([]any)
	switch {
	case q.Type == question.Object && object != nil:
		if label := t.label(q); label != "" {
			t.line(depth, label, "")
			depth++
		}
		t.answers(depth, q.Fields, object, at)
	case q.Type == question.Listing && isList && q.Of.Type != question.Text:
		for i := range list {
			t.line(depth, fmt.Sprintf("%s (%d)", t.label(q), i+1), "")
			t.answer(depth+1, q.Of, list[i], fmt.Sprintf("%s/%d", at, i))
		}
	case v == nil: // not asked
	default:
		t.line(depth, t.label(q), t.inWords(q, v, at))
	}
}

func (t *caseWriter) answers(depth int, questions []*question.Question, object map[string]any, at string) {
	for _, q := range questions {
		t.answer(depth, q, object[q.Name], at+"/"+q.Name)
	}
}

// label is a question; an element of a list has none of its own.
func (t *caseWriter) label(q *question.Question) string {
	if text := q.Label.In(t.lang); text != "" {
		return text
	}
	return q.Name
}

// inWords is an answer as people read it.
func (t *caseWriter) inWords(q *question.Question, v any, at string) string {
	if text, ok := v.(string); ok {
		return present.Answer(q, text, t.lang, t.places)
	}
	return t.value(v, at)
}

// section writes the answers of one section of the form: an object, or one for each element of a list of the facts.
func (t *caseWriter) section(s form.Section, answers any, at string) {
	if list, ok := answers.([]any); ok {
		for i := range list {
			t.line(0, fmt.Sprintf("(%d)", i+1), "")
			t.section(s, list[i], fmt.Sprintf("%s/%d", at, i))
		}
		return
	}
	object, _ := answers.(map[string]any)
	t.answers(0, s.Group.Fields, object, at)
}
