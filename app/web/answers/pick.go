package answers

import (
	"net/url"
	"slices"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
)

// Pick keeps the questions of some paths ("children/relationship", without the places of entries) out of parts. An object or a list
// is there with what is kept of it; a list of which only the number of entries is meant keeps its questions.
func Pick(parts []Part, paths []string) []Part {
	var out []Part
	for _, part := range parts {
		at := pathOf(part.at)
		below := func(path string) bool { return strings.HasPrefix(path, at+"/") }
		switch wanted := slices.ContainsFunc(paths, below); {
		case part.Group != nil && wanted:
			group := *part.Group
			group.Parts = Pick(group.Parts, paths)
			part.Group = &group
		case part.List != nil && wanted:
			list := *part.List
			list.Entries = slices.Clone(list.Entries)
			for i := range list.Entries {
				list.Entries[i].Parts = Pick(list.Entries[i].Parts, paths)
			}
			part.List = &list
		case part.Group != nil, !slices.Contains(paths, at):
			continue
		}
		out = append(out, part)
	}
	return out
}

// pathOf is a pointer without its beginning and the places of entries.
func pathOf(pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/facts/"), "/")
	return strings.Join(slices.DeleteFunc(steps, func(s string) bool { return strings.Trim(s, "0123456789") == "" }), "/")
}

// First is the name of the question of the first level to which a part belongs.
func (p Part) First() string {
	first, _, _ := strings.Cut(pathOf(p.at), "/")
	return first
}

// Questions is how many questions somebody is asked by a part now; of several of a list those about one.
func (p Part) Questions() int {
	inner := []Part{}
	switch {
	case !p.Asked:
		return 0
	case p.Field != nil:
		return 1
	case p.Group != nil:
		inner = p.Group.Parts
	case len(p.List.Entries) > 0:
		inner = p.List.Entries[0].Parts
	}
	n := 0
	for _, one := range inner {
		n += one.Questions()
	}
	return max(n, 1)
}

// Given says whether a page sent any answer to a question of the first level, or to those inside it.
func Given(values url.Values, first string) bool {
	for name, sent := range values {
		if at := "facts." + first; (name == at || strings.HasPrefix(name, at+".") || strings.HasPrefix(name, at+"-")) && !strings.HasSuffix(name, ".count") &&
			slices.ContainsFunc(sent, func(v string) bool { return strings.TrimSpace(v) != "" }) {
			return true
		}
	}
	return false
}

// Elsewhere are the facts that a page sent of which its step asks nothing, to be sent on.
func Elsewhere(values url.Values, s catalogue.Step) []Sent {
	return slices.DeleteFunc(Hidden(values), func(sent Sent) bool {
		first, _, _ := strings.Cut(strings.TrimPrefix(sent.Name, "facts."), ".")
		first, _, _ = strings.Cut(first, "-")
		return slices.Contains(s.Names, first)
	})
}

// Hidden are the answers that a page sent, for a form that sends them on.
func Hidden(values url.Values) []Sent {
	var out []Sent
	for name, sent := range values {
		if !strings.HasPrefix(name, "facts.") {
			continue
		}
		for _, v := range sent {
			out = append(out, Sent{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b Sent) int { return strings.Compare(a.Name, b.Name) })
	return out
}
