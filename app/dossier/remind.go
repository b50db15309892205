package dossier

import (
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// LastDay is the last whole day before a draft expires, as its owner is told of it.
func LastDay(expires time.Time) jp.Date { return jp.DateIn(expires).AddDays(-1) }

// Remind queues a reminder for the morning before each document that will follow is due (P1).
func (d *Service) Remind(tx *postgres.Tx, app *models.Application, items []*models.PlanItem) error {
	for _, i := range items {
		if i.DueOn == nil {
			continue
		}
		at := jp.DateOf(*i.DueOn).AddDays(-1).Morning()
		if err := tx.EnqueueAt(at, task.Remind{
			Municipality: app.Municipality,
			Application:  app.ID,
			Document:     i.Document,
			Subject:      i.Subject,
		}); err != nil {
			return err
		}
	}
	return nil
}
