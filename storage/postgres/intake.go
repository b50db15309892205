package postgres

import (
	"kosodate.example/onestop/models"
)

// PortalPerson adds the person of one application of another portal and gives the id: nobody is guessed to be somebody else. whose tells them apart.
func (tx *Tx) PortalPerson(whose string) (string, error) {
	return tx.PersonFor(models.ProviderPortal, whose)
}

// AddIntakeBatch queues the row of a sending.
func (tx *Tx) AddIntakeBatch(b *models.IntakeBatch) error { return add(tx, "", b) }

// ChangeIntakeBatch queues what became of it.
func (tx *Tx) ChangeIntakeBatch(b *models.IntakeBatch, changes ...Assignment) { change(tx, b, changes) }

// IntakeBatches lists a municipality's, newest first.
func (tx *Tx) IntakeBatches(municipality string, page Page) ([]models.IntakeBatch, error) {
	return newest[models.IntakeBatch](tx, page, "municipality = ?", municipality)
}

// AddIntakeItem queues an application of another portal with its files. The database refuses a second one of the same number and content.
func (tx *Tx) AddIntakeItem(i *models.IntakeItem, files ...*models.IntakeFile) error {
	if err := add(tx, "", i); err != nil {
		return err
	}
	return add(tx, "", files...)
}

// MarksText is how an item keeps marks.
func MarksText(marks [][]byte) string { return digests(marks) }

// IntakeItemsNumbered are those of a sender's receipt number: the first that came, and what came otherwise under it.
func (tx *Tx) IntakeItemsNumbered(municipality, sender, number string) ([]models.IntakeItem, error) {
	return all[models.IntakeItem](tx, "id", "municipality = ? and sender = ? and number = ?", municipality, sender, number)
}

// IntakeItem reads one. Error: not-found, also of somebody protected whom the actor may not see.
func (tx *Tx) IntakeItem(id string) (*models.IntakeItem, error) {
	return byID[models.IntakeItem](tx, id)
}

// LockIntakeItem reads one and holds it until the transaction ends. Error: not-found.
func (tx *Tx) LockIntakeItem(id string) (*models.IntakeItem, error) {
	return heldByID[models.IntakeItem](tx, id)
}

// IntakeItemOf is the item that became a case, or whose draft it is; nil if it came otherwise.
func (tx *Tx) IntakeItemOf(application string) (*models.IntakeItem, error) {
	return maybe[models.IntakeItem](tx, "application_id = ? or draft_id = ?", application, application)
}

// openIntake is what waits for a clerk: what nobody began, and that of which the draft is gone or was never filed in time.
const openIntake = `municipality = ? and (state = 'waiting' or state = 'drafted' and not exists (select from applications a
	where a.id = intake_items.draft_id and a.state <> 'expired'))`

// OpenIntake lists what waits for a clerk who works on these procedures (nil: all), and what is of no known procedure, newest first.
func (tx *Tx) OpenIntake(municipality string, procedures []string, page Page) ([]models.IntakeItem, error) {
	if procedures == nil {
		return newest[models.IntakeItem](tx, page, openIntake, municipality)
	}
	return newest[models.IntakeItem](tx, page, openIntake+` and procedure in ?`, municipality, append([]string{""}, procedures...))
}

// IntakeDraftGone says of an item whose completion was begun whether its draft is gone, or was never filed in time: then it waits again.
func (tx *Tx) IntakeDraftGone(i *models.IntakeItem) (bool, error) {
	return value[bool](tx, `select not exists (select from applications where id = ? and state <> 'expired')`, i.DraftID)
}

// ChangeIntakeItem queues a guarded change of an item that is still in the state shown.
func (tx *Tx) ChangeIntakeItem(i *models.IntakeItem, changes ...Assignment) {
	change(tx, i, changes, &i.State)
}

// IntakeFilesOf lists an item's files as they were sent.
func (tx *Tx) IntakeFilesOf(item string) ([]models.IntakeFile, error) {
	return all[models.IntakeFile](tx, "number", "item_id = ?", item)
}

// ChangeIntakeFile queues a change of a file.
func (tx *Tx) ChangeIntakeFile(f *models.IntakeFile, changes ...Assignment) { change(tx, f, changes) }

// SweepIntake deletes up to so many items with which a clerk was done more than 90 days ago, for the sweep role: those that were settled, and those whose
// draft was filed. A case keeps what it came from; what waits is kept.
func (tx *Tx) SweepIntake(limit int) (int64, error) {
	return value[int64](tx, `with gone as (delete from intake_items where id in (select i.id from intake_items i
			where i.done_at < clock_timestamp() - interval '90 days' and (i.state = 'settled'
				or exists (select from applications a where a.id = i.draft_id and a.arrived_at is not null)) limit ?) returning 1)
		select count(*) from gone`, limit)
}
