package apply

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

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

// markChanged says which of the fields that an open correction asks for were changed since.
func markChanged(corrections []CorrectionView, before, now *dossier.Content) {
	was, is := answersOf(before), answersOf(now)
	for i := range corrections {
		c := &corrections[i]
		if c.State != models.CorrectionOpen {
			continue
		}
		for _, at := range c.Fields {
			if !reflect.DeepEqual(answerAt(was, at), answerAt(is, at)) {
				c.Changed = append(c.Changed, at)
			}
		}
	}
}

// answersOf are the answers of a content as one tree, by their JSON Pointers.
func answersOf(c *dossier.Content) map[string]any {
	var facts any
	_ = json.Unmarshal(c.Facts, &facts) // what cannot be read says nothing
	return map[string]any{"facts": facts, "form": c.Form}
}

// answerAt is the answer that a JSON Pointer names; nil where there is none.
func answerAt(tree any, pointer string) any {
	for _, name := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		switch v := tree.(type) {
		case map[string]any:
			tree = v[name]
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n < 0 || n >= len(v) {
				return nil
			}
			tree = v[n]
		default:
			return nil
		}
	}
	return tree
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
