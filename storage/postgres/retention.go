package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// EndedCase is a case that is over, with what retention has to know of it.
type EndedCase struct {
	ID, Municipality, Procedure      string
	State                            models.ApplicationState
	Version                          int64
	UpdatedAt                        time.Time
	EndedAt                          *time.Time // when it came to its state
	LastExchange                     *time.Time
	DiscrepancyClosed                *time.Time
	OpenDiscrepancies, OpenInquiries int
}

const caseFacts = `select a.id, a.municipality, a.procedure, a.state, a.version, a.updated_at,
	(select max(h.at) from history h where h.application_id = a.id and h.to_state = a.state) as ended_at,
	greatest((select max(e.answered_at) from exchanges e where e.application_id = a.id),
	         (select max(coalesce(i.answered_at, i.requested_at)) from inquiries i where i.application_id = a.id)) as last_exchange,
	(select max(d.closed_at) from discrepancies d where d.application_id = a.id) as discrepancy_closed,
	(select count(*) from discrepancies d where d.application_id = a.id and d.state = 'open') as open_discrepancies,
	(select count(*) from inquiries i where i.application_id = a.id and i.state in ('queued', 'waiting')) as open_inquiries
	from applications a`

// EndedCases lists up to limit cases that are over and did not change since an instant, after one given (nil for the
// first), for the sweep role. A municipality of "" is all.
func (tx *Tx) EndedCases(since time.Time, municipality string, after *EndedCase, limit int) ([]EndedCase, error) {
	q, args := caseFacts+` where a.state in ('decided', 'withdrawn', 'expired', 'transferred') and a.updated_at < ?`, []any{since}
	if municipality != "" {
		q, args = q+` and a.municipality = ?`, append(args, municipality)
	}
	if after != nil {
		q, args = q+` and (a.updated_at, a.id) > (?, ?)`, append(args, after.UpdatedAt, after.ID)
	}
	return query[EndedCase](tx, q+` order by a.updated_at, a.id limit ?`, append(args, limit)...)
}

// CaseFacts is what retention has to know of one case, in whatever state; not-found if there is none.
func (tx *Tx) CaseFacts(id string) (*EndedCase, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	var rows []EndedCase
	if err := tx.gorm.Raw(caseFacts+` where a.id = ?`, id).Scan(&rows).Error; err != nil {
		return nil, translate(err)
	}
	if len(rows) == 0 {
		return nil, fault.ErrNotFound
	}
	return &rows[0], nil
}

// EraseApplication erases a case whole, as the system of its municipality. It says whether it did: a case that changed
// meanwhile is judged again the next time.
func (tx *Tx) EraseApplication(id string, version int64, rule string, lastDay time.Time) (bool, error) {
	var rows []struct{ ErasedFiles, ErasedObjects int }
	err := tx.gorm.Raw(`select * from erase_application(?, ?, ?, ?)`, id, version, rule, lastDay.Format(time.DateOnly)).Scan(&rows).Error
	return len(rows) == 1, translate(err)
}

// Erasure reads the record of one erasure; not-found if the case was not erased.
func (tx *Tx) Erasure(id string) (*models.Erasure, error) {
	return byID[models.Erasure](tx, id)
}

// Erasures lists up to limit records after an id, in the order of ids.
func (tx *Tx) Erasures(after string, limit int) ([]models.Erasure, error) {
	q := tx.gorm.Order("id").Limit(limit)
	if after != "" {
		q = q.Where("id > ?", after)
	}
	var rows []models.Erasure
	return rows, translate(q.Find(&rows).Error)
}

// ReplayErasure puts the record of an erasure back and takes the case away again, after a restore, as the owner: the rule
// has decided before. It says whether anything was there.
func (tx *Tx) ReplayErasure(e *models.Erasure) (bool, error) {
	if err := add(tx, ` on conflict (id) do nothing`, e); err != nil {
		return false, err
	}
	if err := tx.Flush(); err != nil {
		return false, err
	}
	if err := tx.gorm.Exec(`delete from exchanges where application_id = ?`, e.ID).Error; err != nil {
		return false, translate(err)
	}
	res := tx.gorm.Exec(`delete from applications where id = ?`, e.ID)
	return res.RowsAffected > 0, translate(res.Error)
}

// KeyRemovals lists up to limit slots whose owner is gone, oldest first.
func (tx *Tx) KeyRemovals(limit int) ([][]byte, error) {
	rows, err := tx.sql.QueryContext(tx.ctx, `select slot from key_removals order by queued_at limit $1`, limit)
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = rows.Close() }()
	var out [][]byte
	for rows.Next() {
		var slot []byte
		if err := rows.Scan(&slot); err != nil {
			return nil, translate(err)
		}
		out = append(out, slot)
	}
	return out, translate(rows.Err())
}

// ForgetKeyRemovals queues the end of the removals of slots that are destroyed.
func (tx *Tx) ForgetKeyRemovals(slots [][]byte) {
	for _, s := range slots {
		tx.queue(`delete from key_removals where slot = $1`, s)
	}
}

// ErasedSlots are the records of erasures whose key still waits to be destroyed.
func (tx *Tx) ErasedSlots(slots [][]byte) ([]models.Erasure, error) {
	if len(slots) == 0 {
		return nil, nil
	}
	return all[models.Erasure](tx, "id", "key_slot in ?", slots)
}

// ByAge takes away what goes by its age alone, up to limit rows of each, and says how many went of the most frequent.
func (tx *Tx) ByAge(exchanges, messages, settings, answers time.Time, limit int) (int64, error) {
	var e, m, s, a int64
	err := tx.sql.QueryRowContext(tx.ctx, `select exchanges_sweep($1, $5), messages_sweep($2, $5), settings_sweep($3, $5), answer_keys_sweep($4)`,
		exchanges, messages, settings, answers.UTC().Format(time.DateOnly), limit).Scan(&e, &m, &s, &a)
	return max(e, m, s), translate(err)
}
