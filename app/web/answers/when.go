package answers

import (
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"kosodate.example/onestop/app/rule/question"
)

// condition puts the condition on which a question is asked on the page: for its script, and in words.
func (b *Builder) condition(part *Part, q *question.Question, o object) {
	part.OnCondition = true
	t := q.Simple()
	if t == nil {
		part.WhenNote = b.Request.Markup("field.when-others")
		return
	}
	script := scriptOf(t, o.at)
	text, err := json.Marshal(script)
	if err == nil {
		part.When = string(text)
	}
	script.names(func(name string) { part.depends = append(part.depends, pointer(name)) })
	switch asked, answer, yes := b.words(t, o); {
	case asked == "":
		part.WhenNote = b.Request.Markup("field.when-others")
	case yes:
		part.WhenNote = b.Request.Markup("field.when", "question", asked)
	default:
		part.WhenNote = b.Request.Markup("field.when-answer", "question", asked, "answer", answer)
	}
}

// needWhen says in words on which answer a question has to be answered.
func (b *Builder) needWhen(q *question.Question, o object) template.HTML {
	if t := q.SimplyNeeded(); t != nil {
		if asked, answer, _ := b.words(t, o); asked != "" {
			return b.Request.Markup("field.required-when", "question", asked, "answer", answer)
		}
	}
	return b.Request.Markup("field.required-others")
}

// words are the one question beside it, and the answer to it, that a condition speaks of; empty for any other condition. yes
// says that the answer is a yes.
func (b *Builder) words(t *question.Test, o object) (asked, answer template.HTML, yes bool) {
	want := true
	if t.Not != nil {
		t, want = t.Not, false
	}
	if len(t.Path) != 1 || t.Top || len(t.In) == 0 {
		return "", "", false
	}
	other := find(o.questions, t.Path[0])
	if other == nil {
		return "", "", false
	}
	if value, ok := t.In[0].(bool); ok && len(t.In) == 1 {
		yes = value == want
		return b.Request.Read(other.Label), b.yesNo()[map[bool]int{true: 0, false: 1}[yes]].Label, yes
	}
	var labels []string
	for _, c := range b.choices(other.Choices) {
		for _, value := range t.In {
			if value == c.Value {
				labels = append(labels, string(c.Label))
			}
		}
	}
	if !want || len(labels) != len(t.In) {
		return "", "", false
	}
	return b.Request.Read(other.Label), template.HTML(strings.Join(labels, "、")), false //nolint:gosec // labels of the catalogue
}

// scriptTest is a condition as form.js judges it: the field of that name has one of the values; "" is no answer.
type scriptTest struct {
	Name string        `json:"name,omitempty"`
	In   []string      `json:"in,omitempty"`
	Not  *scriptTest   `json:"not,omitempty"`
	All  []*scriptTest `json:"all,omitempty"`
	Any  []*scriptTest `json:"any,omitempty"`
}

// scriptOf writes a condition of questions at a place for the script.
func scriptOf(t *question.Test, at string) *scriptTest {
	if t == nil {
		return nil
	}
	out := &scriptTest{Not: scriptOf(t.Not, at)}
	for _, one := range t.All {
		out.All = append(out.All, scriptOf(one, at))
	}
	for _, one := range t.Any {
		out.Any = append(out.Any, scriptOf(one, at))
	}
	if t.Path == nil {
		return out
	}
	if t.Top {
		at = "facts"
	}
	out.Name = at + "." + strings.Join(t.Path, ".")
	for _, value := range t.In {
		out.In = append(out.In, fmt.Sprint(value))
	}
	if t.Has != nil {
		out.In = append(out.In, fmt.Sprint(t.Has))
	}
	if t.Lax {
		out.In = append(out.In, "")
	}
	return out
}

// names tells each field that a condition reads.
func (t *scriptTest) names(tell func(string)) {
	if t == nil {
		return
	}
	if t.Name != "" {
		tell(t.Name)
	}
	t.Not.names(tell)
	for _, one := range append(t.All, t.Any...) {
		one.names(tell)
	}
}

// With are the pointers asked for in a correction, and those of the questions whose being asked depends on one of them: an
// answer that is changed may call for others, or make them needless.
func With(parts []Part, asked []string) []string {
	for _, part := range parts {
		for _, on := range part.depends {
			for _, a := range asked {
				if on == a || strings.HasPrefix(on, a+"/") {
					asked = append(asked[:len(asked):len(asked)], part.at)
					break
				}
			}
		}
		if part.Group != nil {
			asked = With(part.Group.Parts, asked)
		}
	}
	return asked
}
