package lint

import (
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
)

// questions finds those that decide nothing: no condition of any version of their procedure reads the answer.
func (l *linter) questions() {
	for _, p := range l.procedures() {
		read := map[string]bool{}
		for _, v := range p.Versions {
			l.reads(v, read)
		}
		for _, v := range p.Versions {
			l.walk(v, func(q *question.Question, path []string) {
				holdsOthers := len(q.Fields) > 0 || q.Of != nil && len(q.Of.Fields) > 0
				if at := strings.Join(path, "/"); !holdsOthers && q.Name != "" && !read[at] {
					l.add(q.At, Warning, QuestionIdle, Finding{Procedure: p.Code, Question: at})
				}
			})
		}
	}
}

// reads notes every answer that a condition of a version reads, and those lists that say how many of something there are.
func (l *linter) reads(v *catalogue.Version, read map[string]bool) {
	note := func(s condition.Scope, texts ...string) {
		for _, text := range texts {
			e, err := condition.Parse(text)
			if err != nil { // it was compiled
				continue
			}
			for _, found := range s.Reads(e) {
				read[strings.Join(found.Path, "/")] = true
			}
		}
	}
	for _, r := range v.Documents {
		note(condition.Of(l.Catalogue, v, r.Subject), r.When, r.Replaceable)
		read[r.Each()] = true
	}
	whole := condition.Of(l.Catalogue, v, "")
	for _, use := range v.Form {
		note(whole, use.When)
		read[use.Each] = true
	}
	everything := *l
	everything.Base = nil // a national question may be what a municipality's own depends on, and the other way round
	everything.walk(v, func(q *question.Question, path []string) {
		note(whole.Beside(path), q.When, q.RequiredWhen)
	})
}
