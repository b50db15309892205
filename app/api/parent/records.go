package parent

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/usecase"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

func (a *API) recordRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/me/records", ID: "list-records", For: edge.Applicant, Fails: []int{422},
			Summary: "The record of information provided (情報提供等記録): which office asked which for one's facts, for which application and why",
			Call:    wire.JSON(a.records)},
		{Method: http.MethodGet, Path: "/api/v1/me/information", ID: "show-information", For: edge.Applicant, Fails: []int{422},
			Summary: "One's own information (自己情報) that public bodies hold; asked at this moment, for the person alone, and never stored",
			Call:    wire.JSON(a.information)},
	}
}

// RecordView is one exchange over the network about a person.
type RecordView struct {
	ID           string    `json:"id" format:"uuid"`
	Inquirer     string    `json:"inquirer" doc:"Who asked: the municipality's code."`
	InquirerName string    `json:"inquirer_name"`
	Provider     string    `json:"provider" doc:"Who was asked."`
	ProviderName string    `json:"provider_name"`
	Item         string    `json:"item"`
	ItemName     string    `json:"item_name"`
	Subject      string    `json:"subject" doc:"Whose facts."`
	Procedure    string    `json:"procedure"`
	Affair       string    `json:"affair"`
	LegalBasis   string    `json:"legal_basis"`
	RequestedAt  time.Time `json:"requested_at"`
	AnsweredAt   time.Time `json:"answered_at"`
	Result       string    `json:"result"`
	Phase        string    `json:"phase" enum:"trial,full"`
	Application  string    `json:"application"`
	Text         string    `json:"text" doc:"Who asked whom for what and why, in plain words."`
	Hidden       bool      `json:"hidden,omitempty" doc:"Kept from the citizen's view; only staff see it."`
}

func (a *API) records(ctx context.Context, in *struct {
	wire.Speaks
	wire.Paged
}) (*wire.List[RecordView], error) {
	page, err := in.Page()
	if err != nil {
		return nil, err
	}
	rows, err := a.Linkage.Records(ctx, edge.ActorFrom(ctx), page)
	if err != nil {
		return nil, err
	}
	out, err := RecordsOf(ctx, a.Services, rows, in.Lang())
	if err != nil {
		return nil, err
	}
	return wire.PageOf(out, in.Limit, func(v RecordView) string { return v.ID }), nil
}

// RecordsOf are exchanges over the network in the words of the API.
func RecordsOf(ctx context.Context, s *usecase.Services, rows []models.Exchange, lang string) ([]RecordView, error) {
	names, err := s.Guide.Names(ctx, lang == edge.English)
	if err != nil {
		return nil, err
	}
	var out []RecordView
	for _, e := range rows {
		v := RecordView{
			ID:           e.ID,
			Inquirer:     e.Municipality,
			InquirerName: names(e.Municipality),
			Provider:     e.Provider,
			ProviderName: names(e.Provider),
			Item:         e.Item,
			ItemName:     s.Editions().ForItem(e.Item).Item(e.Item).Name.In(lang),
			Subject:      e.Subject,
			Procedure:    e.Procedure,
			Affair:       e.Affair,
			LegalBasis:   e.LegalBasis,
			RequestedAt:  e.RequestedAt.In(jp.JST),
			AnsweredAt:   e.AnsweredAt.In(jp.JST),
			Result:       e.Result,
			Phase:        e.Phase,
			Application:  e.ApplicationID,
			Hidden:       e.Hidden,
		}
		v.Text = present.Asked{
			Inquirer:  v.InquirerName,
			Provider:  v.ProviderName,
			Item:      e.Item,
			Subject:   e.Subject,
			Procedure: e.Procedure,
			Result:    e.Result,
			Trial:     e.Phase == "trial",
		}.Text(s.Editions().ForProcedure(e.Municipality, e.Procedure), lang)
		out = append(out, v)
	}
	return out, nil
}

type ownView struct {
	Item     string        `json:"item"`
	Name     string        `json:"name"`
	Result   string        `json:"result" doc:"As of an inquiry; pending if it did not come in time."`
	Text     string        `json:"text"`
	Provider string        `json:"provider,omitempty"`
	Facts    []ownFactView `json:"facts" nullable:"false"`
}

type ownFactView struct {
	Name  string `json:"name"`
	Label string `json:"label"`
	Value any    `json:"value"`
}

func (a *API) information(ctx context.Context, in *struct {
	wire.Speaks
	Item string `query:"item" doc:"One linkage item; all if missing." example:"local-tax"`
}) (*wire.List[ownView], error) {
	now := a.Editions().National()
	items := now.Items()
	if in.Item != "" {
		if now.Item(in.Item) == nil {
			return nil, wire.BadParameter("item", "unknown-item")
		}
		items = []string{in.Item}
	}
	who, _ := edge.PrincipalFrom(ctx)
	found, err := a.Linkage.Own(ctx, edge.ActorFrom(ctx), who.Provider+"/"+who.Subject, items)
	if err != nil {
		return nil, err
	}
	var out []ownView
	for _, i := range found {
		item := now.Item(i.Item)
		v := ownView{
			Item:     i.Item,
			Name:     item.Name.In(in.Lang()),
			Result:   i.Result,
			Text:     wording.In("reply-"+i.Result, in.Lang()),
			Provider: i.Provider,
			Facts:    []ownFactView{},
		}
		for _, f := range item.Fields {
			if value, ok := i.Facts[f.Name]; ok {
				v.Facts = append(v.Facts, ownFactView{f.Name, f.Label.In(in.Lang()), value})
			}
		}
		out = append(out, v)
	}
	return wire.ListOf(out, ""), nil
}
