package apply

import (
	"encoding/json"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// receiveAsked checks that each document asked for is attached, came on paper, or is declared; one that is declared is
// awaited with its new day (P1).
func (s *Service) receiveAsked(tx *postgres.Tx, app *models.Application, c *models.Correction, content *dossier.Content) error {
	var asked []DocumentOf
	if err := json.Unmarshal(c.Items, &asked); err != nil {
		return err
	}
	files, err := tx.FilesOf(app.ID)
	if err != nil {
		return err
	}
	items, err := tx.PlanItems(app.ID)
	if err != nil {
		return err
	}
	there := map[DocumentOf]bool{}
	for _, f := range files {
		if f.State == models.FileStored && f.Scan != models.ScanInfected && f.Revision == app.Revision {
			there[DocumentOf{f.Document, f.Subject}] = true
		}
	}
	awaited := map[DocumentOf]*models.PlanItem{}
	for i := range items {
		d := DocumentOf{items[i].Document, items[i].Subject}
		there[d] = there[d] || items[i].Paper
		if items[i].State == models.ItemAwaiting {
			awaited[d] = &items[i]
		}
	}
	var missing []fault.Detail
	for _, d := range asked {
		declared := content.Declared(d.Document, d.Subject)
		switch item := awaited[d]; {
		case there[d]:
		case declared == nil:
			missing = append(missing, fault.Detail{
				Code:         "missing-document",
				Document:     d.Document,
				Subject:      d.Subject,
				Municipality: app.Municipality,
				Reason:       "asked-document-missing",
			})
		case item != nil:
			tx.ChangePlanItem(item, postgres.Set(&item.Declared, declared.Kind), postgres.Set(&item.DueOn, s.dueDate(declared, jp.DateIn(tx.Now))))
		}
	}
	if len(missing) > 0 {
		return fault.New(fault.Refused, fault.CodeMissingDocuments, "asked-documents-missing").With(missing...)
	}
	return nil
}

// consentAnew records what a correction changed of the consents that this procedure needs, given or taken back (P6).
func (s *Service) consentAnew(tx *postgres.Tx, app *models.Application, ok *checked) error {
	if ok.content.Shown == nil {
		return nil
	}
	before, err := tx.ConsentsOf(app.ID)
	if err != nil {
		return err
	}
	var changed []*models.Consent
	for _, c := range s.consents(tx, app, ok, nil) {
		if c.Given != dossier.Consented(before, c.Item, c.Subject) {
			changed = append(changed, c)
		}
	}
	return tx.AddConsents(changed...)
}
