package admin

import (
	"net/url"
	"strconv"
	"strings"

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

func (p *pages) closedDays(r *page.Request) error {
	_, s, form, err := p.opened(r)
	if err != nil {
		return err
	}
	values := url.Values{}
	for i, d := range s.ClosedDays {
		number := strconv.Itoa(i)
		parts := page.DateParts(jp.DateOf(d.Day).String(), nil, "")
		values.Set("day-"+number+"-y", parts[0])
		values.Set("day-"+number+"-m", parts[1])
		values.Set("day-"+number+"-d", parts[2])
		values.Set("name-"+number, d.Name)
	}
	form.Days = len(s.ClosedDays) + moreDays
	form.Fields = closedForm(r, values, form.Days)
	return r.Show("admin/closed-days", form)
}

// mostDays bounds what one form may send.
const mostDays = 400

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
	form.Days = min(max(count, 0), mostDays)
	form.Fields = closedForm(r, values, form.Days)
	at, err := readClosedDays(r, s, values, form.Days)
	if err != nil {
		return p.againSettings(r, "admin/closed-days", form, err)
	}
	return p.store(r, "admin/closed-days", form, s, func(pointer string) string {
		rest, ok := strings.CutPrefix(pointer, "/closed_days/")
		number, member, _ := strings.Cut(rest, "/")
		if i, err := strconv.Atoi(number); ok && err == nil && i < len(at) {
			return "/closed_days/" + strconv.Itoa(at[i]) + "/" + member
		}
		return pointer
	})
}

// readClosedDays reads the days; a line without a day is left out, which is how one is taken away. at gives the line of
// each.
func readClosedDays(r *page.Request, s *operate.Settings, values url.Values, count int) (at []int, err error) {
	s.ClosedDays = nil
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
