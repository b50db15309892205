package jp

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Narrow folds full-width ASCII and the hyphens that keyboards offer to ASCII, for reading codes and dates.
func Narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if isHyphen(r) {
			return '-'
		}
		if r == '\u3000' {
			return ' '
		}
		return r
	}, width.Fold.String(s))
}

// isHyphen says whether a person may have meant a hyphen between digits: hyphens and dashes, the minus sign, and the long
// mark of kana.
func isHyphen(r rune) bool {
	switch {
	case r == '-',
		r >= '\u2010' && r <= '\u2015',
		r == '\u2212',
		r == '\u30fc',
		r == '\uff0d',
		r == '\uff70',
		r == '\u2043',
		r == '\ufe63',
		r == '\ufe58',
		r == '\u00ad':
		return true
	}
	return false
}

// WholeName joins the parts of a name, some of which may be missing: there are people of one name.
func WholeName(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), between)
}

// NormaliseName keeps every character of a name, ideographic variation sequences and compatibility ideographs too: Compose, never NFKC
// (catalogue.md, "Form fields beyond the facts"). White space around it goes; inside it stays as it was written.
func NormaliseName(s string) string {
	return strings.TrimSpace(Compose(s))
}

// NormaliseKana gives a kana name in full-width katakana: hiragana and half-width kana converted, white space to one
// full-width space. The mark between foreign names (＝) is kept. False if anything else than kana, the long mark, the middle dot and that
// mark is in it, or nothing at all.
func NormaliseKana(s string) (string, bool) {
	s = norm.NFC.String(width.Widen.String(norm.NFKC.String(s)))
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), "\u3000") {
		switch {
		case r >= 'ぁ' && r <= 'ゖ', r == 'ゝ', r == 'ゞ':
			r += 'ァ' - 'ぁ'
		case r >= 'ァ' && r <= 'ヺ', r == 'ー', r == '・', r == 'ヽ', r == 'ヾ', r == '\u3000':
		case isHyphen(r), r == '－':
			r = 'ー'
		case r == '゠', r == '＝':
			r = '＝'
		default:
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), b.Len() > 0
}

// latinName is a name in Latin letters with their marks.
var latinName = regexp.MustCompile(`^\p{Latin}[\p{Latin}\p{M} '.-]*$`)

// NormaliseReading gives the reading of a name: in kana as NormaliseKana, of who has none in Latin capitals (catalogue.md,
// section 8).
func NormaliseReading(s string) (string, bool) {
	if kana, ok := NormaliseKana(s); ok {
		return kana, true
	}
	latin := strings.ToUpper(norm.NFC.String(strings.Join(strings.Fields(width.Fold.String(s)), " ")))
	return latin, latinName.MatchString(latin)
}

// SearchName folds a name to what it is searched by: compatibility forms, widths, spaces, capitals and the selectors of variants are nothing to look for.
func SearchName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(s))
}

// kanaRows are the rows of the syllabary by the first character of each but the first.
var kanaRows = []rune("カサタナハマヤラワ")

// OtherRow is where a reading stands that is not in kana.
const OtherRow = 11

// KanaRow is the row of the syllabary (五十音の行) under which a register has a reading: 1 for ア to 10 for ワ; 0 for none.
func KanaRow(reading string) int {
	kana, ok := NormaliseKana(reading)
	if !ok {
		if reading != "" {
			return OtherRow
		}
		return 0
	}
	first, _ := utf8.DecodeRuneInString(norm.NFD.String(kana)) // without its sound mark
	row := 1
	for _, begins := range kanaRows {
		if first >= begins || begins == 'ヤ' && first == 'ャ' || begins == 'ワ' && first == 'ヮ' {
			row++
		}
	}
	if first == 'ヵ' || first == 'ヶ' {
		row = 2
	}
	return row
}

// zengin says what else than kana an account holder's name may hold in bank transfer records (全銀協), in half width.
const zengin = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ()-./,"

var (
	smallKana = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ",
		"ヮ", "ワ", "ヵ", "カ", "ヶ", "ケ", "ー", "-", "・", ".", "ヲ", "オ", "ヰ", "イ", "ヱ", "エ", "、", ",", "。", ".", "「", "(", "」", ")", "＝", "-", "゠", "-", "=", "-")
)

// HalfWidthKanaHolder gives an account holder's name as bank transfer records hold it: half-width kana with its sound
// marks apart, small kana enlarged, ヰ, ヱ and ヲ as イ, エ and オ, capitals. False if a character is left that such a record cannot hold.
func HalfWidthKanaHolder(s string) (string, bool) {
	s = strings.ToUpper(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
	var full strings.Builder
	for _, r := range s {
		switch {
		case r >= 'ぁ' && r <= 'ゖ':
			r += 'ァ' - 'ぁ'
		case isHyphen(r) && r != 'ー':
			r = '-'
		}
		full.WriteRune(r)
	}
	half := width.Narrow.String(norm.NFD.String(smallKana.Replace(full.String())))
	// Narrowing leaves combining sound marks as they are; the record holds them as characters of their own.
	half = strings.NewReplacer("\u3099", "ﾞ", "\u309a", "ﾟ").Replace(half)
	for _, r := range half {
		if !(r >= 'ｱ' && r <= 'ﾝ' || r == 'ﾞ' || r == 'ﾟ' || strings.ContainsRune(zengin, r)) {
			return "", false
		}
	}
	return half, half != ""
}
