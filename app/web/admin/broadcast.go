package admin

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const broadcastsPage = 20

// sentMessage is one message to a group, with names.
type sentMessage struct {
	*notify.Broadcast
	ProcedureName string
	Day           string // on which the children have these ages
	Running       bool
	Stopped       bool
}

func (n *names) sentMessage(b *notify.Broadcast) sentMessage {
	out := sentMessage{
		Broadcast:     b,
		ProcedureName: n.procedure("*"),
		Day:           jp.DateOf(b.AgesOn).String(),
		Running:       b.State == models.BroadcastRunning,
		Stopped:       b.State == models.BroadcastStopped,
	}
	if b.Procedure != "" {
		out.ProcedureName = n.procedure(b.Procedure)
	}
	return out
}

func (p *pages) broadcasts(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	list := func(at postgres.Page) ([]notify.Broadcast, error) { return p.Notify.Broadcasts(r.Ctx, r.Actor, at) }
	all, next, err := page.Paged(r, broadcastsPage, list, func(b notify.Broadcast) string { return b.ID })
	if err != nil {
		return err
	}
	out := struct {
		Place string
		Sent  []sentMessage
		Next  string
	}{Place: n.place(r.Actor.Municipality)}
	if next != "" {
		out.Next = "/admin/broadcasts?after=" + next
	}
	for i := range all {
		out.Sent = append(out.Sent, n.sentMessage(&all[i]))
	}
	return r.Show("admin/broadcasts", out)
}

func (p *pages) broadcast(r *page.Request) error {
	b, err := p.Notify.Broadcast(r.Ctx, r.Actor, r.Param("id"))
	if err != nil {
		return err
	}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	return r.Show("admin/broadcast", n.sentMessage(b))
}

// moveBroadcast stops a message, or lets it go on.
func (p *pages) moveBroadcast(do func(*notify.Service, context.Context, models.Actor, string) (*notify.Broadcast, error)) page.Handler {
	return func(r *page.Request) error {
		b, err := do(p.Notify, r.Ctx, r.Actor, r.Param("id"))
		if err != nil {
			return err
		}
		return r.Redirect("/admin/broadcasts/" + b.ID)
	}
}

// broadcastForm is the form of a message: to whom, and what in each language.
type broadcastForm struct {
	Place string
	Group []page.Field
	Texts []page.Field
	Begin []page.Choice // the office's texts with which it can begin (文例)

	// The second step: what would be sent.
	Checked sentMessage
	Values  []sent
}

func (n *names) broadcastForm(values url.Values) *broadcastForm {
	field := func(kind, name, pointer, key string, most int) page.Field {
		f := n.r.Field(kind, name, key)
		f.Pointer, f.Value, f.MaxLength = pointer, values.Get(name), most
		return f
	}
	procedure := field(page.FieldSelect, "procedure", "/procedure", "admin.message-procedure", 0)
	procedure.Choices = append([]page.Choice{choice("", n.procedure("*"))}, n.procedures(false)...)
	day := field(page.FieldDate, "ages_on", "/ages_on", "admin.message-day", 0)
	day.Parts = page.DateParts("", values, "ages_on")
	out := &broadcastForm{Place: n.place(n.r.Actor.Municipality), Group: []page.Field{procedure,
		field(page.FieldNumber, "child_age_from", "/child_age_from", "admin.message-age-from", 3),
		field(page.FieldNumber, "child_age_to", "/child_age_to", "admin.message-age-to", 3), day}}
	for _, lang := range page.Languages {
		title := field(page.FieldText, "title-"+lang, "/title/"+lang, "admin.message-title-"+lang, 100)
		text := field(page.FieldArea, "text-"+lang, "/text/"+lang, "admin.message-text-"+lang, 2000)
		title.Need, text.Need, text.Rows = true, true, 6
		out.Texts = append(out.Texts, title, text)
	}
	return out
}

func (p *pages) newBroadcast(r *page.Request) error {
	n, err := p.names(r)
	if err != nil {
		return err
	}
	out := n.broadcastForm(nil)
	if _, out.Begin, err = n.messages(); err != nil {
		return err
	}
	return r.Show("admin/broadcast-new", out)
}

// messages are the office's texts for messages, and the choice among them.
func (n *names) messages() (all []operate.Boilerplate, choices []page.Choice, err error) {
	all, err = n.p.Operate.Offered(n.r.Ctx, n.r.Actor, operate.All)
	all = slices.DeleteFunc(all, func(b operate.Boilerplate) bool { return b.Kind != boilerplate.Message })
	for _, b := range all {
		choices = append(choices, page.Choice{Value: b.ID, Label: page.Plaintext(b.Name)})
	}
	return all, choices, err
}

// begin fills the texts of a message with a boilerplate of the office's.
func (n *names) begin(all []operate.Boilerplate, values url.Values) {
	for _, b := range all {
		if b.ID != values.Get("fill") {
			continue
		}
		known := map[string]string{}
		for _, m := range n.places {
			if m.Code == n.r.Actor.Municipality {
				known[boilerplate.Municipality], known[boilerplate.Office], known[boilerplate.Telephone] = m.NameJa, m.OfficeJa, m.Telephone
			}
		}
		for name, text := range b.Texts {
			values.Set(name, boilerplate.Fill(text, known))
		}
	}
}

// sendBroadcast takes the form: the look at what would be sent, and then the sending.
func (p *pages) sendBroadcast(r *page.Request) error {
	values, err := r.Posted()
	if err != nil {
		return err
	}
	n, err := p.names(r)
	if err != nil {
		return err
	}
	all, choices, err := n.messages()
	if err != nil {
		return err
	}
	n.begin(all, values)
	form := n.broadcastForm(values)
	form.Begin = choices
	again := func(err error) error {
		wrong, _ := r.Wrong(err)
		page.Mark(form.Group, wrong)
		page.Mark(form.Texts, wrong)
		return r.Again("admin/broadcast-new", form, err)
	}
	if values.Get("fill") != "" {
		return r.Show("admin/broadcast-new", form)
	}
	to, err := groupOf(r, values)
	if err != nil {
		return again(err)
	}
	words := wordsOf(values)
	switch values.Get("do") {
	case "send":
		req, err := r.Once("POST /admin/broadcasts/new")
		if err != nil {
			return err
		}
		b, err := p.Notify.Announce(r.Ctx, r.Actor, req, to, words)
		if err != nil {
			return again(err)
		}
		return r.Redirect("/admin/broadcasts/" + b.ID)
	case "preview":
		if err := p.Notify.Check(r.Actor, to, words); err != nil {
			return again(err)
		}
		shown := &notify.Broadcast{Words: words}
		shown.Procedure, shown.ChildAgeFrom, shown.ChildAgeTo = to.Procedure, to.ChildAgeFrom, to.ChildAgeTo
		form.Checked, form.Values = n.sentMessage(shown), kept(values)
		if form.Checked.Day = ""; to.AgesOn != nil {
			form.Checked.Day = to.AgesOn.String()
		}
		return r.Show("admin/broadcast-check", form)
	}
	return r.Show("admin/broadcast-new", form)
}

func wordsOf(values url.Values) notify.Words {
	in := func(member string) notify.Said {
		text := func(lang string) string {
			return strings.ReplaceAll(strings.TrimSpace(values.Get(member+"-"+lang)), "\r\n", "\n")
		}
		return notify.Said{Ja: text(page.Japanese), Plain: text(page.Plain), En: text(page.English)}
	}
	return notify.Words{Title: in("title"), Text: in("text")}
}

// groupOf reads to whom a message goes. Error: an age that is no number, a day that is none.
func groupOf(r *page.Request, values url.Values) (notify.Group, error) {
	out := notify.Group{Procedure: values.Get("procedure")}
	for name, into := range map[string]**int{"child_age_from": &out.ChildAgeFrom, "child_age_to": &out.ChildAgeTo} {
		typed := strings.TrimSpace(width.Narrow.String(values.Get(name)))
		if typed == "" {
			continue
		}
		age, err := strconv.Atoi(strings.TrimSuffix(typed, "歳"))
		if err != nil {
			return out, r.Invalid("/"+name, "admin.invalid-age")
		}
		*into = &age
	}
	if day := page.DateOf(values, "ages_on"); day != "" {
		d, err := jp.ParseDate(day)
		if err != nil {
			return out, r.Invalid("/ages_on", "admin.invalid-day")
		}
		out.AgesOn = &d
	}
	return out, nil
}
