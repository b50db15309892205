package main

import (
	"fmt"
	"os"

	"github.com/gin-gonic/gin"

	"kosodate.example/onestop/app/edge"
	provider "kosodate.example/onestop/app/gateway/oidc/simulator"
	cards "kosodate.example/onestop/app/gateway/sign/simulator"
	"kosodate.example/onestop/app/web/public"
)

// devRoutes adds what only a demo has: a token for whoever one wants to be.
func (p *parts) devRoutes(e *edge.Edge) {
	handler := p.provider.DevTokenHandler()
	e.Engine.POST("/dev/token", gin.WrapH(handler))
}

// personas are who one can be, for the home page.
func personas() []public.Persona {
	var out []public.Persona
	for _, who := range provider.Personas() {
		out = append(out, public.Persona{Key: who.Key, Name: who.Name(), Latin: who.Latin(), Kind: who.Kind})
	}
	return out
}

// announce says where to go and who one can be.
func (p *parts) announce(o options) {
	url := "http://" + o.addr
	fmt.Fprintf(os.Stdout, `
子育てワンストップサービス (demo) is ready.

  Start page    %s/
  API           %s/docs   (OpenAPI 3.1: %s/openapi.json)
  Sign-in       %s   (invented people; no passwords)
  Data          %s
  Virus scans   %s
  Network       %s   (simulated; faults and corrections are switched here)
  Directory     %s   (simulated)
  Cards         %s   (simulated; PIN %s)
  Mail          %s   (simulated; nothing is delivered)

A token for the API:  curl -s -d persona=parent-1 %s/dev/token
A core system:        go run ./deploy/examples/core -url %s -client $(cat %[5]s/core.client) -key %[5]s/core.jwk -dir /tmp/core
Who one can be:
`, url, url, url, p.provider.Issuer, p.data, p.scanning, p.network.ControlURL(), p.directory.ControlURL(), p.cards.URL(), cards.PIN, p.mail.PageURL(), url, url)
	for _, who := range provider.Personas() {
		fmt.Fprintf(os.Stdout, "  %-20s %s (%s)\n", who.Key, who.Name(), who.Latin())
	}
	fmt.Fprintf(os.Stdout, "  %-20s parents for load\n\nStop it with Ctrl+C; the data stay for the next start.\n", "load-0001 … load-1000")
}
