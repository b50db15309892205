package staff

import (
	"sync"

	"kosodate.example/onestop/app/web/page"
)

// Briefing is the version of the briefing text: whoever has read an older one reads it again (R16). It changes with the
// texts in texts/briefing.yaml.
const Briefing = "2026-11"

// briefed remembers who has read it, so that only the first page of a person asks the database.
var briefed sync.Map

type reader struct{ person, municipality, version string }

// after lets a page be seen only once the briefing was read: staff are told the purpose and the procedure before they
// begin, and the service knows who has read it (R16). A form that was sent is not lost: it is carried out first.
func (p *pages) after(h page.Handler) page.Handler {
	return func(r *page.Request) error {
		who := reader{r.Actor.Person, r.Actor.Municipality, Briefing}
		if _, known := briefed.Load(who); known || r.Gin.Request.Method != "GET" {
			return h(r)
		}
		done, err := p.Queue.Briefed(r.Ctx, r.Actor, Briefing)
		if err != nil {
			return err
		}
		if !done {
			return r.Redirect("/staff/briefing")
		}
		briefed.Store(who, true)
		return h(r)
	}
}

func (p *pages) briefing(r *page.Request) error {
	done, err := p.Queue.Briefed(r.Ctx, r.Actor, Briefing)
	if err != nil {
		return err
	}
	return r.Show("staff/briefing", struct {
		Version string
		Done    bool
	}{Briefing, done})
}

func (p *pages) confirmBriefing(r *page.Request) error {
	if err := p.Queue.ConfirmBriefing(r.Ctx, r.Actor, Briefing); err != nil {
		return err
	}
	return r.Redirect("/staff/queue")
}
