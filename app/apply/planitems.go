package apply

import (
	"maps"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/rule/catalogue"
	"kosodate.example/onestop/app/rule/evidence"
	"kosodate.example/onestop/app/rule/jp"
	"kosodate.example/onestop/app/rule/lifecycle"
	"kosodate.example/onestop/app/task"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// planItems lays the plan beside what was attached and declared: one row a requirement, and what is missing. A file found
// infected is not there; what came on paper at the counter is.
func (s *Service) planItems(tx *postgres.Tx, n *newCase, plan *evidence.Plan, c *dossier.Content, files []models.File) ([]*models.PlanItem, []fault.Detail) {
	app, papers := n.app, n.papers.on()
	attached := maps.Clone(papers)
	for _, f := range files {
		if f.State == models.FileStored && f.Scan != models.ScanInfected {
			attached[DocumentOf{f.Document, f.Subject}] = true
		}
	}
	var items []*models.PlanItem
	var missing []fault.Detail
	for _, r := range plan.Requirements {
		item := &models.PlanItem{
			ApplicationID: app.ID,
			Document:      r.Document,
			Subject:       r.Subject,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			Item:          r.Item,
			Decision:      r.Decision,
			Reason:        r.Reason,
			Inquire:       r.Inquire,
			Phase:         r.Phase,
			PhaseRowID:    phaseRow(r),
			State:         models.ItemReceived,
			Revision:      app.Revision,
			Paper:         papers[DocumentOf{r.Document, r.Subject}],
			UpdatedAt:     tx.Now,
		}
		declared := c.Declared(r.Document, r.Subject)
		switch {
		case r.Decision == evidence.Omit:
			item.State = models.ItemInquiring
		case attached[DocumentOf{r.Document, r.Subject}]:
		case declared != nil:
			item.State, item.Declared = models.ItemAwaiting, declared.Kind
			item.DueOn = s.dueDate(declared, jp.DateIn(tx.Now))
		default:
			missing = append(missing, fault.Detail{
				Code:         "missing-document",
				Document:     r.Document,
				Subject:      r.Subject,
				Municipality: app.Municipality,
				Params:       []fault.Param{fault.Why(r.Reason, r.Item)},
			})
		}
		items = append(items, item)
	}
	return items, missing
}

func phaseRow(r evidence.Requirement) *string {
	if r.Row == nil || r.Row.ID == "" {
		return nil
	}
	id := r.Row.ID
	return &id
}

// consents records each consent that this procedure needs, given or refused, with who gave it and how (P6): one row an
// item and subject that the plan speaks of. An item alone is consented to for all subjects (evidence.md); what nobody
// named is recorded as refused, so that no applicant consents for a spouse by default. by says of a consent who gave it on
// paper, where that is not the applicant.
func (s *Service) consents(tx *postgres.Tx, app *models.Application, ok *checked, by map[string]string) []*models.Consent {
	how := "online"
	if app.Channel == models.ChannelCounter {
		how = "counter"
	}
	given := map[string]bool{}
	for _, c := range ok.content.Consents {
		given[c] = true
	}
	var rows []*models.Consent
	seen := map[string]bool{}
	for _, r := range ok.content.Shown.Requirements {
		if r.Item == "" || !ok.version.NeedsConsent(r.Item) || seen[r.Item+"/"+r.Subject] {
			continue
		}
		seen[r.Item+"/"+r.Subject] = true
		who := "applicant"
		if own := by[r.Item+"/"+r.Subject]; own != "" && given[r.Item+"/"+r.Subject] {
			who = own
		}
		rows = append(rows, &models.Consent{
			ID:            models.NewID(),
			ApplicationID: app.ID,
			Municipality:  app.Municipality,
			PersonID:      app.PersonID,
			Item:          r.Item,
			Subject:       r.Subject,
			Given:         given[r.Item] || given[r.Item+"/"+r.Subject],
			GivenBy:       who,
			How:           how,
			At:            tx.Now,
		})
	}
	return rows
}

// replacing looks at filing time whether the thing was filed meanwhile, and reads the application to be replaced; nil
// if there is none, or if it ended meanwhile: then the new one stands on its own.
func (s *Service) replacing(tx *postgres.Tx, n *newCase, v *catalogue.Version) (*models.Application, error) {
	if n.fresh { // what there is was looked for with the choice of the person who files
		if err := s.same(tx, n, v); err != nil {
			return nil, err
		}
		return lockReplaced(tx, n)
	}
	if n.app.SeparateID != "" {
		return nil, nil
	}
	found, err := tx.SameThing(sameAs(n.app))
	if err != nil {
		return nil, err
	}
	for i := range found {
		replaceable := n.app.ReplacesID != nil && found[i].ID == *n.app.ReplacesID && found[i].State != models.StateDecided
		if found[i].State != models.StateDraft && !replaceable { // another draft may wait; it meets this one when it is filed
			return nil, duplicate(&found[i])
		}
	}
	return lockReplaced(tx, n)
}

// lockReplaced reads the application to be replaced, held until the end; nil if there is none, or it ended meanwhile.
func lockReplaced(tx *postgres.Tx, n *newCase) (*models.Application, error) {
	if n.app.ReplacesID == nil {
		return nil, nil
	}
	old, err := tx.LockApplication(*n.app.ReplacesID)
	if err != nil || !lifecycle.Can(old.State, lifecycle.EventWithdraw) {
		return nil, err
	}
	return old, nil
}

// takeBackCorrection ends the open request for correction of an application that is withdrawn, if there is one.
func takeBackCorrection(tx *postgres.Tx, id string) error {
	rows, err := tx.CorrectionsOf(id)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].State == models.CorrectionOpen {
			tx.ChangeCorrection(&rows[i], postgres.Set(&rows[i].State, models.CorrectionWithdrawn))
		}
	}
	return nil
}

// enqueue adds the jobs of a filing: the message that it arrived, and a reminder the day before each document that
// will follow is due (P1).
func (s *Service) enqueue(tx *postgres.Tx, app *models.Application, items []*models.PlanItem, notices []task.Notify) error {
	for _, n := range notices {
		if err := tx.Enqueue(n); err != nil {
			return err
		}
	}
	return s.dossiers.Remind(tx, app, items)
}
