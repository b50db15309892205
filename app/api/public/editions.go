package public

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/publish"
	"kosodate.example/onestop/app/rule/jp"
)

func (a *api) editionRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodGet, Path: "/api/v1/editions", ID: "list-published-editions", For: edge.Public,
			Summary: "The editions of the catalogue that are, were and will be in force", Call: wire.JSON(a.publishedEditions)},
		{Method: http.MethodGet, Path: "/api/v1/editions/{digest}", ID: "show-published-edition", For: edge.Public, Class: edge.Download,
			Summary: "The files of an edition, as a zip file", Call: wire.Raw{Params: wire.Params("digest"),
				Status: http.StatusOK, Text: "The bundle.", Answer: wire.Bytes("application/zip")}.Call(a.publishedBundle)},
		{Method: http.MethodGet, Path: "/api/v1/editions/{digest}/certificates/{certificate}", ID: "show-edition-certificate", For: edge.Public,
			Summary: "The publication certificate of an edition",
			Call: wire.Raw{Params: wire.Params("digest", "certificate"), Status: http.StatusOK, Text: "The certificate.", Answer: certificateTypes}.
				Call(a.certificate)},
	}
}

// The media types of a certificate: a JWS in compact form (RFC 7515) by a key of receipt-keys; where the service has none, the bare
// statement, whose key_id is empty.
const typeSigned, typeBare = "application/jose", "application/json"

var certificateTypes = map[string]*huma.MediaType{
	typeSigned: {Schema: &huma.Schema{Type: huma.TypeString}},
	typeBare:   {Schema: &huma.Schema{Type: huma.TypeObject}},
}

// editionView is an edition that is, was or will be in force.
type editionView struct {
	Scope    string    `json:"scope" doc:"* for the country, or a municipality's code."`
	Digest   string    `json:"digest,omitempty" doc:"Missing where a municipality has none of its own from then on."`
	From     time.Time `json:"from"`
	Circular string    `json:"circular,omitempty"`
	Reason   string    `json:"reason,omitempty"`

	Certificate string `json:"certificate,omitempty" doc:"Digest of its publication certificate."`
	Installed   bool   `json:"installed,omitempty" doc:"It came with the program."`
}

// publishedList is every edition; there are few.
type publishedList struct {
	Items []editionView `json:"items" nullable:"false"`
}

func (a *api) publishedEditions(ctx context.Context, _ *struct{}) (*struct{ Body publishedList }, error) {
	rows, err := a.Publish.History(ctx)
	if err != nil {
		return nil, err
	}
	return &struct{ Body publishedList }{publishedList{wire.Each(rows, func(p publish.Published) editionView {
		out := editionView{Scope: p.Scope, Digest: p.Digest, From: p.From.In(jp.JST), Circular: p.Circular, Reason: p.Reason, Installed: p.Installed}
		if p.Certificate != nil {
			out.Certificate = p.Certificate.Digest
		}
		return out
	})}}, nil
}

func (a *api) publishedBundle(c *gin.Context) error {
	zip, err := a.Publish.Contents(c.Request.Context(), c.Param("digest"))
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable") // its name is what it holds
	c.Data(http.StatusOK, "application/zip", zip)
	return nil
}

func (a *api) certificate(c *gin.Context) error {
	made, err := a.Publish.Certificate(c.Request.Context(), c.Param("digest"), c.Param("certificate"))
	if err != nil {
		return err
	}
	kind, ending := typeBare, "json"
	if made.Signed() {
		kind, ending = typeSigned, "jws"
	}
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	c.Header("Content-Disposition", `attachment; filename="certificate-`+made.Digest[:12]+"."+ending+`"`)
	c.Data(http.StatusOK, kind, []byte(made.Text))
	return nil
}
