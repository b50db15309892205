package cases

import (
	"regexp"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Column is one answer of a version, as a table has it.
type Column struct {
	Question *question.Question
	Label    string // 養育する児童1／児童の生年月日
	Path     string // facts.children.1.birth_date: entries are numbered from 1, as their subjects are
	pointer  string // /facts/children/0/birth_date
}

// Heading is how a template names the column: its label for people, and its path so that it stays the same when a label changes.
func (c *Column) Heading() string { return c.Label + " [" + c.Path + "]" }

// Columns are those of a version in the order in which its facts are asked, with so many entries of each list at most.
func Columns(v *catalogue.Version, entries int) []*Column {
	return columns(v.Facts, &Column{Path: "facts", pointer: "/facts"}, entries)
}

func columns(questions []*question.Question, above *Column, entries int) []*Column {
	var out []*Column
	for _, q := range questions {
		at := &Column{Question: q, Label: q.Label.Ja, Path: above.Path + "." + q.Name, pointer: above.pointer + "/" + q.Name}
		if above.Label != "" {
			at.Label = above.Label + "／" + at.Label
		}
		switch {
		case q.Type == question.Object:
			out = append(out, columns(q.Fields, at, entries)...)
		case q.Type == question.Listing && q.Of.Type == question.Object:
			most := entries
			if q.Max > 0 {
				most = min(most, q.Max)
			}
			for n := range most {
				number := strconv.Itoa(n + 1)
				entry := &Column{Label: at.Label + number, Path: at.Path + "." + number, pointer: at.pointer + "/" + strconv.Itoa(n)}
				out = append(out, columns(q.Of.Fields, entry, entries)...)
			}
		default:
			out = append(out, at)
		}
	}
	return out
}

// mostEntries is how many entries of a list a table may have.
const mostEntries = 20

// pathOf finds the path in a heading.
var pathOf = regexp.MustCompile(`^(?:.*\[)?(facts\.[a-z0-9_.]+)\]?$`)

// column finds what a heading means in a version: by its path, or by its label; nil if the version does not ask it.
func (r *reader) column(v *catalogue.Version, heading string) *Column {
	known, ok := r.known[v]
	if !ok {
		known = map[string]*Column{}
		for _, c := range Columns(v, mostEntries) {
			known[c.Path] = c
			if label := plainHeading(c.Label); known[label] == nil {
				known[label] = c
			}
		}
		r.known[v] = known
	}
	if m := pathOf.FindStringSubmatch(strings.TrimSpace(heading)); m != nil {
		return known[m[1]]
	}
	return known[plainHeading(heading)]
}

// plainHeading is a heading without what people write in different ways: white space, and the width of digits and strokes.
func plainHeading(s string) string { return strings.Join(strings.Fields(jp.Narrow(s)), "") }

// Place names an answer, or an object of answers, for people by its pointer: 養育する児童1／児童の生年月日; the pointer itself if the
// version does not ask it.
func Place(v *catalogue.Version, pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/facts/"), "/")
	out := ""
	for i, step := range steps {
		if n, err := strconv.Atoi(step); err == nil {
			out += strconv.Itoa(n + 1)
			continue
		}
		q := question.Find(v.Facts, steps[:i+1]...)
		if q == nil {
			return pointer
		}
		out += "／" + q.Label.Ja
	}
	return strings.TrimPrefix(out, "／")
}
