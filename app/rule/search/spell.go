package search

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// fold makes texts comparable as people mean them: width, case, katakana for hiragana, and how 子ども is written do not count. Spaces
// stay between words of Latin letters alone: plain Japanese has them between phrases, who types Japanese has them anywhere.
func fold(s string) string {
	s = strings.Map(hiragana, strings.ToLower(norm.NFKC.String(s)))
	s = spellings.Replace(s)
	var out []rune
	for _, field := range strings.Fields(s) {
		word := []rune(field)
		if len(out) > 0 && latin(out[len(out)-1]) && latin(word[0]) {
			out = append(out, ' ')
		}
		out = append(out, word...)
	}
	return string(out)
}

var (
	spellings = strings.NewReplacer("子供", "こども", "子ども", "こども", "産まれ", "生まれ", "’", "'")
	macrons   = strings.NewReplacer(" ", "", "ā", "aa", "ū", "uu", "ē", "ee", "ō", "ou")
)

func hiragana(r rune) rune {
	if r >= 'ァ' && r <= 'ヶ' {
		return r - 'ァ' + 'ぁ'
	}
	return r
}

func latin(r rune) bool { return r < 0x80 && r != ' ' }

func kana(r rune) bool { return r >= 'ぁ' && r <= 'ゖ' || r == 'ー' }

// The kana by their vowels, after which a vowel only makes them longer.
const (
	rowO = "おこごそぞとどのほぼぽもよろをょぉ"
	rowU = "うくぐすずつづぬふぶぷむゆるゅぅ"
	rowE = "えけげせぜてでねへべぺめれぇ"
	rowI = "いきぎしじちぢにひびぴみりぃ"
	rowA = "あかがさざただなはばぱまやらわゃぁ"
)

// sound leaves the length of vowels out of a folded text, however it is written: じどうてあて, じどーてあて and じどてあて are one.
func sound(s string) string {
	var out []rune
	for _, r := range s {
		if len(out) > 0 && longer(out[len(out)-1], r) {
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

// longer says whether a kana only makes the one before it longer.
func longer(before, r rune) bool {
	switch r {
	case 'ー':
		return true
	case 'う':
		return strings.ContainsRune(rowO+rowU, before)
	case 'お', 'ぉ':
		return strings.ContainsRune(rowO, before)
	case 'い':
		return strings.ContainsRune(rowE+rowI, before)
	case 'え':
		return strings.ContainsRune(rowE, before)
	case 'あ':
		return strings.ContainsRune(rowA, before)
	}
	return false
}

// syllables are how Japanese is typed in Latin letters: Hepburn, and what keyboards take.
var syllables = func() map[string]string {
	out := map[string]string{"n": "ん", "nn": "ん", "n'": "ん", "-": "ー"}
	rows := map[string]string{"": "あいうえお", "k": "かきくけこ", "g": "がぎぐげご", "s": "さしすせそ", "z": "ざじずぜぞ", "t": "たちつてと", "d": "だぢづでど",
		"n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ", "m": "まみむめも", "r": "らりるれろ"}
	for consonant, row := range rows {
		for i, r := range []rune(row) {
			out[consonant+"aiueo"[i:i+1]] = string(r)
		}
		if consonant != "" {
			for vowel, small := range map[string]string{"a": "ゃ", "u": "ゅ", "o": "ょ"} {
				out[consonant+"y"+vowel] = string([]rune(row)[1]) + small
			}
		}
	}
	for typed, read := range map[string]string{"ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "wo": "を", "shi": "し", "chi": "ち", "tsu": "つ", "fu": "ふ", "ji": "じ",
		"sha": "しゃ", "shu": "しゅ", "sho": "しょ", "cha": "ちゃ", "chu": "ちゅ", "cho": "ちょ", "ja": "じゃ", "ju": "じゅ", "jo": "じょ"} {
		out[typed] = read
	}
	return out
}()

// spoken reads a folded text in Latin letters as Japanese; false for what cannot be read so, like most of English.
func spoken(s string) (string, bool) {
	s = macrons.Replace(s)
	var out strings.Builder
	for s != "" {
		if len(s) > 1 && s[0] == s[1] && strings.IndexByte("kstpcgzdbm", s[0]) >= 0 {
			out.WriteString("っ")
			s = s[1:]
			continue
		}
		n := min(3, len(s))
		for n > 0 && syllables[s[:n]] == "" {
			n--
		}
		if n == 2 && strings.HasPrefix(s, "nn") && len(s) > 2 { // にんんん is nobody's: onna is おんな
			n = 1
		}
		if n == 0 {
			return "", false
		}
		out.WriteString(syllables[s[:n]])
		s = s[n:]
	}
	return out.String(), true
}

// apart is how many letters have to be changed, left out, put in or swapped with the next one to find a term in a text, wherever in it.
func apart(term, text []rune) int {
	rows := [3][]int{}
	for i := range rows {
		rows[i] = make([]int, len(text)+1)
	}
	before, last, now := rows[0], rows[1], rows[2] // last begins with 0 everywhere: the term may begin anywhere
	for i := range term {
		now[0] = i + 1
		for j := range text {
			cost := 1
			if term[i] == text[j] {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && term[i] == text[j-1] && term[i-1] == text[j] {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
		before, last, now = last, now, before
	}
	best := len(term)
	for _, n := range last {
		best = min(best, n)
	}
	return best
}
