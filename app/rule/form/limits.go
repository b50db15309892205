package form

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// What is looked at: a form within these is checked member by member, one outside them is refused as a whole before
// anything is normalised. The largest real form has about 400 members and 20 KB.
const (
	maxDepth   = 8         // objects and lists within each other, the form itself counted
	maxMembers = 4_000     // members and entries at all depths
	maxBytes   = 256 << 10 // of all texts and names together
	maxEntries = 50        // of a list of groups
	maxFaults  = 100       // told at once: the rest is not read, and the answer stays small
)

// bounded says why a form is refused as a whole; nil for one within the limits.
func bounded(answers map[string]any) *problem {
	var s size
	s.add(answers, 1)
	switch {
	case s.deep:
		return because("too-deep", fault.Number("max", maxDepth))
	case s.over():
		return because("too-large", fault.Number("max", maxBytes>>10))
	}
	return nil
}

type size struct {
	members, bytes int
	deep           bool
}

func (s *size) over() bool { return s.members > maxMembers || s.bytes > maxBytes }

func (s *size) add(v any, depth int) {
	if s.deep || s.over() {
		return // it is decided
	}
	switch v := v.(type) {
	case string:
		s.bytes += len(v)
	case map[string]any:
		s.deep = depth > maxDepth
		for name, member := range v {
			s.members++
			s.bytes += len(name)
			s.add(member, depth+1)
		}
	case []any:
		s.deep = depth > maxDepth
		for _, entry := range v {
			s.members++
			s.add(entry, depth+1)
		}
	}
}

// hidesIndividualNumber says whether something like an individual number stands anywhere in a value that is refused
// anyway (P4): whoever sent it must learn that it is never taken, whatever else is wrong with it.
func hidesIndividualNumber(v any) bool {
	switch v := v.(type) {
	case string:
		return jp.FindIndividualNumber(v)
	case json.Number:
		return jp.FindIndividualNumber(v.String())
	case int64:
		return jp.FindIndividualNumber(strconv.FormatInt(v, 10))
	case int:
		return jp.FindIndividualNumber(strconv.Itoa(v))
	case float64:
		return jp.FindIndividualNumber(strconv.FormatFloat(math.Abs(v), 'f', 0, 64))
	case []any:
		return slices.ContainsFunc(v, hidesIndividualNumber)
	case map[string]any:
		for name, member := range v {
			if jp.FindIndividualNumber(name) || hidesIndividualNumber(member) {
				return true
			}
		}
	}
	return false
}

// refuse fails a value: with individual-number if it hides one, else with the problem given.
func (v *validation) refuse(at string, value any, p *problem) {
	if p.code != "individual-number" && hidesIndividualNumber(value) {
		p = &problem{code: "individual-number", below: p.below}
	}
	v.fail(at, p)
}

// unknown refuses the members that a form or a group does not have. A name that looks like an individual number is not
// repeated: the pointer then leads to the object that held it, because pointers are answered and logged (P4).
func (v *validation) unknown(at string, members map[string]any, known map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		switch {
		case known[name]:
		case jp.FindIndividualNumber(name):
			v.fail(at, because("individual-number"))
		default:
			v.refuse(at+"/"+escape(name), members[name], because("unknown-field"))
		}
	}
}

// escape writes one part of a JSON Pointer. An unknown name may be anything, so it is cut and cleaned: it comes back to
// the person in an error.
func escape(name string) string {
	runes := []rune(name)
	if len(runes) > 60 {
		runes = append(runes[:60], '…')
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' {
			return '?'
		}
		return r
	}, string(runes))
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(clean)
}
