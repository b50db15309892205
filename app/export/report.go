package export

import (
	"context"
	"slices"
	"strings"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// report writes one row a discrepancy (顛末報告).
func (s *Service) report(ctx context.Context, actor models.Actor, row *models.Export, w Wish, out *sheet) error {
	if err := out.header(discrepancy.ReportHeader); err != nil {
		return err
	}
	filter := postgres.Arrivals{
		Municipality: row.Municipality,
		Procedures:   w.procedures(),
		From:         w.From,
		To:           w.To,
		Limit:        page,
	}
	for {
		var files []models.Discrepancy
		var apps []*models.Application
		steps, bodies := map[string][]models.DiscrepancyStep{}, map[string]string{}
		err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
			if files, err = tx.DiscrepanciesOpened(filter); err != nil {
				return err
			}
			for _, d := range files {
				app, err := tx.Application(d.ApplicationID)
				if err != nil {
					return err
				}
				apps = append(apps, app)
				all, err := tx.DiscrepancyStepsOf(d.ApplicationID)
				if err != nil {
					return err
				}
				for _, one := range all {
					if one.DiscrepancyID == d.ID {
						steps[d.ID] = append(steps[d.ID], one)
					}
				}
				asked, err := tx.InquiriesOf(d.ApplicationID)
				if err != nil {
					return err
				}
				bodies[d.ID] = body(&d, asked)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range files {
			c, err := s.reported(ctx, apps[i], &files[i], steps[files[i].ID], bodies[files[i].ID])
			if err != nil {
				return err
			}
			if err := out.row(discrepancy.Row(c)); err != nil {
				return err
			}
		}
		if len(files) < page {
			return nil
		}
		filter.After = files[len(files)-1].ID
	}
}

func (s *Service) reported(
	ctx context.Context,
	app *models.Application,
	d *models.Discrepancy,
	steps []models.DiscrepancyStep,
	provider string,
) (discrepancy.Case, error) {
	c := discrepancy.Case{
		Municipality: d.Municipality,
		Procedure:    d.Procedure,
		Item:         d.Item,
		Kind:         d.Kind,
		Result:       d.Result,
		Fields:       strings.Fields(d.Fields),
		OpenedAt:     d.OpenedAt,
		ClosedAt:     d.ClosedAt,
		Cause:        discrepancy.Cause(d.Cause),
		Basis:        d.Basis,
		Provider:     provider,
	}
	if p := s.dossiers.Editions.ForProcedure(d.Municipality, d.Procedure).Procedure(d.Procedure); p != nil {
		c.Procedure, c.Affair = p.Latest().Name.Ja, p.Affair
	}
	if item := s.dossiers.Editions.ForItem(d.Item).Item(d.Item); item != nil {
		c.Item = item.Name.Ja
		for i, name := range c.Fields {
			for _, f := range item.Fields {
				if f.Name == name {
					c.Fields[i] = f.Label.Ja
				}
			}
		}
	}
	for _, one := range steps {
		c.Steps = append(c.Steps, discrepancy.Taken{Step: discrepancy.Step(one.Step), At: one.At})
		if one.Step == string(discrepancy.StepSimilarChecked) {
			n := one.Count
			c.Similar = &n
		}
	}
	if d.SealedReport == nil {
		return c, nil
	}
	key, err := s.dossiers.ApplicationKey(ctx, app)
	if gone(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	text, err := key.Open(d.SealedReport, dossier.ReportCell(d.ID))
	c.WhatHappened = string(text)
	return c, err
}

// body is the one that holds what a discrepancy is about, as the network named it; empty if it did not.
func body(d *models.Discrepancy, asked []models.Inquiry) string {
	for _, q := range slices.Backward(asked) {
		if q.Document == d.Document && q.Subject == d.Subject && q.Provider != "" {
			return q.Provider
		}
	}
	return ""
}
