package wording

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Segment is a piece of a text. Reading is how its kanji are read, in hiragana; empty where there are none, or where the dictionary
// has no reading for them.
type Segment struct{ Text, Reading string }

//go:embed ruby.yaml
var rubySource []byte

// readings are made when the first text is divided: what the command line and a worker say has no readings.
var readings = sync.OnceValue(func() *dictionary {
	d, err := newDictionary(rubySource)
	if err != nil {
		panic(err)
	}
	return d
})

// Ruby divides a plain Japanese text of ours for <ruby>: each run of kanji with its reading by ruby.yaml, the longest word first. The
// texts of the segments together are the text. It is for texts that the service itself says: names of people and places may be
// read in other ways, so what people typed is not to be passed through it.
func Ruby(text string) []Segment { return readings().segments(text) }

// Unread gives the pieces of a plain Japanese text for whose kanji there is no reading, values in braces apart.
func Unread(text string) []string {
	var out []string
	for _, s := range Ruby(placeholder.ReplaceAllString(text, "5")) {
		if s.Reading == "" && strings.ContainsFunc(s.Text, kanji) {
			out = append(out, strings.TrimSpace(s.Text))
		}
	}
	return out
}

// dictionary has the words with the segments that they become. A word that begins with # follows any number.
type dictionary struct {
	words   map[string][]Segment
	longest map[rune]int // runes of the longest word that begins with a character, after # and digits
}

// newDictionary reads word → reading. All that is wrong with it is one error.
func newDictionary(source []byte) (*dictionary, error) {
	var listed map[string]string
	if err := yaml.Unmarshal(source, &listed); err != nil {
		return nil, err
	}
	d := &dictionary{words: map[string][]Segment{}, longest: map[rune]int{}}
	for _, entry := range slices.Sorted(maps.Keys(listed)) {
		if strings.TrimFunc(listed[entry], func(r rune) bool { return hiragana(r) || r == ' ' }) != "" || listed[entry] == "" {
			return nil, fmt.Errorf("ruby: the reading of %s is not in hiragana", entry)
		}
		base, following, _ := strings.Cut(strings.TrimSuffix(entry, "]"), "[")
		endings := []string{""}
		if following != "" {
			endings = strings.Split(following, "")
		}
		for _, ending := range endings {
			if err := d.add(base+ending, listed[entry]+ending); err != nil {
				return nil, err
			}
		}
	}
	return d, nil
}

func (d *dictionary) add(word, reading string) error {
	if _, twice := d.words[word]; twice {
		return fmt.Errorf("ruby: %s is there twice", word)
	}
	read := word
	if after, counted := strings.CutPrefix(word, "#"); counted {
		read = strings.TrimLeft(after, "0123456789") // the reading of #3分 is that of 分 after a number that ends in 3
	}
	segments, ok := align(read, reading)
	if !ok {
		return fmt.Errorf("ruby: %s cannot be read %s", word, reading)
	}
	d.words[word] = segments
	if first := []rune(strings.TrimLeft(word, "#0123456789")); len(first) > 0 {
		d.longest[first[0]] = max(d.longest[first[0]], len(first))
	}
	return nil
}

// align finds which part of a reading belongs to which run of kanji: the kana between them stand in both.
func align(word, reading string) ([]Segment, bool) {
	var pieces []Segment
	for rest := []rune(word); len(rest) > 0; {
		n := slices.IndexFunc(rest, func(r rune) bool { return read(r) != read(rest[0]) })
		if n < 0 {
			n = len(rest)
		}
		pieces = append(pieces, Segment{Text: string(rest[:n])})
		rest = rest[n:]
	}
	return pieces, divide(pieces, reading)
}

// divide gives each run that is read the shortest part of the reading with which the rest comes out.
func divide(pieces []Segment, reading string) bool {
	if len(pieces) == 0 {
		return reading == ""
	}
	if first, _ := utf8.DecodeRuneInString(pieces[0].Text); !read(first) {
		rest, ok := strings.CutPrefix(reading, pieces[0].Text)
		return ok && divide(pieces[1:], rest)
	}
	for end := range reading + "\x00" { // its end too
		if end > 0 && divide(pieces[1:], reading[end:]) {
			pieces[0].Reading = reading[:end]
			return true
		}
	}
	return false
}

func (d *dictionary) segments(text string) []Segment {
	var out []Segment
	runes := []rune(text)
	plain := 0 // where the text begins that no word has taken
	for i := 0; i < len(runes); {
		start, found, next := d.at(runes, i, i > plain)
		if found == nil {
			i = next
			continue
		}
		if plain < start {
			out = append(out, Segment{Text: string(runes[plain:start])})
		}
		out, i, plain = append(out, found...), next, next
	}
	if plain < len(runes) {
		out = append(out, Segment{Text: string(runes[plain:])})
	}
	return out
}

// at finds the longest word at a place: where its segments begin and end. A number is taken whole, so that 14日 is not read as 4日.
// unread says that no word took the character before.
func (d *dictionary) at(runes []rune, i int, unread bool) (start int, found []Segment, next int) {
	switch {
	case runes[i] == '#': // stands for a number in the dictionary, for itself in a text
		return i, nil, i + 1
	case !digit(runes[i]):
		found, next = d.longestWord(runes, i, i, unread, "")
		return i, found, next
	}
	after := i
	for after < len(runes) && digit(runes[after]) {
		after++
	}
	number := string(runes[i:after])
	if found, next = d.longestWord(runes, after, i, unread, number); found != nil {
		return i, found, next
	}
	for _, before := range []string{"#" + number[len(number)-1:], "#"} {
		if found, next = d.longestWord(runes, after, after, unread, before); found != nil {
			return after, found, next
		}
	}
	return i, nil, after
}

// longestWord finds the longest word that is before plus the characters from a place on. from is where the word begins.
func (d *dictionary) longestWord(runes []rune, at, from int, unread bool, before string) (found []Segment, next int) {
	if at == len(runes) {
		return nil, at
	}
	for end := min(len(runes), at+d.longest[runes[at]]); end > at; end-- {
		if segments, ok := d.words[before+string(runes[at:end])]; ok && stands(runes, from, end, unread) {
			return segments, end
		}
	}
	return nil, at + 1
}

// stands says whether a word may be read as such where it stands. A single kanji beside another is most often part of a word that
// the dictionary does not have, and read in another way; so is what follows a kanji without a reading.
func stands(runes []rune, from, end int, unread bool) bool {
	if from > 0 && kanji(runes[from-1]) && kanji(runes[from]) && (unread || from+1 == end || !kanji(runes[from+1])) {
		return false
	}
	alone := kanji(runes[end-1]) && (end-1 == from || !kanji(runes[end-2]))
	return !alone || end == len(runes) || !kanji(runes[end])
}

func kanji(r rune) bool    { return unicode.Is(unicode.Han, r) }
func digit(r rune) bool    { return r >= '0' && r <= '9' }
func hiragana(r rune) bool { return unicode.Is(unicode.Hiragana, r) || r == 'ー' }

// read says whether a character of a word has a reading of its own.
func read(r rune) bool { return kanji(r) || digit(r) }
