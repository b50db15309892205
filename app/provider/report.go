package provider

import (
	"context"
	"time"

	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// reportPage is how many requests are read in one transaction.
const reportPage = 200

// Window is a span of time; a zero instant does not bound it.
type Window struct{ From, To time.Time }

func (w Window) has(t time.Time) bool {
	return (w.From.IsZero() || !t.Before(w.From)) && (w.To.IsZero() || t.Before(w.To))
}

// Cases are the requests to a municipality as rows of the report of what happened (顛末報告, R7): discrepancy.Row writes
// them. Those that came within the window, newest first. Nothing in them is personal but what a reviewer wrote as the
// report. The look is recorded.
func (s *Service) Cases(ctx context.Context, actor models.Actor, window Window) ([]discrepancy.Case, error) {
	key, err := s.dossiers.MunicipalityKey(ctx, actor.Municipality)
	if err != nil {
		return nil, err
	}
	var out []discrepancy.Case
	page := postgres.Page{Limit: reportPage}
	for {
		var rows []models.ProviderRequest
		err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
			if rows, err = tx.ProviderRequests("", page); err != nil {
				return err
			}
			ids := make([]string, len(rows))
			for i := range rows {
				ids[i] = rows[i].ID
			}
			steps, err := tx.ProviderRequestSteps(ids...)
			if err != nil {
				return err
			}
			for i := range rows {
				if !window.has(rows[i].ReceivedAt) {
					continue
				}
				r, err := s.opened(key, &rows[i], steps[rows[i].ID], tx.Now)
				if err != nil {
					return err
				}
				out = append(out, s.caseOf(actor.Municipality, r))
			}
			return tx.AddAudit(&models.AuditEntry{Action: "report-provider-requests", ObjectKind: objectKind})
		})
		if err != nil || len(rows) < reportPage {
			return out, err
		}
		page.After = rows[len(rows)-1].ID
	}
}

// caseOf writes a request as a row of the report. The municipality is the provider; the kind of the difference and the
// case's basis are the inquirer's to say.
func (s *Service) caseOf(municipality string, r *Request) discrepancy.Case {
	out := discrepancy.Case{
		Municipality: municipality,
		Item:         r.Item,
		OpenedAt:     r.ReceivedAt,
		ClosedAt:     r.ClosedAt,
		Provider:     municipality,
		Similar:      r.SimilarCount,
		Cause:        discrepancy.ProviderCause(discrepancy.ProviderStep(r.Outcome)),
	}
	if item := s.dossiers.Catalogue.Item(r.Item); item != nil {
		out.Item = item.Name.Ja
	}
	for _, t := range r.Steps {
		out.Steps = append(out.Steps, discrepancy.Taken{Step: discrepancy.ProviderTaken(discrepancy.ProviderStep(t.Step)), At: t.At})
		if t.Step == string(discrepancy.ProviderReported) {
			out.WhatHappened = t.Note
		}
	}
	return out
}
