package admin

import (
	"context"
	"net/http"
	"time"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/operate"
	"kosodate.example/onestop/app/rule/boilerplate"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
)

const (
	lettersPath = "/api/v1/admin/municipalities/{code}/letters"
	textsPath   = "/api/v1/admin/municipalities/{code}/boilerplates"
)

func (a *api) letterRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: lettersPath, ID: "show-letter-settings", For: edge.Admin,
			Summary: "What a municipality's letters say (決定通知書)", Call: wire.JSON(a.letters)},
		{Method: http.MethodPut, Path: lettersPath, ID: "put-letter-settings", For: edge.Admin, Fails: []int{412},
			Summary: "Say what its letters say from the next decision on", Call: wire.JSON(a.putLetters)},
		{Method: http.MethodGet, Path: textsPath, ID: "list-boilerplates", For: edge.Admin,
			Summary: "The texts that a municipality's staff begin with (文例), the retired too", Call: wire.JSON(a.boilerplates)},
		{Method: http.MethodPost, Path: textsPath, ID: "add-boilerplate", For: edge.Admin, Status: http.StatusCreated,
			Summary: "Add a text that staff begin with", Call: wire.JSON(a.addBoilerplate)},
		{Method: http.MethodPut, Path: textsPath + "/{id}", ID: "put-boilerplate", For: edge.Admin, Fails: []int{412},
			Summary: "Replace one as a whole, or retire it", Call: wire.JSON(a.putBoilerplate)},
	}
}

type letterSettings struct {
	Prefix     string `json:"prefix" doc:"Of the document number (文書番号), before 第…号."`
	MayorTitle string `json:"mayor_title"`
	MayorName  string `json:"mayor_name"`
	Address    string `json:"address"`
	Contact    string `json:"contact"`
	Appeal     string `json:"appeal" doc:"教示文: 審査請求."`
	Suit       string `json:"suit" doc:"教示文: 取消訴訟."`
	Seal       string `json:"seal" enum:"space,omitted" doc:"Whether room is left for the official seal (公印)."`
}

func letterSettingsOf(s *models.LetterSettings) *wire.Versioned[letterSettings] {
	return wire.WithVersion(int64(s.Version), letterSettings{Prefix: s.Prefix, MayorTitle: s.MayorTitle, MayorName: s.MayorName, Address: s.Address,
		Contact: s.Contact, Appeal: s.Appeal, Suit: s.Suit, Seal: s.Seal})
}

// Place names one municipality.
type Place struct {
	Code string `path:"code" example:"998010"`
}

func (a *api) letters(ctx context.Context, in *Place) (*wire.Versioned[letterSettings], error) {
	found, err := a.Operate.Letters(ctx, edge.ActorFrom(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return letterSettingsOf(&found.Now), nil
}

func (a *api) putLetters(ctx context.Context, in *struct {
	wire.Guarded
	Place
	Body letterSettings
}) (*wire.Versioned[letterSettings], error) {
	actor, b := edge.ActorFrom(ctx), in.Body
	found, err := a.Operate.Letters(ctx, actor, in.Code)
	if err != nil {
		return nil, err
	}
	version, err := seen(in.Guarded, found.Now.Version)
	if err != nil {
		return nil, err
	}
	to := models.LetterSettings{Municipality: in.Code, Version: version, Prefix: b.Prefix, MayorTitle: b.MayorTitle, MayorName: b.MayorName,
		Address: b.Address, Contact: b.Contact, Appeal: b.Appeal, Suit: b.Suit, Seal: b.Seal}
	if err := a.Operate.PutLetters(ctx, actor, to); err != nil {
		return nil, err
	}
	return a.letters(ctx, &in.Place)
}

// seen is the version that a client has seen; whoever does not say replaces whatever is there.
func seen(g wire.Guarded, now int) (int, error) {
	version, err := edge.IfMatch(g.IfMatch)
	if err != nil || version == nil {
		return now, err
	}
	return int(*version), nil
}

// TextBody is a text that staff begin with, as it is sent.
type TextBody struct {
	Kind      string            `json:"kind" enum:"correction,reason,letter-approved,letter-rejected,letter-other,message"`
	Procedure string            `json:"procedure,omitempty" doc:"Missing: of every procedure."`
	Name      string            `json:"name" doc:"By which staff choose it."`
	Texts     map[string]string `json:"texts" doc:"text; of a message title-ja, text-ja, title-plain, text-plain, title-en, text-en."`
	DueDays   *int              `json:"due_days,omitempty" minimum:"1" maximum:"365" doc:"Of a correction: days until it is due."`
	Retired   bool              `json:"retired,omitempty" doc:"Offered to nobody any more."`
}

type boilerplateView struct {
	ID string `json:"id" format:"uuid"`
	TextBody
	Version   int       `json:"version" doc:"Its ETag."`
	ChangedAt time.Time `json:"changed_at"`
}

func boilerplateOf(b operate.Boilerplate) boilerplateView {
	out := boilerplateView{ID: b.ID, Version: b.Version, ChangedAt: b.ChangedAt.In(jp.JST),
		TextBody: TextBody{Kind: string(b.Kind), Name: b.Name, Texts: b.Texts, DueDays: b.DueDays, Retired: b.Retired}}
	if b.Procedure != operate.All {
		out.Procedure = b.Procedure
	}
	return out
}

// of is the text of a municipality that a body describes.
func (b TextBody) of(code, id string, version int) operate.Boilerplate {
	out := operate.Boilerplate{Kind: boilerplate.Kind(b.Kind), Texts: b.Texts, Boilerplate: models.Boilerplate{ID: id, Version: version,
		Municipality: code, Procedure: b.Procedure, Name: b.Name, DueDays: b.DueDays, Retired: b.Retired}}
	if out.Procedure == "" {
		out.Procedure = operate.All
	}
	return out
}

func (a *api) boilerplates(ctx context.Context, in *Place) (*wire.List[boilerplateView], error) {
	all, err := a.Operate.Boilerplates(ctx, edge.ActorFrom(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return wire.ListOf(wire.Each(all, boilerplateOf), ""), nil
}

func (a *api) addBoilerplate(ctx context.Context, in *struct {
	Place
	Body TextBody
}) (*wire.Versioned[boilerplateView], error) {
	id, err := a.Operate.PutBoilerplate(ctx, edge.ActorFrom(ctx), in.Body.of(in.Code, "", 0))
	if err != nil {
		return nil, err
	}
	return a.oneBoilerplate(ctx, in.Code, id)
}

func (a *api) putBoilerplate(ctx context.Context, in *struct {
	wire.Guarded
	Place
	ID   string `path:"id" format:"uuid"`
	Body TextBody
}) (*wire.Versioned[boilerplateView], error) {
	actor := edge.ActorFrom(ctx)
	past, err := a.Operate.BoilerplatePast(ctx, actor, in.Code, in.ID)
	if err != nil {
		return nil, err
	}
	version, err := seen(in.Guarded, past[0].Version)
	if err != nil {
		return nil, err
	}
	if _, err := a.Operate.PutBoilerplate(ctx, actor, in.Body.of(in.Code, in.ID, version)); err != nil {
		return nil, err
	}
	return a.oneBoilerplate(ctx, in.Code, in.ID)
}

func (a *api) oneBoilerplate(ctx context.Context, code, id string) (*wire.Versioned[boilerplateView], error) {
	past, err := a.Operate.BoilerplatePast(ctx, edge.ActorFrom(ctx), code, id)
	if err != nil {
		return nil, err
	}
	return wire.WithVersion(int64(past[0].Version), boilerplateOf(past[0])), nil
}
