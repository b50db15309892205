package catalogue

import (
	"slices"

	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/question"
)

// Step is what one page of an application asks: facts, and sections of the form. What has one name stands together, the child's birth
// date and where it lives with its name.
type Step struct {
	Key      string   // in its address: that of its first section, or StepQuestions
	Names    []string // of its facts and sections, in the order in which they are asked
	Facts    []*question.Question
	Sections []form.Section
}

// StepQuestions is the key of a step that asks facts alone.
const StepQuestions = "questions"

// Pages are the steps of the version, whatever the case. A version that says nothing of them asks all facts first, and each section
// by itself. What a municipality asks besides comes after what the national version names.
func (v *Version) Pages() []Step {
	if len(v.Steps) == 0 {
		out := []Step{{Key: StepQuestions, Facts: v.Facts}}
		for _, f := range v.Facts {
			out[0].Names = append(out[0].Names, f.Name)
		}
		return append(out, v.alone(v.rules.Sections())...)
	}
	var out []Step
	named := map[string]bool{}
	for _, names := range v.Steps {
		s := Step{Names: names}
		for _, name := range names {
			named[name] = true
			if f := v.Fact(name); f != nil {
				s.Facts = append(s.Facts, f)
			}
			if i := slices.IndexFunc(v.rules.Sections(), func(s form.Section) bool { return s.Key == name }); i >= 0 {
				s.Sections = append(s.Sections, v.rules.Sections()[i])
			}
		}
		s.Key = key(s)
		out = append(out, s)
	}
	for _, f := range v.Facts {
		if last := &out[len(out)-1]; !named[f.Name] {
			last.Names, last.Facts = append(slices.Clip(last.Names), f.Name), append(slices.Clip(last.Facts), f)
		}
	}
	return append(out, v.alone(slices.DeleteFunc(slices.Clone(v.rules.Sections()), func(s form.Section) bool { return named[s.Key] }))...)
}

func (v *Version) alone(sections []form.Section) []Step {
	var out []Step
	for _, s := range sections {
		out = append(out, Step{Key: s.Key, Names: []string{s.Key}, Sections: []form.Section{s}})
	}
	return out
}

func key(s Step) string {
	if len(s.Sections) > 0 {
		return s.Sections[0].Key
	}
	return StepQuestions
}

// CallsFor says on what it depends whether the form has a section: the facts of the first level that are read, and the condition as
// others than CEL judge it. Both are nil where it always has it; the condition also where it says more.
func (v *Version) CallsFor(s form.Section) (reads []string, when *question.Test) {
	i := slices.Index(v.Form, s.Use)
	if i < 0 || v.forms[i] == nil {
		return nil, nil
	}
	for _, path := range v.forms[i].reads {
		if len(path) > 1 && path[0] == varFacts && !slices.Contains(reads, path[1]) {
			reads = append(reads, path[1])
		}
	}
	return reads, v.forms[i].simple
}

// checkSteps holds that the steps name what there is, each once, and no section is left out.
func (b *builder) checkSteps(d *draft) {
	if len(d.Steps) == 0 || d.rules == nil {
		return
	}
	seen := map[string]bool{}
	for i, names := range d.Steps {
		for _, name := range names {
			section := slices.ContainsFunc(d.rules.Sections(), func(s form.Section) bool { return s.Key == name })
			if seen[name] || d.Fact(name) == nil && !section {
				b.Add(d.line("steps", i), "steps: %q is neither a fact nor a section of the form, or stands twice", name)
			}
			seen[name] = true
		}
		if len(names) == 0 {
			b.Add(d.line("steps", i), "steps: a step asks nothing")
		}
	}
}
