package queue

import (
	"context"

	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// How far the board looks back.
const (
	BoardDays = 28 // arrivals and decisions a day
	BoardTime = 90 // days, for how long decisions took and what corrections asked for
	mostAsked = 20
)

// Board is how the office's work stands.
type Board struct {
	Today   jp.Date
	States  []postgres.StateCount
	Holders []HeldCases
	Days    []postgres.DayCount
	Times   []postgres.ProcedureTime // of the last BoardTime days; the empty procedure is all
	Asked   []postgres.AskedOften
}

// HeldCases is how many cases somebody has; of nobody if Worker is nil.
type HeldCases struct {
	Worker *Worker
	postgres.HolderCount
	Age int // days since the oldest arrived
}

// Board counts the work of the municipality. It names no case and no applicant.
func (s *Service) Board(ctx context.Context, actor models.Actor) (*Board, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	out := &Board{}
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		out.Today = jp.DateIn(tx.Now)
		since := out.Today.AddDays(-BoardTime).Time()
		staff, err := workers(tx, tx.Actor.Municipality, key)
		if err != nil {
			return err
		}
		if out.States, err = tx.BoardStates(out.Today.Time()); err != nil {
			return err
		}
		held, err := tx.BoardHolders(out.Today.Time())
		if err != nil {
			return err
		}
		for _, h := range held {
			one := HeldCases{HolderCount: h, Age: int(tx.Now.Sub(h.Oldest).Hours() / 24)}
			if h.Holder != nil {
				w := workerOf(staff, *h.Holder, actor.Person)
				one.Worker = &w
			}
			out.Holders = append(out.Holders, one)
		}
		if out.Days, err = tx.BoardDays(out.Today.AddDays(1-BoardDays).Time(), out.Today.Time()); err != nil {
			return err
		}
		if out.Times, err = tx.BoardTimes(since); err != nil {
			return err
		}
		out.Asked, err = tx.BoardAsked(since, mostAsked)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
