package form

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// problem is why an answer is refused: a stable code and what its text needs.
type problem struct {
	code   fault.Answer
	params []fault.Param
	below  string // from the field's pointer to the part at fault, "/2" of a list; empty: the whole
}

func because(code fault.Answer, params ...fault.Param) *problem {
	return &problem{code: code, params: params}
}

// kind is one type of field: how an answer is checked and normalised, and its JSON Schema.
type kind struct {
	check  func(f *Field, answer any, opt Options) (any, *problem)
	schema func(f *Field) map[string]any
}

// defaultMax is how many characters a text may have that says nothing else.
const defaultMax = 100

// earliestYear is the first of the Gregorian calendar in Japan; a date before it has another meaning there.
const earliestYear = 1873

// exampleDay is a filing date on which every example of the library is valid.
var exampleDay = jp.Date{Year: 2026, Month: 6, Day: 1}

// kinds are the types of fields by their names.
var kinds = makeKinds()

func makeKinds() map[string]kind {
	kinds := map[string]kind{}
	text := func(clean func(string) (string, *problem)) kind {
		return kind{check: func(f *Field, answer any, _ Options) (any, *problem) { return checkText(f, answer, clean) }, schema: stringSchema}
	}
	kinds["text"] = text(one)
	kinds["long-text"] = text(several)
	kinds["name"] = text(func(s string) (string, *problem) {
		s, p := one(s)
		return jp.NormaliseName(s), p
	})
	kinds["kana"] = text(func(s string) (string, *problem) {
		if out, ok := jp.NormaliseKana(s); ok {
			return out, nil
		}
		return s, because("not-kana")
	})
	kinds["postal-code"] = text(or("invalid-postal-code", jp.NormalisePostalCode))
	kinds["phone"] = text(or("invalid-phone", jp.NormalisePhone))
	kinds["email"] = text(email)
	kinds["time"] = text(or("invalid-time", clock))
	kinds["bank-code"] = text(or("invalid-bank-code", number(4)))
	kinds["branch-code"] = text(or("invalid-branch-code", number(3)))
	kinds["account-number"] = text(or("invalid-account-number", accountNumber))
	kinds["account-holder"] = text(or("not-kana", jp.HalfWidthKanaHolder))
	kinds["post-symbol"] = text(or("invalid-post-symbol", postSymbol))
	kinds["post-number"] = text(or("invalid-post-number", postNumber))
	kinds["date"] = kind{check: checkDate, schema: stringSchema}
	kinds["month"] = text(or("invalid-month", month))
	kinds["choice"] = kind{check: checkChoice, schema: stringSchema}
	kinds["boolean"] = kind{check: checkBoolean, schema: func(*Field) map[string]any { return map[string]any{"type": "boolean"} }}
	kinds["integer"] = kind{check: checkInteger, schema: integerSchema}
	kinds["list"] = kind{check: checkList, schema: listSchema}
	return kinds
}

func checkText(f *Field, answer any, clean func(string) (string, *problem)) (any, *problem) {
	s, ok := answer.(string)
	if !ok {
		return answer, because("wrong-type")
	}
	if hasControl(s, f.Type == "long-text") {
		return s, because("control-character")
	}
	if strings.TrimSpace(s) == "" {
		return "", nil // an empty field is a field without answer
	}
	// What is kept counts: half-width kana have more characters before than after, and +81 with a telephone number is
	// twelve digits that become eleven.
	out, p := clean(s)
	switch limit := f.limit(); {
	case p != nil:
		return s, p
	case jp.FindIndividualNumber(out):
		return s, because("individual-number")
	case utf8.RuneCountInString(out) > limit:
		return s, because("too-long", fault.Number("max", limit))
	}
	return out, nil
}

func (f *Field) limit() int {
	if f.Max > 0 {
		return f.Max
	}
	return defaultMax
}

// unutterable are characters that belong to no name and no sentence: separators of lines outside a text, marks that turn
// the direction of writing, with which a name is made to look like another, and what stands for broken encoding.
var unutterable = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x200e, Hi: 0x200f, Stride: 1}, {Lo: 0x2028, Hi: 0x202e, Stride: 1},
	{Lo: 0x2066, Hi: 0x2069, Stride: 1}, {Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, {Lo: 0xfffd, Hi: 0xffff, Stride: 1}}}

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

func one(s string) (string, *problem) { return strings.TrimSpace(norm.NFC.String(s)), nil }

func several(s string) (string, *problem) {
	return strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n"))), nil
}

func or(code fault.Answer, normal func(string) (string, bool)) func(string) (string, *problem) {
	return func(s string) (string, *problem) {
		if out, ok := normal(s); ok {
			return out, nil
		}
		return s, because(code)
	}
}

// folded is a code as a person types it, in ASCII without spaces.
func folded(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(s)), "")
}

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

func email(s string) (string, *problem) {
	s = folded(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		return s, because("invalid-email")
	}
	return s, nil
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

// month reads a month of a year by reading its first day.
func month(s string) (string, bool) {
	s = strings.TrimSuffix(folded(s), "月")
	for _, first := range []string{"-01", "月1日", "/1"} {
		if d, err := jp.ParseEraDate(s + first); err == nil {
			return d.String()[:7], true
		}
	}
	return s, false
}
