package public

import (
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/web/page"
	"kosodate.example/onestop/models"
)

// home is the first page: search by life event, by the child's age, by words, for a municipality.
type home struct {
	Categories     []catalogue.Category
	Municipalities []models.Municipality
	Municipality   string
	Personas       []Persona
}

// mostMunicipalities bounds the list to choose from.
const mostMunicipalities = 2000

func (p *pages) home(r *page.Request) error {
	all, err := p.Guide.Municipalities(r.Ctx, guide.Page{Limit: mostMunicipalities})
	if err != nil {
		return err
	}
	r.Public(time.Minute)
	return r.Show("public/home", home{Categories: p.Catalogue.Categories(), Municipalities: all, Municipality: r.Query("municipality"), Personas: p.Personas})
}
