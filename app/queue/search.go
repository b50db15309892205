package queue

import (
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// longestQuery is in characters: two names as long as the form takes them, and what may stand between.
const longestQuery = 210

// search narrows a query to what somebody typed: a receipt number in any width, with or without hyphens; a birth date,
// western or of an era; the reading of a name, in kana or Latin letters, the family's or the whole. Names and dates lie sealed, so they are found by their
// blind indexes, whole and exactly, and never by a part. Error: invalid-request with the parameter q, which is never
// repeated: what was typed may be anything.
func search(q *postgres.QueueQuery, municipality seal.Key, typed string) error {
	typed = strings.TrimSpace(typed)
	if utf8.RuneCountInString(typed) > longestQuery {
		return badParameter("q", "search-too-long")
	}
	if receipt, ok := jp.NormaliseReceiptNumber(typed); ok {
		q.Receipt = receipt
		return nil
	}
	if day, err := jp.ParseEraDate(typed); err == nil {
		q.Birth = dossier.BirthIndex(municipality, day.String())
		return nil
	}
	if reading, ok := jp.NormaliseReading(typed); ok {
		q.Family = dossier.FamilyIndex(municipality, reading)
		q.Kana = wholeNames(municipality, reading)
		return nil
	}
	return badParameter("q", "search-by")
}

// wholeNames are the indexes of every way to read a name as family and given name: at each space, or, written without
// one, at each character.
func wholeNames(municipality seal.Key, reading string) [][]byte {
	out := [][]byte{}
	isSpace := func(r rune) bool { return r == '\u3000' || r == ' ' } // what the normal forms of kana and of Latin letters have between words
	spaced := strings.ContainsFunc(reading, isSpace)
	for at, r := range reading {
		switch {
		case at == 0:
		case !spaced:
			out = append(out, dossier.KanaIndex(municipality, reading[:at], reading[at:]))
		case isSpace(r):
			out = append(out, dossier.KanaIndex(municipality, reading[:at], reading[at+utf8.RuneLen(r):]))
		}
	}
	if len(out) == 0 { // one character: no whole name, and an empty list is no condition
		out = append(out, dossier.KanaIndex(municipality, reading, ""))
	}
	return out
}
