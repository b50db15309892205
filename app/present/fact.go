package present

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/question"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

var printers = map[string]*message.Printer{
	wording.Japanese: message.NewPrinter(language.Japanese),
	wording.Plain:    message.NewPrinter(language.Japanese),
	wording.English:  message.NewPrinter(language.English),
}

// Yen is a sum of money: "2,640,000円", in English "2,640,000 yen".
func Yen(amount int64, lang string) string {
	return Number(amount, lang) + wording.In("unit-yen", lang)
}

// Fact is the value of one fact of an item as people read it, by how the catalogue compares it: a sum in yen, a day with its
// era, yes or no, the entries of a list. Empty for none.
func Fact(compare string, value any, lang string) string {
	switch v := value.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return wording.In("fact-yes", lang)
		}
		return wording.In("fact-no", lang)
	case string:
		if d, err := jp.ParseDate(v); err == nil && compare == catalogue.CompareDate {
			return Date(d, lang)
		}
		return v
	case json.Number:
		return v.String()
	case float64:
		switch {
		case v != math.Trunc(v) || math.Abs(v) > 1<<53:
			return fmt.Sprint(v)
		case compare == catalogue.CompareAmount:
			return Yen(int64(v), lang)
		}
		return fmt.Sprintf("%.0f", v)
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, Fact(compare, one, lang))
		}
		return strings.Join(all, wording.In("fact-separator", lang))
	}
	return fmt.Sprint(value)
}

// Answer is a text that answers a question, as people read it: a choice by its label, days and months as people write them, a
// municipality by its name. known are the municipalities that use the service. Every other text stays as it was typed.
func Answer(q *question.Question, text, lang string, known []models.Municipality) string {
	switch q.Type {
	case question.Choose:
		for _, c := range q.Choices {
			if c.Value == text {
				return c.Label.In(lang)
			}
		}
	case question.Day:
		if d, err := jp.ParseDate(text); err == nil {
			return Date(d, lang)
		}
	case question.Month:
		return Month(text, lang)
	case question.Municipality:
		if text == question.Abroad {
			return wording.In("said-abroad", lang)
		}
		return Place(known, text, lang)
	}
	return text
}
