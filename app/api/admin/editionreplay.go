package admin

import (
	"context"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/jp"
)

// editionReplay is what an edition would have asked of people whose cases were filed.
type editionReplay struct {
	State      string         `json:"state" enum:"running,stopped,done"`
	From       time.Time      `json:"from"`
	To         time.Time      `json:"to"`
	Progress   replayProgress `json:"progress"`
	Cases      int            `json:"cases" doc:"Compared so far."`
	Same       int            `json:"same"`
	More       int            `json:"more" doc:"Cases whose parent would bring more papers."`
	Fewer      int            `json:"fewer"`
	Other      int            `json:"other" doc:"Some more and some fewer."`
	Unanswered int            `json:"unanswered" doc:"The edition asks what was not asked then."`
	Unreadable int            `json:"unreadable" doc:"Erased, protected, or the key is gone; not among cases."`
	Few        bool           `json:"few,omitempty" doc:"A number of 2 stands for 1 or 2: it is a municipality's, and its admins have the numbers."`
	Procedures []replayed     `json:"procedures" nullable:"false" doc:"By procedure and municipality, all papers of a case together."`
	By         []replayedFor  `json:"by" nullable:"false" doc:"By document too."`
	Unsealing  float64        `json:"unsealing_seconds" doc:"Spent on opening the cases."`
	Comparing  float64        `json:"comparing_seconds"`
	StartedAt  time.Time      `json:"started_at"`
	FinishedAt *time.Time     `json:"finished_at,omitempty"`
}

type replayProgress struct {
	Done  int `json:"done" doc:"Cases that were read."`
	Total int `json:"total" doc:"0 until they are counted."`
}

// replayed are the cases of one procedure in one municipality that come out otherwise.
type replayed struct {
	Procedure    string `json:"procedure"`
	Municipality string `json:"municipality"`
	Cases        int    `json:"cases"`
	More         int    `json:"more"`
	Fewer        int    `json:"fewer"`
	Other        int    `json:"other"`
	Unanswered   int    `json:"unanswered"`
	Few          bool   `json:"few,omitempty" doc:"A number of 2 stands for 1 or 2."`
}

// replayedFor is the same for one document.
type replayedFor struct {
	Procedure    string `json:"procedure"`
	Municipality string `json:"municipality"`
	Document     string `json:"document"`
	More         int    `json:"more"`
	Fewer        int    `json:"fewer"`
	Other        int    `json:"other,omitempty"`
	Few          bool   `json:"few,omitempty" doc:"A number of 2 stands for 1 or 2."`
	Why          string `json:"why" doc:"What the edition changes of who is asked for it, in words."`
}

func replayBodyOf(e *publish.Edition, both *publish.Catalogues, r *publish.Replay, lang string) *editionReplay {
	if r == nil {
		return nil
	}
	out := &editionReplay{
		State:      string(r.State),
		From:       r.From.In(jp.JST),
		To:         r.To.In(jp.JST),
		Progress:   replayProgress{r.Done, r.Total},
		Cases:      r.Cases,
		Same:       r.Same,
		More:       r.More,
		Fewer:      r.Fewer,
		Other:      r.Other,
		Unanswered: r.Unanswered,
		Unreadable: r.Unreadable,
		Few:        r.Few,
		Procedures: []replayed{},
		By:         []replayedFor{},
		Unsealing:  r.Unsealing.Seconds(),
		Comparing:  r.Comparing.Seconds(),
		StartedAt:  r.StartedAt.In(jp.JST),
		FinishedAt: wire.InJapan(r.FinishedAt),
	}
	for _, c := range r.By {
		if c.Document == "" {
			out.Procedures = append(out.Procedures, replayed{c.Procedure, c.Municipality, c.Cases, c.More, c.Fewer, c.Other, c.Unanswered, c.Few})
			continue
		}
		out.By = append(out.By, replayedFor{c.Procedure, c.Municipality, c.Document, c.More, c.Fewer, c.Other, c.Few,
			say.Replayed(both.Before, both.After, e.Diff, c.Procedure, c.Document, lang)})
	}
	return out
}

func (a *api) replayEdition(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	OneEdition
	Body struct {
		From time.Time `json:"from" doc:"Cases that arrived from here on."`
		To   time.Time `json:"to" doc:"And before; not later than now."`
	}
}) (*struct{ Body *editionReplay }, error) {
	req, err := in.Request(ctx, "POST "+editionsPath+"/"+in.ID+"/replay")
	if err != nil {
		return nil, err
	}
	for at, t := range map[string]time.Time{"/from": in.Body.From, "/to": in.Body.To} {
		if !wire.Writable(t) {
			return nil, fault.Detail{Code: "invalid", Reason: "time-out-of-range", Pointer: at}.Alone(fault.Refused, fault.CodeInvalidRequest)
		}
	}
	r, err := a.Publish.StartReplay(ctx, edge.ActorFrom(ctx), req, in.ID, publish.Period{From: in.Body.From, To: in.Body.To})
	if err != nil {
		return nil, err
	}
	return &struct{ Body *editionReplay }{replayBodyOf(nil, nil, r, in.Lang())}, nil // it has counted nothing yet
}
