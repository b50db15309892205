package discrepancy

import (
	"strings"
	"unicode"

	"kosodate.example/onestop/app/rule/jp"
)

// least is how many characters more a name has that may be the whole where the other is a part. One more is another name.
const least = 2

// large are kana that registers write large where others write them small.
var large = strings.NewReplacer("ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ツ", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヮ", "ワ", "ヵ", "カ", "ヶ", "ケ",
	"ヂ", "ジ", "ヅ", "ズ")

// names compares two names that are not the same characters: old and new characters are one (P12). A name that begins or ends with the
// other may be the whole of it, and kana that are small in one and large in the other may be one name: a person has to judge.
func names(a, b string) string {
	a, b = nameForm(a), nameForm(b)
	if len([]rune(a)) < len([]rune(b)) {
		a, b = b, a
	}
	switch {
	case a == b:
		return Written
	case b == "":
		return Different
	case large.Replace(a) == large.Replace(b),
		(strings.HasPrefix(a, b) || strings.HasSuffix(a, b)) && len([]rune(a)) >= len([]rune(b))+least:
		return Unsure
	}
	return Different
}

// nameForm is a name without the marks between its parts, Latin letters in capitals, each character by the one that stands for all its variants.
func nameForm(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("・,、.=゠", r) {
			return -1
		}
		return jp.Modern(unicode.ToUpper(r))
	}, Normalise(s))
}

// FirstPart is the first part of a name of which the whole was typed, as papers print it: the family name. It is found by what the case
// knows of the two parts, else by the space between them. What is no whole name stays as it was typed.
func FirstPart(typed, first, second string) string {
	typed = strings.TrimSpace(typed)
	if first == "" && second != "" { // who has one name has it whole
		return typed
	}
	whole := nameForm(typed)
	if first != "" && second != "" && whole == nameForm(first)+nameForm(second) {
		return cut(typed, nameForm(first))
	}
	if rest, ok := strings.CutSuffix(whole, nameForm(second)); ok && second != "" && rest != "" {
		return cut(typed, rest)
	}
	if parts := strings.Fields(typed); len(parts) > 1 && whole != nameForm(first) {
		if first != "" && strings.HasPrefix(whole, nameForm(first)) {
			return cut(typed, nameForm(first))
		}
		return parts[0]
	}
	return typed
}

// cut is the beginning of a text that has a form.
func cut(typed, form string) string {
	for i := range typed {
		if nameForm(typed[:i]) == form {
			return strings.TrimSpace(typed[:i])
		}
	}
	return typed
}
