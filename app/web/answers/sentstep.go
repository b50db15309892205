package answers

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/question"
)

// SentStep are the answers that a page of a step sent, as a patch has them: the facts that it asked, or that nothing calls for any more,
// and its sections. What was left empty is null with clear, else it is not there.
func (d Saved) SentStep(s catalogue.Step, values url.Values, clear bool) (facts, answers map[string]any) {
	saved := decoded(d.Facts)
	return (&sender{values, saved, elsewhere(s, values)}).object(d.Version.Facts, "facts", saved, clear), d.sections(s, values, clear)
}

// elsewhere says of a fact whether a page of a step has it neither asked nor sent on.
func elsewhere(s catalogue.Step, values url.Values) func(string) bool {
	return func(name string) bool { return !slices.Contains(s.Names, name) && !Given(values, name) }
}

// sections are the answers of a page to the sections of a step, by their keys.
func (d Saved) sections(s catalogue.Step, values url.Values, clear bool) map[string]any {
	out := map[string]any{}
	facts := decoded(d.Facts)
	facts = (&sender{values, facts, elsewhere(s, values)}).known(d.Version.Facts, "facts", facts)
	after := d
	after.Facts, _ = json.Marshal(facts) // what was read from JSON can be written
	called := after.Sections()
	for _, one := range s.Sections {
		if !has(called, one.Key) { // an answer on the same page says that nobody needs it: it would be refused in the end
			if clear {
				out[one.Key] = nil
			}
			continue
		}
		n := d.Entries(one)
		if one.Each != "" && values.Has("facts."+one.Each+".count") {
			n = Count(values, "facts."+one.Each)
		}
		sent := d.SentSection(one, values, n, clear)
		for i, e := range entries(sent) {
			at := "form." + one.Key
			if one.Each != "" {
				at += "." + strconv.Itoa(i)
			}
			alreadySaid(d.Version.Facts, facts, one.Group.Fields, at, e)
		}
		out[one.Key] = sent
	}
	return out
}

// entries are the objects of what a section sent.
func entries(sent any) []map[string]any {
	if one, ok := sent.(map[string]any); ok {
		return []map[string]any{one}
	}
	var out []map[string]any
	all, _ := sent.([]any)
	for _, e := range all {
		out = append(out, asObject(e))
	}
	return out
}

// alreadySaid answers what a fact says already: in Japanese, as the office reads it.
func alreadySaid(questions []*question.Question, facts map[string]any, fields []*question.Question, place string, entry map[string]any) {
	for _, q := range fields {
		if q.Known == "" {
			continue
		}
		here, fact := factBeside(questions, place, q.Known)
		if fact == nil {
			continue
		}
		if said, _ := at(map[string]any{"facts": facts}, append(strings.Split(here, "."), q.Known)).(string); said != "" && said != otherChoice {
			entry[q.Name] = labelOf(fact, said).In("ja")
		}
	}
}
