package parent

import "kosodate.example/onestop/app/web/page"

// sent shows what was sent, answers and files, to be read again as long as the case is kept: it shows what the municipality has now, and
// says so where something was corrected.
func (p *pages) sent(r *page.Request) error {
	out, err := p.checkPage(r, nil)
	if err != nil {
		return err
	}
	if out.ArrivedAt == nil {
		return r.Redirect("/applications/" + out.ID)
	}
	return r.Show("parent/sent", out)
}
