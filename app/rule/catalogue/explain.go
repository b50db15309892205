package catalogue

import (
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// Subjects are the names of those whom the rule speaks of in a case; none if the case has no such person.
func (r *Rule) Subjects(f *Facts) []string {
	switch {
	case r.kind.fact != "" && !f.Has(r.kind.fact):
		return nil
	case r.kind.list == "":
		return []string{r.kind.name}
	}
	out := make([]string, f.Count(r.kind.list))
	for n := range out {
		out[n] = r.kind.subject(n)
	}
	return out
}

// Read is one answer that the conditions of a rule read.
type Read struct {
	Name    string // as the condition says it: child.birth_date, and with the entries numbered from 1: facts.children.1.birth_date
	Pointer string // a JSON Pointer to it below the case: /facts/children/0/birth_date; empty for what is no answer
	Value   any    // as question.Answer has it
}

// Reads are the answers that the rule's condition reads for its n-th subject (from 0), and besides, where replaceable says so, those
// of the condition on which an item can replace it. For a rule without any subject in this case it is what would make one.
func (r *Rule) Reads(f *Facts, municipality string, filing jp.Date, n int, replaceable bool) []Read {
	if n < 0 {
		return r.missing(f)
	}
	paths := slices.Clone(r.whenReads)
	if replaceable {
		for _, path := range r.replaceableReads {
			if !slices.ContainsFunc(paths, func(p []string) bool { return slices.Equal(p, path) }) {
				paths = append(paths, path)
			}
		}
	}
	var out []Read
	for _, path := range paths {
		switch {
		case path[0] == varMunicipality:
			out = append(out, Read{Name: varMunicipality, Value: municipality})
		case path[0] == varFilingDate:
			out = append(out, Read{Name: varFilingDate, Value: filing.String()})
		case path[0] == varFacts:
			out = append(out, reads(f, []string{varFacts}, nil, path[1:])...)
		default:
			out = append(out, reads(f, []string{r.kind.name}, []string{r.kind.list, strconv.Itoa(n)}, path[1:])...)
		}
	}
	said := map[string]bool{} // a list without entries is both the list and what is read of its entries
	return slices.DeleteFunc(out, func(one Read) bool {
		twice := said[one.Name]
		said[one.Name] = true
		return twice
	})
}

// missing is the answer for want of which the case has no such subject.
func (r *Rule) missing(f *Facts) []Read {
	name := r.kind.fact + r.kind.list // a kind has one of them at most
	return reads(f, []string{varFacts}, nil, []string{name})
}

// reads are the answers at a path, which begins with the names above in a condition, and with below in the facts.
func reads(f *Facts, above, below, path []string) []Read {
	var out []Read
	for _, a := range f.record.Answers(slices.Concat(below, path)...) {
		if a.Value == nil && (len(path) == 0 || path[len(path)-1] == question.Every) {
			continue // an object as a whole: what is read of it is said by itself
		}
		name := slices.Clone(above)
		for _, step := range a.Path[len(below):] {
			if i, err := strconv.Atoi(step); err == nil {
				step = strconv.Itoa(i + 1)
			}
			name = append(name, step)
		}
		out = append(out, Read{Name: strings.Join(name, "."), Pointer: question.Pointer(append([]string{varFacts}, a.Path...)...), Value: a.Value})
	}
	return out
}
