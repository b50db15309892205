package cases

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
)

// The words for yes and no, beside those of a spreadsheet.
var (
	yes = []string{"はい", "true", "yes", "1", "○", "〇", "有", "あり"}
	no  = []string{"いいえ", "false", "no", "0", "×", "無", "なし"}
)

// value reads a cell that is not empty as an answer to a question. Text, months and codes are taken as they stand: what is wrong
// with them is what the case is refused for.
func value(q *question.Question, text string, dates dateCells) (any, error) {
	switch q.Type {
	case question.Boolean:
		word := strings.ToLower(jp.Narrow(text))
		if slices.Contains(yes, word) {
			return true, nil
		}
		if slices.Contains(no, word) {
			return false, nil
		}
		return nil, fmt.Errorf("%q is neither はい nor いいえ", text)
	case question.Integer:
		n, err := strconv.Atoi(strings.TrimSuffix(jp.Narrow(text), "人"))
		if err != nil {
			return nil, fmt.Errorf("%q is no whole number", text)
		}
		return n, nil
	case question.Choose:
		return choice(q, text)
	case question.Day:
		d, err := dates.day(text)
		if err != nil {
			return nil, err
		}
		return d.String(), nil
	case question.Month:
		if d, ok := dates.serial(text); ok {
			return d.String()[:7], nil
		}
		return text, nil
	case question.Municipality:
		return municipality(text), nil
	case question.Listing:
		return several(q, text, dates)
	}
	return text, nil
}

// choice is found by its value, or by its label in any language.
func choice(q *question.Question, text string) (any, error) {
	plain := plainHeading(text)
	var values []string
	for _, c := range q.Choices {
		if c.Value == text || slices.Contains([]string{plainHeading(c.Label.Ja), plainHeading(c.Label.Plain), plainHeading(c.Label.En)}, plain) {
			return c.Value, nil
		}
		values = append(values, c.Label.Ja)
	}
	return nil, fmt.Errorf("%q is none of %s", text, strings.Join(values, "、"))
}

// several are the entries of a list of single answers.
func several(q *question.Question, text string, dates dateCells) (any, error) {
	out := []any{}
	if text == none {
		return out, nil
	}
	err := eachOf(text, func(part string) error {
		v, err := value(q.Of, part, dates)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	return out, err
}

// eachOf goes through what stands in a cell, each on a line of its own or between 、. Since a name may have a 、 of its own, the
// longest part that take takes is one. The error is that of the first part that is none.
func eachOf(text string, take func(part string) error) error {
	for line := range strings.SplitSeq(text, "\n") {
		parts := split(line)
		for from := 0; from < len(parts); {
			to := len(parts)
			var err error
			for ; to > from; to-- {
				if err = take(strings.Join(parts[from:to], "、")); err == nil {
					break
				}
			}
			if err != nil {
				return err
			}
			from = to
		}
	}
	return nil
}

// none is written for a list without entries, and where no paper is to be attached.
const none = "なし"

func split(text string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == '、' || r == '\n' || r == '，' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// municipality is a code as a spreadsheet may have kept it: as a number it has lost the zero in front.
func municipality(text string) string {
	code := jp.Narrow(text)
	switch {
	case code == "海外" || code == "国外":
		return question.Abroad
	case len(code) == 5 && jp.ValidMunicipality("0"+code):
		return "0" + code
	}
	return code
}

// facts builds the facts of a version from the answers of one row, by the paths of their columns.
type facts struct {
	values map[string]any
	fault  func(path, format string, args ...any)
	top    map[string]any
}

func (f *facts) of(v *catalogue.Version) map[string]any {
	f.top = map[string]any{}
	f.members(v.Facts, "facts", f.top)
	return f.top
}

func (f *facts) members(questions []*question.Question, path string, into map[string]any) {
	for _, q := range questions {
		at := path + "." + q.Name
		switch {
		case q.Type == question.Object:
			inner := map[string]any{}
			if f.members(q.Fields, at, inner); len(inner) > 0 || q.Due(into, f.top) {
				into[q.Name] = inner
			}
		case q.Type == question.Listing && q.Of.Type == question.Object:
			if entries := f.entries(q, at); len(entries) > 0 || q.Min == 0 && q.Due(into, f.top) {
				into[q.Name] = entries
			}
		default:
			if v, ok := f.values[at]; ok {
				into[q.Name] = v
			} else if q.Type == question.Listing && q.Min == 0 && q.Due(into, f.top) {
				into[q.Name] = []any{}
			}
		}
	}
}

func (f *facts) entries(q *question.Question, path string) []any {
	last := 0
	for at := range f.values {
		if rest, ok := strings.CutPrefix(at, path+"."); ok {
			number, _, _ := strings.Cut(rest, ".")
			if n, err := strconv.Atoi(number); err == nil {
				last = max(last, n)
			}
		}
	}
	out := make([]any, last)
	for i := range out {
		entry := map[string]any{}
		at := path + "." + strconv.Itoa(i+1)
		if f.members(q.Of.Fields, at, entry); len(entry) == 0 {
			f.fault(at, "%s%d is empty, but a later one is not", q.Label.Ja, i+1)
		}
		out[i] = entry
	}
	return out
}
