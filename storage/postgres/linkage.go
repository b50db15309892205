package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// PutResidentLink queues who a subject is in the directory; a later choice replaces an earlier one.
func (tx *Tx) PutResidentLink(l *models.ResidentLink) error {
	return add(
		tx,
		` on conflict (application_id, subject) do update set sealed = excluded.sealed, how = excluded.how, linked_by = excluded.linked_by, at = excluded.at`,
		l,
	)
}

// ResidentLinksOf lists them.
func (tx *Tx) ResidentLinksOf(application string) ([]models.ResidentLink, error) {
	return listOf[models.ResidentLink](tx, application, "subject")
}

// AddInquiries queues inquiries; a second open one for the same document fails with inquiries_one_open.
func (tx *Tx) AddInquiries(rows ...*models.Inquiry) error { return add(tx, "", rows...) }

// Inquiry reads one.
func (tx *Tx) Inquiry(id string) (*models.Inquiry, error) {
	return byID[models.Inquiry](tx, id)
}

// InquiriesOf lists a case's inquiries, oldest first.
func (tx *Tx) InquiriesOf(application string) ([]models.Inquiry, error) {
	return listOf[models.Inquiry](tx, application, "id")
}

// ChangeInquiry queues a guarded change of an inquiry that is still in the state shown.
func (tx *Tx) ChangeInquiry(i *models.Inquiry, changes ...Assignment) {
	change(tx, i, changes, &i.State)
}

// AddExchange queues one entry of the record of information provided (R6).
func (tx *Tx) AddExchange(e *models.Exchange) error { return add(tx, "", e) }

// Exchange reads one.
func (tx *Tx) Exchange(id string) (*models.Exchange, error) {
	return byID[models.Exchange](tx, id)
}

// ExchangesOf lists a case's exchanges, oldest first.
func (tx *Tx) ExchangesOf(application string) ([]models.Exchange, error) {
	return listOf[models.Exchange](tx, application, "id")
}

// ExchangesAbout lists a person's record, newest first; what is hidden from the person is left out by row security.
func (tx *Tx) ExchangesAbout(person string, page Page) ([]models.Exchange, error) {
	return newest[models.Exchange](tx, page, "person_id = ?", person)
}

// HideExchange queues that a record is kept from the citizen's view (不開示), or shown again.
func (tx *Tx) HideExchange(id string, hidden bool, by string, sealedReason []byte) {
	var who any
	if hidden {
		who = by
	}
	tx.guarded(`update exchanges set hidden = $1, hidden_by = $2, sealed_reason = $3 where id = $4`, hidden, who, sealedReason, id)
}

// AddDiscrepancy queues the file of a difference; a second open one for the same document is left.
func (tx *Tx) AddDiscrepancy(d *models.Discrepancy) error { return add(tx, "", d) }

// DiscrepanciesOf lists a case's discrepancies, oldest first.
func (tx *Tx) DiscrepanciesOf(application string) ([]models.Discrepancy, error) {
	return listOf[models.Discrepancy](tx, application, "id")
}

// ChangeDiscrepancy queues a change of a discrepancy that still has the version shown.
func (tx *Tx) ChangeDiscrepancy(d *models.Discrepancy, changes ...Assignment) {
	change(tx, d, append(changes, Set(&d.Version, d.Version+1)), &d.Version)
}

// AddDiscrepancySteps queues steps of a discrepancy's file.
func (tx *Tx) AddDiscrepancySteps(rows ...*models.DiscrepancyStep) error { return add(tx, "", rows...) }

// DiscrepancyStepsOf lists the steps of all of a case's discrepancies, oldest first.
func (tx *Tx) DiscrepancyStepsOf(application string) ([]models.DiscrepancyStep, error) {
	return listOf[models.DiscrepancyStep](tx, application, "id")
}

// AddComparison queues how one document compared with its answer.
func (tx *Tx) AddComparison(c *models.Comparison) error { return add(tx, "", c) }

// ComparisonsOf lists a case's comparisons, oldest first.
func (tx *Tx) ComparisonsOf(application string) ([]models.Comparison, error) {
	return listOf[models.Comparison](tx, application, "at, id")
}

// StuckInquiries lists up to limit inquiries under way that were queued before an instant, for the sweep role: their job
// may be gone.
func (tx *Tx) StuckInquiries(before time.Time, limit int) ([]models.Inquiry, error) {
	return upTo[models.Inquiry](tx, limit, "queued_at", "state in ('queued', 'waiting') and queued_at < ?", before)
}

// OverdueCases lists up to limit cases that are not on top of the queue and have a discrepancy that was opened, or whose
// last step was taken, before an instant; for the sweep role.
func (tx *Tx) OverdueCases(opened, stepped time.Time, limit int) ([]models.Application, error) {
	var rows []models.Application
	err := tx.gorm.Where(`not urgent and state in ('in-review', 'correction-requested') and id in (
		select application_id from discrepancies where state = 'open' and (opened_at < ? or step_at < ?))`, opened, stepped).Limit(limit).Find(&rows).Error
	return rows, translate(err)
}
