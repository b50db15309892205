package answers

import (
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/web/page"
)

// whichPlace shows below the name of a municipality which ones it may be, each with its prefecture, while it is none's name, or that of
// several.
func (b *Builder) whichPlace(f *page.Field) {
	f.Asked = &page.Asked{Text: f.Other, Chosen: b.Posted.Get(f.Name + chosenName)}
	if _, exact := jp.MunicipalityCode(f.Other); exact {
		return
	}
	hits := jp.FindMunicipalities(f.Other)
	for _, code := range hits[:min(len(hits), mostHits)] {
		f.Asked.Choices = append(f.Asked.Choices, page.Choice{Value: code, Label: page.Plaintext(jp.MunicipalityName(code))})
	}
	if len(hits) > mostHits {
		f.Asked.More = b.Request.Markup("answers.more-hits", "n", len(hits))
	}
}
