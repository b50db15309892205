package evidence

import (
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// known is what is answered of a case.
type known struct {
	version      *catalogue.Version
	facts        *catalogue.Facts // framed: with the objects and entries that there have to be
	given        map[string]any   // as they were given
	municipality string
	filing       jp.Date
	wrong        []fault.Detail
}

// subject is one of whom a rule speaks.
type subject struct {
	name  string
	n     int
	entry string   // its place in a list, as a step of a path
	maybe bool     // it is not known whether there is one
	waits []string // the answers that say so
}

// subjects are those of a rule's kind: who is there by what is known, and one who may be.
func (k *known) subjects(r *catalogue.Rule) []subject {
	list := catalogue.ListOf(r.Subject)
	if q := question.Find(k.version.Facts, catalogue.FactOf(r.Subject)+list); q != nil { // a kind has one of them at most
		if waits := k.waitsFor(q, k.version.Facts, k.given, nil); len(waits) > 0 {
			return []subject{{name: r.Subject, maybe: true, waits: waits}}
		}
	}
	var out []subject
	for n, name := range r.Subjects(k.facts) {
		out = append(out, subject{name: name, n: n, entry: strconv.Itoa(n)})
	}
	if list != "" && len(out) == 0 {
		if waits := k.missing([]string{list}); len(waits) > 0 {
			return []subject{{name: r.Subject, maybe: true, waits: waits}}
		}
	}
	return out
}

// missing are the answers that have to be there before the one at a path is known: itself, or those that decide whether it is asked.
func (k *known) missing(path []string) []string {
	return k.missingIn(k.version.Facts, k.given, nil, path)
}

func (k *known) missingIn(questions []*question.Question, answers map[string]any, walked, path []string) []string {
	i := slices.IndexFunc(questions, func(q *question.Question) bool { return q.Name == path[0] })
	if i < 0 {
		return nil // this version does not ask it: it is absent, and known to be
	}
	q, here := questions[i], append(slices.Clone(walked), path[0])
	if waits := k.waitsFor(q, questions, answers, walked); len(waits) > 0 {
		return waits
	}
	if !q.Asked(answers, k.given) {
		return nil
	}
	at, rest := strings.Join(here, "/"), path[1:]
	switch answer := answers[q.Name]; {
	case q.Type == question.Object:
		inner, _ := answer.(map[string]any)
		if len(rest) == 0 {
			return k.missingAll(q.Fields, inner, here)
		}
		return k.missingIn(q.Fields, inner, here, rest)
	case q.Type == question.Listing:
		entries, answered := answer.([]any)
		if !answered || len(entries) < q.Min {
			return []string{at}
		}
		return k.missingOf(q, entries, here, rest)
	case answer == nil && q.Due(answers, k.given): // what may be left blank is answered by leaving it so
		return []string{at}
	}
	return nil
}

// missingOf are those missing in the entries of a list that a path means: one, or every one.
func (k *known) missingOf(q *question.Question, entries []any, here, rest []string) []string {
	var out []string
	for i, entry := range entries {
		place := strconv.Itoa(i)
		if len(rest) < 2 || rest[0] != question.Every && rest[0] != place {
			continue
		}
		inner, _ := entry.(map[string]any)
		out = append(out, k.missingIn(q.Of.Fields, inner, append(slices.Clone(here), place), rest[1:])...)
	}
	return out
}

// missingAll are those missing of an object as a whole.
func (k *known) missingAll(questions []*question.Question, answers map[string]any, walked []string) []string {
	var out []string
	for _, q := range questions {
		out = append(out, k.missingIn(questions, answers, walked, []string{q.Name})...)
	}
	return out
}

// waitsFor are the answers that have to be there before it is known whether a question is asked.
func (k *known) waitsFor(q *question.Question, questions []*question.Question, answers map[string]any, walked []string) []string {
	beside, top := q.Reads()
	var out []string
	for _, name := range beside {
		out = append(out, k.missingIn(questions, answers, walked, []string{name})...)
	}
	for _, name := range top {
		out = append(out, k.missing([]string{name})...)
	}
	return out
}

// withGates are paths of answers with those that decide whether they are asked, each once, sorted.
func (k *known) withGates(paths []string) []string {
	var out []string
	for _, path := range paths {
		k.gates(strings.Split(path, "/"), &out)
	}
	slices.Sort(out)
	return out
}

func (k *known) gates(path []string, out *[]string) {
	path = slices.DeleteFunc(path, func(step string) bool { return step == question.Every })
	at, q := strings.Join(path, "/"), question.Find(k.version.Facts, path...)
	if q == nil || slices.Contains(*out, at) {
		return
	}
	*out = append(*out, at)
	for _, inner := range q.Fields { // of an object as a whole all answers are meant
		k.gates(append(slices.Clone(path), inner.Name), out)
	}
	for i := range path {
		beside, top := question.Find(k.version.Facts, path[:i+1]...).Reads()
		for _, name := range beside {
			k.gates(append(slices.Clone(path[:i]), name), out)
		}
		for _, name := range top {
			k.gates([]string{name}, out)
		}
	}
}

// framed are answers with the objects that are asked, empty where nothing of them is answered, and the entries that a list has at least.
func framed(questions []*question.Question, answers map[string]any) map[string]any {
	return frame(questions, answers, answers)
}

func frame(questions []*question.Question, answers, top map[string]any) map[string]any {
	out := map[string]any{}
	for _, q := range questions {
		answer := answers[q.Name]
		switch {
		case q.Type == question.Object && q.Asked(answers, top):
			inner, _ := answer.(map[string]any)
			answer = frame(q.Fields, inner, top)
		case q.Type == question.Listing && q.Of.Type == question.Object && q.Asked(answers, top):
			entries, _ := answer.([]any)
			entries = slices.Clone(entries)
			for len(entries) < q.Min {
				entries = append(entries, map[string]any{})
			}
			for i, entry := range entries {
				inner, _ := entry.(map[string]any)
				entries[i] = frame(q.Of.Fields, inner, top)
			}
			if len(entries) > 0 {
				answer = entries
			}
		}
		if answer != nil {
			out[q.Name] = answer
		}
	}
	return out
}
