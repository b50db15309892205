package api

import (
	"time"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

type PlanView struct {
	Version   string            `json:"version" doc:"effective_from of the procedure version used."`
	Documents []requirementView `json:"documents" nullable:"false"`
}

type plannedView struct {
	PlanView
	ChangesAt *time.Time `json:"changes_at,omitempty" doc:"When the next approved switch changes this plan."`
}

type requirementView struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Item     string `json:"item,omitempty"`
	Decision string `json:"decision" enum:"attach,omit"`
	Reason   string `json:"reason" enum:"not-replaceable,full-operation,consent-refused,trial,suspended,not-started"`
	Inquire  bool   `json:"inquire" doc:"The network will be asked."`
	Name     string `json:"name"`
	Help     string `json:"help" doc:"What it is, and why it is needed or who is asked instead."`
}

func (a *API) planOf(p *evidence.Plan, lang string) PlanView {
	out := PlanView{Version: p.Version, Documents: []requirementView{}}
	for _, r := range p.Requirements {
		out.Documents = append(out.Documents, a.requirementOf(r, lang))
	}
	return out
}

func (a *API) requirementOf(r evidence.Requirement, lang string) requirementView {
	return requirementView{
		Document: r.Document,
		Subject:  r.Subject,
		Item:     r.Item,
		Decision: r.Decision,
		Reason:   r.Reason,
		Inquire:  r.Inquire,
		Name:     wording.Document(a.Catalogue, r.Document, lang),
		Help:     wording.DocumentHelp(a.Catalogue, r.Document, lang) + " " + wording.Why(a.Catalogue, r.Reason, r.Item, lang),
	}
}

type changeView struct {
	Kind     string `json:"kind" enum:"added,removed,now-omitted,now-needed"`
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Text     string `json:"text" doc:"What changed, for people."`
}

func (a *API) changesOf(changes []evidence.Change, lang string) []changeView {
	out := []changeView{}
	for _, c := range changes {
		r := c.Requirement()
		name := wording.Document(a.Catalogue, r.Document, lang)
		out = append(out, changeView{
			Kind:     c.Kind,
			Document: r.Document,
			Subject:  r.Subject,
			Name:     name,
			Text:     wording.Change(a.Catalogue, c, lang),
		})
	}
	return out
}

type applicationView struct {
	ID            string            `json:"id" format:"uuid"`
	Procedure     string            `json:"procedure"`
	ProcedureName string            `json:"procedure_name"`
	Municipality  string            `json:"municipality"`
	State         string            `json:"state" enum:"draft,arrived,in-review,correction-requested,decided,withdrawn,signature-invalid,expired,transferred"`
	StateText     string            `json:"state_text" doc:"The state, and who moves next, for people."`
	Revision      int               `json:"revision"`
	Channel       string            `json:"channel" enum:"online,counter,handover"`
	Counter       *counterView      `json:"counter,omitempty" doc:"How it came in at the counter (窓口)."`
	Facts         Facts             `json:"facts"`
	Form          Form              `json:"form"`
	Origins       map[string]string `json:"origins,omitempty" doc:"Fields that another site filled in and the person did not change: JSON Pointer → the site."`
	Consents      []string          `json:"consents" nullable:"false"`
	Declarations  []Declaration     `json:"declarations" nullable:"false"`
	Plan          *PlanView         `json:"plan" doc:"null while the facts are not complete."`
	PlanChanges   []changeView      `json:"plan_changes" nullable:"false" doc:"What changed since the draft was last saved."`
	ChangesAt     *time.Time        `json:"changes_at,omitempty" doc:"When the next approved switch changes the plan."`
	FactsMissing  []missingFact     `json:"facts_missing,omitempty" doc:"What the facts still lack."`
	Items         []itemView        `json:"items,omitempty" doc:"Once filed: the state of each document."`
	Files         []fileView        `json:"files" nullable:"false"`
	Corrections   []correctionView  `json:"corrections,omitempty"`
	Decision      *letterView       `json:"decision,omitempty" doc:"Once decided: the outcome and the decision letter (決定通知書)."`
	ReceiptNumber string            `json:"receipt_number,omitempty"`
	ArrivedAt     *time.Time        `json:"arrived_at,omitempty"`
	ClaimOn       string            `json:"claim_on,omitempty" format:"date" doc:"The claim date (請求日)."`
	DeadlineOn    string            `json:"deadline_on,omitempty" format:"date"`
	Late          *bool             `json:"late,omitempty"`
	ExpiresAt     *time.Time        `json:"expires_at,omitempty" doc:"When the draft expires."`
	CreatedAt     time.Time         `json:"created_at"`
	UpdatedAt     time.Time         `json:"updated_at"`
	Timeline      []stepView        `json:"timeline" nullable:"false"`
}

type missingFact struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

type itemView struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	State    string `json:"state"`
	Declared string `json:"declared,omitempty"`
	DueOn    string `json:"due_on,omitempty" format:"date"`
}

type fileView struct {
	ID        string    `json:"id" format:"uuid"`
	Document  string    `json:"document"`
	Subject   string    `json:"subject"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	Sha256    string    `json:"sha256"`
	Scan      string    `json:"scan" enum:"pending,clean,infected,failed"`
	CreatedAt time.Time `json:"created_at"`
}

type correctionView struct {
	Number      int                `json:"number"`
	State       string             `json:"state" enum:"open,submitted,withdrawn,lapsed"`
	Items       []apply.DocumentOf `json:"items" nullable:"false"`
	Fields      []string           `json:"fields" nullable:"false"`
	Text        string             `json:"text"`
	DueOn       string             `json:"due_on,omitempty" format:"date"`
	RequestedAt time.Time          `json:"requested_at"`
	SubmittedAt *time.Time         `json:"submitted_at,omitempty"`
}

type stepView struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`
	State string    `json:"state"`
	Text  string    `json:"text"`
}

// applicationOf is an application in the words of the API.
func (a *API) applicationOf(v *apply.View, lang string) applicationView {
	out := applicationView{
		ID:            v.ID,
		Procedure:     v.Procedure,
		Municipality:  v.Municipality,
		State:         string(v.State),
		StateText:     wording.State(string(v.State), lang),
		Revision:      v.Revision,
		Channel:       v.Channel,
		Counter:       counterOf(v),
		Facts:         Facts(v.Facts),
		Form:          Form(v.Form),
		Origins:       v.Origins,
		Consents:      v.Consents,
		Declarations:  []Declaration{},
		PlanChanges:   a.changesOf(v.PlanChanges, lang),
		ChangesAt:     inJapan(v.ChangesAt),
		Files:         []fileView{},
		ReceiptNumber: v.ReceiptNumber,
		ArrivedAt:     inJapan(v.ArrivedAt),
		ClaimOn:       v.ClaimOn,
		DeadlineOn:    v.DeadlineOn,
		ExpiresAt:     inJapan(v.ExpiresAt),
		CreatedAt:     v.CreatedAt.In(jp.JST),
		UpdatedAt:     v.UpdatedAt.In(jp.JST),
		Timeline:      []stepView{},
	}
	if p := a.Catalogue.Procedure(v.Procedure); p != nil {
		out.ProcedureName = p.Latest().Name.In(lang)
	}
	if out.Form == nil {
		out.Form = Form{}
	}
	if out.Consents == nil {
		out.Consents = []string{}
	}
	for _, d := range v.Declarations {
		out.Declarations = append(out.Declarations, Declaration(d))
	}
	if v.Plan != nil {
		p := a.planOf(v.Plan, lang)
		out.Plan = &p
	}
	if v.ArrivedAt != nil {
		late := v.Late
		out.Late = &late
	}
	for _, d := range v.FactsMissing {
		out.FactsMissing = append(out.FactsMissing, missingFact{d.Pointer, wording.Detail(a.Catalogue, d, lang)})
	}
	a.addParts(&out, v, lang)
	return out
}

func (a *API) addParts(out *applicationView, v *apply.View, lang string) {
	for _, i := range v.Items {
		item := itemView{
			Document: i.Document,
			Subject:  i.Subject,
			Name:     wording.Document(a.Catalogue, i.Document, lang),
			State:    string(i.State),
			Declared: i.Declared,
		}
		if i.DueOn != nil {
			item.DueOn = jp.DateOf(*i.DueOn).String()
		}
		out.Items = append(out.Items, item)
	}
	for _, f := range v.Files {
		out.Files = append(out.Files, fileView{
			ID:        f.ID,
			Document:  f.Document,
			Subject:   f.Subject,
			Name:      f.Name,
			MediaType: f.MediaType,
			Size:      f.Size,
			Sha256:    f.Sha256,
			Scan:      string(f.Scan),
			CreatedAt: f.CreatedAt.In(jp.JST),
		})
	}
	for _, c := range v.Corrections {
		out.Corrections = append(out.Corrections, correctionView{
			Number:      c.Number,
			State:       string(c.State),
			Items:       c.Items,
			Fields:      c.Fields,
			Text:        c.Text,
			DueOn:       c.DueOn,
			RequestedAt: c.RequestedAt.In(jp.JST),
			SubmittedAt: inJapan(c.SubmittedAt),
		})
	}
	for _, h := range v.Timeline {
		out.Timeline = append(out.Timeline, a.stepOf(&h, lang))
	}
}

func (a *API) stepOf(h *models.History, lang string) stepView {
	return stepView{
		At:    h.At.In(jp.JST),
		Event: h.Event,
		State: string(h.ToState),
		Text:  wording.Event(a.Catalogue, h.Event, h.Detail, lang),
	}
}

// rowsInJapan writes the instants of phase rows in Japan time.
func rowsInJapan(rows []operate.Row) []operate.Row {
	out := make([]operate.Row, len(rows))
	for i, r := range rows {
		r.From = r.From.In(jp.JST)
		out[i] = r
	}
	return out
}

// versioned is an answer with an ETag.
type versioned[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

func withVersion[T any](version int64, body T) *versioned[T] {
	return &versioned[T]{ETag: edge.ETag(version), Body: body}
}
