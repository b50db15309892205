package present

import (
	"fmt"
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
	return day + at.Format(" 15時04分")
}

// Day writes a day given as YYYY-MM-DD as a receipt has it: 2026-06-01（令和8年6月1日）, in English as it is. What is no day stays as it is.
func Day(day, lang string) string {
	d, err := jp.ParseDate(day)
	if err != nil || lang == wording.English {
		return day
	}
	return day + "（" + jp.Era(d) + "）"
}
