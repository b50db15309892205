package core

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/models"
)

func (a *api) feedRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/core/events", ID: "list-core-events", For: reads, Fails: []int{409},
			Summary: "What happened to the municipality's cases after a place in the feed, as CloudEvents",
			About: "Keep next only once the page is dealt with, and ask from there: nothing is left out, each case's events come in the order in which they " +
				"happened, and after a failure some may come again. An event tells what happened; what is in the case now, the case says. A year is kept.",
			Call: wire.JSON(a.events)},
	}
}

// coreEvent is an event in the JSON format of CloudEvents 1.0.
type coreEvent struct {
	SpecVersion string    `json:"specversion" enum:"1.0"`
	ID          string    `json:"id" doc:"Unique with source."`
	Source      string    `json:"source" format:"uri-reference" example:"/municipalities/998010"`
	Type        eventType `json:"type" doc:"What happened; withheld: to a case of which this system is told nothing." example:"kosodate.case.arrived"`
	Subject     string    `json:"subject,omitempty" doc:"Id of the case; missing where it is withheld."`
	Time        time.Time `json:"time"`
	ContentType string    `json:"datacontenttype,omitempty"`
	Data        *coreTold `json:"data,omitempty"`
}

// eventType is kosodate.case. and what happened.
type eventType string

// Schema lists them (huma.SchemaProvider).
func (eventType) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, told := range models.Told {
		s.Enum = append(s.Enum, string(typeOf(told)))
	}
	return s
}

func typeOf(told string) eventType { return eventType("kosodate.case." + told) }

// coreTold is what an event says of its case.
type coreTold struct {
	ReceiptNumber string `json:"receipt_number"`
	Procedure     string `json:"procedure"`
	State         string `json:"state" doc:"After the event."`
	Revision      int    `json:"revision"`
	Detail        string `json:"detail,omitempty" doc:"decided: the outcome; document-received: document/subject; passed-on: to which municipality."`
}

// coreFeed is a page of the feed.
type coreFeed struct {
	Items []coreEvent `json:"items" nullable:"false"`
	Next  int64       `json:"next" doc:"To ask after next, also when nothing is new."`
}

func (a *api) events(ctx context.Context, in *struct {
	After int64 `query:"after" minimum:"0" doc:"The last place that was dealt with; 0: from the beginning." example:"0"`
	Limit int   `query:"limit" default:"100" minimum:"1" maximum:"500"`
}) (*struct{ Body coreFeed }, error) {
	actor := edge.ActorFrom(ctx)
	feed, err := a.Core.Events(ctx, actor, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	items := wire.Each(feed.Events, func(e core.Event) coreEvent { return cloudEventOf(e, actor) })
	return &struct{ Body coreFeed }{coreFeed{Items: items, Next: feed.Next}}, nil
}

func cloudEventOf(e core.Event, actor models.Actor) coreEvent {
	out := coreEvent{SpecVersion: "1.0", ID: strconv.FormatInt(e.Position, 10), Source: "/municipalities/" + actor.Municipality,
		Type: typeOf(e.Kind), Subject: e.Case, Time: e.At}
	if e.ReceiptNumber != "" {
		out.ContentType = "application/json"
		out.Data = &coreTold{ReceiptNumber: e.ReceiptNumber, Procedure: e.Procedure, State: string(e.State), Revision: e.Revision, Detail: e.Detail}
	}
	return out
}
