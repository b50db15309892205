package export

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/discrepancy"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// coreHeader is the first row for the core system.
var coreHeader = []string{"受付番号", "手続コード", "手続", "経路", "状態", "到達日時", "請求日", "氏名", "氏名カナ", "生年月日", "住所", "児童の生年月日", "決定", "決定日", "書類と結果", "支援措置"}

// protectedAddress stands for the address of a person under protection (支援措置), unless whoever asked may see it.
const protectedAddress = "支援措置対象"

// exported is one case with what a row needs.
type exported struct {
	app       models.Application
	revision  *models.Revision
	items     []models.PlanItem
	decisions []models.Decision
}

// cases writes one row a case.
func (s *Service) cases(ctx context.Context, actor models.Actor, row *models.Export, w Wish, out *sheet) error {
	if err := out.header(coreHeader); err != nil {
		return err
	}
	filter := postgres.Arrivals{Municipality: row.Municipality, Procedure: w.Procedure, From: w.From, To: w.To, Limit: page}
	for {
		var found []exported
		err := s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			apps, err := tx.ArrivedCases(filter)
			if err != nil {
				return err
			}
			for i := range apps {
				e := exported{app: apps[i]}
				if e.revision, err = tx.FiledRevision(e.app.ID); err != nil {
					return err
				}
				if e.items, err = tx.PlanItems(e.app.ID); err != nil {
					return err
				}
				if e.decisions, err = tx.DecisionsOf(e.app.ID); err != nil {
					return err
				}
				found = append(found, e)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range found {
			cells, err := s.coreRow(ctx, &found[i], w)
			if gone(err) {
				continue
			}
			if err != nil {
				return err
			}
			if err := out.row(cells); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
		filter.After = found[len(found)-1].app.ID
	}
}

func (s *Service) coreRow(ctx context.Context, e *exported, w Wish) ([]string, error) {
	f, err := s.desk.Unseal(ctx, &e.app, e.revision)
	if err != nil {
		return nil, err
	}
	applicant, _ := f.Content.Form["applicant"].(map[string]any)
	text := func(key string) string { v, _ := applicant[key].(string); return v }
	address, guarded := text("address"), ""
	if e.app.Protected {
		guarded = "対象"
		if !w.Protected {
			address = protectedAddress
		}
	}
	name := e.app.Procedure
	if p := s.desk.Catalogue.Procedure(e.app.Procedure); p != nil {
		name = p.Latest().Name.Ja
	}
	var items []string
	for _, i := range e.items {
		items = append(items, i.Document+"/"+i.Subject+"="+i.State)
	}
	outcome, decided := "", ""
	if n := len(e.decisions); n > 0 && e.app.State == models.StateDecided {
		outcome, decided = e.decisions[n-1].Outcome, jp.DateIn(e.decisions[n-1].At).String()
	}
	return []string{*e.app.ReceiptNumber, e.app.Procedure, name, e.app.Channel, e.app.State, e.app.ArrivedAt.In(jp.JST).Format(time.DateTime), jp.DateOf(*e.app.ClaimOn).String(),
		text("family_name") + " " + text("given_name"), text("family_kana") + " " + text("given_kana"), text("birth_date"), address,
		strings.Join(birthDates(&f.Content), " "), outcome, decided, strings.Join(items, " "), guarded}, nil
}

func birthDates(c *dossier.Content) []string {
	var facts struct {
		Children []struct {
			BirthDate string `json:"birth_date"`
		} `json:"children"`
	}
	_ = json.Unmarshal(c.Facts, &facts) // facts of another shape have no children
	var out []string
	for _, child := range facts.Children {
		out = append(out, child.BirthDate)
	}
	return out
}

// report writes one row a discrepancy (顛末報告).
func (s *Service) report(ctx context.Context, actor models.Actor, row *models.Export, w Wish, out *sheet) error {
	if err := out.header(discrepancy.ReportHeader); err != nil {
		return err
	}
	filter := postgres.Arrivals{Municipality: row.Municipality, Procedure: w.Procedure, From: w.From, To: w.To, Limit: page}
	for {
		var files []models.Discrepancy
		var apps []*models.Application
		steps := map[string][]models.DiscrepancyStep{}
		err := s.desk.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
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
			}
			return nil
		})
		if err != nil {
			return err
		}
		for i := range files {
			c, err := s.reported(ctx, apps[i], &files[i], steps[files[i].ID])
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

func (s *Service) reported(ctx context.Context, app *models.Application, d *models.Discrepancy, steps []models.DiscrepancyStep) (discrepancy.Case, error) {
	c := discrepancy.Case{Municipality: d.Municipality, Procedure: d.Procedure, Item: d.Item, Kind: d.Kind, Result: d.Result, Fields: strings.Fields(d.Fields),
		OpenedAt: d.OpenedAt, ClosedAt: d.ClosedAt, Cause: discrepancy.Cause(d.Cause), Basis: d.Basis}
	if p := s.desk.Catalogue.Procedure(d.Procedure); p != nil {
		c.Procedure, c.Affair = p.Latest().Name.Ja, p.Affair
	}
	if item := s.desk.Catalogue.Item(d.Item); item != nil {
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
	key, err := s.desk.ApplicationKey(ctx, app)
	if gone(err) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	text, err := key.Open(d.SealedReport, dossier.ReportPlace(d.ID))
	c.WhatHappened = string(text)
	return c, err
}
