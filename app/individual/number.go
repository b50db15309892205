// Package individual finds what looks like an individual number (個人番号, "My Number"), which this system never stores, logs or
// sends (P4). Everything that takes text from outside asks it, the gateways too.
package individual

import (
	"encoding/json"
	"slices"
	"strconv"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// length is how many digits an individual number has, the check digit being the last.
const length = 12

// InText says whether a text holds twelve digits with the right check digit, after NFKC: as an unbroken run, whatever but a digit stands
// before or after it, or in groups joined by single spaces or hyphens within one line, where the groups together are exactly twelve. It
// reads the text once.
func InText(text string) bool {
	var run, groups number
	joined := false // by what stood last
	for _, r := range norm.NFKC.String(text) {
		switch {
		case r >= '0' && r <= '9':
			run.add(r)
			groups.add(r)
			joined = false
		case unseen(r):
			// The digits beside it look like one run.
		case joins(r) && !joined && groups.digits > 0:
			if run.valid() {
				return true
			}
			run, joined = number{}, true
		default:
			if run.valid() || groups.valid() {
				return true
			}
			run, groups, joined = number{}, number{}, false
		}
	}
	return run.valid() || groups.valid()
}

// In says whether a value as encoding/json gives it holds one: in a text, as a number, or in what it is made of.
func In(v any) bool {
	switch v := v.(type) {
	case string:
		return InText(v)
	case float64:
		return InText(strconv.FormatFloat(v, 'f', 0, 64))
	case json.Number:
		return InText(v.String())
	case []any:
		return slices.ContainsFunc(v, In)
	case map[string]any:
		for name, member := range v {
			if InText(name) || In(member) {
				return true
			}
		}
	}
	return false
}

// number is a run of digits of any length, of which it keeps the first twelve.
type number struct {
	first  [length]byte
	digits int
}

func (n *number) add(r rune) {
	if n.digits < length {
		n.first[n.digits] = byte(r - '0') //nolint:gosec // a digit
	}
	n.digits++
}

// valid applies the check digit; twelve zeros are no number.
func (n *number) valid() bool {
	return n.digits == length && n.first != [length]byte{} && check(n.first) == n.first[length-1]
}

// check is the check digit of the eleven digits before the last: with P(n) the n-th of them from the right and Q(n) = n+1 for n up to 6,
// n-5 above, 11 − (Σ P(n)·Q(n) mod 11), or 0 if the rest is 0 or 1 (Order on the individual number, 平成26年総務省令第85号, Article 5).
func check(d [length]byte) byte {
	sum := 0
	for n := 1; n < length; n++ {
		q := n + 1
		if n > 6 {
			q = n - 5
		}
		sum += int(d[length-1-n]) * q
	}
	if rest := sum % 11; rest > 1 {
		return byte(11 - rest)
	}
	return 0
}

// unseen says whether nothing is seen of a character: formatting characters, and the marks that make a keycap of a digit.
func unseen(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me) }

// joins says whether a character between two groups of digits leaves them one number to the eye: a space, every hyphen and dash, and the
// lines that people draw as one. A wave dash does not, it stands between two numbers; neither do a line's end and a tab, which part cells.
func joins(r rune) bool {
	switch r {
	case '\u301c', '\u3030':
		return false
	case '\u02d7', '\u2043', '\u2212', '\u2500', '\u2501', '\u2796', '\u30fc', '\uff70':
		return true
	}
	return unicode.In(r, unicode.Pd, unicode.Zs)
}
