package dossier

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/seal"
)

// What a case is found by are blind tokens: names by their beginnings, birth dates, telephones, and four characters of the receipt number
// anywhere in it. Whoever has the database alone sees that two names begin alike, not how (deploy/decisions/finding-a-case.md).

const (
	longestBeginning = 20 // characters of a name; what is typed beyond says nothing more
	shortestReading  = 2  // kana: of one alone there are fifty, and each would name a fiftieth of a town
	lastDigits       = 4  // of a telephone, as people read them out
	receiptPart      = 4
)

// person is one person whom a form names.
type person struct {
	family, given, familyKana, givenKana, birth string
	phones                                      []string
	child                                       bool
}

// named are the applicant and the children of the form.
func (c *Content) named() []person {
	var out []person
	add := func(group any, child bool) {
		m, ok := group.(map[string]any)
		if !ok {
			return
		}
		text := func(name string) string { v, _ := m[name].(string); return v }
		one := person{text("family_name"), text("given_name"), text("family_kana"), text("given_kana"), text("birth_date"),
			[]string{text("phone"), text("phone_other")}, child}
		if one.family+one.given+one.familyKana+one.givenKana != "" {
			out = append(out, one)
		}
	}
	add(c.Form["applicant"], false)
	add(c.Form["child"], true)
	if list, ok := c.Form["children"].([]any); ok {
		for _, one := range list {
			add(one, true)
		}
	}
	return out
}

// tokensOf are all tokens of a case, each once. It is found by each receipt number that it has or had.
func tokensOf(key seal.Key, c *Content, receipts ...string) models.Tokens {
	var out models.Tokens
	for _, receipt := range receipts {
		out = append(out, ReceiptTokens(key, receipt)...)
	}
	for _, p := range c.named() {
		out = append(out, beginnings(key, "name", 1, jp.SearchName(p.family), jp.SearchName(p.given))...)
		out = append(out, beginnings(key, "reading", shortestReading, reading(p.familyKana), reading(p.givenKana))...)
		out = append(out, BirthToken(key, p.birth)...)
		for _, phone := range p.phones {
			if digits := digitsOf(phone); len(digits) >= lastDigits {
				out = append(out, token(key, "phone", digits), token(key, "phone", digits[len(digits)-lastDigits:]))
			}
		}
	}
	for _, child := range c.Children() {
		out = append(out, BirthToken(key, child.BirthDate)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beginnings are the tokens of a whole name, from its first characters on, and of the given name alone. A family name is found whole, however short.
func beginnings(key seal.Key, domain string, least int, family, given string) models.Tokens {
	var out models.Tokens
	for _, name := range []string{family + given, given} {
		n := 0
		for at, r := range name {
			if n++; n > longestBeginning {
				break
			}
			if end := at + utf8.RuneLen(r); n >= least || name[:end] == family {
				out = append(out, token(key, domain, name[:end]))
			}
		}
	}
	return out
}

func reading(s string) string {
	kana, _ := jp.NormaliseReading(s)
	return jp.SearchName(kana)
}

// NameToken asks for names that begin so, as they are written.
func NameToken(key seal.Key, typed string) models.Tokens {
	return models.Tokens{token(key, "name", cut(jp.SearchName(typed)))}
}

// ReadingToken asks for names whose reading begins so.
func ReadingToken(key seal.Key, typed string) models.Tokens {
	return models.Tokens{token(key, "reading", cut(reading(typed)))}
}

// BirthToken asks for somebody who was born on a day, YYYY-MM-DD; nil for none.
func BirthToken(key seal.Key, day string) models.Tokens {
	if day == "" {
		return nil
	}
	return models.Tokens{token(key, "birth-date", day)}
}

// PhoneToken asks for a whole telephone number or its last four digits; nil for anything else.
func PhoneToken(key seal.Key, typed string) models.Tokens {
	if digits := digitsOf(typed); len(digits) == lastDigits || len(digits) == 10 || len(digits) == 11 {
		return models.Tokens{token(key, "phone", digits)}
	}
	return nil
}

// ReceiptTokens asks for receipt numbers in which these characters stand together; nil for fewer than four.
func ReceiptTokens(key seal.Key, typed string) models.Tokens {
	var out models.Tokens
	part := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(jp.Narrow(typed)))
	for at := 0; at+receiptPart <= len(part); at++ {
		out = append(out, token(key, "receipt", part[at:at+receiptPart]))
	}
	return out
}

func token(key seal.Key, domain, value string) int64 {
	return int64(binary.BigEndian.Uint64(key.BlindIndex("find-"+domain, value))) //nolint:gosec // bits, not a number
}

func cut(s string) string {
	runes := []rune(s)
	return string(runes[:min(len(runes), longestBeginning)])
}

func digitsOf(s string) string {
	s = jp.Narrow(s)
	if normal, ok := jp.NormalisePhone(s); ok { // +81 too
		s = normal
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// DueOn is by when a decision is to be expected of a case that arrived at an instant: so many weeks later as the municipality says, else the
// catalogue; nil where nobody says.
func DueOn(arrived time.Time, offering *models.Offering, p *catalogue.Procedure) *time.Time {
	var own *int
	if offering != nil {
		own = offering.Weeks
	}
	weeks := p.WeeksOf(own)
	if weeks == 0 {
		return nil
	}
	day := jp.DateIn(arrived).AddDays(7 * weeks).Time()
	return &day
}

// Pause moves the day on by the whole days for which a correction was its owner's to hand in.
func Pause(app *models.Application, asked time.Duration) {
	if app.DueOn != nil && asked > 0 {
		day := app.DueOn.AddDate(0, 0, int(asked/(24*time.Hour)))
		app.DueOn = &day
	}
}
