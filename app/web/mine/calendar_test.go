package mine

import (
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// TestWhatIsDueGoesIntoACalendar: as RFC 5545 has it, however long the name and whatever stands in it.
func TestWhatIsDueGoesIntoACalendar(t *testing.T) {
	long := strings.Repeat("児童手当の受給資格", 12) + "; a, b\\c\nd"
	got := string(iCalendar([]due{{"1-correction-2", jp.Date{Year: 2026, Month: 12, Day: 31}, long}}, "https://onestop.example/applications/1",
		time.Date(2026, 11, 29, 12, 0, 0, 0, jp.JST)))
	for _, line := range strings.Split(strings.TrimSuffix(got, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !strings.Contains(got, line) {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(got, "\r\n ", "")
	for _, want := range []string{"DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n", "UID:1-correction-2@onestop", "DTSTAMP:20261129T030000Z",
		`の受給資格\; a\, b\\c\nd` + "\r\n", "URL:https://onestop.example/applications/1", "BEGIN:VCALENDAR\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q is not in %s", want, whole)
		}
	}
}
