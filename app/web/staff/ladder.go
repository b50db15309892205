package staff

import (
	"time"

	"kosodate.example/onestop/app/web/page"
)

// possible says of a step whether it is possible now, and in words why it is not.
type possible struct {
	Step    string
	Allowed bool
	Reason  string
}

// rung is one step of a file that is worked in order (R7): when and by whom it was taken, else whether it may be taken now,
// else why not yet. All of them are shown, so that one sees the way and where on it one is.
type rung struct {
	Step, Name string
	Reason     string // why it is not possible now; empty if it is
	Taken      []taken
}

// taken is one time that a step was taken.
type taken struct {
	At    time.Time
	By    string // in words: the reader, or a colleague by the end of the id
	Note  string
	Count *int
}

// by says who did something: the pages know people by their ids alone.
func by(r *page.Request, person string) string {
	if person == r.Actor.Person {
		return r.Text("staff.you")
	}
	return r.Text("staff.colleague", "id", person[max(0, len(person)-4):])
}
