package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// DraftsToWarn lists up to limit drafts that expire between now and until and whose owner was not told so with these or
// fewer days left, for the sweep role. A draft of the counter has nobody who could be told.
func (tx *Tx) DraftsToWarn(days int, until time.Time, limit int) ([]models.Application, error) {
	return query[models.Application](tx, `select a.* from applications a
		where a.state = 'draft' and a.channel <> 'counter' and a.put_aside_at is null and a.expires_at > ? and a.expires_at <= ?
		and not exists (select from draft_warnings w where w.application_id = a.id and w.expires_at = a.expires_at and w.days <= ?)
		order by a.expires_at limit ?`, tx.Now, until, days, limit)
}

// WarnDraft notes a warning and says whether it was the first such: only then is the owner told.
func (tx *Tx) WarnDraft(w *models.DraftWarning) (bool, error) {
	res := tx.gorm.Exec(
		`insert into draft_warnings (application_id, municipality, person_id, days, expires_at, at) values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
		w.ApplicationID,
		w.Municipality,
		w.PersonID,
		w.Days,
		w.ExpiresAt,
		tx.Now,
	)
	return res.RowsAffected == 1, translate(res.Error)
}
