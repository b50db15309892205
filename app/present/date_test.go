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
		{present.Day("2026-06-01", wording.Plain), "2026-06-01（令和8年6月1日）"},
		{present.Day("2026-06-01", wording.English), "2026-06-01"},
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
