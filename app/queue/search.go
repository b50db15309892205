package queue

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// longestQuery is in characters: two names as long as the form takes them, and what may stand between.
const longestQuery = 210

// What was looked for, as Tried names it.
const (
	TriedReceipt = "receipt"
	TriedName    = "name"
	TriedReading = "reading"
	TriedBirth   = "birth"
	TriedPhone   = "phone"
)

var (
	receiptPart = regexp.MustCompile(`^[2-9A-HJ-NP-Z]{4,12}$`)
	written     = regexp.MustCompile(`^[\p{Han}\p{Hiragana}\p{Katakana}\p{Latin}\p{M}々〆ヶー・'’.-]+$`)
	notDigits   = regexp.MustCompile(`[^0-9]`)
)

// try is one thing that what was typed may be.
type try struct {
	kind   string
	tokens models.Tokens
}

// Tried is what was looked for when somebody typed this, of the kinds above; none for what can be nothing of it.
func Tried(typed string) []string {
	var out []string
	for _, t := range tries(seal.Key{}, strings.TrimSpace(typed), false) {
		out = append(out, t.kind)
	}
	return out
}

// search narrows a query to what somebody typed: a receipt number or four characters of it and more, in any width, with or without hyphens; a name
// of the applicant or a child as it is written, or its reading in kana or Latin letters, from its beginning; a birth date of either in any notation;
// a telephone number or its last four digits. What it may be is all looked for. Names, dates and numbers lie sealed and are found by blind tokens.
// Error: invalid-request with the parameter q, which is never repeated: what was typed may be anything.
func search(q *postgres.QueueQuery, municipality seal.Key, typed string) error {
	typed = strings.TrimSpace(typed)
	if utf8.RuneCountInString(typed) > longestQuery {
		return badParameter("q", "search-too-long")
	}
	if receipt, ok := jp.NormaliseReceiptNumber(typed); ok {
		q.Receipt, q.Origin = receipt, dossier.ReceiptTokens(municipality, receipt)
		return nil
	}
	all := tries(municipality, typed, true)
	if len(all) == 0 {
		return badParameter("q", "search-by")
	}
	for _, t := range all {
		if t.kind == TriedReceipt {
			q.Part = t.tokens
		} else {
			q.Tokens = append(q.Tokens, t.tokens)
		}
	}
	return nil
}

// tries are the things that what was typed may be; their tokens only if they are wanted.
func tries(key seal.Key, typed string, wanted bool) []try {
	var out []try
	add := func(kind string, tokens func() models.Tokens) {
		one := try{kind: kind}
		if wanted {
			one.tokens = tokens()
		}
		out = append(out, one)
	}
	bare := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(jp.Narrow(typed)))
	if receiptPart.MatchString(bare) {
		add(TriedReceipt, func() models.Tokens { return dossier.ReceiptTokens(key, bare) })
	}
	if day, ok := birthDate(typed); ok {
		add(TriedBirth, func() models.Tokens { return dossier.BirthToken(key, day) })
	}
	if phone(typed) {
		add(TriedPhone, func() models.Tokens { return dossier.PhoneToken(key, typed) })
	}
	if reading, ok := jp.NormaliseReading(typed); ok && (utf8.RuneCountInString(jp.SearchName(reading)) > 0) {
		add(TriedReading, func() models.Tokens { return dossier.ReadingToken(key, typed) })
	}
	if name := jp.SearchName(typed); written.MatchString(name) {
		add(TriedName, func() models.Tokens { return dossier.NameToken(key, typed) })
	}
	return out
}

// birthDate reads a day in the notations of people; YYYY-MM-DD.
func birthDate(typed string) (string, bool) {
	day, err := jp.ParseEraDate(typed)
	return day.String(), err == nil
}

// phone says whether it may be a telephone number or its last four digits.
func phone(typed string) bool {
	if _, ok := jp.NormalisePhone(typed); ok {
		return true
	}
	narrow := jp.Narrow(typed)
	return len(narrow) == 4 && !notDigits.MatchString(narrow)
}
