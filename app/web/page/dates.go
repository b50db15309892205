package page

import (
	"fmt"
	"html/template"
	"time"

	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
)

// dates are the functions of templates that write days and instants, always in Japan time.
func dates(lang string) template.FuncMap {
	return template.FuncMap{
		"date":     func(v any) (string, error) { return written(lang, v, false) },
		"datetime": func(v any) (string, error) { return written(lang, v, true) },
		"month":    func(month string) string { return present.Month(month, lang) },
		"iso":      iso,
		"weeks":    func(n int) string { return present.Weeks(n, lang) },
		"expected": func(weeks int, on jp.Date) expected { return expectedIn(lang, weeks, on) },
		"until":    func(day string) (string, error) { return until(lang, day) },
	}
}

// written is a day as people read it: 2026年11月23日, 23 November 2026. It takes an instant, a day or
// "2026-11-23"; nothing for nothing.
func written(lang string, v any, withTime bool) (string, error) {
	var t time.Time
	switch v := v.(type) {
	case time.Time:
		t = v
	case *time.Time:
		if v != nil {
			t = *v
		}
	case jp.Date:
		if !v.IsZero() {
			t = v.Start()
		}
	case string:
		if v == "" {
			break
		}
		day, err := jp.ParseDate(v)
		if err != nil {
			return "", fmt.Errorf("page: %q is no day", v)
		}
		t = day.Start()
	default:
		return "", fmt.Errorf("page: %T is no day", v)
	}
	if t.IsZero() {
		return "", nil
	}
	if withTime {
		return present.DateTime(t, lang), nil
	}
	return present.Date(jp.DateIn(t), lang), nil
}

// expected says by when a decision is to be expected; Late: that has passed.
type expected struct {
	Text string
	Late bool
}

// expectedIn says it for a case that arrived; without a day, for one that is sent today.
func expectedIn(lang string, weeks int, on jp.Date) (out expected) {
	today := jp.DateIn(time.Now())
	if on.IsZero() {
		on = today.AddDays(7 * weeks)
	}
	out.Text, out.Late = present.Expected(weeks, on, today, lang)
	return out
}

// until says by which day, YYYY-MM-DD, something is to be done, and how long that is.
func until(lang, day string) (string, error) {
	d, err := jp.ParseDate(day)
	if err != nil {
		return "", fmt.Errorf("page: %q is no day", day)
	}
	return present.Until(d, jp.DateIn(time.Now()), lang), nil
}

func seconds(d time.Duration) string { return fmt.Sprint(int(d.Seconds())) }

// iso writes an instant for programs, in Japan time: a time.Time or a pointer to one.
func iso(v any) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return v.In(jp.JST).Format(time.RFC3339), nil
	case *time.Time:
		return v.In(jp.JST).Format(time.RFC3339), nil
	}
	return "", fmt.Errorf("page: %T is no instant", v)
}
