package staff

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const reassessPath = "/staff/reassessments"

// reassessed is a list of cases that a corrected edition would have decided otherwise (見直し), with names.
type reassessed struct {
	queue.ReassessmentList
	ProcedureName, DocumentName string
	Name                        string       // asked for without need, or not asked for
	Query                       template.URL // names the list in an address
}

func (p *pages) reassessedOf(r *page.Request, l queue.ReassessmentList) reassessed {
	out := reassessed{ReassessmentList: l, Name: present.Reassessment(l.Direction, r.Lang)}
	out.ProcedureName, out.DocumentName = p.Named(r.Actor.Municipality, l.Procedure, l.Document)(r.Lang)
	q := url.Values{"procedure": {l.Procedure}, "document": {l.Document}, "direction": {l.Direction}}
	out.Query = template.URL(q.Encode()) //nolint:gosec // escaped
	return out
}

// reassessments shows the lists that there are, asked for without need and not asked for apart.
func (p *pages) reassessments(r *page.Request) error {
	lists, err := p.Queue.ReassessmentLists(r.Ctx, r.Actor)
	if err != nil {
		return err
	}
	var out struct {
		Parts []struct {
			Name, Key string
			Lists     []reassessed
		}
	}
	for _, direction := range []string{models.AskedTooMuch, models.AskedTooLittle} {
		part := struct {
			Name, Key string
			Lists     []reassessed
		}{Name: present.Reassessment(direction, r.Lang), Key: direction}
		for _, l := range lists {
			if l.Direction == direction {
				part.Lists = append(part.Lists, p.reassessedOf(r, l))
			}
		}
		out.Parts = append(out.Parts, part)
	}
	return r.Show("staff/reassessments", out)
}

// reassessedList is one list with a page of its cases.
type reassessedList struct {
	reassessed
	Rows []reassessedCase
	Next string
}

type reassessedCase struct {
	queue.Reassessment
	Whose, Dealer, Teller string
	Field                 page.Field // the note of whoever deals with it
}

// list finds the list that the address names. Error: not-found if it has no case that the reviewer may see.
func (p *pages) list(r *page.Request, values func(string) string) (*reassessed, error) {
	lists, err := p.Queue.ReassessmentLists(r.Ctx, r.Actor)
	if err != nil {
		return nil, err
	}
	for _, l := range lists {
		if l.Procedure == values("procedure") && l.Document == values("document") && l.Direction == values("direction") {
			out := p.reassessedOf(r, l)
			return &out, nil
		}
	}
	return nil, fault.ErrNotFound
}

func (p *pages) reassessedList(r *page.Request) error {
	out, err := p.reassessedPage(r, r.Query)
	if err != nil {
		return err
	}
	return r.Show("staff/reassessment-list", out)
}

func (p *pages) reassessedPage(r *page.Request, values func(string) string) (*reassessedList, error) {
	l, err := p.list(r, values)
	if err != nil {
		return nil, err
	}
	out := &reassessedList{reassessed: *l}
	read := func(at postgres.Page) ([]queue.Reassessment, error) {
		return p.Queue.Reassessments(r.Ctx, r.Actor, l.ReassessmentList, at)
	}
	rows, next, err := page.Paged(r, perPage, read, func(c queue.Reassessment) string { return c.ID })
	if err != nil {
		return nil, err
	}
	if next != "" {
		out.Next = reassessPath + "/list?" + string(l.Query) + "&after=" + next
	}
	p.know(r)
	for _, c := range rows {
		one := reassessedCase{Reassessment: c, Whose: strings.TrimSpace(present.Whose(c.Subject, r.Lang))}
		if c.DealtAt != nil {
			one.Dealer = by(r, c.DealtBy)
		}
		if c.ToldAt != nil {
			one.Teller = by(r, c.ToldBy)
		}
		one.Field = r.Field(page.FieldArea, "note-"+c.ID, "reassess.note")
		one.Field.Name, one.Field.Pointer, one.Field.MaxLength, one.Field.Rows = "note", "/note-"+c.ID, 2000, 2
		out.Rows = append(out.Rows, one)
	}
	return out, nil
}

// dealWith marks one case of a list as dealt with; the version that the page showed guards it.
func (p *pages) dealWith(r *page.Request) error {
	version, err := strconv.ParseInt(r.Value("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Malformed, fault.CodeMalformed, "version-missing")
	}
	done, err := p.Queue.DealWith(r.Ctx, r.Actor, r.Param("id"), &version, r.Value("note"))
	if err != nil {
		out, openErr := p.reassessedPage(r, r.Value)
		if openErr != nil {
			return openErr
		}
		wrong, _ := r.Wrong(err)
		for i := range out.Rows {
			if one := &out.Rows[i]; one.ID == r.Param("id") {
				one.Field.Pointer, one.Field.Value = "/note", r.Value("note")
				one.Field = page.Mark([]page.Field{one.Field}, wrong)[0]
			}
		}
		return r.Again("staff/reassessment-list", out, err)
	}
	l := p.reassessedOf(r, queue.ReassessmentList{Procedure: done.Procedure, Document: done.Document, Direction: done.Direction})
	return r.Redirect(reassessPath + "/list?" + string(l.Query) + "#r-" + done.ID)
}

// letter is the form of what the parents of a list, or of one case of it, are told.
type letter struct {
	reassessed
	ID     string // of one case; else all of the list
	Number string // its receipt number
	Fields []page.Field
	Begin  []page.Choice // the office's texts with which it can begin
}

func (p *pages) letter(r *page.Request) error {
	out, err := p.letterOf(r, r.Query, nil)
	if err != nil {
		return err
	}
	return r.Show("staff/reassessment-letter", out)
}

// letterOf makes the form with the usual words, or with those that were typed.
func (p *pages) letterOf(r *page.Request, values func(string) string, typed url.Values) (*letter, error) {
	l, err := p.list(r, values)
	if err != nil {
		return nil, err
	}
	out := &letter{reassessed: *l, ID: values("case")}
	all, err := p.Operate.Offered(r.Ctx, r.Actor, operate.All)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if b.Kind == boilerplate.Message {
			out.Begin = append(out.Begin, page.Choice{Value: b.ID, Label: page.Plaintext(b.Name)})
		}
	}
	if typed.Get("fill") != "" {
		begun(all, typed.Get("fill"), p.office(r), typed.Set)
	}
	if out.ID != "" {
		one, err := p.Queue.Reassessment(r.Ctx, r.Actor, out.ID)
		if err != nil {
			return nil, err
		}
		out.Number = one.ReceiptNumber
	}
	usual := present.ReassessmentLetter(l.Direction, p.Named(r.Actor.Municipality, l.Procedure, l.Document))
	for _, lang := range page.Languages {
		title, text := r.Field(page.FieldText, "title-"+lang, "reassess.title-"+lang), r.Field(page.FieldArea, "text-"+lang, "reassess.text-"+lang)
		title.Pointer, text.Pointer = "/title/"+lang, "/text/"+lang
		title.Value, text.Value = usual.Title.In(lang), usual.Text.In(lang)
		if typed != nil {
			title.Value, text.Value = typed.Get(title.Name), typed.Get(text.Name)
		}
		title.Need, text.Need, title.MaxLength, text.MaxLength, text.Rows = true, true, 100, 2000, 8
		out.Fields = append(out.Fields, title, text)
	}
	return out, nil
}

// sendLetter tells the parents what the reviewer has read and perhaps changed.
func (p *pages) sendLetter(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	if values.Get("fill") != "" {
		out, err := p.letterOf(r, r.Value, values)
		if err != nil {
			return err
		}
		return r.Show("staff/reassessment-letter", out)
	}
	req, err := r.Once("POST " + reassessPath + "/letter")
	if err != nil {
		return err
	}
	said := func(member string) notify.Said {
		in := func(lang string) string {
			return strings.ReplaceAll(strings.TrimSpace(values.Get(member+"-"+lang)), "\r\n", "\n")
		}
		return notify.Said{Ja: in(page.Japanese), Plain: in(page.Plain), En: in(page.English)}
	}
	to := notify.Reassessed{ID: r.Value("case"), Procedure: r.Value("procedure"), Document: r.Value("document"), Direction: r.Value("direction")}
	if _, err := p.Notify.TellReassessed(r.Ctx, r.Actor, req, to, notify.Words{Title: said("title"), Text: said("text")}); err != nil {
		out, openErr := p.letterOf(r, r.Value, values)
		if openErr != nil {
			return openErr
		}
		wrong, _ := r.Wrong(err)
		page.Mark(out.Fields, wrong)
		return r.Again("staff/reassessment-letter", out, err)
	}
	l := p.reassessedOf(r, queue.ReassessmentList{Procedure: to.Procedure, Document: to.Document, Direction: to.Direction})
	return r.Redirect(reassessPath + "/list?" + string(l.Query))
}
