package answers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/web/page"
)

// Sent is one value that a page sends back unseen.
type Sent struct{ Name, Value string }

// Add gives a form one more entry of a list, with nothing in it.
func Add(values url.Values, list string) {
	values.Set(list+".count", strconv.Itoa(min(Count(values, list)+1, mostEntries)))
}

// Remove takes one entry out of a list ("facts.children", 1); those after it move up. What it had stays in the form beside the
// list, the last one taken out on top, until the page is left: Undo gives it back.
func Remove(values url.Values, list string, entry int) {
	n := Count(values, list)
	if entry < 0 || entry >= n {
		return
	}
	out := Count(values, list+asideName)
	for _, one := range sameEntries(list) {
		move(values, entryOf(one, entry), entryOf(one+asideName, out))
		for i := entry + 1; i < n; i++ {
			move(values, entryOf(one, i), entryOf(one, i-1))
		}
	}
	values.Set(entryOf(list+asideName, out)+"at", strconv.Itoa(entry))
	values.Set(list+asideName+".count", strconv.Itoa(out+1))
	values.Set(list+".count", strconv.Itoa(n-1))
}

// Undo puts the entry that was taken out of a list last back in its place.
func Undo(values url.Values, list string) {
	n, out := Count(values, list), Count(values, list+asideName)
	if out == 0 || n == mostEntries {
		return
	}
	from := entryOf(list+asideName, out-1)
	at, _ := strconv.Atoi(values.Get(from + "at")) // what is none is the first
	at = min(max(at, 0), n)
	delete(values, from+"at")
	for _, one := range sameEntries(list) {
		for i := n - 1; i >= at; i-- {
			move(values, entryOf(one, i), entryOf(one, i+1))
		}
		move(values, entryOf(one+asideName, out-1), entryOf(one, at))
	}
	values.Set(list+asideName+".count", strconv.Itoa(out-1))
	values.Set(list+".count", strconv.Itoa(n+1))
}

// Take puts entries of a list that were answered elsewhere behind those that a form has, as if they had been typed. Entries at the end without
// an answer make room; what this list does not ask is left out.
func Take(values url.Values, list *question.Question, at string, entries []map[string]any) {
	for n := Count(values, at); n > 0 && !slices.ContainsFunc(namesBelow(values, entryOf(at, n-1)),
		func(name string) bool { return strings.TrimSpace(values.Get(name)) != "" }); n-- {
		values.Set(at+".count", strconv.Itoa(n-1))
	}
	for _, e := range entries {
		n := Count(values, at)
		Add(values, at)
		for _, q := range list.Of.Fields {
			v := written(e[q.Name])
			name := entryOf(at, n) + q.Name
			values.Set(name, v)
			if q.Type == question.Day {
				parts := page.DateParts(v, nil, name)
				values.Set(name+"-y", parts[0])
				values.Set(name+"-m", parts[1])
				values.Set(name+"-d", parts[2])
			}
		}
	}
}

// asideName stands after a list's name for the entries that were taken out of it: no question is called so.
const asideName = ".removed"

// sameEntries are the lists of a page whose entries are about the same: a child's facts, and what the form asks of it.
func sameEntries(list string) []string {
	if name, ok := strings.CutPrefix(list, "facts."); ok {
		return []string{list, "form." + name}
	}
	return []string{list}
}

// entryOf begins the names of the values of an entry: "facts.children.1.".
func entryOf(list string, i int) string { return list + "." + strconv.Itoa(i) + "." }

func move(values url.Values, from, to string) {
	for _, name := range namesBelow(values, from) {
		values[to+strings.TrimPrefix(name, from)] = values[name]
		delete(values, name)
	}
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

// removed are the values of the entries that were taken out of a list, as the page sends them back; nil if none was.
func removed(values url.Values, list string) []Sent {
	if Count(values, list+asideName) == 0 {
		return nil
	}
	var out []Sent
	for _, one := range sameEntries(list) {
		for _, name := range slices.Sorted(slices.Values(namesBelow(values, one+asideName+"."))) {
			for _, v := range values[name] {
				out = append(out, Sent{name, v})
			}
		}
	}
	return out
}

// Edited carries out the buttons "add", "remove" and "undo" of a list; edited is false if none was pressed. With "again" the page's
// script asks for nothing but the page with what is typed: which questions are asked then, and as of which day.
func Edited(values url.Values) (edited bool) {
	if values.Has("again") {
		return true
	}
	if list := values.Get("add"); list != "" {
		Add(values, list)
		return true
	}
	if list := values.Get("undo"); list != "" {
		Undo(values, list)
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

// mostEntries bounds how many entries of a list one page may have.
const mostEntries = 30

// Count is how many entries a form has of a list.
func Count(values url.Values, list string) int {
	n, err := strconv.Atoi(values.Get(list + ".count"))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, mostEntries)
}
