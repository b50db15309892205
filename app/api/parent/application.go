package parent

import (
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/models"
)

type changeView struct {
	Kind     string `json:"kind" enum:"added,removed,now-omitted,now-needed"`
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Text     string `json:"text" doc:"What changed, for people."`
}

func changesOf(s *usecase.Services, v *apply.View, lang string) []changeView {
	out := []changeView{}
	for _, c := range v.PlanChanges {
		r := c.Requirement()
		cat := s.CatalogueWith(v, r.Document)
		name := present.Document(cat, r.Document, lang)
		out = append(out, changeView{
			Kind:     c.Kind,
			Document: r.Document,
			Subject:  r.Subject,
			Name:     name,
			Text:     present.Change(cat, c, lang),
		})
	}
	return out
}

// ApplicationView is an application, with everything that its owner may see.
type ApplicationView struct {
	ID            string             `json:"id" format:"uuid"`
	Procedure     string             `json:"procedure"`
	ProcedureName string             `json:"procedure_name"`
	Municipality  string             `json:"municipality"`
	State         string             `json:"state" enum:"draft,arrived,in-review,correction-requested,decided,withdrawn,signature-invalid,expired,transferred"`
	StateText     string             `json:"state_text" doc:"The state, and who moves next, for people."`
	Revision      int                `json:"revision"`
	Channel       string             `json:"channel" enum:"online,counter,handover,portal"`
	Counter       *counterView       `json:"counter,omitempty" doc:"How it came in at the counter (窓口)."`
	Facts         wire.Facts         `json:"facts"`
	Form          wire.Form          `json:"form"`
	Origins       map[string]string  `json:"origins,omitempty" doc:"Fields that another site filled in and the person did not change: JSON Pointer → the site."`
	Consents      []string           `json:"consents" nullable:"false"`
	Declarations  []wire.Declaration `json:"declarations" nullable:"false"`
	Plan          *wire.PlanView     `json:"plan" doc:"null while the facts are not complete."`
	PlanChanges   []changeView       `json:"plan_changes" nullable:"false" doc:"What changed since the draft was last saved."`
	ChangesAt     *time.Time         `json:"changes_at,omitempty" doc:"When the next approved switch changes the plan."`
	FactsMissing  []missingFact      `json:"facts_missing,omitempty" doc:"What the facts still lack."`
	Items         []itemView         `json:"items,omitempty" doc:"Once filed: the state of each document."`
	Files         []fileView         `json:"files" nullable:"false"`
	Corrections   []correctionView   `json:"corrections,omitempty"`
	Decision      *letterView        `json:"decision,omitempty" doc:"Once decided: the outcome and the decision letter (決定通知書)."`
	ReceiptNumber string             `json:"receipt_number,omitempty"`
	ArrivedAt     *time.Time         `json:"arrived_at,omitempty"`
	ClaimOn       string             `json:"claim_on,omitempty" format:"date" doc:"The claim date (請求日)."`
	DeadlineOn    string             `json:"deadline_on,omitempty" format:"date"`
	Late          *bool              `json:"late,omitempty"`
	ExpiresAt     *time.Time         `json:"expires_at,omitempty" doc:"When the draft expires."`
	CreatedAt     time.Time          `json:"created_at"`
	UpdatedAt     time.Time          `json:"updated_at"`
	Timeline      []StepView         `json:"timeline" nullable:"false"`
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
	Number      int          `json:"number"`
	State       string       `json:"state" enum:"open,submitted,withdrawn,lapsed"`
	Items       []documentOf `json:"items" nullable:"false"`
	Fields      []string     `json:"fields" nullable:"false"`
	Text        string       `json:"text"`
	DueOn       string       `json:"due_on,omitempty" format:"date"`
	RequestedAt time.Time    `json:"requested_at"`
	SubmittedAt *time.Time   `json:"submitted_at,omitempty"`
}

// documentOf names a document that a correction asks for.
type documentOf struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
}

// StepView is one step of a timeline.
type StepView struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`
	State string    `json:"state"`
	Text  string    `json:"text"`
}

// ApplicationOf is an application in the words of the API.
func ApplicationOf(s *usecase.Services, v *apply.View, lang string) ApplicationView {
	cat := s.CatalogueOf(v)
	out := ApplicationView{
		ID:            v.ID,
		Procedure:     v.Procedure,
		ProcedureName: present.Procedure(cat, v.Procedure, lang),
		Municipality:  v.Municipality,
		State:         string(v.State),
		StateText:     present.State(string(v.State), lang),
		Revision:      v.Revision,
		Channel:       v.Channel,
		Counter:       counterOf(v),
		Facts:         wire.Facts(v.Facts),
		Form:          wire.Form(v.Form),
		Origins:       v.Origins,
		Consents:      v.Consents,
		Declarations:  []wire.Declaration{},
		PlanChanges:   changesOf(s, v, lang),
		ChangesAt:     wire.InJapan(v.ChangesAt),
		Files:         []fileView{},
		ReceiptNumber: v.ReceiptNumber,
		ArrivedAt:     wire.InJapan(v.ArrivedAt),
		ClaimOn:       v.ClaimOn,
		DeadlineOn:    v.DeadlineOn,
		ExpiresAt:     wire.InJapan(v.ExpiresAt),
		CreatedAt:     v.CreatedAt.In(jp.JST),
		UpdatedAt:     v.UpdatedAt.In(jp.JST),
		Timeline:      []StepView{},
	}
	if out.Form == nil {
		out.Form = wire.Form{}
	}
	if out.Consents == nil {
		out.Consents = []string{}
	}
	for _, d := range v.Declarations {
		out.Declarations = append(out.Declarations, wire.Declaration(d))
	}
	if v.Plan != nil {
		p := wire.PlanOf(cat, v.Plan, lang)
		out.Plan = &p
	}
	if v.ArrivedAt != nil {
		late := v.Late
		out.Late = &late
	}
	for _, d := range v.FactsMissing {
		out.FactsMissing = append(out.FactsMissing, missingFact{d.Pointer, present.Detail(cat, d, lang)})
	}
	addParts(cat, &out, v, lang)
	return out
}

func addParts(cat *catalogue.Catalogue, out *ApplicationView, v *apply.View, lang string) {
	for _, i := range v.Items {
		item := itemView{
			Document: i.Document,
			Subject:  i.Subject,
			Name:     present.Document(cat, i.Document, lang),
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
			Items:       wire.Each(c.Items, func(d apply.DocumentOf) documentOf { return documentOf(d) }),
			Fields:      c.Fields,
			Text:        c.Text,
			DueOn:       c.DueOn,
			RequestedAt: c.RequestedAt.In(jp.JST),
			SubmittedAt: wire.InJapan(c.SubmittedAt),
		})
	}
	for _, h := range v.Timeline {
		out.Timeline = append(out.Timeline, StepOf(cat, &h, lang))
	}
}

// StepOf is one step of a timeline in the words of the API.
func StepOf(cat *catalogue.Catalogue, h *models.History, lang string) StepView {
	return StepView{
		At:    h.At.In(jp.JST),
		Event: h.Event,
		State: string(h.ToState),
		Text:  present.Event(cat, h.Event, h.Detail, lang),
	}
}
