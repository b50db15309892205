package jp

import (
	"fmt"
	"time"
)

// JST is Japan's time; it has no summer time.
var JST = time.FixedZone("JST", 9*60*60)

// Date is a day of the calendar, without time or zone. The zero Date is before every real one. Dates compare with ==.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a real day written YYYY-MM-DD, nothing else.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' || !digits(s[:4], 4) || !digits(s[5:7], 2) || !digits(s[8:], 2) {
		return Date{}, fmt.Errorf("a day is written YYYY-MM-DD")
	}
	number := func(s string) int {
		n := 0
		for i := 0; i < len(s); i++ {
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	return NewDate(number(s[:4]), number(s[5:7]), number(s[8:]))
}

// NewDate is the day of these numbers; an error if there is no such day, or its year is 0.
func NewDate(year, month, day int) (Date, error) {
	d := Date{year, time.Month(month), day}
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 || day > 28 && DateOf(d.Time()) != d {
		return Date{}, fmt.Errorf("there is no day %04d-%02d-%02d", year, month, day)
	}
	return d, nil
}

// DateIn is the day in Japan at an instant.
func DateIn(t time.Time) Date { return dateOf(t.In(JST)) }

// DateOf is the day that a date column holds: midnight UTC.
func DateOf(t time.Time) Date { return dateOf(t.UTC()) }

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// Time is midnight UTC of the day: how a date column holds it.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// Start is the instant at which the day begins in Japan.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, JST) }

// Morning is nine o'clock in Japan: when a reminder may reach a person.
func (d Date) Morning() time.Time { return time.Date(d.Year, d.Month, d.Day, 9, 0, 0, 0, JST) }

// IsZero says whether it is the zero Date.
func (d Date) IsZero() bool { return d == Date{} }

// String writes YYYY-MM-DD.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Compare is -1, 0 or 1 as d is before, the same as or after o.
func (d Date) Compare(o Date) int {
	a, b := d.number(), o.number()
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (d Date) number() int { return d.Year*10000 + int(d.Month)*100 + d.Day }

// Before says whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.number() < o.number() }

// After says whether d is later than o.
func (d Date) After(o Date) bool { return d.number() > o.number() }

// AddDays is the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Time().Weekday() }

// Age is a person's age in full years on a day by the Age Calculation Act (年齢計算ニ関スル法律): a year of age is reached on
// the day before the birthday. A person born on 29 February reaches it on 28 February, in a common year too.
func Age(birth, at Date) int {
	tomorrow := at.AddDays(1)
	age := tomorrow.Year - birth.Year
	if tomorrow.Month < birth.Month || tomorrow.Month == birth.Month && tomorrow.Day < birth.Day {
		age--
	}
	return age
}

// FiscalYear is the fiscal year (年度) of a day: it begins on 1 April.
func FiscalYear(d Date) int {
	if d.Month < time.April {
		return d.Year - 1
	}
	return d.Year
}

// Closed says of a day whether offices are closed: Saturdays, Sundays and the days given.
func Closed(days map[Date]bool) func(Date) bool {
	return func(d Date) bool {
		w := d.Weekday()
		return w == time.Saturday || w == time.Sunday || days[d]
	}
}

// NextOpen is the day itself if it is open, else the next open one; after a year of closed days it gives up and takes
// the day as it is.
func NextOpen(d Date, closed func(Date) bool) Date {
	next := d
	for range 366 {
		if !closed(next) {
			return next
		}
		next = next.AddDays(1)
	}
	return d
}

// DeadlineDays is the last day of a term of n days that counts from the day after the event; if that day is closed, the
// next open one (catalogue.md, "Procedures").
func DeadlineDays(event Date, n int, closed func(Date) bool) Date {
	return NextOpen(event.AddDays(n), closed)
}

// reached is the day on which an age is reached by the Age Calculation Act: the day before the birthday.
func reached(birth Date, age int) Date {
	if d, err := NewDate(birth.Year+age, int(birth.Month), birth.Day); err == nil {
		return d.AddDays(-1)
	}
	return Date{birth.Year + age, time.February, 28} // born on 29 February, in a common year
}

// SchoolYearEnd is the first 31 March on or after the day on which an age is reached (born 2021-04-01, 3: 2024-03-31; born
// 2021-04-02, 3: 2025-03-31). The zero date gives the zero date.
func SchoolYearEnd(birth Date, age int) Date {
	if birth.IsZero() {
		return Date{}
	}
	day := reached(birth, age)
	end := Date{day.Year, time.March, 31}
	if end.Before(day) {
		end.Year++
	}
	return end
}

// MonthAfterAge is the month after that in which an age is reached, YYYY-MM (born 2018-08-01, 3: reached on 2021-07-31, so
// 2021-08). The zero date gives no month.
func MonthAfterAge(birth Date, age int) string {
	if birth.IsZero() {
		return ""
	}
	day := reached(birth, age)
	return Date{day.Year, day.Month, 1}.AddDays(31).String()[:7]
}
