package discrepancy

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
)

// maxText bounds a text that is compared, in bytes: a thousand characters.
const maxText = 4_000

// maxAmount is the largest sum of yen that is told apart to the yen once it was JSON.
const maxAmount = 1 << 53

// The codes of the details of a reading. They are its own: the codes of an applicant's facts have texts for applicants.
const (
	codeText    = "not-a-text"
	codeLong    = "reading-too-long"
	codeDay     = "not-a-day"
	codeAmount  = "not-an-amount"
	codeOther   = "not-compared" // Params: fields, the names of those that are
	codeNothing = "nothing-read" // Params: fields
)

// mistake is why a value cannot be read, and what to do.
type mistake struct {
	code   string
	reason fault.Reason
}

func (m mistake) at(pointer string) fault.Detail {
	return fault.Detail{Code: m.code, Reason: m.reason, Pointer: pointer}
}

// unreadable is the refusal of a reading.
func unreadable(details []fault.Detail) error {
	return fault.New(fault.Refused, fault.CodeInvalidRequest, "reading-wrong").With(details...)
}

// factPointer is the JSON Pointer to a fact of a reading.
func factPointer(name string) string {
	return "/facts/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// blank says whether a value says nothing: null, or nothing but white space.
func blank(v any) bool {
	s, ok := v.(string)
	return v == nil || ok && strings.TrimSpace(s) == ""
}

// characters writes a value as a person would: a text as it is but for the space around it, a number without a needless
// point, so that 2 and 2.0 and "2" are the same.
func characters(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v), true
	case bool:
		return strconv.FormatBool(v), true
	case int:
		return strconv.Itoa(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return strconv.FormatInt(n, 10), true
		}
		f, err := v.Float64()
		return decimal(f), err == nil
	case float64:
		return decimal(v), !math.IsNaN(v) && !math.IsInf(v, 0)
	}
	return "", false
}

func decimal(f float64) string {
	if f == 0 {
		f = 0 // JSON has a negative zero, people have not
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// amount is a sum of yen as documents write it, after folding the width: "1,234円", "¥1234-", "△500", "金1,234円也", "**1,234".
var amount = regexp.MustCompile(`^(?:金|\*+)? ?([-△▲]?) ?[¥\\]? ?(\d{1,3}(?:,\d{3})+|\d+) ?(?:円[也整]?|-)?$`)

func amountForm(v any) (string, *mistake) {
	wrong := &mistake{codeAmount, "not-an-amount"}
	text, ok := characters(v)
	if _, truth := v.(bool); !ok || truth || len(text) > maxText {
		return "", wrong
	}
	m := amount.FindStringSubmatch(strings.TrimSpace(hyphens(norm.NFKC.String(text))))
	if m == nil {
		return "", wrong
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(m[2], ",", ""), 10, 64)
	if err != nil || n > maxAmount {
		return "", wrong
	}
	if m[1] != "" {
		n = -n
	}
	return strconv.FormatInt(n, 10), nil
}

func dateForm(v any) (string, *mistake) {
	wrong := &mistake{codeDay, "reading-day"}
	text, ok := v.(string)
	if !ok || len(text) > maxText {
		return "", wrong
	}
	d, err := jp.ParseEraDate(text)
	if err != nil {
		return "", wrong
	}
	return d.String(), nil
}

// Normalise gives the form in which two ways of writing the same are the same text: half and full width, hiragana and
// katakana, the hyphens and dashes that keyboards offer (and the long mark, which many type as one), white space, ideographic
// variants of one character, a grade in words (一級, 第1級), and a day in the western or the Japanese calendar where the text is nothing but a day. White
// space between two digits parts them as a hyphen does: 3 101 is not 3101. It is for comparing, never for showing.
func Normalise(s string) string {
	text := norm.NFC.String(fold(hyphens(norm.NFKC.String(s))))
	if d, err := jp.ParseEraDate(text); err == nil {
		return d.String()
	}
	return grade.ReplaceAllStringFunc(text, func(s string) string {
		return digits(strings.TrimSuffix(strings.TrimPrefix(s, "第"), "級")) + "級"
	})
}

// grade is a number of a grade (等級), which certificates write in words too.
var grade = regexp.MustCompile(`第?(?:[0-9]+|[一二三四五六七八九])級`)

// digits writes a number of kanji in digits, another text as it is.
func digits(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return jp.Numeral(r) < 0 }) {
		return text
	}
	return strconv.Itoa(jp.KanjiNumber(text))
}

// counted is a number with the words that say what it counts or numbers: 第12号, No.12, 2人.
var counted = regexp.MustCompile(`^(?:第|(?i:no)\.?)?(.*[0-9〇一二三四五六七八九十])(?:号|人|名|件)?$`)

// filler are the noughts before a number, which some offices print and others do not.
var filler = regexp.MustCompile(`(^|[^0-9])0+([0-9])`)

// numbered is a code, a number or a count without what stands around it, and in one width.
func numbered(s string) string {
	text := fold(hyphens(norm.NFKC.String(s)))
	if m := counted.FindStringSubmatch(text); m != nil {
		return digits(m[1])
	}
	return text
}

// fold takes out what is not seen and white space, and makes katakana of hiragana.
func fold(s string) string {
	var b strings.Builder
	var last rune
	gap := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = true
			continue
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
			continue
		case r >= 'ぁ' && r <= 'ゖ', r == 'ゝ', r == 'ゞ':
			r += 'ァ' - 'ぁ'
		case r == '々' && last != 0:
			r = last
		}
		if gap && isDigit(last) && isDigit(r) {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		last, gap = r, false
	}
	return b.String()
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// hyphens makes one hyphen of every character that people type for one.
func hyphens(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\u02d7', '\u2043', '\u2212', '\u2500', '\u2501', '\u2796', '\u30fc':
			return '-'
		case '\u301c', '\u3030': // a wave dash stands between two numbers
			return r
		}
		if unicode.Is(unicode.Pd, r) {
			return '-'
		}
		return r
	}, s)
}
