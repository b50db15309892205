package usecase

import (
	"context"
	"time"

	"kosodate.example/onestop/app/guide"
	"kosodate.example/onestop/app/present"
	"kosodate.example/onestop/app/present/say"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/models"
)

// everyMunicipality bounds a list of those that use the service: there are fewer in the country.
const everyMunicipality = 2000

// Reasons says why each document of a case is asked for or not, for API and pages alike. c is the catalogue by which the case is decided.
func (s *Services) Reasons(ctx context.Context, e *evidence.Explanation, c *catalogue.Catalogue, lang string) (*say.Reasons, error) {
	places, err := s.Guide.Municipalities(ctx, guide.Page{Limit: everyMunicipality})
	if err != nil {
		return nil, err
	}
	decided := e.Needs.Filing().AddDays(1).Start() // an edition that came during the day had come by its end
	return &say.Reasons{Case: e, Catalogue: c, Places: places, Lang: lang, Since: func(scope, digest string) time.Time {
		return s.Editions().Since(scope, digest, decided)
	}}, nil
}

// Named gives the names of a procedure and of a document that a municipality has or had, in a language.
func (s *Services) Named(municipality, procedure, document string) func(lang string) (string, string) {
	return func(lang string) (string, string) {
		return present.Procedure(s.Editions().ForProcedure(municipality, procedure), procedure, lang),
			present.Document(s.Editions().ForDocument(municipality, document), document, lang)
	}
}

// ReasonsOf says it of an application to who handles it; nil while its answers are not complete. Error: not-found.
func (s *Services) ReasonsOf(ctx context.Context, actor models.Actor, application, lang string) (*say.Reasons, error) {
	e, err := s.Apply.Explain(ctx, actor, application)
	if err != nil || e.Explanation == nil {
		return nil, err
	}
	return s.Reasons(ctx, e.Explanation, e.Catalogue, lang)
}
