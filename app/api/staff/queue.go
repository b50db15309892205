package staff

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/models"
)

const (
	bulkPath = "/api/v1/review/bulk-accept"
)

func (a *api) queueRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/review/applications", ID: "list-cases", For: edge.Reviewer, Fails: []int{422},
			Summary: "The municipality's queue: urgent cases first, then by arrival", Call: wire.JSON(a.listCases)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/claim", ID: "claim-case", For: edge.Reviewer, Fails: []int{409},
			Summary: "Claim a case, or renew the claim", About: "409 names in held_by and held_until who has it, and until when.",
			Call: wire.JSON(a.claimCase)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/release", ID: "release-case", For: edge.Reviewer,
			Status: http.StatusNoContent, Fails: []int{409}, Summary: "Give a case back to the colleagues", Call: wire.JSON(a.releaseCase)},
		{Method: http.MethodPost, Path: "/api/v1/review/applications/{id}/notes", ID: "add-note", For: edge.Reviewer, Status: http.StatusCreated,
			Fails: []int{409}, Summary: "Add a note for the colleagues; the parent never sees it", Call: wire.JSON(a.addNote)},
		{Method: http.MethodGet, Path: "/api/v1/review/applications/{id}/notes", ID: "list-notes", For: edge.Reviewer, Fails: []int{422},
			Summary: "The notes of a case, oldest first", Call: wire.JSON(a.notes)},
		{Method: http.MethodPost, Path: "/api/v1/review/bulk-accept", ID: "accept-cases", For: edge.Reviewer, Once: true, Fails: []int{409},
			Summary: "Claim and accept many cases, each on its own", Call: wire.JSON(a.bulkAccept)},
	}
}

type entryView struct {
	ID            string      `json:"id" format:"uuid"`
	ReceiptNumber string      `json:"receipt_number" example:"K7NB-M2QX-T4VH"`
	Procedure     string      `json:"procedure"`
	Name          string      `json:"name" doc:"Of the procedure."`
	State         string      `json:"state"`
	StateText     string      `json:"state_text"`
	Version       int64       `json:"version"`
	ArrivedAt     time.Time   `json:"arrived_at"`
	ClaimOn       string      `json:"claim_on" format:"date" doc:"Claim date (請求日)."`
	DeadlineOn    string      `json:"deadline_on,omitempty" format:"date"`
	Late          bool        `json:"late"`
	Age           int         `json:"age" doc:"Working days since arrival."`
	Flags         []flagView  `json:"flags" nullable:"false"`
	Applicant     personView  `json:"applicant"`
	Claim         *holderView `json:"claim,omitempty" doc:"Who works on it at this moment; missing if nobody does."`
	Holder        string      `json:"holder,omitempty" format:"uuid" doc:"Whose work it is."`
	DueOn         string      `json:"due_on,omitempty" format:"date" doc:"By when a decision is to be expected."`
	Block         string      `json:"block,omitempty" doc:"It waits for accept, signature, correction, dispute, task, read, network, document or decide."`
}

type flagView struct {
	Flag string `json:"flag" enum:"urgent,late,protected,checking,mine,claimed,unclaimed,awaiting-document,answered,discrepant,task,counter"`
	Text string `json:"text"`
}

type personView struct {
	Name string `json:"name"`
	Kana string `json:"kana"`
}

type holderView struct {
	Reviewer string    `json:"reviewer" format:"uuid"`
	Mine     bool      `json:"mine"`
	Until    time.Time `json:"until"`
}

func (a *api) listCases(ctx context.Context, in *struct {
	wire.Speaks
	State     string   `query:"state" enum:"arrived,in-review,correction-requested,decided,withdrawn,signature-invalid,transferred" doc:"Else all that wait."`
	Procedure string   `query:"procedure" doc:"Code of a procedure."`
	Flag      []string `query:"flag" maxItems:"12" doc:"Only cases with each of these flags, separated by commas."`
	OlderThan int      `query:"older_than" minimum:"0" maximum:"1000" doc:"Only cases that arrived more than so many working days ago."`
	Query     string   `query:"q" maxLength:"210" doc:"A receipt number or 4 characters of it, a name or reading from its beginning, a birth date, a telephone."`
	Sort      string   `query:"sort" maxLength:"20" doc:"receipt, reading, procedure, arrived, due, state, holder; - before it: backwards. Else urgent first."`
	Limit     int      `query:"limit" default:"20" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor    string   `query:"cursor" maxLength:"200" doc:"What the page before gave as next."`
}) (*wire.List[entryView], error) {
	entries, next, err := a.Queue.List(ctx, edge.ActorFrom(ctx), queue.Filter{
		State:     models.ApplicationState(in.State),
		Procedure: in.Procedure,
		Flags:     in.Flag,
		OlderThan: in.OlderThan,
		Query:     in.Query,
		Sort:      in.Sort,
		Cursor:    in.Cursor,
		Limit:     in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := make([]entryView, len(entries))
	for i := range entries {
		out[i] = a.entryView(&entries[i], in.Lang())
	}
	return wire.ListOf(out, next), nil
}

func (a *api) entryView(e *queue.Entry, lang string) entryView {
	v := entryView{
		ID:            e.ID,
		ReceiptNumber: e.ReceiptNumber,
		Procedure:     e.Procedure,
		Name:          present.Procedure(a.Editions().ForProcedure(e.Municipality, e.Procedure), e.Procedure, lang),
		State:         string(e.State),
		StateText:     present.QueueState(string(e.State), lang),
		Version:       e.Version,
		ArrivedAt:     e.ArrivedAt,
		ClaimOn:       e.ClaimOn,
		DeadlineOn:    e.DeadlineOn,
		Late:          e.Late,
		Age:           e.Age,
		Flags:         []flagView{},
		Applicant:     personView{Name: e.Name, Kana: e.Kana},
	}
	if e.Holder != nil {
		v.Holder = e.Holder.Person
	}
	v.DueOn, v.Block = e.DueOn, e.Block
	for _, flag := range e.Flags {
		v.Flags = append(v.Flags, flagView{flag, present.QueueFlag(flag, lang)})
	}
	if c := e.Claim; c != nil {
		v.Claim = &holderView{Reviewer: c.Reviewer, Mine: c.Mine, Until: c.Until}
	}
	return v
}

type holdView struct {
	Fence     int64     `json:"fence" doc:"Send it in the header Fence with every write to the case."`
	ExpiresAt time.Time `json:"expires_at" doc:"Unless the claim is renewed."`
}

func (a *api) claimCase(ctx context.Context, in *struct {
	wire.One
	Body *struct{}
}) (*struct{ Body holdView }, error) {
	h, err := a.Queue.Claim(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body holdView }{holdView{h.Fence, h.ExpiresAt}}, nil
}

func (a *api) releaseCase(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body *struct{}
}) (*wire.Empty, error) {
	return nil, a.Queue.Release(ctx, edge.ActorFrom(ctx), in.ID, in.Fence)
}

type noteView struct {
	ID     string    `json:"id" format:"uuid"`
	Author string    `json:"author" format:"uuid"`
	Mine   bool      `json:"mine"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

func (a *api) addNote(ctx context.Context, in *struct {
	wire.One
	wire.Fenced
	Body struct {
		Text string `json:"text" doc:"Free text; never an individual number."`
	}
}) (*struct{ Body noteView }, error) {
	n, err := a.Queue.AddNote(ctx, edge.ActorFrom(ctx), in.ID, in.Fence, in.Body.Text)
	if err != nil {
		return nil, err
	}
	return &struct{ Body noteView }{noteView(*n)}, nil
}

func (a *api) notes(ctx context.Context, in *struct{ wire.One }) (*wire.List[noteView], error) {
	all, err := a.Queue.Notes(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var out []noteView
	for _, n := range all {
		out = append(out, noteView(n))
	}
	return wire.ListOf(out, ""), nil
}

type acceptedView struct {
	ID        string     `json:"id" format:"uuid"`
	Result    string     `json:"result" enum:"accepted,refused"`
	Fence     int64      `json:"fence,omitempty" doc:"Of the claim that the reviewer has now."`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
	Code      string     `json:"code,omitempty" doc:"Why it was refused, as the code of a problem."`
	Detail    string     `json:"detail,omitempty"`
	State     string     `json:"state,omitempty" doc:"The state that it is in instead."`
	HeldBy    string     `json:"held_by,omitempty" doc:"The colleague who has it."`
	HeldUntil string     `json:"held_until,omitempty"`
}

type bulkView struct {
	Results []acceptedView `json:"results" nullable:"false"`
}

func (a *api) bulkAccept(ctx context.Context, in *struct {
	wire.Speaks
	wire.Keyed
	Body struct {
		Applications []string `json:"applications" minItems:"1" maxItems:"100" nullable:"false" doc:"Ids of arrived applications."`
	}
}) (*struct{ Body bulkView }, error) {
	req, err := in.Request(ctx, "POST "+bulkPath)
	if err != nil {
		return nil, err
	}
	all, err := a.Queue.BulkAccept(ctx, edge.ActorFrom(ctx), req, in.Body.Applications)
	if err != nil {
		return nil, err
	}
	out := &struct{ Body bulkView }{}
	for _, one := range all {
		v := acceptedView{
			ID:        one.ID,
			Result:    "refused",
			Code:      one.Code,
			State:     one.Extra["state"],
			HeldBy:    one.Extra["held_by"],
			HeldUntil: one.Extra["held_until"],
		}
		if one.Accepted {
			v.Result, v.Fence, v.ExpiresAt = "accepted", one.Fence, one.ExpiresAt
		} else {
			v.Detail = present.QueueRefusal(one.Code, one.Extra["held_by"], one.Reason, in.Lang())
		}
		out.Body.Results = append(out.Body.Results, v)
	}
	return out, nil
}
