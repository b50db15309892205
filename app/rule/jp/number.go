package jp

import (
	"errors"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FindIndividualNumber says whether something in text looks like an individual number (P4): twelve digits after NFKC, with
// spaces and hyphens between digits left out, not inside a longer run, and with the right check digit. It reads the text
// once.
func FindIndividualNumber(text string) bool {
	var last [12]byte // the last twelve digits of the run
	run := 0
	matches := func() bool { return run == 12 && !zeros(last) && individualCheck(last[:11]) == last[11] }
	for _, r := range norm.NFKC.String(text) {
		switch {
		case r >= '0' && r <= '9':
			if run < 12 {
				last[run] = byte(r - '0')
			}
			run++
		case run > 0 && separates(r):
			// between digits it is left out; the run goes on
		default:
			if matches() {
				return true
			}
			run = 0
		}
	}
	return matches()
}

// separates says whether a character between two digits leaves them one number to the eye: white space, every hyphen and
// dash, the lines that people draw as one, and what is not seen at all (formatting characters, and the marks that make a
// keycap of a digit). A wave dash is none: it stands between two numbers.
func separates(r rune) bool {
	switch r {
	case '\u301c', '\u3030':
		return false
	case '\u02d7', '\u2500', '\u2501', '\u2796':
		return true
	}
	return isHyphen(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf, unicode.Mn, unicode.Me)
}

func zeros(d [12]byte) bool { return d == [12]byte{} }

// JapanPost converts an account of Japan Post Bank, 記号 and 番号, to what a transfer needs: its branch of three digits and
// an account number of seven, of the bank 9900. An error says which of the two is wrong.
func JapanPost(symbol, number string) (branch, account string, err error) {
	symbol, number = bare(symbol), bare(number)
	if len(symbol) == 6 { // 記号 with the digit for reissue behind it
		symbol = symbol[:5]
	}
	if !digits(symbol, 5) || symbol[0] != '1' {
		return "", "", errors.New("記号 has five digits and begins with 1")
	}
	if len(number) < 2 || len(number) > 8 || !digits(number, len(number)) || number[len(number)-1] != '1' {
		return "", "", errors.New("番号 has two to eight digits and ends with 1")
	}
	account = "0000000" + number[:len(number)-1]
	return symbol[1:3] + "8", account[len(account)-7:], nil
}

// bare takes hyphens and white space out and folds the width.
func bare(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range Narrow(s) {
		if r != '-' && !unicode.IsSpace(r) {
			out = append(out, r)
		}
	}
	return string(out)
}
