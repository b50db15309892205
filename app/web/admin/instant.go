package admin

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// instantOf reads a day (name-y, -m, -d) and a time of day in Japan (name-t, "9:30"; midnight if it is empty). The zero
// time for nothing; ok is false for what is no instant.
func instantOf(values url.Values, name string) (t time.Time, ok bool) {
	day, clock := page.DateOf(values, name), strings.TrimSpace(values.Get(name+"-t"))
	if day == "" {
		return time.Time{}, clock == ""
	}
	d, err := jp.ParseDate(day)
	if err != nil {
		return time.Time{}, false
	}
	hours, minutes, ok := clockOf(clock)
	return d.Start().Add(time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute), ok
}

// instant is the question for an instant: a day and a time of day in Japan.
type instant struct {
	ID, Name    string
	Label, Help template.HTML
	Parts       [3]string
	Clock       string
	Need        bool
	NeedWhen    template.HTML // never: an instant is required or not
	Wrong       []page.Wrong
}

// instant is the question with the texts key and key+"-help", with what was typed, or an instant that is known.
func (n *names) instant(name, pointer, key string, typed url.Values, known time.Time) instant {
	out := instant{ID: page.FieldID(pointer), Name: name, Label: n.r.Markup(key), Help: n.r.Markup("admin.instant-help")}
	if out.Parts, out.Clock = partsOf(known); typed != nil {
		out.Parts, out.Clock = page.DateParts("", typed, name), typed.Get(name+"-t")
	}
	return out
}

// clockOf reads "9:30", "09：30", "9時30分" or "9時".
func clockOf(s string) (hours, minutes int, ok bool) {
	if s == "" {
		return 0, 0, true
	}
	s = strings.NewReplacer("時", ":", "分", "").Replace(width.Narrow.String(s))
	h, m, colon := strings.Cut(s, ":")
	if m == "" {
		m = "0"
	}
	hours, err1 := strconv.Atoi(h)
	minutes, err2 := strconv.Atoi(m)
	return hours, minutes, err1 == nil && err2 == nil && colon && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60
}

// partsOf are the fields of an instant in Japan: year, month, day, and the time of day.
func partsOf(t time.Time) (day [3]string, clock string) {
	if t.IsZero() {
		return day, ""
	}
	t = t.In(jp.JST)
	return [3]string{strconv.Itoa(t.Year()), strconv.Itoa(int(t.Month())), strconv.Itoa(t.Day())}, t.Format("15:04")
}
