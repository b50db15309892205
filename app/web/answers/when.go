package answers

import (
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// condition puts the condition on which a question is asked on the page: for its script, and in words. t is nil where it is no simple one.
func (b *Builder) condition(part *Part, q *question.Question, o object, t *question.Test) {
	part.OnCondition, part.WhenNote = true, b.Request.Markup("field.when-others")
	part.WhenID = "when-" + page.FieldID(part.at)
	if t == nil {
		part.depends = readBy(q, o.at)
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

// readBy are the pointers of the answers that any other condition reads.
func readBy(q *question.Question, at string) []string {
	var out []string
	beside, top := q.Reads()
	for _, name := range beside {
		out = append(out, pointer(at+"."+name))
	}
	for _, name := range top {
		out = append(out, pointer("facts."+name))
	}
	return out
}

// decided says whether what a condition reads is answered, as far as it has to be: until then the question waits.
func decided(q *question.Question, o object) bool {
	beside, top := q.Reads()
	return answered(o.questions, beside, o.saved, o.top) && answered(o.first, top, o.top, o.top)
}

// answered says whether the questions of these names, and those inside them, have what has to be answered.
func answered(questions []*question.Question, names []string, saved, top map[string]any) bool {
	for _, q := range questions {
		if !slices.Contains(names, q.Name) || !q.Due(saved, top) {
			continue
		}
		switch inner, _ := saved[q.Name].(map[string]any); {
		case saved[q.Name] == nil:
			return false
		case q.Type == question.Object && slices.ContainsFunc(q.Fields, func(f *question.Question) bool { return f.Due(inner, top) && inner[f.Name] == nil }):
			return false
		}
	}
	return true
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
// answer that is changed may call for others, or make them needless. Of a list all is asked for.
func With(parts []Part, asked []string) []string {
	for _, part := range parts {
		if slices.ContainsFunc(part.depends, func(on string) bool { return touched(on, asked) }) {
			asked = append(slices.Clip(asked), part.at)
		}
		switch {
		case part.Group != nil:
			asked = With(part.Group.Parts, asked)
		case part.List != nil:
			for _, e := range part.List.Entries {
				if len(With(e.Parts, asked)) > len(asked) {
					asked = append(slices.Clip(asked), part.at)
					break
				}
			}
		}
	}
	return asked
}

// touched says whether an answer, or a part of it, is asked for, or all of what it is a part of.
func touched(on string, asked []string) bool {
	return slices.ContainsFunc(asked, func(a string) bool { return on == a || strings.HasPrefix(on, a+"/") || strings.HasPrefix(a, on+"/") })
}
