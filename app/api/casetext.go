package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
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

func (a *API) planOfCase(v *caseView) casePlan {
	return casePlan{v.PlanVersion, each(v.Items, func(i caseItem) planItem {
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
func (a *API) caseText(c *review.Case, lang string) string {
	t := &caseWriter{lang: lang, hidden: c.Hidden}
	p := a.Catalogue.Procedure(c.Procedure)
	if p == nil {
		return ""
	}
	v := p.At(jp.DateIn(c.ArrivedAt))
	if v == nil {
		v = p.Latest()
	}
	t.line(0, v.Name.In(lang), "")
	t.line(0, wording.In("case-receipt", lang), c.ReceiptNumber)
	t.line(0, wording.In("case-arrived", lang), c.ArrivedAt.In(jp.JST).Format("2006-01-02 15:04:05"))
	t.line(0, wording.In("case-claim", lang), wording.Day(c.ClaimOn, lang))
	t.line(0, wording.In("case-state", lang), wording.State(string(c.State), lang))
	var facts map[string]any
	if json.Unmarshal(c.Facts, &facts) == nil {
		t.heading(wording.In("case-facts", lang))
		for _, f := range v.Facts {
			t.fact(0, f, facts[f.Name], "/facts/"+f.Name)
		}
	}
	for _, s := range v.FormRules().Sections() {
		answers, ok := c.Form[s.Key]
		if !ok {
			continue
		}
		t.heading(s.Group.Label.In(lang))
		t.group(s.Group, answers, "/form/"+s.Key)
	}
	return t.out.String()
}

// caseWriter writes one answer a line.
type caseWriter struct {
	out    strings.Builder
	lang   string
	hidden []string // JSON Pointers to what a protected person's case does not show
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
		if slices.Contains(t.hidden, at) {
			return wording.In("case-hidden", t.lang)
		}
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

func (t *caseWriter) fact(depth int, f *catalogue.Fact, v any, at string) {
	object, _ := v.(map[string]any)
	list, isList := v.([]any)
	switch {
	case f.Type == catalogue.FactObject && object != nil:
		if label := t.label(f); label != "" {
			t.line(depth, label, "")
			depth++
		}
		for _, member := range f.Fields {
			t.fact(depth, member, object[member.Name], at+"/"+member.Name)
		}
	case f.Type == catalogue.FactList && isList:
		for i := range list {
			t.line(depth, fmt.Sprintf("%s (%d)", t.label(f), i+1), "")
			t.fact(depth+1, f.Of, list[i], fmt.Sprintf("%s/%d", at, i))
		}
	case v == nil && !slices.Contains(t.hidden, at): // not asked
	default:
		t.line(depth, t.label(f), t.chosen(v, at, f.Choices))
	}
}

// label is a question; an element of a list has none of its own.
func (t *caseWriter) label(f *catalogue.Fact) string {
	if text := f.Label.In(t.lang); text != "" {
		return text
	}
	return f.Name
}

func (t *caseWriter) chosen(v any, at string, choices []catalogue.Choice) string {
	for _, c := range choices {
		if c.Value == v {
			return c.Label.In(t.lang)
		}
	}
	return t.value(v, at)
}

// group writes the answers of one group: an object, or one for each element of a list of the facts.
func (t *caseWriter) group(g *form.Group, answers any, at string) {
	if list, ok := answers.([]any); ok {
		for i := range list {
			t.line(0, fmt.Sprintf("(%d)", i+1), "")
			t.group(g, list[i], fmt.Sprintf("%s/%d", at, i))
		}
		return
	}
	object, _ := answers.(map[string]any)
	for i := range g.Fields {
		f := &g.Fields[i]
		v, there := object[f.Key]
		if !there {
			continue
		}
		text := t.value(v, at+"/"+f.Key)
		for _, c := range f.Choices {
			if c.Value == v {
				text = c.Label.In(t.lang)
			}
		}
		t.line(0, f.Label.In(t.lang), text)
	}
}
