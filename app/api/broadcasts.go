package api

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const broadcastsPath = "/api/v1/admin/broadcasts"

// municipalAdmin is the route of an admin of one municipality.
func municipalAdmin(method, path, operation string) Route {
	return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: edge.MunicipalAdmin}}
}

func (a *API) broadcastRoutes() {
	send := operation1(once(municipalAdmin(http.MethodPost, broadcastsPath, "send-message")), tagAdmin,
		"Send a message (お知らせ) to the parents with a case in the municipality, by procedure and by their children's age", 409, 422)
	send.status = http.StatusCreated
	send.about = "A job puts it into the inboxes; each parent gets it once. Nobody is sent its text by mail."
	handle(a, send, a.sendMessage)
	handle(
		a,
		operation1(
			municipalAdmin(http.MethodGet, broadcastsPath, "list-sent-messages"),
			tagAdmin,
			"Messages to groups, newest first, and how far each has come",
			422,
		),
		a.broadcasts,
	)
	handle(a, operation1(municipalAdmin(http.MethodGet, broadcastsPath+"/{id}", "show-sent-message"), tagAdmin, "One message to a group", 404), a.broadcast)
	handle(
		a,
		operation1(
			municipalAdmin(http.MethodPost, broadcastsPath+"/{id}/stop", "stop-message"),
			tagAdmin,
			"Stop a message before it has reached everybody",
			404,
			409,
		),
		a.stopMessage,
	)
	handle(
		a,
		operation1(municipalAdmin(http.MethodPost, broadcastsPath+"/{id}/resume", "resume-message"), tagAdmin, "Let a stopped message go on", 404, 409),
		a.resumeMessage,
	)
}

type inLanguages struct {
	Ja    string `json:"ja" minLength:"1"`
	Plain string `json:"plain" minLength:"1" doc:"やさしい日本語"`
	En    string `json:"en" minLength:"1"`
}

// GroupMessage is what an admin writes and to whom. It is exported because the views that embed it are described by their
// exported members.
type GroupMessage struct {
	Procedure    string      `json:"procedure,omitempty" doc:"Parents with a case of this procedure; of any if it is missing." example:"child-allowance-claim"`
	ChildAgeFrom *int        `json:"child_age_from,omitempty" minimum:"0" maximum:"150" doc:"With a child of at least so many full years."`
	ChildAgeTo   *int        `json:"child_age_to,omitempty" minimum:"0" maximum:"150" doc:"And of at most so many, the same child."`
	AgesOn       string      `json:"ages_on,omitempty" format:"date" doc:"The day on which the children have these ages; today if it is missing."`
	Title        inLanguages `json:"title" doc:"One line of at most 100 characters."`
	Text         inLanguages `json:"text" doc:"At most 2,000 characters."`
}

type broadcastView struct {
	ID string `json:"id" format:"uuid"`
	GroupMessage
	State      string     `json:"state" enum:"running,stopped,done"`
	Examined   int        `json:"examined" doc:"Cases that were looked at."`
	Recipients int        `json:"recipients" doc:"Parents who have the message."`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	EndedAt    *time.Time `json:"ended_at,omitempty"`
}

type oneBroadcast struct{ Body broadcastView }

func broadcastOf(b *notify.Broadcast) broadcastView {
	return broadcastView{
		ID:         b.ID,
		State:      string(b.State),
		Examined:   b.Examined,
		Recipients: b.Recipients,
		GroupMessage: GroupMessage{
			Procedure:    b.Procedure,
			ChildAgeFrom: b.ChildAgeFrom,
			ChildAgeTo:   b.ChildAgeTo,
			AgesOn:       jp.DateOf(b.AgesOn).String(),
			Title:        inLanguages(b.Words.Title),
			Text:         inLanguages(b.Words.Text),
		},
		CreatedAt: b.CreatedAt.In(jp.JST),
		UpdatedAt: b.UpdatedAt.In(jp.JST),
		EndedAt:   inJapan(b.EndedAt),
	}
}

func (a *API) sendMessage(ctx context.Context, in *struct {
	Keyed
	Body GroupMessage
}) (*oneBroadcast, error) {
	req, err := in.request(ctx, "POST "+broadcastsPath)
	if err != nil {
		return nil, err
	}
	to := notify.Group{Procedure: in.Body.Procedure, ChildAgeFrom: in.Body.ChildAgeFrom, ChildAgeTo: in.Body.ChildAgeTo}
	if d, err := jp.ParseDate(in.Body.AgesOn); err == nil { // empty is today; the schema has refused what is no date
		to.AgesOn = &d
	}
	b, err := a.Notify.Announce(ctx, edge.ActorFrom(ctx), req, to, notify.Words{Title: notify.Said(in.Body.Title), Text: notify.Said(in.Body.Text)})
	if err != nil {
		return nil, err
	}
	return &oneBroadcast{broadcastOf(b)}, nil
}

func (a *API) broadcasts(ctx context.Context, in *struct{ Paged }) (*list[broadcastView], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Notify.Broadcasts(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	var out []broadcastView
	for i := range rows {
		out = append(out, broadcastOf(&rows[i]))
	}
	return pageOf(out, in.Limit, func(v broadcastView) string { return v.ID }), nil
}

// sentMessage names one message to a group.
type sentMessage struct {
	ID string `path:"id" doc:"Id of the message to a group." format:"uuid"`
}

type moved func(*notify.Service, context.Context, models.Actor, string) (*notify.Broadcast, error)

func (a *API) withBroadcast(ctx context.Context, in *sentMessage, do moved) (*oneBroadcast, error) {
	b, err := do(a.Notify, ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &oneBroadcast{broadcastOf(b)}, nil
}

func (a *API) broadcast(ctx context.Context, in *sentMessage) (*oneBroadcast, error) {
	return a.withBroadcast(ctx, in, (*notify.Service).Broadcast)
}

func (a *API) stopMessage(ctx context.Context, in *sentMessage) (*oneBroadcast, error) {
	return a.withBroadcast(ctx, in, (*notify.Service).StopBroadcast)
}

func (a *API) resumeMessage(ctx context.Context, in *sentMessage) (*oneBroadcast, error) {
	return a.withBroadcast(ctx, in, (*notify.Service).ResumeBroadcast)
}
