package queue

import (
	"context"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// calendar counts a municipality's working days (開庁日) back from today.
type calendar struct {
	today jp.Date
	first jp.Date
	shut  func(jp.Date) bool
	open  []int // open[i]: working days from the i-th day after first up to today, that day not counted
}

// newCalendar reads the closed days from a day until another, or until today.
func newCalendar(tx *postgres.Tx, from, until jp.Date) (*calendar, error) {
	today := jp.DateIn(tx.Now)
	if until.Before(today) {
		until = today
	}
	days, err := tx.ClosedDays(tx.Actor.Municipality, from.Time(), until.Time())
	if err != nil {
		return nil, err
	}
	closed := make(map[jp.Date]bool, len(days))
	for _, d := range days {
		closed[jp.DateOf(d.Day)] = true
	}
	return countBack(from, today, jp.Closed(closed)), nil
}

func countBack(from, today jp.Date, closed func(jp.Date) bool) *calendar {
	c := &calendar{today: today, first: from, shut: closed}
	n := int(today.Time().Sub(from.Time()) / (24 * time.Hour))
	if n < 0 {
		c.first, n = today, 0
	}
	c.open = make([]int, n+1)
	for i, day := n-1, today; i >= 0; i-- {
		c.open[i] = c.open[i+1]
		if !closed(day) {
			c.open[i]++
		}
		day = day.AddDays(-1)
	}
	return c
}

// age is how many working days have passed since the day of an instant; that day does not count. An application comes
// at any hour, and a reviewer's days are working days (review.md).
func (c *calendar) age(arrived time.Time) int {
	i := int(jp.DateIn(arrived).Time().Sub(c.first.Time()) / (24 * time.Hour))
	return c.open[min(max(i, 0), len(c.open)-1)]
}

// left is how many working days are left until a day, that day counted and today not; less than nothing once it has passed.
func (c *calendar) left(day jp.Date) int {
	n := 0
	for at := c.today; at.Before(day); {
		if at = at.AddDays(1); !c.shut(at) {
			n++
		}
	}
	for at := day; at.Before(c.today); {
		if at = at.AddDays(1); !c.shut(at) {
			n--
		}
	}
	return n
}

// before is the instant before which everything that arrived is older than n working days; false if the calendar does not
// reach back so far.
func (c *calendar) before(n int) (time.Time, bool) {
	for i := len(c.open) - 1; i >= 0; i-- {
		if c.open[i] > n {
			return c.first.AddDays(i + 1).Start(), true
		}
	}
	return time.Time{}, false
}

// olderThan finds that instant, however many closed days lie between.
func olderThan(tx *postgres.Tx, n int) (time.Time, error) {
	today := jp.DateIn(tx.Now)
	for back := 2*n + 60; ; back *= 2 {
		c, err := newCalendar(tx, today.AddDays(-back), today)
		if err != nil {
			return time.Time{}, err
		}
		if at, ok := c.before(n); ok {
			return at, nil
		}
		if back > 100*366 { // an office that was never open
			return c.first.Start(), nil
		}
	}
}

// DueIn is the day so many days from today, or the next on which the reviewer's office is open.
func (s *Service) DueIn(ctx context.Context, actor models.Actor, days int) (out jp.Date, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		day := jp.DateIn(tx.Now).AddDays(days)
		c, err := newCalendar(tx, day, day.AddDays(mostClosed))
		if err == nil {
			out = jp.NextOpen(day, c.shut)
		}
		return err
	})
	return out, err
}

// mostClosed is more days than any office is closed at a stretch.
const mostClosed = 60
