package api

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/queue"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

const (
	casesPath = "/api/v1/review/applications"
	bulkPath  = "/api/v1/review/bulk-accept"
	staffPath = "/api/v1/admin/staff"
)

func (a *API) queueRoutes() {
	handle(
		a,
		operation1(reviewer(http.MethodGet, casesPath, "list-cases"), tagReviewer, "The municipality's queue: urgent cases first, then by arrival", 422),
		a.listCases,
	)
	claim := operation1(reviewer(http.MethodPost, casesPath+"/{id}/claim", "claim-case"), tagReviewer, "Claim a case, or renew the claim", 404, 409)
	claim.about = "409 names in held_by and held_until who has it, and until when."
	handle(a, claim, a.claimCase)
	release := operation1(reviewer(http.MethodPost, casesPath+"/{id}/release", "release-case"), tagReviewer, "Give a case back to the colleagues", 400, 404, 409)
	release.status = http.StatusNoContent
	handle(a, release, a.releaseCase)
	note := operation1(
		reviewer(http.MethodPost, casesPath+"/{id}/notes", "add-note"),
		tagReviewer,
		"Add a note for the colleagues; the parent never sees it",
		400,
		404,
		409,
		422,
	)
	note.status = http.StatusCreated
	handle(a, note, a.addNote)
	handle(a, operation1(reviewer(http.MethodGet, casesPath+"/{id}/notes", "list-notes"), tagReviewer, "The notes of a case, oldest first", 404), a.notes)
	handle(
		a,
		operation1(once(reviewer(http.MethodPost, bulkPath, "accept-cases")), tagReviewer, "Claim and accept many cases, each on its own", 409, 422),
		a.bulkAccept,
	)
	handle(a, operation1(admin(http.MethodGet, staffPath, "list-staff"), tagAdmin, "What the members of the own municipality's staff work on"), a.staff)
	handle(a, operation1(admin(http.MethodPut, staffPath+"/{person}", "put-staff"), tagAdmin, "Set what a member of staff works on", 404, 412, 422), a.putStaff)
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
	Claim         *holderView `json:"claim,omitempty" doc:"Who works on it; missing if nobody does."`
}

type flagView struct {
	Flag string `json:"flag" enum:"urgent,late,protected,mine,claimed,unclaimed,awaiting-document,answered,discrepant,task,counter"`
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

func (a *API) listCases(ctx context.Context, in *struct {
	Speaks
	State     string   `query:"state" enum:"arrived,in-review,correction-requested,decided,withdrawn,signature-invalid,transferred" doc:"One state; if missing, those that wait for somebody, and with q all."`
	Procedure string   `query:"procedure" doc:"Code of a procedure."`
	Flag      []string `query:"flag" maxItems:"11" doc:"Only cases with each of these flags, separated by commas."`
	OlderThan int      `query:"older_than" minimum:"0" maximum:"1000" doc:"Only cases that arrived more than so many working days ago."`
	Query     string   `query:"q" maxLength:"210" doc:"A receipt number, a name in kana (family or whole), or a birth date (western or of an era)."`
	Limit     int      `query:"limit" default:"20" minimum:"1" maximum:"200" doc:"How many at most."`
	Cursor    string   `query:"cursor" maxLength:"100" doc:"What the page before gave as next."`
}) (*list[entryView], error) {
	entries, next, err := a.Queue.List(ctx, edge.ActorFrom(ctx), queue.Filter{
		State:     models.ApplicationState(in.State),
		Procedure: in.Procedure,
		Flags:     in.Flag,
		OlderThan: in.OlderThan,
		Query:     in.Query,
		Cursor:    in.Cursor,
		Limit:     in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := make([]entryView, len(entries))
	for i := range entries {
		out[i] = a.entryView(&entries[i], in.lang())
	}
	return listOf(out, next), nil
}

func (a *API) entryView(e *queue.Entry, lang string) entryView {
	v := entryView{
		ID:            e.ID,
		ReceiptNumber: e.ReceiptNumber,
		Procedure:     e.Procedure,
		Name:          e.Procedure,
		State:         string(e.State),
		StateText:     wording.In("queue-state-"+string(e.State), lang),
		Version:       e.Version,
		ArrivedAt:     e.ArrivedAt,
		ClaimOn:       e.ClaimOn,
		DeadlineOn:    e.DeadlineOn,
		Late:          e.Late,
		Age:           e.Age,
		Flags:         []flagView{},
		Applicant:     personView{Name: e.Name, Kana: e.Kana},
	}
	if p := a.Catalogue.Procedure(e.Procedure); p != nil {
		v.Name = p.Latest().Name.In(lang)
	}
	for _, flag := range e.Flags {
		v.Flags = append(v.Flags, flagView{flag, wording.In("queue-flag-"+flag, lang)})
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

func (a *API) claimCase(ctx context.Context, in *struct {
	One
	Body *struct{}
}) (*struct{ Body holdView }, error) {
	h, err := a.Queue.Claim(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body holdView }{holdView{h.Fence, h.ExpiresAt}}, nil
}

func (a *API) releaseCase(ctx context.Context, in *struct {
	One
	Fenced
	Body *struct{}
}) (*empty, error) {
	return nil, a.Queue.Release(ctx, edge.ActorFrom(ctx), in.ID, in.Fence)
}

type noteView struct {
	ID     string    `json:"id" format:"uuid"`
	Author string    `json:"author" format:"uuid"`
	Mine   bool      `json:"mine"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`
}

func (a *API) addNote(ctx context.Context, in *struct {
	One
	Fenced
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

func (a *API) notes(ctx context.Context, in *struct{ One }) (*list[noteView], error) {
	all, err := a.Queue.Notes(ctx, edge.ActorFrom(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	var out []noteView
	for _, n := range all {
		out = append(out, noteView(n))
	}
	return listOf(out, ""), nil
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

func (a *API) bulkAccept(ctx context.Context, in *struct {
	Speaks
	Keyed
	Body struct {
		Applications []string `json:"applications" minItems:"1" maxItems:"100" nullable:"false" doc:"Ids of arrived applications."`
	}
}) (*struct{ Body bulkView }, error) {
	req, err := in.request(ctx, "POST "+bulkPath)
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
			v.Detail = refusedText(one, in.lang())
		}
		out.Body.Results = append(out.Body.Results, v)
	}
	return out, nil
}

func refusedText(one queue.Accepted, lang string) string {
	key := "refused-" + one.Code
	if one.Extra["held_by"] != "" {
		key = "refused-held"
	}
	if text := wording.In("queue-"+key, lang); text != "" {
		return text
	}
	return one.Text
}

type memberView struct {
	Person        string    `json:"person,omitempty" format:"uuid"`
	Categories    []string  `json:"categories" nullable:"false" doc:"Codes of categories of procedures; empty for all."`
	SeesProtected bool      `json:"sees_protected" doc:"Sees the addresses of protected persons (支援措置) and works on their cases."`
	UpdatedAt     time.Time `json:"updated_at,omitzero"`
}

func memberOf(m *queue.Member) memberView {
	v := memberView{Person: m.Person, Categories: m.Categories, SeesProtected: m.SeesProtected, UpdatedAt: m.UpdatedAt}
	if v.Categories == nil {
		v.Categories = []string{}
	}
	return v
}

func (a *API) staff(ctx context.Context, _ *struct{}) (*list[memberView], error) {
	all, err := a.Queue.Staff(ctx, edge.ActorFrom(ctx))
	if err != nil {
		return nil, err
	}
	var out []memberView
	for i := range all {
		out = append(out, memberOf(&all[i]))
	}
	return listOf(out, ""), nil
}

func (a *API) putStaff(ctx context.Context, in *struct {
	Guarded
	Person string `path:"person" format:"uuid" doc:"Id of a person who has signed in."`
	Body   struct {
		Categories    []string `json:"categories" maxItems:"50" nullable:"false" doc:"Codes of categories of procedures; empty for all."`
		SeesProtected bool     `json:"sees_protected"`
	}
}) (*versioned[memberView], error) {
	version, err := edge.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	m, err := a.Queue.PutStaff(
		ctx,
		edge.ActorFrom(ctx),
		version,
		queue.Member{Person: in.Person, Categories: in.Body.Categories, SeesProtected: in.Body.SeesProtected},
	)
	if err != nil {
		return nil, err
	}
	return withVersion(m.Version, memberOf(m)), nil
}
