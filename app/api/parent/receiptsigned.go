package parent

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/models"
)

// formatSigned asks for the signed text alone.
const formatSigned = "jws"

// contentTypeSigned is the media type of a JWS in compact form (RFC 7515).
const contentTypeSigned = "application/jose"

// receiptFormat is how the bare signed text is asked for.
var receiptFormat = &huma.Param{
	Name:        "format",
	In:          "query",
	Description: "html, the page with the signed text in it; or jws, the signed text alone (404 if receipts are not signed here).",
	Schema:      &huma.Schema{Type: "string", Enum: []any{"html", formatSigned}, Default: "html"},
}

// statementOf is what the service states of a filed application, in a language: as it was filed, whatever was corrected
// since.
func (a *API) statementOf(filed *apply.Receipt, m *models.Municipality, lang string, now time.Time) *receipt.Statement {
	s := &receipt.Statement{
		Number:         filed.Number,
		ArrivedAt:      filed.ArrivedAt,
		Late:           filed.Late,
		ClaimOn:        filed.ClaimOn,
		DeadlineOn:     filed.DeadlineOn,
		Procedure:      receipt.Named{Code: filed.Procedure},
		Version:        filed.Version,
		Place:          receipt.Named{Code: filed.Municipality, Name: wire.MunicipalityOf(m, lang).Name},
		Editions:       filed.Editions,
		ManifestSha256: filed.ManifestSha256,
		Revision:       filed.Revision,
		Language:       lang,
		IssuedAt:       now,
		Issuer:         a.PublicURL,
	}
	if p := a.Editions().Show(filed.Edition, filed.Municipality, filed.Procedure).Procedure(filed.Procedure); p != nil {
		v := p.At(jp.DateIn(filed.ArrivedAt)) // a receipt does not follow later names
		if v == nil {
			v = p.Latest()
		}
		s.Procedure.Name = v.Name.In(lang)
	}
	for _, f := range filed.Files {
		s.Files = append(s.Files, receipt.File(f))
	}
	return s
}

// signedText signs the statement; empty if the service has no key for it.
func (a *API) signedText(s *receipt.Statement) (string, error) {
	if !a.Receipts.CanSign() {
		return "", nil
	}
	return a.Receipts.Sign(*s)
}

// writeSigned gives the signed text as a file to keep.
func writeSigned(c *gin.Context, number, text string) error {
	if text == "" {
		return fault.New(fault.NotFound, fault.CodeNotFound, "receipts-unsigned")
	}
	c.Header("Content-Disposition", `attachment; filename="receipt-`+number+`.jws"`)
	c.Data(http.StatusOK, contentTypeSigned, []byte(text))
	return nil
}

// ReceiptAnswer describes a route that gives a receipt.
var ReceiptAnswer = wire.Raw{Params: append(wire.Params("id"), receiptLanguage, receiptFormat), Status: http.StatusOK,
	Text:   "The receipt. If the service signs receipts, it carries its signature.",
	Answer: map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: "string"}}, contentTypeSigned: {Schema: &huma.Schema{Type: "string"}}}}
