package answers

import (
	"encoding/json"
	"html/template"
	"strings"

	"kosodate.example/onestop/app/rule/question"
)

// condition puts the condition on which a question is asked on the page: for its script, and in words.
func (b *Builder) condition(part *Part, q *question.Question, o object) {
	part.OnCondition, part.WhenNote = true, b.Request.Markup("field.when-others")
	t := q.Simple()
	if t == nil {
		return
	}
	if text, err := json.Marshal(t); err == nil {
		part.When, part.WhenAt = string(text), o.at
	}
	part.depends = reads(t, o.at)
	if asked, answer := b.words(t, o); asked != "" {
		part.WhenNote = b.Request.Markup("field.when", "question", asked, "answer", answer)
	}
}

// reads are the pointers of the answers that a condition of questions at a place reads.
func reads(t *question.Test, at string) []string {
	var out []string
	if t.Top {
		at = "facts"
	}
	if t.Path != nil {
		out = append(out, pointer(at+"."+strings.Join(t.Path, ".")))
	}
	if t.Not != nil {
		out = reads(t.Not, at)
	}
	for _, one := range append(t.All, t.Any...) {
		out = append(out, reads(one, at)...)
	}
	return out
}

// needWhen says in words on which answer a question has to be answered.
func (b *Builder) needWhen(q *question.Question, o object) template.HTML {
	if t := q.SimplyNeeded(); t != nil {
		if asked, answer := b.words(t, o); asked != "" {
			return b.Request.Markup("field.required-when", "question", asked, "answer", answer)
		}
	}
	return b.Request.Markup("field.required-others")
}

// words are the one question beside it, and the answer to it, that a condition speaks of; empty for any other condition.
func (b *Builder) words(t *question.Test, o object) (asked, answer template.HTML) {
	is := true
	if t.Not != nil {
		t, is = t.Not, false
	}
	if len(t.Path) != 1 || t.Top || len(t.In) != 1 {
		return "", ""
	}
	other := question.Find(o.questions, t.Path[0])
	if value, ok := t.In[0].(bool); ok {
		return b.Request.Read(other.Label), b.yesNo()[map[bool]int{true: 0, false: 1}[value == is]].Label
	}
	for _, c := range other.Choices {
		if is && c.Value == t.In[0] {
			return b.Request.Read(other.Label), b.Request.Read(c.Label)
		}
	}
	return "", ""
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
