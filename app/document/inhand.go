package document

import (
	"context"

	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// ReceiveInHand takes in the scan of a paper that was brought to the counter after the filing, as ReceiveStream does. The caller has made sure
// that the clerk holds the case. The program writes the rows itself: the database shows staff no file of a filed case that no scan has
// released, also not the one that they have just sent (security.md, "Files").
//
// Errors: as ReceiveStream; not-allowed-now for a document that is settled, and once the case is decided.
func (s *Service) ReceiveInHand(ctx context.Context, municipality string, in Upload) (*Received, error) {
	in.inHand, in.Naming = true, Naming{KeepBoth: true} // every scan is called scan.pdf
	return s.ReceiveStream(ctx, models.System(municipality, "scan-paper"), in)
}

// taken says whether the file of an upload is taken now, and which requirement it belongs to. Errors: those of admit.
func (s *Service) taken(tx *postgres.Tx, app *models.Application, in *Upload) (*models.PlanItem, error) {
	if !in.inHand {
		return s.admit(tx, app, in.Document, in.Subject)
	}
	if !lifecycle.Open(app.State) {
		return nil, notNow(app, "no-more-documents")
	}
	item, err := requirement(tx, app.ID, in.Document, in.Subject)
	if err != nil {
		return nil, err
	}
	if item == nil || lifecycle.Settled(item.State) {
		return nil, notNow(app, "settled-already")
	}
	return item, nil
}
