package answers

import (
	"bytes"
	"encoding/json"
	"slices"

	"kosodate.example/onestop/app/rule/bank"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Saved is what is answered of an application so far: it decides which sections of the form there are, and how often each.
type Saved struct {
	Version      *catalogue.Version
	Municipality string
	Day          jp.Date // of the rules that hold: that of the arrival once there is one (P5)
	Facts        json.RawMessage
	Form         map[string]any
	Banks        *bank.Table // by which the banks of accounts are known by their names; nil: they are not
}

// Sections are those of the form that the facts call for; while the facts are not complete, those too of which nobody can say yet.
func (d Saved) Sections() []form.Section {
	all := d.Version.FormRules().Sections()
	facts, _ := d.Version.PartFacts(d.Facts, d.Day)
	if facts == nil {
		return all
	}
	plain := facts.Plain()
	called, err := d.Version.FormGroups(facts, d.Municipality, d.Day)
	if err != nil {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(s form.Section) bool {
		reads, _ := d.Version.CallsFor(s)
		open := slices.ContainsFunc(d.Version.Facts, func(q *question.Question) bool {
			return slices.Contains(reads, q.Name) && lacks([]*question.Question{q}, plain, plain)
		})
		return !open && !slices.ContainsFunc(called, func(u form.Use) bool { return u.Group == s.Group.Name && u.Each == s.Each })
	})
}

// Lacks says whether a section has a question that has to be answered and is not.
func (d Saved) Lacks(s form.Section) bool {
	elements := []any{d.Form[s.Key]}
	if s.Each != "" {
		given, _ := d.Form[s.Key].([]any)
		elements = append(slices.Clone(given), make([]any, max(0, d.Entries(s)-len(given)))...)
	}
	return slices.ContainsFunc(elements, func(e any) bool {
		object, _ := e.(map[string]any)
		return slices.ContainsFunc(s.Group.Fields, func(q *question.Question) bool { return object[q.Name] == nil && q.Due(object, nil) })
	})
}

// Entries is how many answers a section has: one, or as many as the list in the facts.
func (d Saved) Entries(s form.Section) int {
	if s.Each == "" {
		return 1
	}
	elements, _ := decoded(d.Facts)[s.Each].([]any)
	return len(elements)
}

// Entry is the entry of the list in the facts for which a section is asked; nil if it is not there.
func (d Saved) Entry(s form.Section, i int) map[string]any {
	elements, _ := decoded(d.Facts)[s.Each].([]any)
	return entry(elements, i)
}

// decoded are saved facts; without any, nothing is answered yet.
func decoded(facts json.RawMessage) map[string]any {
	out := map[string]any{}
	d := json.NewDecoder(bytes.NewReader(facts))
	d.UseNumber()
	if d.Decode(&out) != nil || out == nil {
		return map[string]any{} // what is saved is an object
	}
	return out
}
