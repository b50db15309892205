package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/wording"
	"kosodate.example/onestop/models"
)

var (
	//go:embed receipt.html
	receiptSource string
	receiptPage   = template.Must(template.New("receipt").Parse(receiptSource))

	//go:embed page.css
	pageStyle string
	// pagePolicy lets a page of the API have its one style and nothing else.
	pagePolicy = func() string {
		sum := sha256.Sum256([]byte(pageStyle))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	}()
)

func (a *API) receiptRoutes() {
	page := operation1(
		applicant(http.MethodGet, applicationsPath+"/{id}/receipt", "show-receipt"),
		tagApplicant,
		"The receipt of a filed application, to keep",
		404,
		409,
		422,
	)
	a.plain(page, receiptOperation(), a.receipt)
	manifest := operation1(applicant(http.MethodGet, applicationsPath+"/{id}/manifest", "show-manifest"), tagApplicant,
		"What a signature covers: canonical JSON with the SHA-256 of every file", 404)
	a.plain(manifest, huma.Operation{Parameters: params("id"),
		Responses: map[string]*huma.Response{"200": a.answer("Canonical JSON: sorted members, no white space.", manifestView{})}}, a.manifest)
}

// manifestView describes the manifest; what is sent are the bytes of apply.Manifest.
type manifestView struct {
	Application  string         `json:"application" format:"uuid"`
	Procedure    string         `json:"procedure"`
	Municipality string         `json:"municipality"`
	Revision     int            `json:"revision"`
	Facts        Facts          `json:"facts"`
	Form         Form           `json:"form"`
	Consents     []string       `json:"consents" nullable:"false"`
	Declarations []Declaration  `json:"declarations" nullable:"false"`
	Files        []manifestFile `json:"files" nullable:"false"`
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
	Documents []receiptDocument
	Corrected []string // that a correction was handed in since, one sentence each
	Signed    string   // the signed text; empty if receipts are not signed here
}

type receiptDocument struct{ Name, Why, State string }

func (a *API) receipt(c *gin.Context) {
	ctx := c.Request.Context()
	filed, err := a.Apply.Receipt(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	lang := c.Query("lang")
	if !slices.Contains(wording.Languages, lang) {
		lang = edge.Language(c.Request)
	}
	format := c.DefaultQuery("format", "html")
	if format != "html" && format != formatSigned {
		a.edge.Fail(c, badParameter("format", "receipt-format"))
		return
	}
	statement, signed, err := a.stated(ctx, filed, lang)
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	if format == formatSigned {
		a.writeSigned(c, filed.Number, signed)
		return
	}
	data := a.receiptOf(filed, statement)
	data.Signed = signed
	var page bytes.Buffer
	if err := receiptPage.Execute(&page, data); err != nil {
		a.edge.Fail(c, err)
		return
	}
	writePage(c, page.Bytes())
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
		Style: template.CSS(pageStyle),
		Name:  applicantName(filed.Form), //nolint:gosec // our own file
		Shown: wording.Receipt(s),
	}
	if lang == catalogue.PlainJapanese {
		d.Lang = catalogue.Japanese
	}
	for _, i := range filed.Items {
		d.Documents = append(
			d.Documents,
			receiptDocument{
				Name:  wording.Document(a.Catalogue, i.Document, lang) + " (" + wording.Whose(i.Subject, lang) + ")",
				Why:   wording.Why(a.Catalogue, i.Reason, i.Item, lang),
				State: receiptState(&i, lang),
			},
		)
	}
	for _, at := range filed.Corrected {
		d.Corrected = append(d.Corrected, wording.Fill(wording.In("receipt-corrected", lang), "when", wording.Day(jp.DateIn(at).String(), lang)))
	}
	return d
}

// receiptState says whether a document is there, and until when one that is not may follow (P1).
func receiptState(i *models.PlanItem, lang string) string {
	switch {
	case i.Declared == dossier.WillFollow && i.DueOn != nil:
		return wording.Fill(wording.In("receipt-follows", lang), "due", wording.Day(jp.DateOf(*i.DueOn).String(), lang))
	case i.Declared == dossier.CannotProvide:
		return wording.In("receipt-declared", lang)
	case i.Decision == evidence.Attach:
		return wording.In("receipt-attached", lang)
	}
	return ""
}

func applicantName(answers map[string]any) string {
	applicant, _ := answers["applicant"].(map[string]any)
	family, _ := applicant["family_name"].(string)
	given, _ := applicant["given_name"].(string)
	return family + " " + given
}

// writePage gives a page of ours.
func writePage(c *gin.Context, page []byte) {
	c.Header("Content-Security-Policy", pagePolicy)
	c.Data(http.StatusOK, "text/html; charset=utf-8", page)
}

// manifest gives the bytes that a signature covers.
func (a *API) manifest(c *gin.Context) {
	ctx := c.Request.Context()
	m, err := a.Apply.Manifest(ctx, edge.ActorFrom(ctx), c.Param("id"))
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	body, err := m.Canonical()
	if err != nil {
		a.edge.Fail(c, err)
		return
	}
	c.Data(http.StatusOK, "application/json", body)
}
