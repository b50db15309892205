package present_test

import (
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

// shown writes a text with its readings: 手続[てつづき]を.
func shown(text string) string {
	var b strings.Builder
	for _, s := range wording.Ruby(text) {
		b.WriteString(s.Text)
		if s.Reading != "" {
			b.WriteString("[" + s.Reading + "]")
		}
	}
	return b.String()
}

func TestDatesInEachLanguage(t *testing.T) {
	day := jp.Date{Year: 2019, Month: time.May, Day: 1}
	at := time.Date(2026, 6, 1, 5, 5, 9, 0, time.UTC)
	midnight := time.Date(2026, 5, 31, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{present.Date(day, wording.Japanese), "2019年5月1日"},
		{present.Date(day, wording.Plain), "2019年5月1日"},
		{present.Date(day, wording.English), "1 May 2019"},
		{present.DateTime(at, wording.Japanese), "2026年6月1日 14時05分"},
		{present.DateTime(at, wording.Plain), "2026年6月1日 午後2時5分"},
		{present.DateTime(midnight, wording.Plain), "2026年6月1日 午前0時0分"},
		{present.DateTime(at, wording.English), "1 June 2026, 14:05 (Japan time)"},
		{present.Day("2026-06-01", wording.Plain), "令和8年6月1日（2026年6月1日）"},
		{present.Day("2026-06-01", wording.English), "1 June 2026"},
		{present.Day("", wording.Japanese), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	if got, want := shown(present.DateTime(at, wording.Plain)), "2026年[ねん]6月1日[がつついたち] 午後[ごご]2時[じ]5分[ふん]"; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
}

// TestADayToComeIsSaidAsOneHasItInMind: with the day of the week and how long it is until then, the year only where it is another one.
func TestADayToComeIsSaidAsOneHasItInMind(t *testing.T) {
	today, day := jp.Date{Year: 2026, Month: time.November, Day: 29}, jp.Date{Year: 2026, Month: time.December, Day: 4}
	for _, c := range []struct{ got, want string }{
		{present.Until(day, today, wording.Japanese), "12月4日（金）まで・あと5日"},
		{present.Until(day, today, wording.Plain), "12月4日（金曜日）まで・あと 5日"},
		{present.Until(day, today, wording.English), "By Friday 4 December, 5 days left"},
		{present.Until(today.AddDays(1), today, wording.Japanese), "11月30日（月）まで・明日です"},
		{present.Until(today, today, wording.English), "By Sunday 29 November, which is today"},
		{present.Until(today.AddDays(-3), today, wording.Japanese), "11月26日（木）まででした・3日過ぎています"},
		{present.Until(jp.Date{Year: 2027, Month: time.January, Day: 8}, today, wording.Japanese), "2027年1月8日（金）まで・あと40日"},
	} {
		if c.got != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
	if got, want := shown(present.Until(day, today, wording.Plain)), "12月[がつ]4日[よっか]（金曜日[きんようび]）まで・あと 5日[いつか]"; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
}

// TestHowLongADecisionTakesIsSaidHonestly: what is usual, by when, and that it has passed.
func TestHowLongADecisionTakesIsSaidHonestly(t *testing.T) {
	today := jp.Date{Year: 2026, Month: time.November, Day: 29}
	for _, c := range []struct {
		on   jp.Date
		lang string
		want string
		late bool
	}{
		{jp.Date{Year: 2026, Month: time.December, Day: 20}, wording.Japanese, "通常3週間ほど、12月20日ごろまで", false},
		{jp.Date{Year: 2026, Month: time.December, Day: 20}, wording.English, "Usually about 3 weeks, until about 20 December", false},
		{today, wording.Japanese, "通常3週間ほど、11月29日ごろまで", false},
		{today.AddDays(-1), wording.Japanese, "通常3週間ほどのところ、目安の11月28日を過ぎています。審査は続いています。", true},
	} {
		if got, late := present.Expected(3, c.on, today, c.lang); got != c.want || late != c.late {
			t.Errorf("%s %v, want %s %v", got, late, c.want, c.late)
		}
	}
}
