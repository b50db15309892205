package public

import (
	"net/http"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// address says how far a postal code says an address, for a form's script: {"address": "…", "text": "…"}, both empty where
// it does not. The text tells the person what was filled in, and what is left to type.
func (p *pages) address(r *page.Request) error {
	found := p.Postal.Address(r.Param("code"))
	text := ""
	if found != "" {
		text = r.Text("address.filled")
	}
	r.Gin.Header("Cache-Control", "private, max-age=86400")
	r.Gin.JSON(http.StatusOK, map[string]string{"address": found, "text": text})
	return nil
}

// municipalities are the country's by their names, for a form's script that offers them while one is typed.
func (p *pages) municipalities(r *page.Request) error {
	r.Gin.Header("Cache-Control", "public, max-age=86400")
	r.Gin.JSON(http.StatusOK, jp.Municipalities())
	return nil
}
