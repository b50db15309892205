package public

import (
	"time"

	"kosodate.example/onestop/app/web/page"
)

// home is the first page: search by life event, by the child's age, by words, for a municipality.
type home struct {
	*search
	Personas []Persona
}

func (p *pages) home(r *page.Request) error {
	s, _, err := p.form(r)
	if err != nil {
		return err
	}
	r.Public(time.Minute)
	return r.Show("public/home", home{s, p.personas})
}
