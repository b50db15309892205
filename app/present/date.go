package present

import (
	"fmt"
	"strconv"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// Date writes a day: 2026年6月1日, in English 1 June 2026.
func Date(d jp.Date, lang string) string {
	if lang == wording.English {
		return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, d.Month, d.Day)
}

// InEra writes a day in both eras: 令和7年1月1日（2025年1月1日）, in English 1 January 2025.
func InEra(d jp.Date, lang string) string {
	if lang == wording.English {
		return Date(d, lang)
	}
	return jp.Era(d) + "（" + Date(d, lang) + "）"
}

// Month writes a month given as YYYY-MM: 2025年4月, in English April 2025. What is no month stays as it is.
func Month(month, lang string) string {
	d, err := jp.ParseDate(month + "-01")
	switch {
	case err != nil:
		return month
	case lang == wording.English:
		return fmt.Sprintf("%s %d", d.Month, d.Year)
	}
	return fmt.Sprintf("%d年%d月", d.Year, d.Month)
}

// DateTime writes an instant in Japan's time to the minute: 2026年6月1日 14時05分, in plain Japanese 2026年6月1日 午後2時5分, in English 1 June
// 2026, 14:05 (Japan time).
func DateTime(t time.Time, lang string) string {
	at, day := t.In(jp.JST), Date(jp.DateIn(t), lang)
	switch lang {
	case wording.English:
		return day + ", " + at.Format("15:04") + " (Japan time)"
	case wording.Plain:
		half, hour := "午前", at.Hour()
		if hour >= 12 {
			half, hour = "午後", hour-12
		}
		return fmt.Sprintf("%s %s%d時%d分", day, half, hour, at.Minute())
	}
	return day + fmt.Sprintf(" %d時%02d分", at.Hour(), at.Minute())
}

// DueDay writes a day to come as one has it in mind: 12月4日（金）, with the year where it is not today's; in English Friday 4 December.
func DueDay(d, today jp.Date, lang string) string {
	weekday := wording.In("weekday-"+strconv.Itoa(int(d.Weekday())), lang)
	if lang == wording.English {
		return weekday + " " + nearDate(d, today, lang)
	}
	return nearDate(d, today, lang) + "（" + weekday + "）"
}

// nearDate is a day with its year only where that is not today's.
func nearDate(d, today jp.Date, lang string) string {
	switch {
	case d.Year != today.Year:
		return Date(d, lang)
	case lang == wording.English:
		return fmt.Sprintf("%d %s", d.Day, d.Month)
	}
	return fmt.Sprintf("%d月%d日", d.Month, d.Day)
}

// Until says by which day something has to be done, and how long that is: 12月4日（金）まで・あと5日. Of a day that is over it says so.
func Until(d, today jp.Date, lang string) string {
	days := int(d.Time().Sub(today.Time()).Hours() / 24)
	key := "until-days"
	switch {
	case days < 0:
		key, days = "until-past", -days
	case days == 0:
		key = "until-today"
	case days == 1:
		key = "until-tomorrow"
	}
	return wording.Fill(wording.In(key, lang), "day", DueDay(d, today, lang), "n", strconv.Itoa(days))
}

// Weeks says how long a decision usually takes from the arrival: 通常3週間ほど.
func Weeks(weeks int, lang string) string {
	key := "weeks"
	if weeks == 1 {
		key = "weeks-1"
	}
	return wording.Fill(wording.In(key, lang), "n", strconv.Itoa(weeks))
}

// Expected says by when a decision is to be expected, or that this has passed: 通常3週間ほど、12月20日ごろまで. It gives the second as late.
func Expected(weeks int, on, today jp.Date, lang string) (text string, late bool) {
	key := "expected"
	if today.After(on) {
		key, late = "expected-past", true
	}
	return wording.Fill(wording.In(key, lang), "weeks", Weeks(weeks, lang), "day", nearDate(on, today, lang)), late
}

// Day writes a day given as YYYY-MM-DD as a receipt has it, in both eras. What is no day stays as it is.
func Day(day, lang string) string {
	d, err := jp.ParseDate(day)
	if err != nil {
		return day
	}
	return InEra(d, lang)
}
