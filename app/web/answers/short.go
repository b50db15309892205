package answers

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// short says whether the page is to be answered, as short as it can be: what is known is filled in or left out, what most people answer
// with no is one question, and what nobody has to answer is folded away.
func (b *Builder) short() bool { return b.step != nil && !b.Whole }

// togetherName stands after the name of the first of several questions that are asked as one: they were on the page, and what is not
// ticked is no. The check page says each answer.
const togetherName = "-together"

// together are the questions at the beginning of questions that are asked as one: most people answer all of them with no.
func together(questions []*question.Question) []*question.Question {
	n := slices.IndexFunc(questions, func(q *question.Question) bool { return !q.Rare || q.When != "" })
	if n < 0 {
		n = len(questions)
	}
	return questions[:n]
}

// ticks asks several questions as one: which of them are yes, or none.
func (b *Builder) ticks(run []*question.Question, o object) Part {
	first := o.at + "." + run[0].Name
	f := page.Field{Kind: page.FieldTicks, Name: first, Pointer: pointer(first), Form: b.Form, Label: b.Request.Markup("answers.which"),
		Help: b.Request.Markup("answers.which-help")}
	out := Part{at: f.Pointer, Asked: true}
	for _, q := range run {
		name := o.at + "." + q.Name
		b.tell(&f, name)
		f.Choices = append(f.Choices, page.Choice{Value: name, Label: b.Request.Read(q.Label), Help: b.Request.Read(q.Help)})
		if yes, _ := o.saved[q.Name].(bool); yes {
			f.Values = append(f.Values, name)
		}
		out.also = append(out.also, pointer(name))
		if f.Wrong == nil { // the same would be said of each of them
			f.Wrong = page.WrongAt(b.Wrong, pointer(name))
		}
	}
	out.Field = &f
	return out
}

// ticked answers questions that were asked as one.
func ticked(values url.Values, at string, questions []*question.Question) map[string]any {
	out := map[string]any{}
	for i := 0; i < len(questions); i++ {
		run := together(questions[i:])
		if len(run) < 2 || !values.Has(at+"."+run[0].Name+togetherName) {
			continue
		}
		for _, q := range run {
			out[q.Name] = values.Has(at + "." + q.Name)
		}
		i += len(run) - 1
	}
	return out
}

// folded puts what nobody has to answer, of questions side by side, behind the others. Where nothing has to be answered, and where a
// condition says when it is asked, it stays.
func folded(texts Texts, questions []*question.Question, parts []Part) []Part {
	var must, more []Part
	for _, part := range parts {
		i := slices.IndexFunc(questions, func(q *question.Question) bool { return strings.HasSuffix(part.at, "/"+q.Name) })
		if i >= 0 && questions[i].Optional && part.Field != nil && !part.OnCondition {
			more = append(more, part)
		} else {
			must = append(must, part)
		}
	}
	if len(must) == 0 || len(more) < 2 {
		return parts
	}
	group := Group{Parts: more}
	var names []string
	for _, part := range more {
		names = append(names, string(part.Field.Label))
		group.Open = group.Open || part.Field.Answered() || len(part.Field.Wrong) > 0
	}
	group.More = texts.Markup("answers.more", "what", template.HTML(strings.Join(names, string(texts.Markup("answers.and"))))) //nolint:gosec // labels
	return append(must, Part{Group: &group, at: more[0].at + "/more"})
}

// byOptional says whether a question beside it that nobody has to answer decides whether this one has to be answered.
func byOptional(q *question.Question, beside []*question.Question) bool {
	t := q.SimplyNeeded()
	if t != nil && t.Not != nil {
		t = t.Not
	}
	if t == nil || len(t.Path) != 1 || t.Top {
		return false
	}
	other := question.Find(beside, t.Path[0])
	return other != nil && other.Optional
}

// likely is what is likely to be the answer by others: a family has one name. It is shown to be looked at, and saved with the page.
func (b *Builder) likely(q *question.Question, at string) string {
	for one := range strings.FieldsSeq(from(q, at)) {
		if v := written(b.at(strings.Split(one, "."))); v != "" && one != at {
			return v
		}
	}
	return ""
}

// from are the names of the answers that are likely to be that to a question, too.
func from(q *question.Question, at string) string {
	if q.From == "" && entryIn(at) == "0" {
		return q.FromFirst
	}
	return q.From
}

// at is what is known at a path of names and places.
func (b *Builder) at(path []string) any { return at(b.known, path) }

func at(v any, path []string) any {
	for _, step := range path {
		switch inner := v.(type) {
		case map[string]any:
			v = inner[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(inner) {
				return nil
			}
			v = inner[n]
		default:
			return nil
		}
	}
	return v
}

// entryIn is the place of the entry in which a question's name lies; empty if it is in none.
func entryIn(at string) string {
	for step := range strings.SplitSeq(at, ".") {
		if _, err := strconv.Atoi(step); err == nil {
			return step
		}
	}
	return ""
}

// factBeside is the place of the fact that says what a question of the form at a place asks, and that fact; nil if there is none:
// form.children.1 has it at facts.children.1.
func factBeside(facts []*question.Question, at, known string) (string, *question.Question) {
	at = "facts." + strings.TrimPrefix(at, "form.")
	return at, question.Find(facts, append(strings.Split(at, ".")[1:], known)...)
}

// unknown says whether a question has to be asked that a fact beside it may answer, and lets it wait for that answer.
func (b *Builder) unknown(part *Part, q *question.Question, at string) bool {
	here, fact := factBeside(b.facts, at, q.Known)
	if fact == nil {
		return true
	}
	part.OnCondition, part.WhenID = true, "when-"+page.FieldID(part.at)
	part.When, part.WhenAt = `{"path":["`+q.Known+`"],"in":["`+otherChoice+`"]}`, here
	part.WhenNote = b.Request.Markup("field.when", "question", b.Request.Read(fact.Label), "answer", b.Request.Read(labelOf(fact, otherChoice)))
	said := b.at(append(strings.Split(here, "."), q.Known))
	part.Asked = said == otherChoice
	return part.Asked || said == nil || slices.Contains(b.step.Names, strings.Split(here, ".")[1])
}

// saidBeside says whether a fact beside a question is its answer too, so that a page to be read does not say it twice, once in the office's words.
func (b *Builder) saidBeside(q *question.Question, at string) bool {
	here, fact := factBeside(b.facts, at, q.Known)
	return fact != nil && b.at(append(strings.Split(here, "."), q.Known)) != otherChoice
}

// otherChoice says of a choice that it says nothing.
const otherChoice = "other"

// labelOf is how a choice is called.
func labelOf(q *question.Question, value string) interface{ In(lang string) string } {
	for _, c := range q.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	return asIs("")
}
