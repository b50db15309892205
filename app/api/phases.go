package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
)

// admin is the route of an operations admin.
func admin(method, path, operation string) Route {
	return Route{Method: method, Path: path, Route: edge.Route{Operation: operation, Permission: edge.Admin}}
}

const (
	changesPath     = "/api/v1/admin/phase-changes"
	suspensionsPath = "/api/v1/admin/suspensions"
)

func (a *API) phaseRoutes() {
	handle(
		a,
		operation1(admin(http.MethodGet, "/api/v1/admin/phases", "show-phases"), tagAdmin, "The phase board: every row, and the phase of each pair", 422),
		a.board,
	)
	propose := operation1(once(admin(http.MethodPost, changesPath, "propose-phases")), tagAdmin, "Propose a change of phases; shows its impact", 409, 422)
	propose.status = http.StatusCreated
	handle(a, propose, a.propose)
	handle(a, operation1(admin(http.MethodGet, changesPath, "list-phase-changes"), tagAdmin, "Changes and suspensions, newest first", 422), a.changes)
	handle(a, operation1(admin(http.MethodGet, changesPath+"/{id}", "show-phase-change"), tagAdmin, "One change with its impact", 404), a.phaseChange)
	handle(a, operation1(admin(http.MethodPost, changesPath+"/{id}/approve", "approve-phases"), tagAdmin,
		"Approve another person's change; an instant that is too near is raised", 404, 409, 412), a.decide((*operate.Service).Approve))
	handle(
		a,
		operation1(admin(http.MethodPost, changesPath+"/{id}/cancel", "cancel-phases"), tagAdmin, "Take a change back before it is in effect", 404, 409, 412),
		a.decide((*operate.Service).Cancel),
	)
	suspend := operation1(once(admin(http.MethodPost, suspensionsPath, "suspend-phases")), tagAdmin, "Stop a scope at once (P2)", 409, 422)
	suspend.status = http.StatusCreated
	handle(a, suspend, a.suspend)
	handle(
		a,
		operation1(
			admin(http.MethodPost, suspensionsPath+"/{id}/confirm", "confirm-suspension"),
			tagAdmin,
			"The second person's confirmation, afterwards",
			404,
			409,
			412,
		),
		a.decide((*operate.Service).Confirm),
	)
	lift := operation1(
		admin(http.MethodPost, suspensionsPath+"/{id}/lift", "lift-suspension"),
		tagAdmin,
		"Propose the end of a suspension: a change to approve",
		404,
		409,
		422,
	)
	lift.status = http.StatusCreated
	handle(a, lift, a.lift)
}

type boardView struct {
	At    time.Time      `json:"at"`
	Rows  []operate.Row  `json:"rows" nullable:"false"`
	Board []operate.Pair `json:"board" nullable:"false"`
}

func (a *API) board(ctx context.Context, in *struct {
	At string `query:"at" doc:"As of this instant; now if missing."`
}) (*struct{ Body boardView }, error) {
	at, err := instant("at", in.At)
	if err != nil {
		return nil, err
	}
	b, err := a.Operate.Board(ctx, edge.ActorFrom(ctx), at)
	if err != nil {
		return nil, err
	}
	for i := range b.Pairs {
		b.Pairs[i].NextAt = inJapan(b.Pairs[i].NextAt)
	}
	return &struct{ Body boardView }{boardView{At: b.At.In(jp.JST), Rows: rowsInJapan(b.Rows), Board: b.Pairs}}, nil
}

type changeOf struct {
	ID           string         `json:"id" format:"uuid"`
	Kind         string         `json:"kind" enum:"change,suspension,lift"`
	State        string         `json:"state" enum:"proposed,approved,cancelled,superseded,imposed,confirmed"`
	Municipality string         `json:"municipality" doc:"Whose admins may decide it; * for national ones."`
	Rows         []operate.Row  `json:"rows" nullable:"false"`
	Raised       bool           `json:"raised,omitempty" doc:"An instant was raised to at least one second from the approval."`
	Reason       string         `json:"reason"`
	Circular     string         `json:"circular"`
	Impact       operate.Impact `json:"impact"`
	Lifts        string         `json:"lifts,omitempty" doc:"The suspension that it ends."`
	ProposedBy   string         `json:"proposed_by"`
	ProposedAt   time.Time      `json:"proposed_at"`
	DecidedBy    string         `json:"decided_by,omitempty"`
	DecidedAt    *time.Time     `json:"decided_at,omitempty"`
	EndedAt      *time.Time     `json:"ended_at,omitempty"`
}

func changeView1(c *operate.Change) *versioned[changeOf] {
	impact := c.Impact
	if impact.Agreement == nil {
		impact.Agreement = []operate.Agreement{}
	}
	return withVersion(c.Version, changeOf{
		ID:           c.ID,
		Kind:         string(c.Kind),
		State:        string(c.State),
		Municipality: c.Municipality,
		Rows:         rowsInJapan(c.Rows),
		Raised:       c.Raised,
		Reason:       c.Reason,
		Circular:     c.Circular,
		Impact:       impact,
		Lifts:        c.LiftsID,
		ProposedBy:   c.ProposedBy,
		ProposedAt:   c.ProposedAt.In(jp.JST),
		DecidedBy:    c.DecidedBy,
		DecidedAt:    inJapan(c.DecidedAt),
		EndedAt:      inJapan(c.EndedAt),
	})
}

type rowBody struct {
	Procedure    string    `json:"procedure" doc:"Code, or * for all." example:"child-allowance-claim"`
	Item         string    `json:"item" doc:"Linkage item, or * for all." example:"resident-record"`
	Municipality string    `json:"municipality" doc:"Code, or * for the country." example:"998028"`
	Phase        string    `json:"phase" doc:"not-started, trial, full or inherit." example:"full"`
	From         time.Time `json:"from" doc:"From this instant on."`
}

func (a *API) propose(ctx context.Context, in *struct {
	Keyed
	Body struct {
		Rows     []rowBody `json:"rows" nullable:"false"`
		Reason   string    `json:"reason"`
		Circular string    `json:"circular" doc:"The circular (通知) on which it rests (R17)."`
	}
}) (*versioned[changeOf], error) {
	req, err := in.request(ctx, "POST "+changesPath)
	if err != nil {
		return nil, err
	}
	p := operate.Proposal{Reason: in.Body.Reason, Circular: in.Body.Circular}
	for i, r := range in.Body.Rows {
		if !writable(r.From) {
			text := "The instant is out of range."
			return nil, fault.New(fault.Refused, fault.CodeInvalidPhase, text).
				With(fault.Detail{Code: "invalid", Text: text, Pointer: "/rows/" + strconv.Itoa(i) + "/from"})
		}
		p.Rows = append(p.Rows, operate.Row{
			Procedure:    r.Procedure,
			Item:         r.Item,
			Municipality: r.Municipality,
			Phase:        r.Phase,
			From:         r.From,
		})
	}
	c, err := a.Operate.Propose(ctx, edge.ActorFrom(ctx), req, p)
	if err != nil {
		return nil, err
	}
	return changeView1(c), nil
}

func (a *API) changes(ctx context.Context, in *struct{ Paged }) (*list[changeOf], error) {
	page, err := in.page()
	if err != nil {
		return nil, err
	}
	all, err := a.Operate.List(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	var out []changeOf
	for i := range all {
		out = append(out, changeView1(&all[i]).Body)
	}
	return pageOf(out, in.Limit, func(c changeOf) string { return c.ID }), nil
}

// OnePhaseChange names one change.
type OnePhaseChange struct {
	ID string `path:"id" format:"uuid"`
}

func (a *API) phaseChange(ctx context.Context, in *OnePhaseChange) (*versioned[changeOf], error) {
	c, err := a.Operate.Get(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return changeView1(c), nil
}

type decisionInput struct {
	OnePhaseChange
	Guarded
}

// decide makes a handler of a decision about one change.
func (a *API) decide(do decision) func(context.Context, *decisionInput) (*versioned[changeOf], error) {
	return func(ctx context.Context, in *decisionInput) (*versioned[changeOf], error) {
		if in.IfMatch != "" { // whoever decides between this look and the decision changes the state, which is the guard
			seen, err := a.Operate.Get(ctx, edge.ActorFrom(ctx), in.ID)
			if err == nil {
				err = edge.CheckIfMatch(in.IfMatch, seen.Version)
			}
			if err != nil {
				return nil, err
			}
		}
		c, err := do(a.Operate, ctx, edge.ActorFrom(ctx), in.ID)
		if err != nil {
			return nil, err
		}
		return changeView1(c), nil
	}
}

func (a *API) suspend(ctx context.Context, in *struct {
	Keyed
	Body struct {
		Procedure    string `json:"procedure"`
		Item         string `json:"item"`
		Municipality string `json:"municipality"`
		Reason       string `json:"reason"`
	}
}) (*versioned[changeOf], error) {
	req, err := in.request(ctx, "POST "+suspensionsPath)
	if err != nil {
		return nil, err
	}
	scope := operate.Scope{Procedure: in.Body.Procedure, Item: in.Body.Item, Municipality: in.Body.Municipality}
	c, err := a.Operate.Suspend(ctx, edge.ActorFrom(ctx), req, scope, in.Body.Reason)
	if err != nil {
		return nil, err
	}
	return changeView1(c), nil
}

func (a *API) lift(ctx context.Context, in *struct {
	Keyed
	OnePhaseChange
	Body *struct {
		Reason string `json:"reason,omitempty"`
	}
}) (*versioned[changeOf], error) {
	req, err := in.requestOrNew(ctx, "POST "+suspensionsPath+"/"+in.ID+"/lift")
	if err != nil {
		return nil, err
	}
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	c, err := a.Operate.Lift(ctx, edge.ActorFrom(ctx), req, in.ID, reason)
	if err != nil {
		return nil, err
	}
	return changeView1(c), nil
}
