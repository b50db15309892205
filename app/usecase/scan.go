package usecase

import (
	"context"

	"kosodate.example/onestop/app/document"
	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/models"
)

// ScanPaper takes in the scan of a paper that was brought to the counter after the filing (R16): the item is received, the paper has come now
// unless its coming was recorded before, and the file is shown once the virus scan has released it, to the clerk who sent it too.
//
// Errors: those of review.MayScan and document.ReceiveInHand.
func (s *Services) ScanPaper(ctx context.Context, actor models.Actor, held review.HeldCase, ref dossier.DocumentRef, in document.Upload) (
	*document.Received, error,
) {
	municipality, err := s.Review.MayScan(ctx, actor, held, ref)
	if err != nil {
		return nil, err
	}
	in.Application, in.Document, in.Subject = held.Case, ref.Document, ref.Subject
	out, err := s.Documents.ReceiveInHand(ctx, municipality, in)
	if err != nil {
		return nil, err
	}
	return out, s.Review.Scanned(ctx, actor, held, ref)
}
