package catalogue

import (
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// Signpost tells people who are in the wrong place where to go instead, beside the question whose answer shows it (a public servant claims
// the child allowance at the office where they work). It refuses nothing: whoever goes on files as everybody (P1).
type Signpost struct {
	// Use is a shared signpost that stands here; nothing stands beside it.
	Use string `yaml:"use,omitempty"`

	// When is CEL as of a rule, which also sees the answers to the sections of the form that stand once: form.applicant.birth_date.
	When    string `yaml:"when,omitempty"`
	Subject string `yaml:"subject,omitempty"` // kind of subject as of a rule; empty: the case as a whole
	Ask     string `yaml:"at,omitempty"`      // beside which question: facts.children.birth_date, form.applicant.birth_date
	Text    Text   `yaml:"text,omitempty"`

	at        source.Position
	condition *Condition
	form      []string // the names of the form's answers that the condition reads
}

// varForm begins the names by which a signpost speaks of the form.
const varForm = "form."

// Reads are the paths of the facts that have to be known before the signpost is judged, as Condition.Reads gives them.
func (s *Signpost) Reads() [][]string { return s.condition.reads }

// ReadsForm are the answers of the form that have to be there, as paths: applicant, birth_date.
func (s *Signpost) ReadsForm() [][]string {
	var out [][]string
	for _, name := range s.form {
		out = append(out, strings.Split(strings.TrimPrefix(name, varForm), "."))
	}
	return out
}

// Holds says of each subject in order whether the signpost stands for it; nothing while an answer of the form that it reads is missing
// or wrong.
func (s *Signpost) Holds(v *Version, f *Facts, form map[string]any, municipality string, filing jp.Date) ([]bool, error) {
	scope := newScope(f, municipality, filing)
	scope.form = map[string]ref.Val{}
	for i, path := range s.ReadsForm() {
		section, _ := form[path[0]].(map[string]any)
		value := v.formQuestion(path[0], path[1]).Value(section[path[1]])
		if value == nil {
			return nil, nil
		}
		scope.form[s.form[i]] = value
	}
	return s.condition.each(scope)
}

// Same says whether two signposts tell the same people the same at the same question.
func (s *Signpost) Same(o *Signpost) bool {
	return s.When == o.When && s.Subject == o.Subject && s.Ask == o.Ask && s.Text == o.Text
}

// formQuestion is a question of a section that stands once; nil if there is none.
func (v *Version) formQuestion(key, name string) *question.Question {
	for _, s := range v.rules.Sections() {
		if s.Key == key && s.Each == "" {
			return question.Find(s.Group.Fields, name)
		}
	}
	return nil
}

// resolveSignposts puts shared signposts where a version uses them.
func (b *builder) resolveSignposts(v *Version) {
	for i, s := range v.Signposts {
		if s == nil {
			b.Add(source.Position{File: v.Procedure.Code + ".yaml"}, "signpost %d is empty", i+1)
			continue
		}
		if s.Use == "" {
			continue
		}
		shared := b.signpost(s.Use)
		if shared == nil || s.When+s.Subject+s.Ask != "" || s.Text != (Text{}) {
			b.Add(s.at, "there is no signpost %q, or something stands beside use", s.Use)
			continue
		}
		own := *shared
		v.Signposts[i] = &own
	}
}

func (b *builder) signpost(name string) *Signpost {
	if s := b.catalogue.defs.Signposts[name]; s != nil || b.catalogue.base == nil {
		return s
	}
	return b.catalogue.base.defs.Signposts[name]
}

// compileSignposts compiles those of a version that are not compiled yet, and holds that each stands at a question that decides about it.
func (b *builder) compileSignposts(d *draft, c *compiler) {
	if !slices.ContainsFunc(d.Signposts, func(s *Signpost) bool { return s.condition == nil }) {
		return
	}
	names, variables := formVariables(d.Version)
	env, err := c.base.Extend(variables...)
	if err != nil {
		b.Add(d.line("signposts"), "signposts cannot be compiled: %v", err)
		return
	}
	among := &Conditions{c.over(env, names)}
	for _, s := range d.Signposts {
		switch {
		case s.condition != nil:
		case s.When == "" || s.Ask == "" || s.Text == (Text{}):
			b.Add(s.at, "a signpost has when, at and text")
		default:
			if s.condition, err = among.Compile(s.When, s.Subject); err != nil {
				b.Add(s.at, "signpost: %v", err)
			} else if s.form = s.formReads(); !s.readsItsQuestion() {
				b.Add(s.at, "a signpost stands at a question that its condition reads, and %q is none", s.Ask)
			}
		}
	}
}

func (s *Signpost) formReads() []string {
	var out []string
	for _, path := range s.condition.reads {
		if strings.HasPrefix(path[0], varForm) {
			out = append(out, path[0])
		}
	}
	return out
}

// readsItsQuestion says whether the condition reads the answer beside which it stands.
func (s *Signpost) readsItsQuestion() bool {
	return slices.ContainsFunc(s.condition.reads, func(path []string) bool {
		if list := ListOf(path[0]); list != "" {
			path = append([]string{varFacts, list}, path[1:]...)
		}
		path = slices.DeleteFunc(slices.Clone(path), func(step string) bool { return step == question.Every })
		return strings.Join(path, ".") == s.Ask
	})
}

// formVariables are the answers to the sections that stand once, by the names that a signpost gives them.
func formVariables(v *Version) (names []string, variables []cel.EnvOption) {
	for _, s := range v.rules.Sections() {
		for _, q := range s.Group.Fields {
			if s.Each == "" && q.Type != question.Object && q.Type != question.Listing {
				name := varForm + s.Key + "." + q.Name
				names, variables = append(names, name), append(variables, q.Variable(name))
			}
		}
	}
	return names, variables
}
