package address

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/rule/jp"
)

// formal are the numerals that registers write where others could be changed.
var formal = pairs("壱一 弐二 参三 拾十")

func pairs(list string) map[rune]rune {
	out := map[rune]rune{}
	for pair := range strings.FieldsSeq(list) {
		r := []rune(pair)
		out[r[0]] = r[1]
	}
	return out
}

// small are kana that are written small or large.
var small = pairs("ァア ィイ ゥウ ェエ ォオ ヵカ ヶケ ッツ ャヤ ュユ ョヨ ヮワ")

// fold brings an address to one way of writing: narrow digits and capital letters, wide and large katakana, one character for its
// variants, one hyphen, one space where there are any. ヶ, が and 箇 between two kanji are one, so are の, 之 and 乃.
func fold(text string) string {
	var runes []rune
	for _, r := range norm.NFKC.String(text) {
		switch {
		case unicode.IsSpace(r):
			if len(runes) == 0 || runes[len(runes)-1] == ' ' {
				continue
			}
			r = ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			continue
		case r >= 'ぁ' && r <= 'ゖ':
			r += 'ァ' - 'ぁ'
		case hyphen(r) || r == 'ー' && len(runes) > 0 && (digit(runes[len(runes)-1]) || jp.Numeral(runes[len(runes)-1]) > 0):
			r = '-'
		}
		r = jp.Modern(r)
		if one, ok := formal[r]; ok {
			r = one
		}
		if large, ok := small[r]; ok {
			r = large
		}
		runes = append(runes, unicode.ToUpper(r))
	}
	for i := 1; i+1 < len(runes); i++ {
		if kanji(runes[i-1]) && kanji(runes[i+1]) {
			switch runes[i] {
			case 'カ', 'ガ', '箇', '个':
				runes[i] = 'ケ'
			case '之', '乃':
				runes[i] = 'ノ'
			}
		}
	}
	return strings.TrimRight(string(runes), " ")
}

func hyphen(r rune) bool {
	return unicode.Is(unicode.Pd, r) && r != '\u301c' && r != '\u3030' || strings.ContainsRune("\u02d7\u2043\u2212\u2500\u2501\u2796", r)
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func kana(r rune) bool { return r >= 'ァ' && r <= 'ヺ' || r == 'ー' }

func kanji(r rune) bool { return unicode.Is(unicode.Han, r) }

// longest is how many digits a number of an address has at most; more are a name.
const longest = 9

// counting are what follows a number beside the words that count.
var counting = regexp.MustCompile(`^(-|条|線|地割|番町)`)

// leading reads the number with which a text begins. Kanji are one where it is said what they count, or a hyphen follows (三条 is, 三鷹
// is not), and behind another number of the address.
func leading(text string, behind bool) (value int, rest string, ok bool) {
	end := strings.IndexFunc(text+"x", func(r rune) bool { return !digit(r) })
	if end > 0 {
		value, err := strconv.Atoi(text[:end])
		return value, text[end:], err == nil && end <= longest
	}
	end = strings.IndexFunc(text+"x", func(r rune) bool { return jp.Numeral(r) < 0 })
	if end == 0 || end > longest*len("〇") {
		return 0, text, false
	}
	rest = text[end:]
	role, _ := counted(rest)
	following, _ := strings.CutPrefix(rest, "ノ")
	_, _, another := leading(following, true)
	switch {
	case role != none, counting.MatchString(rest):
	case following != rest && another, behind && (rest == "" || rest[0] == ' '):
	default:
		return 0, text, false
	}
	return jp.KanjiNumber(text[:end]), rest, true
}
