package intake

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// questions finds the question that a path leads to.
type questions struct{ version *catalogue.Version }

// at is the question of a path: facts.children.{n}.birth_date, form.applicant.family_name; nil if nobody asks so.
func (q *questions) at(path string) *question.Question {
	steps := strings.Split(strings.ReplaceAll(path, "."+place, ".0"), ".")
	if len(steps) < 2 {
		return nil
	}
	switch steps[0] {
	case "facts":
		return question.Find(q.version.Facts, steps[1:]...)
	case "form":
		for _, s := range q.version.FormRules().Sections() {
			if s.Key != steps[1] {
				continue
			}
			rest := steps[2:]
			if s.Each != "" && len(rest) > 0 && rest[0] >= "0" && rest[0] <= "99" {
				rest = rest[1:]
			}
			return question.Find(s.Group.Fields, rest...)
		}
	}
	return nil
}

// Asked is what the question is called that a pointer of a fault names, for a reason that is about none of the sender's fields; empty if it names none.
func Asked(v *catalogue.Version, pointer, lang string) string {
	q := (&questions{v}).at(strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", "."))
	if q == nil {
		return ""
	}
	return q.Label.In(lang)
}

// complete makes a field ready, and says what is wrong with it.
func (f *field) complete(v *Version, asked *questions) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if strings.Contains(f.name, place) {
		f.pattern = regexp.MustCompile("^" + strings.Replace(regexp.QuoteMeta(f.name), regexp.QuoteMeta(place), "([1-9][0-9]?)", 1) + "$")
	}
	if f.Table != "" {
		if f.values = v.Tables[f.Table]; f.values == nil {
			say("there is no table %q", f.Table)
		}
	}
	if f.Ignore != (len(f.To) == 0) {
		say("it answers a question (to), or it is ignored (ignore)")
	}
	for _, path := range f.To {
		q := asked.at(path)
		switch {
		case q == nil:
			say("there is no question %s", path)
		case strings.Contains(path, place) != (f.pattern != nil):
			say("%s stands in its name and in its path, or in neither", place)
		case q.Type == question.Boolean && f.Table == "", len(q.Choices) > 0 && f.Table == "":
			say("%s is answered with one of several values: a table says which", path)
		case q.Type == question.Integer && !f.Number && f.Table == "":
			say("%s is a number (number: true)", path)
		case len(q.Choices) > 0 && f.values != nil:
			for _, from := range slices.Sorted(maps.Keys(f.values)) {
				if !slices.ContainsFunc(q.Choices, func(c question.Choice) bool { return c.Value == f.values[from] }) {
					say("%s cannot be answered with %v", path, f.values[from])
				}
			}
		}
	}
	return wrong
}
