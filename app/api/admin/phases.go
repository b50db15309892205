package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

const (
	changesPath     = "/api/v1/admin/phase-changes"
	suspensionsPath = "/api/v1/admin/suspensions"
)

func (a *api) phaseRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/admin/phases", ID: "show-phases", For: edge.Admin, Fails: []int{422},
			Summary: "The phase board: every row, and the phase of each pair", Call: wire.JSON(a.board)},
		{Method: http.MethodPost, Path: "/api/v1/admin/phase-changes", ID: "propose-phases", For: edge.Admin, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Propose a change of phases; shows its impact", Call: wire.JSON(a.propose)},
		{Method: http.MethodGet, Path: "/api/v1/admin/phase-changes", ID: "list-phase-changes", For: edge.Admin, Fails: []int{422},
			Summary: "Changes and suspensions, newest first", Call: wire.JSON(a.changes)},
		{Method: http.MethodGet, Path: "/api/v1/admin/phase-changes/{id}", ID: "show-phase-change", For: edge.Admin, Fails: []int{422},
			Summary: "One change with its impact", Call: wire.JSON(a.phaseChange)},
		{Method: http.MethodPost, Path: "/api/v1/admin/phase-changes/{id}/approve", ID: "approve-phases", For: edge.Admin, Fails: []int{409, 412},
			Summary: "Approve another person's change; an instant that is too near is raised",
			Call:    wire.JSON(a.decide(a.Operate.Approve))},
		{Method: http.MethodPost, Path: "/api/v1/admin/phase-changes/{id}/cancel", ID: "cancel-phases", For: edge.Admin, Fails: []int{409, 412},
			Summary: "Take a change back before it is in effect", Call: wire.JSON(a.decide(a.Operate.Cancel))},
		{Method: http.MethodPost, Path: "/api/v1/admin/suspensions", ID: "suspend-phases", For: edge.Admin, Once: true,
			Status: http.StatusCreated, Fails: []int{409}, Summary: "Stop a scope at once", Call: wire.JSON(a.suspend)},
		{Method: http.MethodPost, Path: "/api/v1/admin/suspensions/{id}/confirm", ID: "confirm-suspension", For: edge.Admin,
			Fails: []int{409, 412}, Summary: "The second person's confirmation, afterwards",
			Call: wire.JSON(a.decide(a.Operate.Confirm))},
		{Method: http.MethodPost, Path: "/api/v1/admin/suspensions/{id}/lift", ID: "lift-suspension", For: edge.Admin, Status: http.StatusCreated,
			Fails: []int{409}, Summary: "Propose the end of a suspension: a change to approve", Call: wire.JSON(a.lift)},
	}
}

type boardView struct {
	At    time.Time  `json:"at"`
	Rows  []wire.Row `json:"rows" nullable:"false"`
	Board []pair     `json:"board" nullable:"false"`
}

func (a *api) board(ctx context.Context, in *struct {
	At string `query:"at" doc:"As of this instant; now if missing."`
}) (*struct{ Body boardView }, error) {
	at, err := wire.Instant("at", in.At)
	if err != nil {
		return nil, err
	}
	b, err := a.Operate.Board(ctx, edge.ActorFrom(ctx), at)
	if err != nil {
		return nil, err
	}
	return &struct{ Body boardView }{boardView{At: b.At.In(jp.JST), Rows: wire.RowsOf(b.Rows), Board: wire.Each(b.Pairs, pairOf)}}, nil
}

type changeOf struct {
	ID           string     `json:"id" format:"uuid"`
	Kind         string     `json:"kind" enum:"change,suspension,lift"`
	State        string     `json:"state" enum:"proposed,approved,cancelled,superseded,imposed,confirmed"`
	Municipality string     `json:"municipality" doc:"Whose admins may decide it; * for national ones."`
	Rows         []wire.Row `json:"rows" nullable:"false"`
	Raised       bool       `json:"raised,omitempty" doc:"An instant was raised to at least one second from the approval."`
	Reason       string     `json:"reason"`
	Circular     string     `json:"circular"`
	Impact       impact     `json:"impact"`
	Lifts        string     `json:"lifts,omitempty" doc:"The suspension that it ends."`
	ProposedBy   string     `json:"proposed_by"`
	ProposedAt   time.Time  `json:"proposed_at"`
	DecidedBy    string     `json:"decided_by,omitempty"`
	DecidedAt    *time.Time `json:"decided_at,omitempty"`
	EndedAt      *time.Time `json:"ended_at,omitempty"`
}

func changeBody(c *operate.Change) changeOf {
	return changeOf{
		ID:           c.ID,
		Kind:         string(c.Kind),
		State:        string(c.State),
		Municipality: c.Municipality,
		Rows:         wire.RowsOf(c.Rows),
		Raised:       c.Raised,
		Reason:       c.Reason,
		Circular:     c.Circular,
		Impact:       impactOf(c.Impact),
		Lifts:        c.LiftsID,
		ProposedBy:   c.ProposedBy,
		ProposedAt:   c.ProposedAt.In(jp.JST),
		DecidedBy:    c.DecidedBy,
		DecidedAt:    wire.InJapan(c.DecidedAt),
		EndedAt:      wire.InJapan(c.EndedAt),
	}
}

// changed answers with a change and its version.
func changed(c *operate.Change, err error) (*wire.Versioned[changeOf], error) {
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(c.Version, changeBody(c)), nil
}

type rowBody struct {
	Procedure    string    `json:"procedure" doc:"Code, or * for all." example:"child-allowance-claim"`
	Item         string    `json:"item" doc:"Linkage item, or * for all." example:"resident-record"`
	Municipality string    `json:"municipality" doc:"Code, or * for the country." example:"998028"`
	Phase        string    `json:"phase" doc:"not-started, trial, full or inherit." example:"full"`
	From         time.Time `json:"from" doc:"From this instant on."`
}

func (a *api) propose(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Rows     []rowBody `json:"rows" nullable:"false"`
		Reason   string    `json:"reason"`
		Circular string    `json:"circular" doc:"The circular (通知) on which it rests."`
	}
}) (*wire.Versioned[changeOf], error) {
	req, err := in.Request(ctx, "POST "+changesPath)
	if err != nil {
		return nil, err
	}
	p := operate.Proposal{Reason: in.Body.Reason, Circular: in.Body.Circular}
	for i, r := range in.Body.Rows {
		if !wire.Writable(r.From) {
			return nil, fault.Detail{Code: "invalid", Reason: "time-out-of-range", Pointer: "/rows/" + strconv.Itoa(i) + "/from"}.
				Alone(fault.Refused, fault.CodeInvalidPhase)
		}
		p.Rows = append(p.Rows, operate.Row{
			Procedure:    r.Procedure,
			Item:         r.Item,
			Municipality: r.Municipality,
			Phase:        r.Phase,
			From:         r.From,
		})
	}
	return changed(a.Operate.Propose(ctx, edge.ActorFrom(ctx), req, p))
}

func (a *api) changes(ctx context.Context, in *struct{ wire.Paged }) (*wire.List[changeOf], error) {
	all := func(ctx context.Context, actor models.Actor, at postgres.Page) ([]operate.Change, error) {
		return a.Operate.List(ctx, actor, at)
	}
	return wire.Listed(ctx, in.Paged, all, changeBody, func(c changeOf) string { return c.ID })
}

// OnePhaseChange names one change.
type OnePhaseChange struct {
	ID string `path:"id" format:"uuid"`
}

func (a *api) phaseChange(ctx context.Context, in *OnePhaseChange) (*wire.Versioned[changeOf], error) {
	return changed(a.Operate.Get(ctx, edge.ActorFrom(ctx), in.ID))
}

type decisionInput struct {
	OnePhaseChange
	wire.Guarded
}

// decide makes a handler of a decision about one change.
func (a *api) decide(do decision) func(context.Context, *decisionInput) (*wire.Versioned[changeOf], error) {
	return func(ctx context.Context, in *decisionInput) (*wire.Versioned[changeOf], error) {
		err := in.Seen(func() (int64, error) {
			c, err := a.Operate.Get(ctx, edge.ActorFrom(ctx), in.ID)
			if err != nil {
				return 0, err
			}
			return c.Version, nil
		})
		if err != nil {
			return nil, err
		}
		return changed(do(ctx, edge.ActorFrom(ctx), in.ID))
	}
}

func (a *api) suspend(ctx context.Context, in *struct {
	wire.Keyed
	Body struct {
		Procedure    string `json:"procedure"`
		Item         string `json:"item"`
		Municipality string `json:"municipality"`
		Reason       string `json:"reason"`
	}
}) (*wire.Versioned[changeOf], error) {
	req, err := in.Request(ctx, "POST "+suspensionsPath)
	if err != nil {
		return nil, err
	}
	scope := operate.Scope{Procedure: in.Body.Procedure, Item: in.Body.Item, Municipality: in.Body.Municipality}
	return changed(a.Operate.Suspend(ctx, edge.ActorFrom(ctx), req, scope, in.Body.Reason))
}

func (a *api) lift(ctx context.Context, in *struct {
	wire.Keyed
	OnePhaseChange
	Body *struct {
		Reason string `json:"reason,omitempty"`
	}
}) (*wire.Versioned[changeOf], error) {
	req, err := in.RequestOrNew(ctx, "POST "+suspensionsPath+"/"+in.ID+"/lift")
	if err != nil {
		return nil, err
	}
	reason := ""
	if in.Body != nil {
		reason = in.Body.Reason
	}
	return changed(a.Operate.Lift(ctx, edge.ActorFrom(ctx), req, in.ID, reason))
}

// decision is a use case about one phase change.
type decision func(ctx context.Context, actor models.Actor, id string) (*operate.Change, error)
