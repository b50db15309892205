package core

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/api/wire"
	"kosodate.example/onestop/app/core"
	"kosodate.example/onestop/app/edge"
	"kosodate.example/onestop/app/fault"
)

// assertionType is how a client proves who it is (RFC 7523, 2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

func (a *api) tokenRoutes() []wire.Operation {
	return []wire.Operation{
		{Method: http.MethodPost, Path: core.TokenPath, ID: "core-token", For: edge.Public, Class: edge.Form, Fails: []int{401, 403},
			Summary: "An access token for a core system: OAuth 2.0 client credentials with a private_key_jwt",
			About: "The assertion is signed by a key that was registered, with iss and sub the client id, aud this address, a jti that is used once, and an " +
				"exp at most five minutes ahead. The token holds for ten minutes.",
			Call: wire.Raw{Body: map[string]*huma.MediaType{"application/x-www-form-urlencoded": {Schema: tokenForm()}}, Status: http.StatusOK,
				Text: "The token.", JSON: coreToken{}}.Call(a.token)},
	}
}

func tokenForm() *huma.Schema {
	text := func(value string) *huma.Schema {
		s := &huma.Schema{Type: huma.TypeString}
		if value != "" {
			s.Enum = []any{value}
		}
		return s
	}
	return &huma.Schema{Type: huma.TypeObject, Required: []string{"grant_type", "client_assertion_type", "client_assertion"},
		Properties: map[string]*huma.Schema{"grant_type": text("client_credentials"), "client_assertion_type": text(assertionType),
			"client_assertion": text(""), "scope": text("")}}
}

type coreToken struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type" enum:"Bearer"`
	ExpiresIn   int    `json:"expires_in" doc:"Seconds."`
	Scope       string `json:"scope" example:"core:read core:write"`
}

func (a *api) token(c *gin.Context) error {
	switch {
	case c.PostForm("grant_type") != "client_credentials":
		return fault.New(fault.Malformed, fault.CodeMalformed, "core-grant").Note("error", "unsupported_grant_type")
	case c.PostForm("client_assertion_type") != assertionType || c.PostForm("client_assertion") == "":
		return fault.New(fault.Malformed, fault.CodeMalformed, "core-grant").Note("error", "invalid_request")
	}
	ctx := c.Request.Context()
	t, err := a.Core.Token(ctx, core.Asked{Assertion: c.PostForm("client_assertion"), Scope: c.PostForm("scope"), From: edge.ClientFrom(ctx)})
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, coreToken{AccessToken: t.Value, TokenType: "Bearer", ExpiresIn: int(t.Life.Seconds()), Scope: strings.Join(t.Scopes, " ")})
	return nil
}
