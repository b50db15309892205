package question

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/app/rule/jp"
)

// cleaners give a text its normal form, by the type of its question. ok says whether it is one of that type at all.
var cleaners = map[string]struct {
	refusal fault.Answer // the code of a text that is none of the type; empty: every text is one
	clean   func(string) (normal string, ok bool)
}{
	Text:             {"", one},
	LongText:         {"", several},
	"name":           {"", func(s string) (string, bool) { return jp.NormaliseName(trimmed(s)), true }},
	"kana":           {"not-kana", jp.NormaliseReading},
	"postal-code":    {"invalid-postal-code", jp.NormalisePostalCode},
	"phone":          {"invalid-phone", jp.NormalisePhone},
	"email":          {"invalid-email", email},
	"time":           {"invalid-time", clock},
	"bank-code":      {"invalid-bank-code", number(4)},
	"branch-code":    {"invalid-branch-code", number(3)},
	"account-number": {"invalid-account-number", accountNumber},
	"account-holder": {"not-kana", jp.HalfWidthKanaHolder},
	"post-symbol":    {"invalid-post-symbol", postSymbol},
	"post-number":    {"invalid-post-number", postNumber},
	Month:            {"invalid-month", month},
}

// FreeText checks a text that answers no question, such as the reason of a declaration: length, control characters, and
// anything like an individual number (P4). The pointer is where it stands in what was sent.
func FreeText(pointer, text string) []fault.Detail {
	const most = 2000
	switch {
	case individual.InText(text):
		return []fault.Detail{Fault(fault.CodeIndividualNumber, pointer)}
	case hasControl(text, true):
		return []fault.Detail{Fault("control-character", pointer)}
	case utf8.RuneCountInString(text) > most:
		return []fault.Detail{Fault("too-long", pointer, fault.Number("max", most))}
	}
	return nil
}

// unutterable are characters that belong to no name and no sentence: separators of lines outside a text, marks that turn
// the direction of writing, with which a name is made to look like another, and what stands for broken encoding.
var unutterable = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x200e, Hi: 0x200f, Stride: 1},
	{Lo: 0x2028, Hi: 0x202e, Stride: 1},
	{Lo: 0x2066, Hi: 0x2069, Stride: 1},
	{Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
	{Lo: 0xfffd, Hi: 0xffff, Stride: 1},
}}

// hasControl says whether a text holds what no text may: broken encoding and control characters.
func hasControl(s string, lines bool) bool {
	if !utf8.ValidString(s) {
		return true
	}
	for _, r := range s {
		if unicode.IsControl(r) && !(lines && (r == '\n' || r == '\r' || r == '\t')) || unicode.Is(unutterable, r) {
			return true
		}
	}
	return false
}

func trimmed(s string) string { return strings.TrimSpace(jp.Compose(s)) }

func one(s string) (string, bool) { return trimmed(s), true }

func several(s string) (string, bool) { return trimmed(strings.ReplaceAll(s, "\r\n", "\n")), true }

// folded is a code as a person types it, in ASCII without spaces.
func folded(s string) string { return strings.Join(strings.Fields(width.Fold.String(s)), "") }

func upTo(most int) func(string) (string, bool) {
	return func(s string) (string, bool) {
		s = folded(s)
		_, err := strconv.ParseUint(s, 10, 64)
		return s, err == nil && len(s) <= most
	}
}

func number(length int) func(string) (string, bool) {
	return func(s string) (string, bool) {
		s, ok := upTo(length)(s)
		return s, ok && len(s) == length
	}
}

// accountNumber pads a shorter number with zeros in front, as transfer records hold it.
func accountNumber(s string) (string, bool) {
	s, ok := upTo(7)(s)
	if !ok || len(s) < 4 {
		return s, false
	}
	return strings.Repeat("0", 7-len(s)) + s, true
}

// postSymbol reads 記号 of Japan Post Bank without the digit behind its hyphen, which counts reissues.
func postSymbol(s string) (string, bool) {
	s, ok := upTo(6)(strings.ReplaceAll(folded(s), "-", ""))
	if !ok || len(s) < 5 {
		return s, false
	}
	_, _, err := jp.JapanPost(s[:5], "11")
	return s[:5], err == nil
}

// postNumber reads 番号 of Japan Post Bank.
func postNumber(s string) (string, bool) {
	s, ok := upTo(8)(strings.ReplaceAll(folded(s), "-", ""))
	_, _, err := jp.JapanPost("10000", s)
	return s, ok && err == nil
}

func email(s string) (string, bool) {
	s = folded(s)
	a, err := mail.ParseAddress(s)
	return s, err == nil && a.Address == s && a.Name == "" && strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".")
}

func clock(s string) (string, bool) {
	s = strings.NewReplacer("時", ":", "分", "").Replace(folded(s))
	h, m, ok := strings.Cut(s, ":")
	if m == "" {
		m = "00"
	}
	hour, err := strconv.ParseUint(h, 10, 8)
	minute, err2 := strconv.ParseUint(m, 10, 8)
	if !ok || err != nil || err2 != nil || len(h) > 2 || len(m) != 2 || hour > 23 || minute > 59 {
		return s, false
	}
	return strings.Repeat("0", 2-len(h)) + h + ":" + m, true
}

// MonthOf is a month as people write it in its normal form, YYYY-MM.
func MonthOf(typed string) (string, bool) { return month(typed) }

// month reads a month of a year from 1900 on (catalogue.md, section 1) by reading its first day.
func month(s string) (string, bool) {
	s = strings.TrimSuffix(folded(s), "月")
	for _, first := range []string{"-01", "月1日", "/1"} {
		if d, err := jp.ParseEraDate(s + first); err == nil && d.Year >= 1900 {
			return d.String()[:7], true
		}
	}
	return s, false
}
