// Package jp has what is particular to Japan: codes with check digits, dates and ages, eras, kana, closed days.
package jp

import (
	"regexp"
	"strings"
)

// digits says whether s is n ASCII digits.
func digits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < n; i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// ValidMunicipality says whether code is six ASCII digits with the right check digit (evidence.md): the first five times
// 6, 5, 4, 3, 2; the sixth is the last digit of 11 − (sum mod 11).
func ValidMunicipality(code string) bool {
	if !digits(code, 6) {
		return false
	}
	sum := 0
	for i := 0; i < 5; i++ {
		sum += int(code[i]-'0') * (6 - i)
	}
	return int(code[5]-'0') == (11-sum%11)%10
}

// ValidCorporateNumber says whether number is thirteen ASCII digits with the right leading check digit of a corporate
// number (法人番号): 9 − (Σ P·Q mod 9), Q being 1 and 2 in turn from the right.
func ValidCorporateNumber(number string) bool {
	if !digits(number, 13) {
		return false
	}
	sum := 0
	for n := 1; n <= 12; n++ {
		q := 1
		if n%2 == 0 {
			q = 2
		}
		sum += int(number[13-n]-'0') * q
	}
	return int(number[0]-'0') == 9-sum%9
}

var (
	postalCode = regexp.MustCompile(`^〒? *(\d{3})[- ]?(\d{4})$`)
	hyphens    = regexp.MustCompile(`-{2,}`)
)

// NormalisePostalCode gives seven digits as 123-4567; false if it is not a postal code.
func NormalisePostalCode(s string) (string, bool) {
	m := postalCode.FindStringSubmatch(strings.TrimSpace(Narrow(s)))
	if m == nil {
		return "", false
	}
	return m[1] + "-" + m[2], true
}

// NormalisePhone gives a telephone number of Japan in ASCII digits with its hyphens: ten or eleven digits, of which the
// first is 0 and the second is not, or +81 and the number without its 0 or with it in brackets; false for anything else.
func NormalisePhone(s string) (string, bool) {
	s = strings.NewReplacer("(", "-", ")", "-", " ", "").Replace(strings.TrimSpace(Narrow(s)))
	s = strings.Trim(hyphens.ReplaceAllString(s, "-"), "-")
	if rest, ok := strings.CutPrefix(s, "+81"); ok {
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "-"), "0")
		s = "0" + strings.TrimPrefix(rest, "-")
	}
	bare := strings.ReplaceAll(s, "-", "")
	if !digits(bare, 10) && !digits(bare, 11) || bare[0] != '0' || bare[1] == '0' {
		return "", false
	}
	return s, true
}
