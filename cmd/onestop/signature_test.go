package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/gateway/sign"
)

// What is said of a time stamp, and whether the command fails.
func TestWhatIsSaidOfATimeStamp(t *testing.T) {
	stamp := &sign.Stamp{At: time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC), Authority: "TSA"}
	for _, c := range []struct {
		proven apply.Proven
		said   string
		broken bool
	}{
		{apply.Proven{}, "no time stamp was asked for", false},
		{apply.Proven{Asked: true}, "no time stamp yet", false},
		{apply.Proven{Asked: true, Failure: "down"}, "the authority's last answer did not count: down", false},
		{apply.Proven{Asked: true, Stamp: stamp}, "time-stamped at 2026-04-01T12:00:00+09:00 by TSA, verified", false},
		{apply.Proven{Asked: true, Stamp: stamp, Broken: errors.New("no time stamp: untrusted")}, "does not hold: no time stamp: untrusted", true},
	} {
		if said, broken := stampSaid(c.proven); !strings.Contains(said, c.said) || broken != c.broken {
			t.Errorf("%q %t, want %q", said, broken, c.said)
		}
	}
}
