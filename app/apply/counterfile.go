package apply

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// CounterPapers is what came on paper to the counter with an application.
type CounterPapers struct {
	Papers []PaperOf
	// GivenBy names who gave a consent, by the consent as it stands in the draft ("income/spouse"), where that was not the
	// applicant but the person whose information it is (P6).
	GivenBy map[string]string
}

// PaperOf is one document on paper: handed in, or only shown.
type PaperOf struct {
	Document string `json:"document"`
	Subject  string `json:"subject"`
	Original bool   `json:"original"` // the original was seen
}

// FileAtCounter files a draft of the counter, as File does one of an applicant: the same plan, and the same refusal of
// missing documents, where a document counts as there that came on paper. It arrived when the paper did (P5).
//
// Errors: those of File; invalid-request for a paper or a consent that is not right, with its pointer.
func (s *Service) FileAtCounter(ctx context.Context, actor models.Actor, req dossier.Request, id string, version *int64, papers CounterPapers) (*Filed, error) {
	return s.file(ctx, actor, req, id, filing{version: version, papers: papers})
}

// on is the set of documents that came on paper.
func (c CounterPapers) on() map[DocumentOf]bool {
	out := map[DocumentOf]bool{}
	for _, p := range c.Papers {
		out[DocumentOf{p.Document, p.Subject}] = true
	}
	return out
}

// check refuses papers that this procedure never asks for, and consents that nobody there can have given.
func (c CounterPapers) check(ok *checked) error {
	var faults []fault.Detail
	seen := map[DocumentOf]bool{}
	for i, p := range c.Papers {
		of := DocumentOf{p.Document, p.Subject}
		switch {
		case !ok.version.Asks(p.Document, p.Subject):
			faults = append(
				faults,
				fault.Detail{Code: "unknown-document", Pointer: pointer("papers", i, "document")},
			)
		case seen[of]:
			faults = append(faults, fault.Detail{Code: "repeated", Reason: "document-twice", Pointer: pointer("papers", i)})
		}
		seen[of] = true
	}
	for _, consent := range slices.Sorted(maps.Keys(c.GivenBy)) {
		faults = append(faults, givenBy(consent, c.GivenBy[consent], ok.content.Consents)...)
	}
	if len(faults) == 0 {
		return nil
	}
	return fault.Checked(fault.CodeInvalidRequest, "papers-wrong", faults)
}

// givenBy checks who gave a consent: the applicant, or the person whose information it is.
func givenBy(consent, by string, given []string) []fault.Detail {
	if individual.InText(consent) { // P4: not repeated in a pointer either
		return []fault.Detail{{Code: fault.CodeIndividualNumber, Pointer: "/given_by"}}
	}
	at := pointer("given_by", consent)
	_, subject, named := strings.Cut(consent, "/")
	switch {
	case !slices.Contains(given, consent):
		return []fault.Detail{{Code: "unknown-consent", Pointer: pointer("given_by")}}
	case by == "applicant" || named && by == subject:
		return nil
	}
	return []fault.Detail{{Code: "invalid-choice", Reason: "consent-by", Pointer: at}}
}

// addPapers records what came on paper, under the clerk's name.
func (s *Service) addPapers(tx *postgres.Tx, n *newCase) error {
	for _, p := range n.papers.Papers {
		err := tx.AddPaper(&models.Paper{
			ID:            models.NewID(),
			ApplicationID: n.app.ID,
			Municipality:  n.app.Municipality,
			PersonID:      n.app.PersonID,
			Document:      p.Document,
			Subject:       p.Subject,
			ReceivedAt:    instant(tx, n.intake),
			Original:      p.Original,
			ClerkID:       tx.Actor.Person,
			At:            tx.Now,
		})
		if err != nil {
			return err
		}
		if err := s.dossiers.Audit(tx, n.app, "receive-paper", "item", n.app.ID+"/"+p.Document+"/"+p.Subject); err != nil {
			return err
		}
	}
	return nil
}
