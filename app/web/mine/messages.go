package mine

import (
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// message is one message (お知らせ) in the person's language.
type message struct {
	ID, Title, Text, From string
	At                    time.Time
	Unread                bool
	Application           string
}

// messages shows the inbox, newest first. Looking at it does not mark anything as read: the person does.
func (p *pages) messages(r *page.Request) error {
	if !r.Open(page.FunctionMessages) {
		return r.Show("mine/elsewhere", nil)
	}
	at, err := paged(r)
	if err != nil {
		return err
	}
	inbox, err := p.Notify.Inbox(r.Ctx, r.Actor, at)
	if err != nil {
		return err
	}
	place, err := p.places(r)
	if err != nil {
		return err
	}
	shown, next := cut(inbox.Messages, func(m models.Message) string { return m.ID })
	var out []message
	for i := range shown {
		one, err := p.message(r, &shown[i], inbox, place)
		if err != nil {
			return err
		}
		out = append(out, one)
	}
	return r.Show("mine/messages", struct {
		Messages []message
		Unread   int64
		Next     string
	}{out, inbox.Unread, next})
}

func (p *pages) message(r *page.Request, m *models.Message, inbox *notify.Inbox, place func(string) string) (message, error) {
	out := message{ID: m.ID, At: m.CreatedAt, Unread: m.ReadAt == nil, From: place(m.Municipality)}
	if m.BroadcastID != nil {
		w := inbox.Group[*m.BroadcastID]
		out.Title, out.Text = w.Title.In(r.Lang), w.Text.In(r.Lang)
		return out, nil
	}
	params := map[string]string{}
	if err := json.Unmarshal(m.Params, &params); err != nil {
		return out, err
	}
	if m.ApplicationID != nil {
		out.Application = *m.ApplicationID
	}
	if code := params["procedure"]; code != "" {
		out.Title = present.ProcedureTitle(p.Editions().ForProcedure(m.Municipality, code), code, r.Lang)
	}
	out.Text = present.Message(p.Editions().ForDocument(m.Municipality, params["document"]), m.Kind, params, out.From, r.Lang)
	return out, nil
}

// readMessage marks a message as read. Where messages are closed none was shown, so none is taken as read (R11).
func (p *pages) readMessage(r *page.Request) error {
	if !r.Open(page.FunctionMessages) {
		return r.ShowWith(http.StatusConflict, "mine/elsewhere", nil, []page.Wrong{{Code: fault.CodeNotAllowedNow, Text: r.Text("messages.not-here")}})
	}
	if !models.ValidID(r.Param("id")) {
		return fault.ErrNotFound
	}
	if err := p.Notify.Read(r.Ctx, r.Actor, r.Param("id")); err != nil {
		return err
	}
	if to := r.Value("then"); models.ValidID(to) {
		return r.Redirect("/applications/" + to)
	}
	return r.Redirect("/messages")
}
