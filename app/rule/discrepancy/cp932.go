package discrepancy

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"kosodate.example/onestop/app/rule/jp"
)

// BOM is written before a CSV in UTF-8, so that spreadsheets read it as such.
const BOM = "\ufeff"

// geta stands for a character that CP932 does not have, as in print: 〓, in CP932.
const geta = "\x81\xac"

// twins are characters that Unicode has twice, and the tables of CP932 in the other place.
var twins = strings.NewReplacer("\u301c", "\uff5e", "\u2212", "\uff0d", "\u2016", "\u2225", "\u2014", "\u2015", "\u00a2", "\uffe0", "\u00a3", "\uffe1",
	"\u00ac", "\uffe2", "\u00a6", "\uffe4", "\u00a5", "\uffe5", "\u203e", "\uffe3", "\u00a0", " ")

// EncodeCP932 encodes a text (a cell, or a whole CSV) as CP932, the Shift_JIS of Windows. A character that does not fit is
// written as 〓 and given back, each once, in the order in which they appear; what has no shape of its own (the mark of an
// ideographic variant) is left out and given back too. A byte order mark at the beginning is dropped.
func EncodeCP932(text string) ([]byte, []rune) {
	text = strings.TrimPrefix(text, BOM)
	if strings.ContainsAny(text, "\u3099\u309a") {
		text = jp.Compose(text) // kana whose sound marks stand apart, as some systems name files
	}
	text = twins.Replace(text)
	if out, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(text)); err == nil && utf8.ValidString(text) {
		return out, nil
	}
	out := make([]byte, 0, len(text))
	var lost []rune
	encoder := japanese.ShiftJIS.NewEncoder()
	for _, r := range text {
		if r < utf8.RuneSelf {
			out = append(out, byte(r)) //nolint:gosec // below 0x80
			continue
		}
		encoded, err := encoder.Bytes([]byte(string(r)))
		if err != nil || r == utf8.RuneError {
			if !slices.Contains(lost, r) {
				lost = append(lost, r)
			}
			if shapeless(r) {
				continue
			}
			encoded = []byte(geta)
		}
		out = append(out, encoded...)
	}
	return out, lost
}

// shapeless says whether a character is not seen by itself.
func shapeless(r rune) bool { return unicode.In(r, unicode.Variation_Selector, unicode.Cf) }

// Neutralise makes a cell a text to every spreadsheet: one that begins like a formula, in half or full width, or with a tab
// or a line end, gets an apostrophe before it (security.md, "Abuse"). What is not seen before such a character does not
// hide it: an encoding, or the spreadsheet, may drop it.
func Neutralise(cell string) string {
	seen := strings.TrimLeftFunc(cell, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || shapeless(r) })
	first, size := utf8.DecodeRuneInString(seen)
	if size > 0 && strings.ContainsRune("=+-@＝＋－＠−﹣﹢﹦﹫", first) || strings.ContainsAny(cell[:len(cell)-len(seen)], "\t\r\n") {
		return "'" + cell
	}
	return cell
}
