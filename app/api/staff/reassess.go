package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/notify"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const reassessPath = "/api/v1/review/reassessments"

func (a *api) reassessRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: reassessPath, ID: "list-reassessments", For: edge.Reviewer, Fails: []int{422},
			Summary: "Cases that a corrected edition would have decided otherwise: a paper was asked for without need, or was not asked for",
			Call:    wire.JSON(a.reassessments)},
		{Method: http.MethodGet, Path: reassessPath + "/lists", ID: "count-reassessments", For: edge.Reviewer,
			Summary: "The lists that there are, each with what its parents could be told", Call: wire.JSON(a.reassessmentLists)},
		{Method: http.MethodPost, Path: reassessPath + "/{id}/deal", ID: "deal-with-reassessment", For: edge.Reviewer, Fails: []int{409, 412},
			Summary: "Mark one as dealt with", Call: wire.JSON(a.dealWith)},
		{Method: http.MethodPost, Path: reassessPath + "/messages", ID: "tell-reassessed", For: edge.Reviewer, Once: true,
			Status: http.StatusAccepted, Fails: []int{404, 409}, Summary: "Tell the parent of one case, or those of all cases of one list",
			About: "A job puts it into the inboxes. Each case is told once; those that are dealt with or came on paper are left out.",
			Call:  wire.JSON(a.tellReassessed)},
	}
}

type reassessment struct {
	ID            string     `json:"id" format:"uuid"`
	Application   string     `json:"application" format:"uuid"`
	ReceiptNumber string     `json:"receipt_number"`
	ArrivedAt     time.Time  `json:"arrived_at"`
	Procedure     string     `json:"procedure"`
	ProcedureName string     `json:"procedure_name"`
	Document      string     `json:"document"`
	DocumentName  string     `json:"document_name"`
	Subject       string     `json:"subject" doc:"The kind of person whose document it is."`
	Direction     string     `json:"direction" enum:"too-much,too-little"`
	Tellable      bool       `json:"tellable" doc:"Its parent has an inbox and was not told."`
	ToldAt        *time.Time `json:"told_at,omitempty"`
	ToldBy        string     `json:"told_by,omitempty"`
	DealtAt       *time.Time `json:"dealt_at,omitempty"`
	DealtBy       string     `json:"dealt_by,omitempty"`
	Note          string     `json:"note,omitempty"`
	Version       int64      `json:"version"`
}

func (a *api) reassessmentOf(municipality string, r *queue.Reassessment, lang string) reassessment {
	procedure, document := a.Named(municipality, r.Procedure, r.Document)(lang)
	return reassessment{
		ID:            r.ID,
		Application:   r.Application,
		ReceiptNumber: r.ReceiptNumber,
		ArrivedAt:     r.ArrivedAt,
		Procedure:     r.Procedure,
		ProcedureName: procedure,
		Document:      r.Document,
		DocumentName:  document,
		Subject:       r.Subject,
		Direction:     r.Direction,
		Tellable:      r.Untold,
		ToldAt:        wire.InJapan(r.ToldAt),
		ToldBy:        r.ToldBy,
		DealtAt:       wire.InJapan(r.DealtAt),
		DealtBy:       r.DealtBy,
		Note:          r.Note,
		Version:       r.Version,
	}
}

func (a *api) reassessments(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
	Procedure string `query:"procedure" maxLength:"100"`
	Document  string `query:"document" maxLength:"100"`
	Direction string `query:"direction" enum:"too-much,too-little"`
}) (*wire.List[reassessment], error) {
	actor := edge.ActorFrom(ctx)
	list := func(ctx context.Context, actor models.Actor, page postgres.Page) ([]queue.Reassessment, error) {
		return a.Queue.Reassessments(ctx, actor, queue.ReassessmentList{Procedure: in.Procedure, Document: in.Document, Direction: in.Direction}, page)
	}
	return wire.Listed(ctx, in.Paged, list, func(r *queue.Reassessment) reassessment { return a.reassessmentOf(actor.Municipality, r, in.Lang()) },
		func(r reassessment) string { return r.ID })
}

type reassessmentList struct {
	Procedure     string           `json:"procedure"`
	ProcedureName string           `json:"procedure_name"`
	Document      string           `json:"document"`
	DocumentName  string           `json:"document_name"`
	Direction     string           `json:"direction" enum:"too-much,too-little"`
	Cases         int              `json:"cases"`
	Open          int              `json:"open" doc:"That nobody has dealt with."`
	Tellable      int              `json:"tellable" doc:"Whose parent can still be told."`
	Title         wire.InLanguages `json:"title" doc:"What its parents could be told, to change before it is sent."`
	Text          wire.InLanguages `json:"text"`
}

func (a *api) reassessmentLists(ctx context.Context, in *struct{ wire.Speaks }) (*wire.List[reassessmentList], error) {
	actor := edge.ActorFrom(ctx)
	lists, err := a.Queue.ReassessmentLists(ctx, actor)
	if err != nil {
		return nil, err
	}
	return wire.ListOf(wire.Each(lists, func(l queue.ReassessmentList) reassessmentList {
		names := a.Named(actor.Municipality, l.Procedure, l.Document)
		procedure, document := names(in.Lang())
		letter := present.ReassessmentLetter(l.Direction, names)
		return reassessmentList{l.Procedure, procedure, l.Document, document, l.Direction, l.Cases, l.Open, l.Untold,
			wire.InLanguages(letter.Title), wire.InLanguages(letter.Text)}
	}), ""), nil
}

func (a *api) dealWith(ctx context.Context, in *struct {
	wire.Speaks
	wire.Guarded
	ID   string `path:"id" format:"uuid"`
	Body struct {
		Note string `json:"note,omitempty" doc:"For the colleagues; never an individual number."`
	}
}) (*wire.Versioned[reassessment], error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	actor := edge.ActorFrom(ctx)
	r, err := a.Queue.DealWith(ctx, actor, in.ID, version, in.Body.Note)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(r.Version, a.reassessmentOf(actor.Municipality, r, in.Lang())), nil
}

type told struct {
	Body struct {
		Told int `json:"told" doc:"Cases whose parent is told."`
	}
}

func (a *api) tellReassessed(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Reassessment string           `json:"reassessment,omitempty" format:"uuid" doc:"One; else all of the list that the next three name."`
		Procedure    string           `json:"procedure,omitempty"`
		Document     string           `json:"document,omitempty"`
		Direction    string           `json:"direction,omitempty" enum:"too-much,too-little"`
		Title        wire.InLanguages `json:"title" doc:"One line of at most 100 characters."`
		Text         wire.InLanguages `json:"text" doc:"At most 2,000 characters."`
	}
}) (*told, error) {
	req, err := in.Request(ctx, "POST "+reassessPath+"/messages")
	if err != nil {
		return nil, err
	}
	b := in.Body
	to := notify.Reassessed{ID: b.Reassessment, Procedure: b.Procedure, Document: b.Document, Direction: b.Direction}
	n, err := a.Notify.TellReassessed(ctx, edge.ActorFrom(ctx), req, to, notify.Words{Title: notify.Said(b.Title), Text: notify.Said(b.Text)})
	if err != nil {
		return nil, err
	}
	out := &told{}
	out.Body.Told = n
	return out, nil
}
