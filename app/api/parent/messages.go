package parent

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

func (a *API) messageRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/messages", ID: "list-messages", For: edge.Applicant, Fails: []int{422},
			Summary: "Messages (お知らせ), newest first, and how many are unread", Call: wire.JSON(a.messages)},
		{Method: http.MethodPost, Path: "/api/v1/messages/{id}/read", ID: "read-message", For: edge.Applicant, Status: http.StatusNoContent,
			Summary: "Mark a message as read", Call: wire.JSON(a.readMessage)},
		{Method: http.MethodGet, Path: "/api/v1/me/settings", ID: "show-my-settings", For: edge.Applicant, Summary: "How one is told of messages",
			Call: wire.JSON(a.mySettings)},
		{Method: http.MethodPut, Path: "/api/v1/me/settings", ID: "put-my-settings", For: edge.Applicant,
			Summary: "Replace how one is told of messages: by mail or not, and in which language", Call: wire.JSON(a.putMySettings)},
	}
}

type messageView struct {
	ID          string            `json:"id" format:"uuid"`
	At          time.Time         `json:"at"`
	Kind        string            `json:"kind"`
	Title       string            `json:"title,omitempty" doc:"Of a message to a group of parents."`
	Text        string            `json:"text"`
	Application string            `json:"application,omitempty"`
	Params      map[string]string `json:"params"`
	ReadAt      *time.Time        `json:"read_at,omitempty"`
}

// inbox is a page of messages with the count of unread ones.
type inbox struct {
	Body struct {
		Items  []messageView `json:"items" nullable:"false"`
		Next   string        `json:"next,omitempty" doc:"Cursor of the next page; missing on the last one."`
		Unread int64         `json:"unread" doc:"Of all messages, not of this page alone."`
	}
}

func (a *API) messages(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
}) (*inbox, error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	found, err := a.Notify.Inbox(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	names, err := a.Guide.Names(ctx, in.Lang() == edge.English)
	if err != nil {
		return nil, err
	}
	var views []messageView
	for i := range found.Messages {
		v, err := a.messageOf(&found.Messages[i], found, names, in.Lang())
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	cut := wire.PageOf(views, in.Limit, func(v messageView) string { return v.ID })
	out := &inbox{}
	out.Body.Items, out.Body.Next, out.Body.Unread = cut.Body.Items, cut.Body.Next, found.Unread
	return out, nil
}

func (a *API) messageOf(m *models.Message, page *notify.Inbox, names func(code string) string, lang string) (messageView, error) {
	v := messageView{
		ID:     m.ID,
		At:     m.CreatedAt.In(jp.JST),
		Kind:   m.Kind,
		ReadAt: wire.InJapan(m.ReadAt),
		Params: map[string]string{},
	}
	if err := json.Unmarshal(m.Params, &v.Params); err != nil {
		return v, err
	}
	if m.BroadcastID != nil {
		w := page.Group[*m.BroadcastID]
		v.Title, v.Text = w.Title.In(lang), w.Text.In(lang)
		return v, nil
	}
	if m.ApplicationID != nil {
		v.Application = *m.ApplicationID
	}
	v.Text = present.Message(a.Editions().ForDocument(m.Municipality, v.Params["document"]), m.Kind, v.Params, names(m.Municipality), lang)
	return v, nil
}

func (a *API) readMessage(ctx context.Context, in *struct {
	ID string `path:"id" doc:"Id of the message." format:"uuid"`
}) (*wire.Empty, error) {
	return nil, a.Notify.Read(ctx, edge.ActorFrom(ctx), in.ID)
}

type mySettingsView struct {
	Mail      string `json:"mail" maxLength:"254" doc:"The address to which mail is sent; empty for none." example:"parent@example.jp"`
	Language  string `json:"language" enum:"ja,plain,en" doc:"Of mails; plain is やさしい日本語."`
	WantsMail bool   `json:"wants_mail" doc:"Send a mail when there is a message. It says nothing of the case."`
}

func mySettingsOf(s *notify.Settings) mySettingsView { return mySettingsView(*s) }

func (a *API) mySettings(ctx context.Context, _ *struct{}) (*struct{ Body mySettingsView }, error) {
	return wire.Answered(mySettingsOf)(a.Notify.Settings(ctx, edge.ActorFrom(ctx)))
}

func (a *API) putMySettings(ctx context.Context, in *struct{ Body mySettingsView }) (*struct{ Body mySettingsView }, error) {
	return wire.Answered(mySettingsOf)(a.Notify.PutSettings(ctx, edge.ActorFrom(ctx), notify.Settings(in.Body)))
}
