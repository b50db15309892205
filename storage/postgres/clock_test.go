package postgres

import (
	"testing"
	"time"
)

// What a person types at this minute is not in the future because an answer of the database took its time.
func TestTheServersClockIsKeptBetweenItsBounds(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		what                    string
		before, low, high, want time.Duration
	}{
		{"one machine, a quick answer", 0, -ms, ms, 0},
		{"one machine, a slow answer", 0, -900 * ms, 300 * ms, 0},
		{"a server ahead", 0, 40 * ms, 60 * ms, 40 * ms},
		{"known better than a slow answer tells", 45 * ms, -500 * ms, 600 * ms, 45 * ms},
		{"a server behind", 0, -80 * ms, -30 * ms, -30 * ms},
		{"set right again", 90 * ms, -5 * ms, 5 * ms, 5 * ms},
	} {
		if got := skewOf(c.before, c.low, c.high); got != c.want {
			t.Errorf("%s: %s, not %s", c.what, got, c.want)
		}
	}
}
