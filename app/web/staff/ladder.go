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
	By    string // in words: the reader, or a colleague by name
	Note  string
	Count *int
}

// colleagues is where a request keeps the names of the office's staff.
const colleagues = "colleagues"

// know reads the names of the office's staff, for by. Without them colleagues are colleagues: a page is shown all the same.
func (p *pages) know(r *page.Request) {
	names := map[string]string{}
	staff, err := p.Queue.Workers(r.Ctx, r.Actor)
	if err != nil {
		return
	}
	for _, w := range staff {
		names[w.Person] = w.Name
	}
	r.Gin.Set(colleagues, names)
}

// by says who did something: the reader, or a colleague by name; who has not signed in since names are kept has none.
func by(r *page.Request, person string) string {
	if person == r.Actor.Person {
		return r.Text("staff.you")
	}
	if names, ok := r.Gin.Value(colleagues).(map[string]string); ok && names[person] != "" {
		return names[person]
	}
	return r.Text("staff.colleague")
}
