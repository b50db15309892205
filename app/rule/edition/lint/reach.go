package lint

import (
	"encoding/json"
	"fmt"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/edition/condition"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/rule/source"
)

// reach finds what no case proves: answers that none gives, and parts of conditions that none takes.
func (l *linter) reach() {
	l.trials, l.situations = condition.NewTrials(), map[string][]condition.Situation{}
	if l.Cases == nil {
		return
	}
	for _, s := range condition.Read(l.Catalogue, l.Cases) {
		code := s.Version.Procedure.Code
		l.situations[code] = append(l.situations[code], s)
	}
	for _, p := range l.procedures() {
		if len(l.situations[p.Code]) == 0 {
			at := source.Position{File: p.Code + ".yaml"}
			if l.national(p) {
				at.File = catalogue.ManifestFile
			}
			l.add(at, Warning, NoCase, Finding{Procedure: p.Code})
			continue
		}
		l.answers(p)
	}
	l.branches()
}

// answers finds the choices, and the yes and no, that no case of a procedure gives.
func (l *linter) answers(p *catalogue.Procedure) {
	given := map[string]bool{}
	for _, s := range l.situations[p.Code] {
		var answers map[string]any
		if err := json.Unmarshal(s.Case.Facts, &answers); err == nil { // the version took them
			collect(answers, "", given)
		}
	}
	for _, v := range p.Versions {
		l.walk(v, func(q *question.Question, path []string) {
			at := strings.Join(path, "/")
			switch q.Type {
			case question.Choose:
				for _, c := range q.Choices {
					if !given[at+"="+c.Value] {
						l.add(where(v, path, q), Warning, ChoiceUnreached, Finding{Procedure: p.Code, Question: at, Value: c.Value})
					}
				}
			case question.Boolean:
				for _, value := range []string{"true", "false"} {
					if !given[at+"="+value] {
						l.add(where(v, path, q), Warning, AnswerUnreached, Finding{Procedure: p.Code, Question: at, Value: value})
					}
				}
			}
		})
	}
}

// collect notes every answer as path=value.
func collect(answer any, at string, given map[string]bool) {
	switch a := answer.(type) {
	case map[string]any:
		for name, inner := range a {
			collect(inner, strings.TrimPrefix(at+"/"+name, "/"), given)
		}
	case []any:
		for _, inner := range a {
			collect(inner, at, given)
		}
	default:
		given[at+"="+fmt.Sprint(a)] = true
	}
}

// walk goes through the questions of a version that the edition itself asks, at every depth, with the paths to them. What a
// list is asked of its entries has the path of the list.
func (l *linter) walk(v *catalogue.Version, look func(q *question.Question, path []string)) {
	var through func(questions []*question.Question, path []string)
	through = func(questions []*question.Question, path []string) {
		for _, q := range questions {
			at := append(path[:len(path):len(path)], q.Name)
			look(q, at)
			if q.Of != nil && len(q.Of.Fields) == 0 {
				look(q.Of, at)
			} else if q.Of != nil {
				through(q.Of.Fields, at)
			}
			through(q.Fields, at)
		}
	}
	if facts := v.Facts; l.national(v.Procedure) {
		if own := v.Fact(catalogue.LocalFacts); own != nil {
			through(own.Fields, []string{catalogue.LocalFacts})
		}
	} else {
		through(facts, nil)
	}
}

// where a question stands that has no place of its own: an entry of a list is written where the list is.
func where(v *catalogue.Version, path []string, q *question.Question) source.Position {
	if q.At.File == "" {
		if list := question.Find(v.Facts, path...); list != nil {
			return list.At
		}
	}
	return q.At
}

// branch is one part of a condition, wherever it is used.
type branch struct {
	at                      source.Position
	document, subject, text string
}

// branches finds the parts of conditions because of which no case is asked for a document.
func (l *linter) branches() {
	taken, about := map[branch]bool{}, map[branch]Finding{}
	var order []branch
	l.rules(func(v *catalogue.Version, r *catalogue.Rule) {
		tried := l.of(v)
		if len(tried) == 0 {
			return
		}
		for _, text := range append([]string{""}, partsOf(r.When)...) {
			b := branch{r.At(), r.Document, r.Subject, text}
			if _, known := taken[b]; !known {
				order, about[b] = append(order, b), of(v, r)
			}
			holds, _ := l.trials.Reached(tried, both(r.When, text), r.Subject)
			taken[b] = taken[b] || holds
		}
	})
	for _, b := range order {
		f := about[b]
		switch {
		case taken[b]:
		case b.text == "":
			l.add(b.at, Warning, NeverAsked, f)
		case taken[branch{b.at, b.document, b.subject, ""}]: // else it is said of the whole
			f.Word = b.text
			l.add(b.at, Warning, BranchUnreached, f)
		}
	}
}

// of are the situations of one version.
func (l *linter) of(v *catalogue.Version) (out []condition.Situation) {
	for _, s := range l.situations[v.Procedure.Code] {
		if s.Version == v {
			out = append(out, s)
		}
	}
	return out
}

func partsOf(when string) []string {
	e, err := condition.Parse(when)
	if err != nil { // it was compiled
		return nil
	}
	return condition.Branches(e)
}

func both(a, b string) string {
	if strings.TrimSpace(a) == "" || b == "" {
		return a + b
	}
	return "(" + a + ") && (" + b + ")"
}
