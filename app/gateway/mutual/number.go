package mutual

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// HoldsIndividualNumber says whether text holds what looks like an individual number (個人番号), by the rule of P4: twelve
// digits after NFKC, spaces and hyphens between them left out, not inside a longer run, with the right check digit. A
// gateway carries none in either direction. It stands here beside app/rule/jp since gateways know no rules; a test holds
// the two together.
func HoldsIndividualNumber(text string) bool {
	var run []byte
	for _, r := range norm.NFKC.String(text) {
		switch {
		case r >= '0' && r <= '9':
			run = append(run, byte(r-'0'))
		case len(run) > 0 && unseen(r):
		default:
			if checks(run) {
				return true
			}
			run = run[:0]
		}
	}
	return checks(run)
}

// unseen says whether a character between two digits leaves them one number to the eye.
func unseen(r rune) bool {
	switch r {
	case '\u301c', '\u3030': // wave dashes stand between two numbers
		return false
	case '\u02d7', '\u2212', '\u2500', '\u2501', '\u2796', '\u30fc', '\uff70', '\u2043', '\u00ad':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf, unicode.Mn, unicode.Me)
}

// checks applies the check digit of the individual number (Order on the individual number, Article 5): weights 2 to 7 and
// 2 to 6 from the right.
func checks(d []byte) bool {
	if len(d) != 12 || [12]byte(d) == [12]byte{} {
		return false
	}
	sum := 0
	for i := range 11 { // i-th digit from the right, the check digit left out
		weight := i + 2
		if i >= 6 {
			weight = i - 4
		}
		sum += int(d[10-i]) * weight
	}
	check := 0
	if rest := sum % 11; rest > 1 {
		check = 11 - rest
	}
	return int(d[11]) == check
}
