package export

import (
	"context"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// coreHeader is the first row for the core system.
var coreHeader = []string{"受付番号", "手続コード", "手続", "経路", "状態", "到達日時", "請求日", "氏名", "氏名カナ", "生年月日", "住所", "児童の生年月日", "決定", "決定日", "書類と結果", "支援措置"}

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
	filter := postgres.Arrivals{
		Municipality: row.Municipality,
		Procedures:   w.procedures(),
		From:         w.From,
		To:           w.To,
		Limit:        page,
	}
	for {
		var found []exported
		err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
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
			cells, err := s.coreRow(ctx, &found[i])
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

func (s *Service) coreRow(ctx context.Context, e *exported) ([]string, error) {
	f, err := s.dossiers.Unseal(ctx, &e.app, e.revision)
	if err != nil {
		return nil, err
	}
	name, guarded := e.app.Procedure, ""
	if v := s.dossiers.CatalogueOf(&e.app).Version(e.app.Procedure, jp.DateIn(*e.app.ArrivedAt)); v != nil {
		name = v.Name.Ja // as its parent knows it
	}
	if e.app.Protected {
		guarded = "対象"
	}
	var items []string
	for _, i := range e.items {
		items = append(items, i.Document+"/"+i.Subject+"="+string(i.State))
	}
	outcome, decided := "", ""
	if n := len(e.decisions); n > 0 && e.app.State == models.StateDecided {
		outcome, decided = e.decisions[n-1].Outcome, jp.DateIn(e.decisions[n-1].At).String()
	}
	cells := []string{
		*e.app.ReceiptNumber,
		e.app.Procedure,
		name,
		e.app.Channel,
		string(e.app.State),
		e.app.ArrivedAt.In(jp.JST).Format(time.DateTime),
		jp.DateOf(*e.app.ClaimOn).String(),
	}
	cells = append(cells, person(&e.app, &f.Content)...)
	return append(cells, outcome, decided, strings.Join(items, " "), guarded), nil
}

// person are the cells that say whom a case is about: name, kana, birth date, address, the children's birth dates. Of a
// case that was passed on (移送) this office knows that alone.
func person(app *models.Application, c *dossier.Content) []string {
	if app.State == models.StateTransferred {
		return make([]string, 5)
	}
	applicant, _ := c.Form["applicant"].(map[string]any)
	text := func(key string) string { v, _ := applicant[key].(string); return v }
	return []string{
		jp.WholeName(" ", text("family_name"), text("given_name")),
		jp.WholeName(" ", text("family_kana"), text("given_kana")),
		text("birth_date"),
		text("address"),
		strings.Join(birthDates(c), " "),
	}
}

func birthDates(c *dossier.Content) []string {
	var out []string
	for _, child := range c.Children() {
		out = append(out, child.BirthDate)
	}
	return out
}
