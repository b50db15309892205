package jp

import (
	"errors"
	"unicode"
)

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
