package answers

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/form"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// SentFacts are the facts that a page sent. What was left empty is null with clear, as a merge patch takes it away, else
// it is not there. What is asked on a condition alone is left out where the condition does not hold.
func SentFacts(v *catalogue.Version, values url.Values, clear bool) map[string]any {
	return object(v.Facts, "facts", values, clear)
}

func object(questions []*catalogue.Fact, at string, values url.Values, clear bool) map[string]any {
	out := map[string]any{}
	for _, q := range questions {
		name := at + "." + q.Name
		var answer any
		if q.When == "" || values.Get(at+"."+q.When) == "true" {
			answer = sentFact(q, name, values, clear)
		}
		if answer != nil || clear {
			out[q.Name] = answer
		}
	}
	return out
}

func sentFact(q *catalogue.Fact, name string, values url.Values, clear bool) any {
	switch q.Type {
	case catalogue.FactObject:
		return object(q.Fields, name, values, clear) // an empty one too: what is missing is then named question by question
	case catalogue.FactList:
		elements := []any{}
		if q.Of.Type == catalogue.FactChoice {
			for _, chosen := range values[name] {
				elements = append(elements, chosen)
			}
			return elements
		}
		if !values.Has(name + ".count") {
			return nil
		}
		for i := range count(values, name) {
			elements = append(elements, object(q.Of.Fields, name+"."+strconv.Itoa(i), values, false)) // a patch replaces a list as a whole
		}
		return elements
	case catalogue.FactDate:
		return text(page.DateOf(values, name))
	case catalogue.FactBoolean:
		return truth(values.Get(name))
	case catalogue.FactInteger:
		return number(values.Get(name))
	case catalogue.FactMunicipality:
		if chosen := values.Get(name); chosen != page.OtherPlace {
			return text(chosen)
		}
		return text(jp.Narrow(values.Get(name + "-code")))
	}
	return text(values.Get(name))
}

// SentSection are the answers of one section of the form that a page sent; for one that is asked for each of several, n of
// them. clear as for SentFacts.
func SentSection(s form.Section, values url.Values, n int, clear bool) any {
	at := "form." + s.Key
	if s.Each == "" {
		return group(s.Group, at, values, clear)
	}
	elements := []any{}
	for i := range n {
		elements = append(elements, group(s.Group, at+"."+strconv.Itoa(i), values, false))
	}
	return elements
}

func group(g *form.Group, at string, values url.Values, clear bool) map[string]any {
	out := map[string]any{}
	for i := range g.Fields {
		q := &g.Fields[i]
		if answer := sentField(q, at+"."+q.Key, values); answer != nil || clear {
			out[q.Key] = answer
		}
	}
	return out
}

func sentField(q *form.Field, name string, values url.Values) any {
	switch q.Type {
	case "date":
		return text(page.DateOf(values, name))
	case "boolean":
		return truth(values.Get(name))
	case "integer":
		return number(values.Get(name))
	case "list":
		var lines []any
		for line := range strings.Lines(values.Get(name)) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line)
			}
		}
		if lines == nil {
			return nil
		}
		return lines
	}
	return text(values.Get(name))
}

// text is what was typed; nil for nothing.
func text(s string) any {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return s
}

// truth is a yes or no; what is neither stays as it is, for the rule to refuse.
func truth(s string) any {
	switch s {
	case "true":
		return true
	case "false":
		return false
	}
	return text(s)
}

// number is a whole number in any width; what is none stays as it was typed, for the rule to refuse.
func number(s string) any {
	s = strings.TrimSpace(s)
	if n := jp.Narrow(s); n != "" && len(n) < 16 && strings.Trim(n, "0123456789") == "" {
		if n = strings.TrimLeft(n, "0"); n == "" {
			n = "0"
		}
		return json.Number(n)
	}
	return text(s)
}

// Add gives a form one more entry of a list, with nothing in it.
func Add(values url.Values, list string) {
	values.Set(list+".count", strconv.Itoa(min(count(values, list)+1, mostEntries)))
}

// Remove takes one entry out of a list ("facts.children", 1); those after it move up.
func Remove(values url.Values, list string, entry int) {
	n := count(values, list)
	if entry < 0 || entry >= n {
		return
	}
	for name := range values {
		if strings.HasPrefix(name, list+"."+strconv.Itoa(entry)+".") {
			delete(values, name)
		}
	}
	for i := entry + 1; i < n; i++ {
		from, to := list+"."+strconv.Itoa(i)+".", list+"."+strconv.Itoa(i-1)+"."
		for _, name := range namesBelow(values, from) {
			values[to+strings.TrimPrefix(name, from)] = values[name]
			delete(values, name)
		}
	}
	values.Set(list+".count", strconv.Itoa(n-1))
}

func namesBelow(values url.Values, prefix string) []string {
	var out []string
	for name := range values {
		if strings.HasPrefix(name, prefix) {
			out = append(out, name)
		}
	}
	return out
}

// Edited carries out the buttons "add" and "remove" of a list; edited is false if none was pressed.
func Edited(values url.Values) (edited bool) {
	if list := values.Get("add"); list != "" {
		Add(values, list)
		return true
	}
	if entry := values.Get("remove"); entry != "" {
		if i := strings.LastIndexByte(entry, '.'); i > 0 {
			if n, err := strconv.Atoi(entry[i+1:]); err == nil {
				Remove(values, entry[:i], n)
				return true
			}
		}
	}
	return false
}
