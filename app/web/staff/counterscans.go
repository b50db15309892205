package staff

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// scanRows is how many rows of a file and what it is there are without a script; with one there is a row a file.
const scanRows = 4

// scansPage is where scanned papers are assigned to the documents that are asked for (R16).
type scansPage struct {
	*papersPage
	Rows  []int  // for who has no script
	First string // the document that is taken for the next file until another is chosen
	Wrong []page.Wrong
}

// scans shows what was scanned in already, and takes more.
func (p *pages) scans(r *page.Request) error {
	out, err := p.scansPage(r, nil)
	if err != nil {
		return err
	}
	if out != nil && !out.Draft() {
		return r.Redirect(out.at("receipt"))
	}
	if out == nil { // the documents depend on the answers
		return r.Redirect(counterPath + "/" + r.Param("id") + "/" + stepForm)
	}
	return r.Show("staff/counter-scans", out)
}

// scansPage is nothing while nobody can say which documents are asked for.
func (p *pages) scansPage(r *page.Request, wrong []page.Wrong) (*scansPage, error) {
	d, err := p.openIntake(r, stepScans)
	if err != nil || d.Plan == nil {
		return nil, err
	}
	out := &scansPage{papersPage: p.papersPage(r, d, nil, wrong), Rows: make([]int, scanRows), Wrong: wrong}
	out.Papers = slices.DeleteFunc(out.Papers, func(one paper) bool { return !one.Needed && len(one.Files) == 0 })
	aside, err := p.Documents.SetAside(r.Ctx, r.Actor, d.ID)
	for i := range out.Papers {
		one := &out.Papers[i]
		for _, a := range aside {
			if a.Document == one.Document && a.Subject == one.Subject {
				one.Aside = append(one.Aside, a)
			}
		}
		if out.First == "" && len(one.Files) == 0 {
			out.First = one.Key()
		}
	}
	return out, err
}

// Key names a document in a form.
func (d paper) Key() string { return d.Document + "/" + d.Subject }

// asks says whether a plan asks for a document.
func asks(plan *evidence.Plan, key string) bool {
	return slices.ContainsFunc(plan.Requirements, func(q evidence.Requirement) bool { return q.Document+"/"+q.Subject == key })
}

// scan takes all the files of a form, each for the document that is named before it.
func (p *pages) scan(r *page.Request) error {
	d, err := p.openIntake(r, stepScans)
	if err != nil {
		return err
	}
	if d.Plan == nil {
		return r.Redirect(d.at(stepForm))
	}
	n, err := r.EachFileOf("item", "files", func(item, name string, body io.Reader) error {
		if !asks(d.Plan, item) {
			return r.Invalid("/scans", "counter.no-item")
		}
		doc, subject, _ := strings.Cut(item, "/")
		_, err := p.Documents.ReceiveStream(r.Ctx, r.Actor, document.Upload{
			Application: d.ID,
			Document:    doc,
			Subject:     subject,
			Name:        name,
			Naming:      document.Naming{KeepBoth: true}, // every scan is called scan.pdf
			Body:        body,
		})
		return err
	})
	if err == nil && n == 0 {
		err = r.Invalid("/scans", "documents.no-file")
	}
	if err == nil {
		return r.Redirect(d.at(stepScans))
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	for i := range wrong {
		wrong[i].Field = "scans"
	}
	out, err := p.scansPage(r, wrong) // some of them may have been taken
	if err != nil {
		return err
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "staff/counter-scans", out, wrong)
}

// moveScan deletes a scan, or undoes that.
func (p *pages) moveScan(move func(s *document.Service, ctx context.Context, actor models.Actor, application, file string) error) page.Handler {
	return func(r *page.Request) error {
		id, file := r.Param("id"), r.Param("file")
		if !models.ValidID(id) || !models.ValidID(file) {
			return fault.ErrNotFound
		}
		if err := move(p.Documents, r.Ctx, r.Actor, id, file); err != nil {
			return err
		}
		return r.Redirect(counterPath + "/" + id + "/" + stepScans)
	}
}
