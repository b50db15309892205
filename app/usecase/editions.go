package usecase

import (
	"kosodate.example/onestop/app/apply"
	"kosodate.example/onestop/app/dossier/shelf"
	"kosodate.example/onestop/app/rule/catalogue"
)

// Editions are the catalogues of the editions: where names, questions and explanations come from.
func (s *Services) Editions() *shelf.Shelf { return s.Dossiers.Editions }

// CatalogueOf is the catalogue by which an application is shown: of the edition that decided it, or that in force for a draft.
func (s *Services) CatalogueOf(v *apply.View) *catalogue.Catalogue {
	return s.Editions().Show(v.Edition, v.Municipality, v.Procedure)
}

// CatalogueWith is CatalogueOf for a change of its plan: a document that is not asked for any more has its name where it was.
func (s *Services) CatalogueWith(v *apply.View, document string) *catalogue.Catalogue {
	if c := s.CatalogueOf(v); c.Document(document) != nil {
		return c
	}
	return s.Editions().ForDocument(v.Municipality, document)
}
