package staff

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	portals "kosodate.example/onestop/app/intake"
	"kosodate.example/onestop/app/present"
	senders "kosodate.example/onestop/app/rule/intake"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const intakePath = "/staff/intake"

// intakePage lists what other sites sent that waits for a clerk, and the batches with what became of them.
type intakePage struct {
	Items   []intakeLine
	Next    string
	Batches []intakeBatch
}

type intakeLine struct {
	portals.Item
	Sender, Name string // of the sender, and of our procedure, if it is known
	Receipt      string // the sender's receipt number; empty if it gave none that can be used
	Why          []unfitField
}

// unfitField is one reason in words, with the sender's field.
type unfitField struct{ Field, Text string }

type intakeBatch struct {
	models.IntakeBatch
	Sender string
}

func (p *pages) mountIntake(site *page.Site, get func(path, operation string, h page.Handler),
	post func(path, operation string, h page.Handler, on ...string)) {
	get(intakePath, "show-intake-page", p.intake)
	get(intakePath+"/:id", "show-intake-item-page", p.intakeItem)
	post(intakePath+"/:id/settle", "settle-intake-page", p.settleIntake)
	post(intakePath+"/:id/complete", "complete-intake-page", p.completeIntake)
	file := route("open-intake-file-page")
	file.Class = edge.Download
	site.Post(intakePath+"/:id/files/:file", file, p.intakeFile)
}

func (p *pages) intake(r *page.Request) error {
	rows, next, err := paged(r, intakePath, func(at postgres.Page) ([]portals.Item, error) { return p.Intake.Open(r.Ctx, r.Actor, at) },
		func(i portals.Item) string { return i.ID })
	if err != nil {
		return err
	}
	out := &intakePage{Next: next}
	for i := range rows {
		out.Items = append(out.Items, p.intakeLine(r, &rows[i]))
	}
	batches, err := p.Intake.Batches(r.Ctx, r.Actor, postgres.Page{Limit: perPage})
	for _, b := range batches {
		out.Batches = append(out.Batches, intakeBatch{b, p.Intake.SenderName(b.Sender, r.Lang)})
	}
	if err != nil {
		return err
	}
	return r.Show("staff/intake", out)
}

func (p *pages) intakeLine(r *page.Request, i *portals.Item) intakeLine {
	line := intakeLine{Item: *i, Sender: p.Intake.SenderName(i.IntakeItem.Sender, r.Lang)}
	cat := p.Editions().Now(r.Actor.Municipality)
	if i.Procedure != "" {
		line.Name = present.Procedure(p.Editions().ForProcedure(r.Actor.Municipality, i.Procedure), i.Procedure, r.Lang)
	}
	if !strings.HasPrefix(i.Number, "-") {
		line.Receipt = i.Number
	}
	for _, why := range i.Problems {
		one := unfitField{why.Field, present.Detail(cat, why.Detail, r.Lang)}
		if procedure := cat.Procedure(i.Procedure); one.Field == "" && procedure != nil {
			one.Field = senders.Asked(procedure.Latest(), why.Detail.Pointer, r.Lang)
		}
		if !slices.Contains(line.Why, one) {
			line.Why = append(line.Why, one)
		}
	}
	return line
}

// intakeItemPage is one application as it was sent, in its sender's words, and what a clerk may do with it.
type intakeItemPage struct {
	intakeLine
	Rows   []intakeRow
	Files  []intakeSent
	Open   bool // it waits
	Begun  bool // its draft was begun just now, without some of its files
	Fields []page.Field
}

type intakeRow struct {
	Field, Value string
	Why          []string // what is wrong with it
}

type intakeSent struct {
	Kind, Name string
	ID         string // empty: it was not in the package
	Left       bool   // it is not in the draft that was begun just now
	Size       int64
}

func (p *pages) intakeItem(r *page.Request) error {
	out, err := p.intakeItemPage(r, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/intake-item", out)
}

func (p *pages) intakeItemPage(r *page.Request, wrong []page.Wrong) (*intakeItemPage, error) {
	if !models.ValidID(r.Param("id")) {
		return nil, fault.ErrNotFound
	}
	i, err := p.Intake.Get(r.Ctx, r.Actor, r.Param("id"))
	if err != nil {
		return nil, err
	}
	out := &intakeItemPage{intakeLine: p.intakeLine(r, i), Open: i.State == models.IntakeWaiting || i.State == models.IntakeDrafted}
	for _, name := range slices.Sorted(maps.Keys(i.Application.Fields)) {
		row := intakeRow{Field: name, Value: i.Application.Fields[name]}
		for _, why := range out.Why {
			if why.Field == name {
				row.Why = append(row.Why, why.Text)
			}
		}
		out.Rows = append(out.Rows, row)
	}
	left := r.Gin.QueryArray("left")
	if out.Begun = i.State == models.IntakeDrafted && len(left) > 0; out.Begun {
		out.Open = false // the draft was begun just now
	}
	for n, f := range i.Application.Files {
		one := intakeSent{Kind: f.Kind, Name: f.Name, Left: slices.Contains(left, strconv.Itoa(n+1))}
		for _, sent := range i.Sent {
			if sent.Number == n+1 && sent.StoredAt != nil {
				one.ID, one.Size = sent.ID, sent.Size
			}
		}
		out.Files = append(out.Files, one)
	}
	note := r.Field(page.FieldArea, "note", "intake.note")
	note.Need, note.Value = true, r.Value("note")
	out.Fields = page.Mark([]page.Field{note}, wrong)
	return out, nil
}

func (p *pages) settleIntake(r *page.Request) error {
	if !models.ValidID(r.Param("id")) {
		return fault.ErrNotFound
	}
	err := p.Intake.Settle(r.Ctx, r.Actor, r.Param("id"), r.Value("note"))
	if err == nil {
		return r.Redirect(intakePath)
	}
	return p.intakeAgain(r, err)
}

// completeIntake begins a draft of the counter with what could be read, and goes on to its questions.
func (p *pages) completeIntake(r *page.Request) error {
	if !models.ValidID(r.Param("id")) {
		return fault.ErrNotFound
	}
	req, err := r.Once("POST " + intakePath + "/" + r.Param("id") + "/complete")
	if err != nil {
		return err
	}
	begun, err := p.Intake.Complete(r.Ctx, r.Actor, req, r.Param("id"))
	switch {
	case err == nil && len(begun.Left) > 0: // the clerk sees first which files are missing in the draft
		left := url.Values{}
		for _, number := range begun.Left {
			left.Add("left", strconv.Itoa(number))
		}
		return r.Redirect(intakePath + "/" + r.Param("id") + "?" + left.Encode())
	case err == nil:
		return r.Redirect(counterPath + "/" + begun.Draft + "/" + stepForm)
	}
	return p.intakeAgain(r, err)
}

func (p *pages) intakeAgain(r *page.Request, err error) error {
	wrong, ok := r.Wrong(err)
	if !ok {
		return err
	}
	out, openErr := p.intakeItemPage(r, wrong)
	if openErr != nil {
		return openErr
	}
	return r.ShowWith(http.StatusUnprocessableEntity, "staff/intake-item", out, wrong)
}

func (p *pages) intakeFile(r *page.Request) error {
	if !models.ValidID(r.Param("id")) || !models.ValidID(r.Param("file")) {
		return fault.ErrNotFound
	}
	d, err := p.Intake.File(r.Ctx, r.Actor, r.Param("id"), r.Param("file"))
	if err != nil {
		return err
	}
	edge.Send(r.Gin, edge.Attachment{Name: d.Name, MediaType: d.MediaType, Size: d.Size, Body: d.Body})
	return nil
}
