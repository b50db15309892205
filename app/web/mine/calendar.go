package mine

import (
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// due is a day by which somebody has to do something, for their calendar.
type due struct {
	ID   string // of the thing that is due, the same whenever it is asked for, so that a calendar does not show it twice
	On   jp.Date
	Text string
}

// Dues are the days by which the owner still has to do something: hand a correction in, or bring a document.
func (o *overview) dues(r *page.Request) []due {
	var out []due
	add := func(id, day, text string) {
		if on, err := jp.ParseDate(day); err == nil {
			out = append(out, due{o.ID + "-" + id, on, text})
		}
	}
	if c := o.Correction; c != nil {
		add("correction-"+strconv.Itoa(c.Number), c.DueOn, r.Text("overview.calendar-correction", "name", o.Name))
	}
	for i, one := range o.Items {
		if one.State == string(models.ItemAwaiting) && one.Due != "" {
			add("document-"+strconv.Itoa(i+1), one.Due, r.Text("overview.calendar-document", "document", one.Name, "name", o.Name))
		}
	}
	return out
}

// calendar is what is due of an application, for the calendar of the person's device (iCalendar, RFC 5545).
func (p *pages) calendar(r *page.Request) error {
	out, err := p.look(r)
	if err != nil {
		return err
	}
	r.Gin.Header("Cache-Control", "no-store")
	r.Gin.Header("Content-Disposition", `attachment; filename="onestop.ics"`)
	r.Gin.Data(http.StatusOK, "text/calendar; charset=utf-8", iCalendar(out.dues(r), r.Address()+"/applications/"+out.ID, time.Now()))
	return nil
}

// iCalendar writes days as events that last the whole day, each leading to a page.
func iCalendar(dues []due, link string, stamp time.Time) []byte {
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//onestop//due dates//JA"}
	for _, d := range dues {
		lines = append(lines, "BEGIN:VEVENT", "UID:"+d.ID+"@onestop", "DTSTAMP:"+stamp.UTC().Format("20060102T150405Z"),
			"DTSTART;VALUE=DATE:"+compact(d.On), "DTEND;VALUE=DATE:"+compact(d.On.AddDays(1)), "SUMMARY:"+escaped(d.Text), "URL:"+link, "END:VEVENT")
	}
	var out strings.Builder
	for _, line := range append(lines, "END:VCALENDAR") {
		out.WriteString(folded(line) + "\r\n")
	}
	return []byte(out.String())
}

func compact(d jp.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace(text)
}

// folded breaks a line after at most 75 octets, never inside a character.
func folded(line string) string {
	var out strings.Builder
	width := 0
	for _, c := range line {
		n := utf8.RuneLen(c)
		if width+n > 75 {
			out.WriteString("\r\n ")
			width = 1
		}
		out.WriteRune(c)
		width += n
	}
	return out.String()
}
