package staff

import (
	"strings"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/phase"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// recordsPage is the record of information provided (情報提供等記録, R6) of one case, with the way to keep a single record
// from the parent's view (不開示): hidden ones stand here too.
type recordsPage struct {
	*casePage
	Records []record
}

type record struct {
	models.Exchange
	Text   string
	Reason page.Field
}

func (p *pages) records(r *page.Request) error {
	out, err := p.recordsPage(r, "", nil)
	if err != nil {
		return err
	}
	return r.Show("staff/records", out)
}

// recordsPage reads the records; what is wrong belongs to the form of one of them.
func (p *pages) recordsPage(r *page.Request, at string, wrong []page.Wrong) (*recordsPage, error) {
	c, err := p.open(r)
	if err != nil {
		return nil, err
	}
	rows, err := p.Linkage.RecordsOf(r.Ctx, r.Actor, c.ID)
	if err != nil {
		return nil, err
	}
	name, err := p.Guide.Names(r.Ctx, r.Lang == page.English)
	if err != nil {
		return nil, err
	}
	out := &recordsPage{casePage: c}
	for _, e := range rows {
		asked := present.Asked{
			Inquirer:  name(e.Municipality),
			Provider:  name(e.Provider),
			Item:      e.Item,
			Subject:   e.Subject,
			Procedure: e.Procedure,
			Result:    e.Result,
			Trial:     e.Phase == phase.Trial,
		}
		one := record{
			Exchange: e,
			Text:     asked.Text(p.Editions().ForProcedure(e.Municipality, e.Procedure), r.Lang),
			Reason:   r.Field(page.FieldArea, "reason", "case.reason"),
		}
		one.Reason.Need, one.Reason.Pointer = true, recordReason(e.ID)
		if e.ID == at {
			one.Reason.Value, one.Reason.Wrong = r.Value("reason"), page.WrongAt(wrong, one.Reason.Pointer)
		}
		out.Records = append(out.Records, one)
	}
	return out, nil
}

// recordReason is where the reason for one record stands on the page.
func recordReason(id string) string { return "/records/" + id + "/reason" }

// hideRecord keeps a record from the parent's view, or shows it again.
func (p *pages) hideRecord(r *page.Request) error {
	id := r.Param("record")
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	h, err := p.heldCase(r)
	if err == nil {
		err = p.Linkage.Hide(r.Ctx, r.Actor, h.Case, h.Fence, id, r.Value("hidden") == "yes", r.Value("reason"))
	}
	if err == nil {
		return r.Redirect("/staff/cases/" + h.Case + "/records")
	}
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	for i := range wrong {
		if wrong[i].Pointer == "/reason" {
			wrong[i].Pointer = recordReason(id)
			wrong[i].Field = page.FieldID(wrong[i].Pointer)
		}
	}
	out, openErr := p.recordsPage(r, id, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(r.Status(err), "staff/records", out, wrong)
}

// original gives a file as it was sent, an act of its own that is recorded (security.md, "Files"): sent by a button and
// not by a link, so that nothing opens it that only looks ahead.
func (p *pages) original(r *page.Request) error {
	id, file := r.Param("id"), r.Param("file")
	if !models.ValidID(id) || !models.ValidID(file) {
		return fault.ErrNotFound
	}
	if err := p.Review.Original(r.Ctx, r.Actor, id, file); err != nil {
		return err
	}
	d, err := p.Documents.Content(r.Ctx, r.Actor, id, file)
	if err != nil {
		return err
	}
	edge.Send(r.Gin, edge.Attachment{Name: d.Name, MediaType: d.MediaType, Size: d.Size, Body: d.Body})
	return nil
}

// remake has the copy of a file made anew, for who may look at it.
func (p *pages) remake(r *page.Request) error {
	id, file := r.Param("id"), r.Param("file")
	if !models.ValidID(id) || !models.ValidID(file) {
		return fault.ErrNotFound
	}
	if err := p.Review.MayLook(r.Ctx, r.Actor, id, file); err != nil {
		return err
	}
	if err := p.Documents.Remake(r.Ctx, r.Actor, id, file); err != nil {
		return err
	}
	to := "/staff/cases/" + id
	if from := r.Value("from"); strings.HasPrefix(from, to+"/items/") {
		to = from + "#file-" + file
	}
	return r.Redirect(to)
}
