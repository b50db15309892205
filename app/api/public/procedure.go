package public

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/wording"
)

func (a *api) procedureRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/procedures/{code}", ID: "show-procedure", For: edge.Public, Fails: []int{422},
			Summary: "One procedure: texts, documents, schemas, an example that can be filed", Call: wire.JSON(a.procedure)},
	}
}

type procedurePage struct {
	Code        string             `json:"code"`
	Version     string             `json:"version" doc:"effective_from of the version in force."`
	Name        string             `json:"name"`
	NameKana    string             `json:"name_kana"`
	NamePlain   string             `json:"name_plain" doc:"やさしい日本語"`
	Category    category           `json:"category"`
	Summary     string             `json:"summary"`
	LegalBasis  string             `json:"legal_basis"`
	Sources     []sourceView       `json:"sources" nullable:"false" doc:"The laws and pages on which this description rests."`
	CheckedOn   string             `json:"checked_on,omitempty" format:"date" doc:"When it was last held to its sources."`
	Who         string             `json:"who_may_apply"`
	Next        string             `json:"what_happens_next"`
	Deadline    deadlineView       `json:"deadline"`
	Weeks       int                `json:"weeks,omitempty" doc:"How long a decision usually takes from the arrival."`
	Signature   string             `json:"signature" enum:"none,login,signature" doc:"The municipality's level, or the default in general."`
	Offered     *bool              `json:"offered,omitempty" doc:"Whether the municipality offers it."`
	Open        bool               `json:"open" doc:"Whether it may be filed on that day."`
	OpensOn     string             `json:"opens_on,omitempty" format:"date"`
	ClosesOn    string             `json:"closes_on,omitempty" format:"date"`
	Guidance    string             `json:"guidance,omitempty" doc:"What the municipality adds."`
	Office      *wire.Municipality `json:"office,omitempty"`
	TrialNote   string             `json:"trial_note,omitempty" doc:"Shown while a trial lasts."`
	Documents   []documentGuidance `json:"documents" nullable:"false"`
	FactsSchema map[string]any     `json:"facts_schema" doc:"JSON Schema 2020-12 of the facts, in the order in which they are asked (x-order)."`
	FormSchema  map[string]any     `json:"form_schema" doc:"JSON Schema 2020-12 of the form."`
	Example     exampleCase        `json:"example" doc:"Complete and valid: it can be filed as it stands."`
	At          time.Time          `json:"at"`
}

type sourceView struct {
	Title   string `json:"title"`
	Article string `json:"article,omitempty"`
}

type deadlineView struct {
	Kind string `json:"kind"`
	Days int    `json:"days,omitempty"`
	From string `json:"from,omitempty" doc:"MM-DD"`
	To   string `json:"to,omitempty" doc:"MM-DD"`
	Text string `json:"text"`
}

type documentGuidance struct {
	Document  string     `json:"document"`
	Subject   string     `json:"subject" doc:"Kind of person: applicant, spouse, child …"`
	Name      string     `json:"name"`
	Help      string     `json:"help"`
	Obtain    string     `json:"where_to_get_it"`
	Accept    string     `json:"acceptable_file"`
	Writer    string     `json:"writer" enum:"applicant,third-party,office" doc:"Who writes it."`
	WrittenBy string     `json:"writer_text" doc:"The same in words."`
	Print     string     `json:"form_to_print,omitempty" doc:"Where the municipality's form for it is, a PDF."`
	Item      string     `json:"item,omitempty" doc:"The linkage item that can replace it."`
	ItemName  string     `json:"item_name,omitempty"`
	Phase     string     `json:"phase,omitempty"`
	Needed    bool       `json:"needed" doc:"Whoever it concerns brings it today."`
	Consent   bool       `json:"needs_consent" doc:"Omitted only with the person's consent."`
	Original  bool       `json:"original" doc:"The original on paper has to be shown."`
	ChangesAt *time.Time `json:"changes_at,omitempty" doc:"When a known switch changes whether it is needed."`
}

type exampleCase struct {
	Facts wire.Facts `json:"facts"`
	Form  wire.Form  `json:"form"`
}

func (a *api) procedure(ctx context.Context, in *struct {
	wire.Speaks
	Code         string `path:"code" example:"child-allowance-claim"`
	Municipality string `query:"municipality" example:"998010"`
	At           string `query:"at" doc:"As of this instant; now if missing."`
}) (*struct{ Body procedurePage }, error) {
	at, err := wire.Instant("at", in.At)
	if err != nil {
		return nil, err
	}
	p, err := a.Guide.Procedure(ctx, in.Code, in.Municipality, at)
	if err != nil {
		return nil, err
	}
	return &struct{ Body procedurePage }{a.pageOf(p, in.Lang())}, nil
}

func (a *api) pageOf(p *guide.ProcedurePage, lang string) procedurePage {
	v := p.Version
	kind := p.Category
	out := procedurePage{
		Code:        v.Procedure.Code,
		Version:     v.Effective,
		Name:        v.Name.In(lang),
		NameKana:    v.Name.Kana,
		NamePlain:   v.Name.Plain,
		Category:    category{kind.Code, kind.Name.In(lang)},
		Summary:     v.Summary.In(lang),
		LegalBasis:  v.LegalBasis.In(lang),
		Who:         v.Who.In(lang),
		Next:        v.Next.In(lang),
		Deadline:    deadlineView{v.Deadline.Kind, v.Deadline.Days, v.Deadline.From, v.Deadline.To, v.Deadline.Text.In(lang)},
		Weeks:       p.Weeks,
		Signature:   p.Signature,
		Open:        p.Open,
		Sources:     []sourceView{},
		CheckedOn:   v.Checked.On,
		Documents:   []documentGuidance{},
		FactsSchema: v.FactsSchema(lang),
		FormSchema:  v.FormRules().Schema(lang),
		Example:     exampleCase{wire.Facts(p.ExampleFacts), p.ExampleForm},
		At:          p.At.In(jp.JST),
	}
	for _, s := range p.Catalogue.Grounds(v.Source) {
		out.Sources = append(out.Sources, sourceView{s.Title, s.Article})
	}
	for _, d := range p.Documents {
		out.Documents = append(out.Documents, guidanceOf(p.Catalogue, &d, lang))
	}
	if p.Municipality != nil {
		for i := range p.Documents {
			if name := p.Documents[i].Rule.Definition().Print; name != "" {
				out.Documents[i].Print = "/guide/" + p.Municipality.Code + "/forms/" + name
			}
		}
		office := wire.MunicipalityOf(p.Municipality, lang)
		out.Office = &office
		offered := p.Offering != nil
		out.Offered = &offered
	}
	if p.TrialNote {
		out.TrialNote = wording.In("trial-note", lang)
	}
	if o := p.Offering; o != nil {
		out.Guidance = o.GuidanceJa
		if lang == "en" {
			out.Guidance = o.GuidanceEn
		}
		if o.OpensOn != nil {
			out.OpensOn = jp.DateOf(*o.OpensOn).String()
		}
		if o.ClosesOn != nil {
			out.ClosesOn = jp.DateOf(*o.ClosesOn).String()
		}
	}
	return out
}

func guidanceOf(cat *catalogue.Catalogue, d *guide.PageDocument, lang string) documentGuidance {
	def := d.Rule.Definition()
	out := documentGuidance{
		Document:  d.Rule.Document,
		Subject:   d.Rule.Subject,
		Name:      def.Name.In(lang),
		Help:      def.Help.In(lang),
		Obtain:    def.Obtain.In(lang),
		Accept:    def.Accept.In(lang),
		Writer:    def.Writer,
		WrittenBy: wording.In("writer-"+def.Writer, lang),
		Item:      d.Rule.Item,
		Phase:     d.Phase,
		Needed:    d.Needed,
		Consent:   d.NeedsConsent,
		Original:  d.Rule.Original,
		ChangesAt: wire.InJapan(d.ChangesAt),
	}
	if item := cat.Item(d.Rule.Item); item != nil {
		out.ItemName = item.Name.In(lang)
	}
	return out
}
