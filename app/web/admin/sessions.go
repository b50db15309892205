package admin

import (
	"time"

	"kosodate.example/onestop/app/web/page"
)

// signedIn is a member of staff with their open sessions.
type signedIn struct {
	Person, Name string
	Mine         bool // the reader's own
	Began        []time.Time
}

// sessions is who of the staff is signed in, and the button that ends it.
func (p *pages) sessions(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	all, err := p.Accounts.StaffSessions(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	_, called, err := p.colleagues(r)
	if err != nil {
		return err
	}
	out := struct {
		Place string
		Lines []*signedIn
	}{Place: n.place(r.Actor.Municipality)}
	lines := map[string]*signedIn{}
	for _, s := range all {
		line := lines[s.Person]
		if line == nil {
			line = &signedIn{Person: s.Person, Name: called(s.Person), Mine: s.Person == r.Actor.Person}
			lines[s.Person] = line
			out.Lines = append(out.Lines, line)
		}
		line.Began = append(line.Began, s.Began)
	}
	return r.Show("admin/sessions", out)
}

func (p *pages) endSessions(r *page.Request) error {
	if _, err := p.Accounts.EndStaffSessions(r.Ctx, r.Actor, r.Param("person")); err != nil {
		return err
	}
	return r.Redirect("/admin/sessions")
}
