package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
)

// Index is what a catalogue is searched by on a day. It never changes: making one takes some milliseconds, asking it next to nothing.
type Index struct {
	all     []*catalogue.Version // in force on that day
	entries []entry
	written lexicon // the words as they are written
	heard   lexicon // as they sound
}

// lexicon is words that mean something.
type lexicon struct {
	says   map[string]points // what each says for which procedure
	begins map[rune][]string // the words by their first letter, the longest first
}

// entry is one procedure with its texts, folded.
type entry struct{ code, names, keywords, summary string }

// New makes the index of the procedures that have a version in force on a day.
func New(c *catalogue.Catalogue, on jp.Date) *Index {
	x := &Index{}
	own := map[string]points{} // words that are listed for procedures, or events
	for _, p := range c.Procedures() {
		v := p.At(on)
		if v == nil {
			continue
		}
		x.all = append(x.all, v)
		names := folded(p.Title.Ja, p.Title.Plain, p.Title.En, v.Name.Ja, v.Name.Kana, v.Name.Plain, v.Name.En, p.Code)
		keywords := folded(p.Keywords...)
		x.entries = append(x.entries, entry{p.Code, strings.Join(names, "\n"), strings.Join(keywords, "\n"),
			strings.Join(folded(v.Summary.Ja, v.Summary.Plain, v.Summary.En), "\n")})
		for _, word := range keywords {
			put(own, word, p.Code, byKeyword)
		}
	}
	for _, e := range c.Events() {
		for _, word := range folded(append([]string{e.Name.Ja, e.Name.Plain, e.Name.En}, e.Words...)...) {
			for i, code := range e.Procedures {
				put(own, word, code, float64(byEvent-i*byPlace))
			}
		}
	}
	x.synonyms(c.Synonyms(), own)
	x.written, x.heard = listed(own, func(word string) string { return word }), listed(own, sound)
	return x
}

// folded are texts as they are compared, each once.
func folded(texts ...string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		if f := fold(t); f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// put notes the most that a word says for a procedure.
func put(into map[string]points, word, code string, n float64) {
	if into[word] == nil {
		into[word] = points{}
	}
	into[word][code] = max(into[word][code], n)
}

// synonyms gives each word of a group what all of them say, by themselves and in the texts of procedures.
func (x *Index) synonyms(groups [][]string, own map[string]points) {
	for _, group := range groups {
		words := folded(group...)
		says := points{}
		for _, word := range words {
			for _, found := range []points{own[word], x.texts(word)} {
				for code, n := range found {
					says[code] = max(says[code], n)
				}
			}
		}
		for _, word := range words {
			for code, n := range says {
				put(own, word, code, n)
			}
		}
	}
}

// listed makes a lexicon of words in the form in which they are compared. What is alike in that form says what all of it says.
func listed(words map[string]points, form func(string) string) lexicon {
	out := lexicon{map[string]points{}, map[rune][]string{}}
	for word, says := range words {
		term := form(word)
		if short(term) {
			continue
		}
		for code, n := range says {
			put(out.says, term, code, n)
		}
	}
	for term := range out.says {
		first, _ := utf8.DecodeRuneInString(term)
		out.begins[first] = append(out.begins[first], term)
	}
	for _, terms := range out.begins {
		slices.SortFunc(terms, func(a, b string) int { return len(b) - len(a) })
	}
	return out
}

// short says whether a word is too short to be looked for inside what was typed: it would stand in others by chance.
func short(term string) bool {
	n := utf8.RuneCountInString(term)
	return n < 2 || n < 3 && !strings.ContainsFunc(term, func(r rune) bool { return !kana(r) })
}
