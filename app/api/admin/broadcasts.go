package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const broadcastsPath = "/api/v1/admin/broadcasts"

func (a *api) broadcastRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: "/api/v1/admin/broadcasts", ID: "send-message", For: edge.MunicipalAdmin, Once: true,
			Status: http.StatusCreated, Fails: []int{409},
			Summary: "Send a message (お知らせ) to the parents with a case in the municipality, by procedure and by their children's age",
			About:   "A job puts it into the inboxes; each parent gets it once. Nobody is sent its text by mail.", Call: wire.JSON(a.sendMessage)},
		{Method: http.MethodGet, Path: "/api/v1/admin/broadcasts", ID: "list-sent-messages", For: edge.MunicipalAdmin, Fails: []int{422},
			Summary: "Messages to groups, newest first, and how far each has come", Call: wire.JSON(a.broadcasts)},
		{Method: http.MethodGet, Path: "/api/v1/admin/broadcasts/{id}", ID: "show-sent-message", For: edge.MunicipalAdmin, Fails: []int{422},
			Summary: "One message to a group", Call: wire.JSON(withMessage(a.Notify.Broadcast))},
		{Method: http.MethodPost, Path: "/api/v1/admin/broadcasts/{id}/stop", ID: "stop-message", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Stop a message before it has reached everybody", Call: wire.JSON(withMessage(a.Notify.StopBroadcast))},
		{Method: http.MethodPost, Path: "/api/v1/admin/broadcasts/{id}/resume", ID: "resume-message", For: edge.MunicipalAdmin, Fails: []int{409},
			Summary: "Let a stopped message go on", Call: wire.JSON(withMessage(a.Notify.ResumeBroadcast))},
	}
}

// GroupMessage is what an admin writes and to whom. It is exported because the views that embed it are described by their
// exported members.
type GroupMessage struct {
	Procedure    string           `json:"procedure,omitempty" doc:"Parents with a case of this procedure; of any if missing." example:"child-allowance-claim"`
	ChildAgeFrom *int             `json:"child_age_from,omitempty" minimum:"0" maximum:"150" doc:"With a child of at least so many full years."`
	ChildAgeTo   *int             `json:"child_age_to,omitempty" minimum:"0" maximum:"150" doc:"And of at most so many, the same child."`
	AgesOn       string           `json:"ages_on,omitempty" format:"date" doc:"The day on which the children have these ages; today if it is missing."`
	Title        wire.InLanguages `json:"title" doc:"One line of at most 100 characters."`
	Text         wire.InLanguages `json:"text" doc:"At most 2,000 characters."`
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

type oneBroadcast = struct{ Body broadcastView }

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
			Title:        wire.InLanguages(b.Words.Title),
			Text:         wire.InLanguages(b.Words.Text),
		},
		CreatedAt: b.CreatedAt.In(jp.JST),
		UpdatedAt: b.UpdatedAt.In(jp.JST),
		EndedAt:   wire.InJapan(b.EndedAt),
	}
}

func (a *api) sendMessage(ctx context.Context, in *struct {
	wire.Keyed
	Body GroupMessage
}) (*oneBroadcast, error) {
	req, err := in.Request(ctx, "POST "+broadcastsPath)
	if err != nil {
		return nil, err
	}
	to := notify.Group{Procedure: in.Body.Procedure, ChildAgeFrom: in.Body.ChildAgeFrom, ChildAgeTo: in.Body.ChildAgeTo}
	if d, err := jp.ParseDate(in.Body.AgesOn); err == nil { // empty is today; the schema has refused what is no date
		to.AgesOn = &d
	}
	return wire.Answered(broadcastOf)(a.Notify.Announce(ctx, edge.ActorFrom(ctx), req, to, notify.Words{Title: notify.Said(in.Body.Title),
		Text: notify.Said(in.Body.Text)}))
}

func (a *api) broadcasts(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[broadcastView], error) {
	return wire.Listed(ctx, in.Paged, a.Notify.Broadcasts, broadcastOf, func(v broadcastView) string { return v.ID })
}

// sentMessage names one message to a group.
type sentMessage struct {
	ID string `path:"id" doc:"Id of the message to a group." format:"uuid"`
}

// withMessage makes a handler of what is done with one message.
func withMessage(do func(context.Context, models.Actor, string) (*notify.Broadcast, error)) func(context.Context, *sentMessage) (*oneBroadcast, error) {
	return func(ctx context.Context, in *sentMessage) (*oneBroadcast, error) {
		return wire.Answered(broadcastOf)(do(ctx, edge.ActorFrom(ctx), in.ID))
	}
}
