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
// western or of an era; a name in kana, the family's or the whole. Names and dates lie sealed, so they are found by their
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
	if kana, ok := jp.NormaliseKana(typed); ok {
		q.Family = dossier.FamilyIndex(municipality, kana)
		q.Kana = wholeNames(municipality, kana)
		return nil
	}
	return badParameter("q", "search-by")
}

// wholeNames are the indexes of every way to read a name as family and given name: at each space, or, written without
// one, at each character.
func wholeNames(municipality seal.Key, kana string) [][]byte {
	const space = "\u3000" // what the normal form has between words
	out := [][]byte{}
	spaced := strings.Contains(kana, space)
	for at, r := range kana {
		switch {
		case at == 0:
		case !spaced:
			out = append(out, dossier.KanaIndex(municipality, kana[:at], kana[at:]))
		case string(r) == space:
			out = append(out, dossier.KanaIndex(municipality, kana[:at], kana[at+len(space):]))
		}
	}
	if len(out) == 0 { // one character: no whole name, and an empty list is no condition
		out = append(out, dossier.KanaIndex(municipality, kana, ""))
	}
	return out
}
