package core

import (
	"context"
	"time"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Event is one thing that happened to a case, as a core system is told it. Of a case that it may not see it learns that something happened, and when: not
// which case, and not what.
type Event struct {
	Position      int64
	Kind          string // models.Told…
	At            time.Time
	Case          string // id; empty of a case that may not be seen
	ReceiptNumber string
	Procedure     string
	State         models.ApplicationState // after it
	Revision      int
	Detail        string // of a decision its outcome, of a document document/subject, of a case passed on to whom
}

// Feed is a page of events.
type Feed struct {
	Events []Event
	Next   int64 // where the next page begins, also when nothing is new
}

// Events gives what happened after a place in the municipality's feed: nothing twice, nothing left out, of each case in the order in which it happened. Whoever
// asks again from an earlier place is told again. Error: not-allowed-now for a place before what is kept, a year.
func (s *Service) Events(ctx context.Context, actor models.Actor, after int64, limit int) (*Feed, error) {
	var rows []postgres.CoreEvent
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		forgotten, err := tx.PublishCoreEvents()
		if err != nil {
			return err
		}
		if after > 0 && after < forgotten {
			return notNow("feed-forgotten")
		}
		if rows, err = tx.CoreEvents(after, limit); err != nil || len(rows) == 0 {
			return err // nobody was looked at
		}
		return tx.AddAudit(&models.AuditEntry{Action: "read-core-events", ObjectKind: "municipality", ObjectID: actor.Municipality})
	})
	if err != nil {
		return nil, err
	}
	out := &Feed{Events: make([]Event, len(rows)), Next: after}
	for i := range rows {
		out.Events[i] = eventOf(&rows[i])
		out.Next = rows[i].Position
	}
	return out, nil
}

func eventOf(row *postgres.CoreEvent) Event {
	e := Event{Position: row.Position, Kind: models.ToldWithheld, At: row.At.In(jp.JST)}
	switch {
	case row.ApplicationID != nil:
		e.Kind, e.Case, e.Procedure = row.Kind, *row.ApplicationID, row.Procedure
		e.State, e.Revision, e.Detail = row.State, row.Revision, row.Detail
		if row.ReceiptNumber != nil {
			e.ReceiptNumber = *row.ReceiptNumber
		}
	case row.Kind == models.ToldProtected && row.Taken != nil:
		e.Kind, e.Case = row.Kind, *row.Taken // it has the content already, and must hide it
	}
	return e
}

// sweepAtOnce are as many events as one sweep takes away.
const sweepAtOnce = 10_000

// Sweep takes away events that are older than a year.
func (s *Service) Sweep(ctx context.Context) error {
	return s.sweep.InTx(ctx, models.System("", "sweep-core-events"), func(tx *postgres.Tx) error {
		_, err := tx.SweepCoreEvents(sweepAtOnce)
		return err
	})
}
