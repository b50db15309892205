package intake

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/fault"
)

// Mapped is an application of a sender in our words, as far as it could be put into them.
type Mapped struct {
	Facts, Form map[string]any
	Consents    []string
	Problems    []Problem
	origin      map[string]string // JSON Pointer → the sender's field
}

// Problem is a field that could not be put into our words.
type Problem struct {
	Code  fault.Reason // ProblemUnknown …
	Field string       // as the sender calls it
}

// What may be wrong with a field. Whether the answer itself will do, the catalogue says.
const (
	ProblemUnknown fault.Reason = "intake-unknown-field" // nobody said what it answers
	ProblemValue   fault.Reason = "intake-unknown-value" // not in the table of its values
	ProblemNumber  fault.Reason = "intake-not-a-number"
	ProblemWords   fault.Reason = "intake-not-so-many-words" // a name that is not a family name and a given name, apart
	ProblemLong    fault.Reason = "intake-list-too-long"     // of people
)

// longestList is as many entries as a sender's list may have.
const longestList = 50

// Map puts a sender's fields into our words. Empty ones answer nothing.
func (f *Form) Map(fields map[string]string) Mapped {
	m := Mapped{Facts: map[string]any{}, Form: map[string]any{}, origin: map[string]string{}}
	roots := map[string]any{"facts": m.Facts, "form": m.Form}
	for _, path := range slices.Sorted(maps.Keys(f.Fixed)) {
		m.put(roots, path, f.Fixed[path], "")
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		value := strings.TrimSpace(norm.NFC.String(fields[name]))
		if consent, ok := f.Consents[name]; ok {
			m.consent(name, value, consent)
			continue
		}
		to, nth := f.find(name)
		switch {
		case to == nil:
			m.Problems = append(m.Problems, Problem{ProblemUnknown, name})
		case to.Ignore || value == "":
		default:
			m.answer(roots, to, nth, name, value)
		}
	}
	return m
}

// find is the field of a name, and the place in its list, from 0.
func (f *Form) find(name string) (*field, int) {
	for i := range f.fields {
		one := &f.fields[i]
		if one.pattern == nil {
			if one.name == name {
				return one, 0
			}
			continue
		}
		if found := one.pattern.FindStringSubmatch(name); found != nil {
			nth, _ := strconv.Atoi(found[1]) // one or two digits
			return one, nth - 1
		}
	}
	return nil, 0
}

func (m *Mapped) consent(name, value, consent string) {
	switch value {
	case "はい", "同意する", "1", "true":
		m.Consents = append(m.Consents, consent)
	case "", "いいえ", "同意しない", "0", "false":
	default:
		m.Problems = append(m.Problems, Problem{ProblemValue, name})
	}
}

func (m *Mapped) answer(roots map[string]any, to *field, nth int, name, value string) {
	answers := []any{value}
	switch {
	case to.values != nil:
		meant, ok := to.values[value]
		if !ok {
			m.Problems = append(m.Problems, Problem{ProblemValue, name})
			return
		}
		answers[0] = meant
	case to.Number:
		n, err := strconv.Atoi(norm.NFKC.String(value))
		if err != nil {
			m.Problems = append(m.Problems, Problem{ProblemNumber, name})
			return
		}
		answers[0] = n
	case len(to.To) > 1:
		words := strings.Fields(value) // the ideographic space too
		if len(words) != len(to.To) {
			m.Problems = append(m.Problems, Problem{ProblemWords, name})
			return
		}
		answers = answers[:0]
		for _, word := range words {
			answers = append(answers, word)
		}
	}
	for i, path := range to.To {
		path = strings.ReplaceAll(path, place, strconv.Itoa(nth))
		if !m.put(roots, path, answers[min(i, len(answers)-1)], name) {
			m.Problems = append(m.Problems, Problem{ProblemLong, name})
		}
	}
}

// put writes an answer at a path; false if a list would be longer than one may be.
func (m *Mapped) put(roots map[string]any, path string, answer any, name string) bool {
	steps := strings.Split(path, ".")
	top, _ := roots[steps[0]].(map[string]any)
	if !set(top, steps[1:], answer) {
		return false
	}
	if name != "" {
		m.origin["/"+strings.Join(steps, "/")] = name
	}
	return true
}

// set writes into an object what its steps lead to.
func set(at map[string]any, steps []string, answer any) bool {
	name := steps[0]
	if len(steps) == 1 {
		at[name] = answer
		return true
	}
	nth, err := strconv.Atoi(steps[1])
	if err != nil {
		inner, _ := at[name].(map[string]any)
		if inner == nil {
			inner = map[string]any{}
			at[name] = inner
		}
		return set(inner, steps[1:], answer)
	}
	list, _ := at[name].([]any)
	if nth >= longestList || len(steps) < 3 {
		return false
	}
	for len(list) <= nth {
		list = append(list, map[string]any{})
	}
	at[name] = list
	return set(list[nth].(map[string]any), steps[2:], answer)
}

// FieldOf is the sender's field that answered what a pointer of a fault names, or something above it; empty: none did.
func (m *Mapped) FieldOf(pointer string) string {
	for at := pointer; at != ""; at = at[:strings.LastIndexByte(at, '/')] {
		if name := m.origin[at]; name != "" {
			return name
		}
	}
	return ""
}

// Document is the document and subject that a kind of file of the sender is; false if nobody said so. A kind may end in the place in a list.
func (f *Form) Document(kind string) (document, subject string, ok bool) {
	if to, known := f.Documents[kind]; known {
		return strings.Cut(to, "/")
	}
	for name, to := range f.Documents {
		before, after, repeated := strings.Cut(name, place)
		if !repeated || !strings.HasPrefix(kind, before) || !strings.HasSuffix(kind, after) || len(kind) <= len(before)+len(after) {
			continue
		}
		nth := kind[len(before) : len(kind)-len(after)]
		if n, err := strconv.Atoi(nth); err == nil && n >= 1 && n <= longestList {
			return strings.Cut(strings.ReplaceAll(to, place, strconv.Itoa(n)), "/")
		}
	}
	return "", "", false
}
