package parent

import (
	"bytes"
	"context"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

func (a *API) receiptRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/receipt", ID: "show-receipt", For: edge.Applicant, Fails: []int{409, 422},
			Summary: "The receipt of a filed application, to keep", Call: ReceiptAnswer.Call(a.Receipt)},
		{Method: http.MethodGet, Path: "/api/v1/applications/{id}/manifest", ID: "show-manifest", For: edge.Applicant,
			Summary: "What a signature covers: canonical JSON with the SHA-256 of every file",
			Call: wire.Raw{Params: wire.Params("id"), Status: http.StatusOK,
				Text: "Canonical JSON: sorted members, no white space.", JSON: manifestView{}}.Call(a.manifest)},
	}
}

var (
	//go:embed receipt.html
	receiptSource string
	receiptPage   = template.Must(template.New("receipt").Parse(receiptSource))
)

// manifestView describes the manifest; what is sent are the bytes of apply.Manifest.
type manifestView struct {
	Application  string             `json:"application" format:"uuid"`
	Procedure    string             `json:"procedure"`
	Municipality string             `json:"municipality"`
	Revision     int                `json:"revision"`
	Facts        wire.Facts         `json:"facts"`
	Form         wire.Form          `json:"form"`
	Consents     []string           `json:"consents" nullable:"false"`
	Declarations []wire.Declaration `json:"declarations" nullable:"false"`
	Files        []manifestFile     `json:"files" nullable:"false"`
}

type manifestFile struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Size     int64  `json:"size"`
	Sha256   string `json:"sha256"`
}

// receiptLanguage is how plain Japanese is asked for, which Accept-Language cannot name.
var receiptLanguage = &huma.Param{
	Name:        "lang",
	In:          "query",
	Description: "ja, plain (やさしい日本語) or en; without it Accept-Language decides.",
	Schema:      &huma.Schema{Type: "string", Enum: []any{catalogue.Japanese, catalogue.PlainJapanese, catalogue.English}},
}

// receiptData is what the receipt shows.
type receiptData struct {
	Lang      string // of the page: ja or en
	Label     map[string]string
	Style     template.CSS
	Shown     receipt.Shown // the values that are signed, if anything is
	Name      string
	Published string // address of the page that says how the rules were published
	Documents []receiptDocument
	Corrected []string // that a correction was handed in since, one sentence each
	Signed    string   // the signed text; empty if receipts are not signed here
}

type receiptDocument struct{ Name, Why, State string }

// Receipt gives the receipt of a filed application as a page, or its signed text alone.
func (a *API) Receipt(c *gin.Context) error {
	ctx := c.Request.Context()
	filed, err := a.Apply.Receipt(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		return err
	}
	lang := c.Query("lang")
	if !slices.Contains(wording.Languages, lang) {
		lang = edge.Language(c.Request)
	}
	format := c.DefaultQuery("format", "html")
	if format != "html" && format != formatSigned {
		return wire.BadParameter("format", "receipt-format")
	}
	statement, signed, err := a.stated(ctx, filed, lang)
	if err != nil {
		return err
	}
	if format == formatSigned {
		return writeSigned(c, filed.Number, signed)
	}
	data := a.receiptOf(filed, statement)
	data.Signed = signed
	var page bytes.Buffer
	if err := receiptPage.Execute(&page, data); err != nil {
		return err
	}
	wire.WritePage(c, page.Bytes())
	return nil
}

// stated is what the service states of a filed application, and its signed text.
func (a *API) stated(ctx context.Context, filed *apply.Receipt, lang string) (*receipt.Statement, string, error) {
	place, err := a.Guide.Municipality(ctx, filed.Municipality)
	if err != nil {
		return nil, "", err
	}
	s := a.statementOf(filed, place, lang, time.Now())
	signed, err := a.signedText(s)
	return s, signed, err
}

func (a *API) receiptOf(filed *apply.Receipt, s *receipt.Statement) receiptData {
	lang := s.Language
	d := receiptData{
		Lang:  lang,
		Label: wording.Group("receipt-page-", lang),
		Style: template.CSS(wire.PageStyle), //nolint:gosec // our own file
		Name:  present.Applicant(filed.Form),
		Shown: present.Receipt(s),

		Published: a.PublicURL + "/edition-history",
	}
	if lang == catalogue.PlainJapanese {
		d.Lang = catalogue.Japanese
	}
	cat := a.Editions().Show(filed.Edition, filed.Municipality, filed.Procedure)
	for _, i := range filed.Items {
		need := present.Need(cat, i.Document, i.Subject, i.Reason, i.Item, lang)
		d.Documents = append(d.Documents, receiptDocument{Name: need.Name + present.Aside(need.Whose, lang), Why: need.Why, State: receiptState(&i, lang)})
	}
	for _, at := range filed.Corrected {
		d.Corrected = append(d.Corrected, wording.Fill(wording.In("receipt-corrected", lang), "when", present.InEra(jp.DateIn(at), lang)))
	}
	return d
}

// receiptState says whether a document is there, and until when one that is not may follow (P1).
func receiptState(i *models.PlanItem, lang string) string {
	switch {
	case i.Declared == dossier.WillFollow && i.DueOn != nil:
		return wording.Fill(wording.In("receipt-follows", lang), "due", present.InEra(jp.DateOf(*i.DueOn), lang))
	case i.Declared == dossier.CannotProvide:
		return wording.In("receipt-declared", lang)
	case i.Decision == evidence.Attach:
		return wording.In("receipt-attached", lang)
	}
	return ""
}

// manifest gives the bytes that a signature covers.
func (a *API) manifest(c *gin.Context) error {
	ctx := c.Request.Context()
	v, err := a.Apply.Get(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		return err
	}
	m, err := a.Manifest(ctx, edge.ActorFrom(ctx), v)
	if err != nil {
		return err
	}
	body, err := m.Canonical()
	if err != nil {
		return err
	}
	c.Data(http.StatusOK, "application/json", body)
	return nil
}
