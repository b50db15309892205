package discrepancy

import (
	"time"

	"kosodate.example/onestop/app/rule/jp"
)

// Clock has the instants by which a file's days are counted (review.md, "Clocks").
type Clock struct {
	OpenedAt time.Time
	StepAt   time.Time  // when the last step was taken; the opening while there is none
	ClosedAt *time.Time // nil while the file is open; then its days no longer run
}

// Limits are numbers of days after which an open file is overdue; 0 or less: never.
type Limits struct {
	Open   int // since it was opened
	InStep int // since its last step
}

// DaysOpen is how many calendar days, in Japan, a file has been open: 0 on the day on which it was opened.
func (c Clock) DaysOpen(now time.Time) int { return days(c.OpenedAt, c.end(now)) }

// DaysInStep is how many calendar days, in Japan, have passed since its last step.
func (c Clock) DaysInStep(now time.Time) int { return days(c.StepAt, c.end(now)) }

// Overdue says whether an open file has been open, or in one step, for more days than a limit allows. It is on top of the
// queue then.
func (c Clock) Overdue(now time.Time, limits Limits) bool {
	return c.ClosedAt == nil && (limits.Open > 0 && c.DaysOpen(now) > limits.Open || limits.InStep > 0 && c.DaysInStep(now) > limits.InStep)
}

func (c Clock) end(now time.Time) time.Time {
	if c.ClosedAt != nil {
		return *c.ClosedAt
	}
	return now
}

// days counts the midnights in Japan between two instants; none if the second is not later.
func days(from, to time.Time) int {
	n := int(jp.DateIn(to).Time().Sub(jp.DateIn(from).Time()) / (24 * time.Hour))
	return max(n, 0)
}
