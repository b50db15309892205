// Package search finds procedures as people look for them (サービス検索, R15): by what happened, in the words that they use, as they
// are read, with long vowels or without, in Latin letters, misspelt. What it knows are the words of the catalogue: its events,
// synonyms, keywords and names, so that officials correct it there. It is pure.
package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/rule/catalogue"
)

// What a word that was found says for a procedure. An event says most of what comes first in it.
const (
	byEvent   = 100 // less byPlace for each procedure that stands before it
	byPlace   = 5
	byName    = 60
	byKeyword = 50
	bySummary = 15

	least = 0.3 // of what the best one has: what has less was meant by nobody
)

// Rank gives the procedures that fit what somebody typed, what fits best first, in catalogue order otherwise; all of them for nothing
// typed, none if nothing of it is known. The versions are those of the index's day.
func (x *Index) Rank(typed string) []*catalogue.Version {
	text := fold(typed)
	if text == "" {
		return slices.Clone(x.all)
	}
	points := x.read(text)
	best := 0.0
	for _, n := range points {
		best = max(best, n)
	}
	found := slices.DeleteFunc(slices.Clone(x.all), func(v *catalogue.Version) bool {
		n := points[v.Procedure.Code]
		return n == 0 || n < least*best
	})
	slices.SortStableFunc(found, func(a, b *catalogue.Version) int {
		return cmp.Compare(points[b.Procedure.Code], points[a.Procedure.Code])
	})
	return found
}

// points are what was found says for each procedure, by its code.
type points map[string]float64

func (p points) add(other points) {
	for code, n := range other {
		p[code] += n
	}
}

// read finds what of the index stands in a folded text: first as it is written, then as it sounds, then in Latin letters read as
// Japanese. Only where nothing at all is known, what was misspelt is guessed.
func (x *Index) read(text string) points {
	out := points{}
	rest := x.written.scan(text, out)
	if x.written.says[text] == nil { // else it means what its word says, whatever else is called so
		out.add(x.texts(text))
	}
	if len(rest) > 0 && rest[0] != text {
		for _, piece := range rest {
			out.add(x.texts(piece))
		}
	}
	for _, piece := range rest {
		x.heard.scan(sound(piece), out)
		if said, ok := spoken(piece); ok {
			x.heard.scan(sound(said), out)
		}
	}
	if len(out) == 0 {
		x.guess(text, out)
	}
	return out
}

// scan adds what the words in a text say, the longest first, and gives what is left between them.
func (l *lexicon) scan(text string, out points) (rest []string) {
	from := 0
	for at := 0; at < len(text); {
		word := l.at(text, at)
		if word == "" {
			_, n := utf8.DecodeRuneInString(text[at:])
			at += n
			continue
		}
		out.add(l.says[word])
		rest = append(rest, text[from:at])
		at += len(word)
		from = at
	}
	rest = append(rest, text[from:])
	return slices.DeleteFunc(rest, func(s string) bool { return utf8.RuneCountInString(s) < 2 })
}

// at is the longest word that begins at a place of a text; in Latin letters only where one begins there.
func (l *lexicon) at(text string, at int) string {
	first, _ := utf8.DecodeRuneInString(text[at:])
	if at > 0 && latin(first) && latin(rune(text[at-1])) {
		return ""
	}
	for _, word := range l.begins[first] {
		if strings.HasPrefix(text[at:], word) {
			return word
		}
	}
	return ""
}

// texts is what the texts say that hold a piece as it stands: the beginning of a word, or one that nobody listed.
func (x *Index) texts(piece string) points {
	out := points{}
	if utf8.RuneCountInString(piece) < 2 && !strings.ContainsFunc(piece, func(r rune) bool { return !kana(r) && !latin(r) }) {
		return out
	}
	for _, e := range x.entries {
		switch {
		case strings.Contains(e.names, piece):
			out[e.code] = byName
		case strings.Contains(e.keywords, piece):
			out[e.code] = byKeyword
		case strings.Contains(e.summary, piece):
			out[e.code] = bySummary
		}
	}
	return out
}

// guess adds what the terms say that the text comes nearest to: one letter off, two for a long term.
func (x *Index) guess(text string, out points) {
	if said, ok := spoken(text); ok {
		text = said
	}
	said := []rune(sound(text))
	nearest := 1.0
	for word, says := range x.heard.says {
		term := []rune(word)
		allowed := 1
		switch hard := strings.ContainsFunc(word, func(r rune) bool { return !kana(r) && !latin(r) }); {
		case len(term) < 3 || len(term) < 4 && !hard || len(said) < len(term)-1:
			continue
		case len(term) >= 8:
			allowed = 2
		}
		off := apart(term, said)
		if off > allowed {
			continue
		}
		switch far := float64(off) / float64(len(term)); {
		case far < nearest:
			clear(out)
			out.add(says)
			nearest = far
		case far == nearest:
			out.add(says)
		}
	}
}
