package admin

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// moreDays is how many empty lines the form of the closed days has for new ones.
const moreDays = 3

// closedForm asks for the closed days, one group of questions each, with empty ones for more.
func closedForm(r *page.Request, values url.Values, count int) []page.Field {
	var out []page.Field
	for i := range count {
		number := strconv.Itoa(i)
		day := r.Field(page.FieldDate, "day-"+number, "admin.closed-day")
		day.Pointer, day.Parts = "/closed_days/"+number+"/day", page.DateParts("", values, "day-"+number)
		name := r.Field(page.FieldText, "name-"+number, "admin.closed-name")
		name.Pointer, name.Value, name.MaxLength = "/closed_days/"+number+"/name", values.Get("name-"+number), 100
		out = append(out, day, name)
	}
	return out
}

// closedYear is the year whose days the page is about: this one in Japan unless another is asked for.
func closedYear(text string) int {
	if y, err := strconv.Atoi(text); err == nil && y >= 2017 && y < 2200 {
		return y
	}
	return time.Now().In(jp.JST).Year()
}

// years are those of the closed days, this one, and the next after them all.
func years(days []models.ClosedDay, now int) []int {
	first, last := now, now
	for _, d := range days {
		first, last = min(first, d.Day.Year()), max(last, d.Day.Year())
	}
	var out []int
	for y := first; y <= last+1; y++ {
		out = append(out, y)
	}
	return out
}

func (p *pages) closedDays(r *page.Request) error {
	_, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	form.Year = closedYear(r.Query("year"))
	form.Years = years(s.ClosedDays, closedYear(""))
	values := url.Values{}
	count := 0
	for _, d := range s.ClosedDays {
		if d.Day.Year() != form.Year {
			continue
		}
		number := strconv.Itoa(count)
		parts := page.DateParts(jp.DateOf(d.Day).String(), nil, "")
		values.Set("day-"+number+"-y", parts[0])
		values.Set("day-"+number+"-m", parts[1])
		values.Set("day-"+number+"-d", parts[2])
		values.Set("name-"+number, d.Name)
		count++
	}
	form.Days = count + moreDays
	form.Fields = closedForm(r, values, form.Days)
	return r.Show("admin/closed-days", form)
}

// mostDays bounds what one form may send: every day of a year, and more.
const mostDays = 400

// putClosedDays replaces the days of one year; those of the others stay as they are.
func (p *pages) putClosedDays(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	_, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	count, _ := strconv.Atoi(values.Get("count"))
	form.Days, form.Year = min(max(count, 0), mostDays), closedYear(values.Get("year"))
	form.Years = years(s.ClosedDays, closedYear(""))
	form.Fields = closedForm(r, values, form.Days)
	s.ClosedDays = slices.DeleteFunc(s.ClosedDays, func(d models.ClosedDay) bool { return d.Day.Year() == form.Year })
	others := len(s.ClosedDays)
	at, err := readClosedDays(r, s, values, form.Days)
	if err != nil {
		return p.againSettings(r, "admin/closed-days", form, err)
	}
	return p.store(r, "admin/closed-days", form, s, func(pointer string) string {
		rest, ok := strings.CutPrefix(pointer, "/closed_days/")
		number, member, _ := strings.Cut(rest, "/")
		if i, err := strconv.Atoi(number); ok && err == nil && i >= others && i-others < len(at) {
			return "/closed_days/" + strconv.Itoa(at[i-others]) + "/" + member
		}
		return pointer
	})
}

// readClosedDays adds the days that were sent; a line without a day is left out, which is how one is taken away. at gives the line of
// each.
func readClosedDays(r *page.Request, s *operate.Settings, values url.Values, count int) (at []int, err error) {
	for i := range count {
		number := strconv.Itoa(i)
		typed := page.DateOf(values, "day-"+number)
		if typed == "" {
			continue
		}
		day, err := jp.ParseDate(typed)
		if err != nil {
			return nil, r.Invalid("/closed_days/"+number+"/day", "admin.invalid-day")
		}
		s.ClosedDays = append(s.ClosedDays, models.ClosedDay{Day: day.Time(), Name: strings.TrimSpace(values.Get("name-" + number))})
		at = append(at, i)
	}
	return at, nil
}
