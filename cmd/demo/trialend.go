package main

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/review"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// patience is how long another system's answer is waited for.
const patience = time.Minute

// end does what is left to do once the answer has come, and decides the case if nothing is open.
func (t *trial) end(ctx context.Context, w *worked) error {
	state, err := t.answered(ctx, w.Case)
	switch {
	case err != nil:
		return err
	case w.kind == judged:
		_, err = t.Review.Judge(ctx, t.clerk, w.HeldCase, paperOfRecord, review.Judgement{Same: true, Why: models.WhyPart})
	case w.kind == slips:
		err = t.read(ctx, w, paperOfRecord, w.right, true)
	case state == models.ItemDiscrepant:
		return t.askProvider(ctx, w)
	}
	if err != nil {
		return err
	}
	_, err = t.Review.Decide(ctx, t.clerk, w.HeldCase, review.Verdict{Outcome: models.Approved, Reason: "要件を満たしています。"})
	return err
}

// answered waits until the record was compared with the network's answer, and gives its state.
func (t *trial) answered(ctx context.Context, id string) (state models.ItemState, err error) {
	err = t.await(ctx, "the network has not answered", func() (bool, error) {
		err := t.DB.InTx(ctx, t.clerk, func(tx *postgres.Tx) error {
			items, err := tx.PlanItems(id)
			for _, one := range items {
				if one.Document == paperOfRecord.Document && one.Subject == paperOfRecord.Subject {
					state = one.State
				}
			}
			return err
		})
		return state != models.ItemInquiring && state != models.ItemReceived, err
	})
	return state, err
}

// await asks again until something is so, in vain for a minute at most.
func (t *trial) await(ctx context.Context, inVain string, so func() (bool, error)) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for until := time.Now().Add(patience); time.Now().Before(until); {
		if done, err := so(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return errors.New(inVain)
}

// askProvider takes the first steps of a difference's file: the own side is in order, and the provider is to look at its data (R7).
func (t *trial) askProvider(ctx context.Context, w *worked) error {
	c, err := t.Review.Open(ctx, t.clerk, w.Case)
	if err != nil {
		return err
	}
	for _, file := range c.Discrepancies {
		for _, step := range []discrepancy.Step{discrepancy.StepOperationChecked, discrepancy.StepSystemChecked, discrepancy.StepProviderAsked} {
			if _, err := t.Review.Step(ctx, t.clerk, w.HeldCase, file.ID, review.StepInput{Step: string(step), Note: "確かめました。"}); err != nil {
				return err
			}
		}
	}
	return nil
}
