package postgres

import (
	"slices"
	"strings"

	"kosodate.example/onestop/models"
)

// AddBroadcast queues a message to a group of parents.
func (tx *Tx) AddBroadcast(b *models.Broadcast) error { return add(tx, "", b) }

// Broadcast reads one. Error: not-found, also for a malformed id.
func (tx *Tx) Broadcast(id string) (*models.Broadcast, error) {
	return byID[models.Broadcast](tx, id)
}

// HoldBroadcast reads one, held until the transaction ends.
func (tx *Tx) HoldBroadcast(id string) (*models.Broadcast, error) {
	return heldByID[models.Broadcast](tx, id)
}

// Broadcasts lists a municipality's to groups, newest first.
func (tx *Tx) Broadcasts(municipality string, page Page) ([]models.Broadcast, error) {
	return newest[models.Broadcast](tx, page, "municipality = ? and not of_list", municipality)
}

// BroadcastsReceived reads those of ids that the person who acts received, by id.
func (tx *Tx) BroadcastsReceived(ids []string) (map[string]models.Broadcast, error) {
	out := map[string]models.Broadcast{}
	if len(ids) == 0 {
		return out, nil
	}
	rows, err := all[models.Broadcast](tx, "id", "id in ?", ids)
	for _, b := range rows {
		out[b.ID] = b
	}
	return out, err
}

// ChangeBroadcast queues a guarded change of a broadcast that is still in the state shown.
func (tx *Tx) ChangeBroadcast(b *models.Broadcast, changes ...Assignment) {
	change(tx, b, append(changes, Set(&b.UpdatedAt, tx.Now)), &b.State)
}

// reached are the states of a case whose owner is a parent of the municipality: one that was taken back, or passed on to
// another municipality, makes nobody one.
var reached = []models.ApplicationState{
	models.StateArrived,
	models.StateInReview,
	models.StateCorrectionRequested,
	models.StateSignatureInvalid,
	models.StateDecided,
}

// GroupPage lists the next cases that a broadcast looks at, in the order of their ids: filed online, so that their owner has
// an inbox.
func (tx *Tx) GroupPage(b *models.Broadcast, limit int) ([]models.Application, error) {
	q := tx.gorm.Where("municipality = ? and arrived_at is not null and channel = ? and state in ?", b.Municipality, models.ChannelOnline, reached)
	if b.Procedure != "" {
		q = q.Where("procedure = ?", b.Procedure)
	}
	if b.OfList {
		q = q.Where("exists (select from reassessments r where r.application_id = applications.id and r.broadcast_id = ?)", b.ID)
	}
	if b.Cursor != nil {
		q = q.Where("id > ?", *b.Cursor)
	}
	var out []models.Application
	err := q.Order("id").Limit(limit).Find(&out).Error
	return out, translate(err)
}

// FiledContents reads the content as it was filed, of each of these cases, by the id of the case.
func (tx *Tx) FiledContents(cases []models.Application) (map[string]models.Revision, error) {
	out := make(map[string]models.Revision, len(cases))
	if len(cases) == 0 {
		return out, nil
	}
	ids := make([]string, len(cases))
	for i := range cases {
		ids[i] = cases[i].ID
	}
	rows, err := query[models.Revision](tx, `select r.* from revisions r join applications a on a.id = r.application_id and r.number = a.filed_revision
		where r.application_id in ?`, ids)
	for _, r := range rows {
		out[r.ApplicationID] = r
	}
	return out, err
}

// PutGroupMessages puts a broadcast's message into the inboxes of people who have not got it, and, with mail, queues the
// mails of those who want one: added is how many got it, mailed the messages with a mail.
func (tx *Tx) PutGroupMessages(b *models.Broadcast, kind string, people []string, mail bool) (added int, mailed []string, err error) {
	people = slices.Compact(slices.Sorted(slices.Values(people)))
	if len(people) == 0 {
		return 0, nil, nil
	}
	if err := tx.Flush(); err != nil {
		return 0, nil, err
	}
	ids := make([]string, len(people))
	for i := range ids {
		ids[i] = models.NewID()
	}
	var rows []struct {
		ID     string
		Mailed bool
	}
	err = tx.gorm.Raw(`with added as (
			insert into messages (id, person_id, municipality, kind, created_at, broadcast_id)
			select id, person_id, ?, ?, ?::timestamptz, ?::uuid from unnest(?::uuid[], ?::uuid[]) as wanted (id, person_id)
			on conflict do nothing returning id, person_id),
		mailed as (
			insert into mails (message_id, municipality, state, queued_at)
			select id, ?, 'queued', ?::timestamptz from added where ? and person_id in (select mail_wanted(?::uuid[])) returning message_id)
		select added.id, mailed.message_id is not null as mailed from added left join mailed on mailed.message_id = added.id`,
		b.Municipality, kind, tx.Now, b.ID, array(ids), array(people), b.Municipality, tx.Now, mail, array(people)).Scan(&rows).Error
	for _, r := range rows {
		if r.Mailed {
			mailed = append(mailed, r.ID)
		}
	}
	return len(rows), mailed, translate(err)
}

// array writes ids as the server reads an array; they are UUIDs, which hold nothing to quote.
func array(ids []string) string { return "{" + strings.Join(ids, ",") + "}" }
