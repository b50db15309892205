package jp

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// era is one era (元号) by its first day; it lasts to the day before the next one.
type era struct {
	name, letter string
	first        Date
}

// eras since the Gregorian calendar was taken over (1873), newest first.
var eras = []era{
	{"令和", "R", Date{2019, 5, 1}},
	{"平成", "H", Date{1989, 1, 8}},
	{"昭和", "S", Date{1926, 12, 25}},
	{"大正", "T", Date{1912, 7, 30}},
	{"明治", "M", Date{1873, 1, 1}},
}

// Era writes a day with its era, "令和元年5月1日"; a day before the Gregorian calendar with its western year.
func Era(d Date) string {
	for _, e := range eras {
		if d.Before(e.first) {
			continue
		}
		year := strconv.Itoa(d.Year - e.first.Year + 1)
		if e.name == "明治" {
			year = strconv.Itoa(d.Year - 1867)
		} else if year == "1" {
			year = "元"
		}
		return fmt.Sprintf("%s%s年%d月%d日", e.name, year, d.Month, d.Day)
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day)
}

var (
	western = regexp.MustCompile(`^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?$`)
	compact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	// inWords is a number of a day in kanji, as registers have it: 平成二十三年.
	inWords = regexp.MustCompile(`[〇一二三四五六七八九十]+[年月日]`)
	withEra = regexp.MustCompile(`^(令和?|平成?|昭和?|大正?|明治?|[RHSTMrhstm])(\d{1,2}|元)(?:-|/|[.・]|年)(\d{1,2})(?:-|/|[.・]|月)(\d{1,2})日?$`)
	// spaced finds white space inside a number, where it hides what was meant: 2026-1 1-1.
	spaced = regexp.MustCompile(`\d\s+\d`)
	// spelled are the eras that keyboards offer as one character, and those that people write in kana.
	spelled = strings.NewReplacer("㋿", "令和", "㍻", "平成", "㍼", "昭和", "㍽", "大正", "㍾", "明治", "れいわ", "令和", "レイワ", "令和", "へいせい", "平成", "ヘイセイ", "平成",
		"しょうわ", "昭和", "ショウワ", "昭和", "たいしょう", "大正", "タイショウ", "大正", "めいじ", "明治", "メイジ", "明治")
	short = regexp.MustCompile(`^\d{1,2}(?:-|/|\.|年)\d{1,2}(?:(?:-|/|\.|月)(?:\d{1,2}日?)?)?$`)
)

// lasting is for how many years people go on counting an era after it ended: 平成31年6月 is written in leases and on licences.
const lasting = 15

// ShortYear says whether a day or a month is written with a year of one or two digits and no era, so that nobody can say which year it
// is: 6/5/1 is 令和6年 and 2006年.
func ShortYear(s string) bool { return short.MatchString(strings.Join(strings.Fields(Narrow(s)), "")) }

// ParseEraDate reads a day as people write it: 2026-05-01, 2026/5/1, 2026年5月1日, 令和8年5月1日, R8.5.1, レイワ8年5月1日, in half or full
// width, 20260501, and as registers write it: 平成二十三年四月一日生, 平23.4.1. A day of the years
// after an era is counted on (平成31年6月1日 is 令和元年6月1日); one before the era that it names is refused.
func ParseEraDate(s string) (Date, error) {
	if s = spelled.Replace(Narrow(s)); spaced.MatchString(s) {
		return Date{}, fmt.Errorf("a day is written without spaces inside its numbers")
	}
	s = inWords.ReplaceAllStringFunc(strings.TrimSuffix(strings.Join(strings.Fields(s), ""), "生"), func(number string) string {
		unit := number[len(number)-len("年"):]
		return strconv.Itoa(KanjiNumber(strings.TrimSuffix(number, unit))) + unit
	})
	for _, pattern := range []*regexp.Regexp{western, compact} {
		if m := pattern.FindStringSubmatch(s); m != nil {
			return dateFrom(m[1], m[2], m[3])
		}
	}
	m := withEra.FindStringSubmatch(s)
	if m == nil {
		return Date{}, fmt.Errorf("a day is written like 2026-05-01 or 令和8年5月1日")
	}
	for i, e := range eras {
		if !strings.HasPrefix(e.name, m[1]) && e.letter != strings.ToUpper(m[1]) {
			continue
		}
		year := 1
		if m[2] != "元" {
			year, _ = strconv.Atoi(m[2]) // the pattern has one or two digits
		}
		base := e.first.Year
		if e.name == "明治" {
			base = 1868
		}
		d, err := NewDate(base+year-1, atoi(m[3]), atoi(m[4]))
		if err != nil {
			return Date{}, err
		}
		if year < 1 || d.Before(e.first) || i > 0 && d.Year > eras[i-1].first.Year+lasting {
			return Date{}, fmt.Errorf("%s has no such day", e.name)
		}
		return d, nil
	}
	return Date{}, fmt.Errorf("there is no such era")
}

func dateFrom(year, month, day string) (Date, error) {
	return NewDate(atoi(year), atoi(month), atoi(day))
}

// atoi reads digits that a pattern has matched already.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
