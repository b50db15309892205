package answers

import (
	"html/template"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

func (b *Builder) list(q *question.Question, at string, saved any, o object) *List {
	elements, _ := saved.([]any)
	n := max(len(elements), q.Min)
	if b.Posted.Has(at + ".count") {
		n = Count(b.Posted, at)
	}
	out := &List{
		Name:   at,
		Min:    q.Min,
		Form:   b.Form,
		ID:     page.FieldID(pointer(at)),
		Legend: b.Request.Read(q.Label),
		Help:   b.Request.Read(q.Help),
		Wrong:  exactly(b.Wrong, pointer(at)),
	}
	out.Removed = removed(b.Posted, at)
	for i := range n {
		legend := b.Request.Read(q.Of.Label) + template.HTML(" "+strconv.Itoa(i+1)) //nolint:gosec // a number
		out.Entries = append(out.Entries, Group{Legend: b.called(legend, strings.TrimPrefix(at, "facts."), i, entry(elements, i)),
			Parts: b.questions(object{q.Of.Fields, at + "." + strconv.Itoa(i), entry(elements, i), o.top, o.first})})
	}
	return out
}

// entry is an object of a list; nil if it is not there.
func entry(elements []any, i int) map[string]any {
	if i >= len(elements) {
		return nil
	}
	out, _ := elements[i].(map[string]any)
	return out
}
