package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Messages lists the person's messages, newest first.
func (tx *Tx) Messages(person string, page Page) ([]models.Message, error) {
	return newest[models.Message](tx, page, "person_id = ?", person)
}

// Unread counts the person's messages that were not read.
func (tx *Tx) Unread(person string) (int64, error) {
	var n int64
	err := tx.gorm.Model(&models.Message{}).Where("person_id = ? and read_at is null", person).Count(&n).Error
	return n, translate(err)
}

// ReadMessage marks a message of the person as read; one that was read stays read when it was. Error: not-found.
func (tx *Tx) ReadMessage(person, id string) error {
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	done := tx.gorm.Exec(`update messages set read_at = coalesce(read_at, ?) where id = ? and person_id = ?`, tx.Now, id, person)
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.ErrNotFound
	}
	return translate(done.Error)
}

// UnreadOf gives the person's messages of a kind that were not read, oldest first.
func (tx *Tx) UnreadOf(person, kind string) ([]models.Message, error) {
	return all[models.Message](tx, "id", "person_id = ? and kind = ? and read_at is null", person, kind)
}

// ReadMessages marks what the person was told of one kind about an application as read.
func (tx *Tx) ReadMessages(person, application, kind string) error {
	return translate(tx.gorm.Exec(`update messages set read_at = ? where person_id = ? and application_id = ? and kind = ? and read_at is null`,
		tx.Now, person, application, kind).Error)
}

// PutMessage puts a message into its person's inbox at once, unless it is there already (same application, kind and
// params), and, with mail, queues the mail of a new message whose person wants one: mailed says whether a mail was queued.
func (tx *Tx) PutMessage(m *models.Message, mail bool) (mailed bool, err error) {
	if err := tx.Flush(); err != nil {
		return false, err
	}
	err = tx.gorm.Raw(`with added as (
			insert into messages (id, person_id, municipality, application_id, kind, params, created_at) values (?, ?, ?, ?, ?, ?, ?)
			on conflict do nothing returning id, person_id, municipality),
		mailed as (
			insert into mails (message_id, municipality, state, queued_at)
			select id, municipality, 'queued', ?::timestamptz from added where ? and person_id in (select mail_wanted(array[?::uuid])) returning 1)
		select exists (select from mailed)`,
		m.ID, m.PersonID, m.Municipality, m.ApplicationID, m.Kind, string(m.Params), m.CreatedAt, tx.Now, mail, m.PersonID).Scan(&mailed).Error
	return mailed, translate(err)
}

// PersonSettings reads how a person wants to be told, or nil.
func (tx *Tx) PersonSettings(person string) (*models.PersonSettings, error) {
	return maybe[models.PersonSettings](tx, "person_id = ?", person)
}

// PutPersonSettings queues them, whether the person has some or not.
func (tx *Tx) PutPersonSettings(row *models.PersonSettings) error {
	row.UpdatedAt = tx.Now
	return add(tx, ` on conflict (person_id) do update set sealed_mail = excluded.sealed_mail, language = excluded.language,
		wants_mail = excluded.wants_mail, updated_at = excluded.updated_at`, row)
}

// ClaimMail takes a mail for one attempt, for as long as lease: a mail whose worker died is had by another only then. nil
// if it is finished or another attempt is under way; then wait says when the other's time is over, zero for a finished one.
// Error: not-found for a mail that is not there any more.
func (tx *Tx) ClaimMail(message string, lease time.Duration) (*models.Mail, time.Duration, error) {
	mail, err := there(first[models.Mail](tx, forUpdate, "message_id = ?", message))
	if err != nil {
		return nil, 0, err
	}
	if mail.EndedAt != nil {
		return nil, 0, nil
	}
	if mail.State == models.MailSending {
		if left := lease - tx.Now.Sub(*mail.ClaimedAt); left > 0 {
			return nil, left, nil
		}
	}
	change(tx, mail, []Assignment{Set(&mail.State, models.MailSending), Set(&mail.Attempts, mail.Attempts+1), Set(&mail.ClaimedAt, &tx.Now)})
	return mail, 0, nil
}

// FinishMail queues what came of an attempt: a state in which the mail stays, or queued to try again. Conflict if another
// attempt has begun since.
func (tx *Tx) FinishMail(m *models.Mail, state models.MailState) {
	changes := []Assignment{Set(&m.State, state)}
	if state != models.MailQueued {
		changes = append(changes, Set(&m.EndedAt, &tx.Now))
	}
	change(tx, m, changes, &m.Attempts, &m.State)
}

// Addressee is whom a message's mail goes to, and all that is told of the message.
type Addressee struct {
	Person, Kind, Language string
	At                     time.Time // of the message
	SealedMail             []byte
}

// Addressee reads it for a job of the message's municipality; nil if the person does not want mail (any more).
func (tx *Tx) Addressee(message string) (*Addressee, error) {
	var rows []Addressee
	if err := tx.gorm.Raw(`select * from mail_addressee(?)`, message).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, translate(err)
	}
	return &rows[0], nil
}
