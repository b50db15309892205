package directory

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// exact says whether reading, birth date and address of a candidate all agree with the query. What the query leaves out
// agrees with nobody, but for the given name of who has one name only.
func (q Query) exact(c Candidate) bool {
	address := Place(q.Address)
	return q.FamilyKana != "" && address != "" && q.BirthDate == c.BirthDate &&
		Reading(q.FamilyKana+q.GivenKana) == Reading(c.Kana) &&
		(Place(c.Address) == address || slices.ContainsFunc(c.Former, func(a string) bool { return Place(a) == address }))
}

// Reading gives a name's reading in a form in which two can be compared: full-width katakana, without spaces and middle
// dots, with one kind of long mark, Latin letters as capitals. Small kana and sound marks (濁点) keep their difference.
func Reading(kana string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'ぁ' && r <= 'ゖ':
			return r + 'ァ' - 'ぁ'
		case unicode.IsSpace(r), r == '・', unicode.In(r, unicode.Cf):
			return -1
		case r != 'ー' && isDash(r):
			return 'ー'
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(kana))
}

// LooseReading is Reading without sound marks and with small kana enlarged: readings that people mix up become one.
func LooseReading(kana string) string {
	return strings.Map(func(r rune) rune {
		if r == '\u3099' || r == '\u309a' {
			return -1
		}
		if i := strings.IndexRune(small, r); i >= 0 {
			return []rune(large)[len([]rune(small[:i]))]
		}
		return r
	}, norm.NFD.String(Reading(kana)))
}

const (
	small = "ァィゥェォッャュョヮヵヶ"
	large = "アイウエオツヤユヨワカケ"
)

// Name gives a name's writing in a form in which two can be compared: without spaces and variation selectors.
func Name(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKC.String(name))
}

var (
	units   = strings.NewReplacer("丁目", "-", "番地の", "-", "番地", "-", "番", "-", "号室", "-", "号", "-")
	kanjiNo = regexp.MustCompile(`[一二三四五六七八九十]{1,3}(丁目|番|号)`)
	between = regexp.MustCompile(`([0-9])[のー]([0-9])`)
	hyphens = regexp.MustCompile(`-+`)
)

// Place gives an address in a form in which two can be compared: one width, without spaces; numbers before 丁目, 番 and 号
// in digits; 丁目, 番地, 番 and 号 as the hyphens that people write instead.
func Place(address string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			return -1
		case r != 'ー' && isDash(r):
			return '-'
		}
		return r
	}, norm.NFKC.String(address))
	s = kanjiNo.ReplaceAllStringFunc(s, func(m string) string {
		digits := strings.TrimRightFunc(m, func(r rune) bool { return strings.ContainsRune("丁目番号", r) })
		return arabic(digits) + m[len(digits):]
	})
	// の and the long mark are hyphens between digits alone: elsewhere they are part of a name (タワー).
	for range 2 { // 1ー2ー3: matches share a digit
		s = between.ReplaceAllString(s, "$1-$2")
	}
	return strings.Trim(hyphens.ReplaceAllString(units.Replace(s), "-"), "-")
}

// arabic reads 一 to 九十九.
func arabic(kanji string) string {
	value, units := 0, 0
	for _, r := range kanji {
		if r == '十' {
			value, units = max(units, 1)*10, 0
			continue
		}
		units = len([]rune("一二三四五六七八九"[:strings.IndexRune("一二三四五六七八九", r)])) + 1
	}
	return strconv.Itoa(value + units)
}

func isDash(r rune) bool {
	return r == '-' || r == '\u2212' || r == 'ー' || r == '\u2500' || unicode.In(r, unicode.Pd)
}
