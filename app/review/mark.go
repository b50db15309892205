package review

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Mark is another one whenever something of a case has changed that its page shows and others do: an answer came, a scan released a
// file, a picture of it is ready, a colleague wrote. It says nothing of the case, so that asking for it is no look at it and is not
// recorded. Error: not-found, also for another municipality's.
func (s *Service) Mark(ctx context.Context, actor models.Actor, id string) (string, error) {
	sum := sha256.New()
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		app, err := tx.Application(id)
		if err != nil {
			return err
		}
		if err := s.dossiers.Within(tx, app); err != nil {
			return err
		}
		items, err := tx.PlanItems(id)
		if err != nil {
			return err
		}
		inquiries, err := tx.InquiriesOf(id)
		if err != nil {
			return err
		}
		files, err := tx.FilesOf(id)
		if err != nil {
			return err
		}
		fmt.Fprint(sum, app.Version, app.State)
		for _, i := range items {
			fmt.Fprint(sum, " ", i.State, i.Answered, i.Read)
		}
		for _, q := range inquiries {
			fmt.Fprint(sum, " ", q.State, q.Result)
		}
		for _, f := range files {
			fmt.Fprint(sum, " ", f.Scan, f.View, f.ViewShown)
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil)[:8]), err
}
