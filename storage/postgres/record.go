package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// PersonFor is the person of a provider's subject, made at the first sign-in.
func (tx *Tx) PersonFor(provider, subject string) (string, error) {
	var id string
	err := tx.gorm.Raw(`select person_for(?, ?, ?)`, models.NewID(), provider, subject).Scan(&id).Error
	if err == nil && id == "" {
		return "", fault.ErrConflict // another node is adding the same person and has not committed
	}
	return id, translate(err)
}

// Remembered finds the answer of an earlier request with the same key, or nil.
func (tx *Tx) Remembered(person, route, key string) (*models.Idempotency, error) {
	return maybe[models.Idempotency](tx, "person_id = ? and route = ? and key = ?", person, route, key)
}

// Remember queues an answer under its key. If another request with the key commits first, the transaction fails with
// conflict and Violated names idempotency_keys_pkey.
func (tx *Tx) Remember(row *models.Idempotency) error {
	row.CreatedAt = tx.Now
	return add(tx, "", row)
}

// AuditQuery filters the audit trail; zero members do not filter.
type AuditQuery struct {
	From, To                       time.Time
	Actor, Subject, Object, Action string
	Municipality, Role, After, ID  string
	Others                         string // entries of everybody but this person, and not those of the program itself
	Case                           string // a receipt number: entries about its case and what belongs to it; for an auditor alone
	Limit                          int
}

// auditedCase are the ids under which entries speak of a case, its own first; none if an auditor does not ask, or nobody has the number.
func (tx *Tx) auditedCase(receipt string) ([]string, error) {
	var ids []string
	err := tx.gorm.Raw(`select audited_case(?)`, receipt).Scan(&ids).Error
	return ids, translate(err)
}

// Audit lists entries that the actor may see, newest first.
func (tx *Tx) Audit(f AuditQuery) ([]models.AuditEntry, error) {
	q := tx.gorm.Order("id desc").Limit(f.Limit)
	for column, value := range map[string]string{"id": f.ID, "actor_id": f.Actor, "subject_id": f.Subject, "object_id": f.Object,
		"action": f.Action, "municipality": f.Municipality, "role": f.Role} {
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", f.To)
	}
	if f.After != "" {
		q = q.Where("id < ?", f.After)
	}
	if f.Case != "" {
		ids, err := tx.auditedCase(f.Case)
		if err != nil || len(ids) == 0 {
			return nil, err
		}
		q = q.Where("object_id in ? or object_id like ?", ids, ids[0]+"/%")
	}
	if f.Others != "" {
		q = q.Where("role <> ? and actor_id is distinct from ?", models.RoleSystem, f.Others)
	}
	var out []models.AuditEntry
	err := q.Find(&out).Error
	return out, translate(err)
}

// SessionLoad finds the data of a browser session by the digest of its token, or nil.
func (tx *Tx) SessionLoad(digest []byte) ([]byte, error) {
	var data []byte
	err := tx.sql.QueryRowContext(tx.ctx, `select session_load($1)`, digest).Scan(&data)
	return data, translate(err)
}

// SessionStore keeps a browser session until an instant.
func (tx *Tx) SessionStore(digest, data []byte, until time.Time) {
	tx.queue(`select session_store($1, $2, $3)`, digest, data, until)
}

// SessionRenew keeps a browser session that is still there until another instant.
func (tx *Tx) SessionRenew(digest, data []byte, until time.Time) {
	tx.queue(`select session_renew($1, $2, $3)`, digest, data, until)
}

// SessionDrop ends a browser session.
func (tx *Tx) SessionDrop(digest []byte) { tx.queue(`select session_drop($1)`, digest) }

// SessionOwner says whose a browser session is.
type SessionOwner struct {
	Person   string   // UUID
	Provider []byte   // digest of the provider's own session; nil: it named none
	Places   []string // municipalities in whose name the person works
}

// SessionOwn says whose a stored session is, so that it can be ended from outside.
func (tx *Tx) SessionOwn(digest []byte, owner SessionOwner) {
	places := owner.Places
	if places == nil {
		places = []string{}
	}
	tx.queue(`select session_own($1, $2, $3, $4)`, digest, owner.Person, owner.Provider, places)
}

// SessionClaim says whether this request is the one that asks the provider anew about a session.
func (tx *Tx) SessionClaim(digest []byte) (won bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, `select session_claim($1)`, digest).Scan(&won)
	return won, translate(err)
}

// SessionFirst notes what counts once, until an instant; false if it was noted before.
func (tx *Tx) SessionFirst(digest []byte, until time.Time) (first bool, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, `select session_first($1, $2)`, digest, until).Scan(&first)
	return first, translate(err)
}

// SessionsEndByProvider ends the sessions of one session at the provider (its digest), or all of a person, and counts them. Of both, the sessions
// have to be both's.
func (tx *Tx) SessionsEndByProvider(person string, session []byte) (n int64, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, `select sessions_end_by_provider(nullif($1, '')::uuid, $2)`, person, session).Scan(&n)
	return n, translate(err)
}

// StaffSession is a browser session that is open.
type StaffSession struct {
	Person       string
	Began, Until time.Time
}

// SessionsOfStaff are the open sessions of who works in the admin's municipality, oldest first.
func (tx *Tx) SessionsOfStaff() ([]StaffSession, error) {
	var out []StaffSession
	err := tx.gorm.Raw(`select person, began, until from sessions_of_staff()`).Scan(&out).Error
	return out, translate(err)
}

// SessionsEndOfStaff ends the open sessions of somebody who works in the admin's municipality, and counts them.
func (tx *Tx) SessionsEndOfStaff(person string) (n int64, err error) {
	err = tx.sql.QueryRowContext(tx.ctx, `select sessions_end_of_staff($1)`, person).Scan(&n)
	return n, translate(err)
}

// ServiceKey reads a wrapped data key of the service, adding the one offered if there is none yet: of several nodes
// that start at once, all get the same.
func (tx *Tx) ServiceKey(name string, offered []byte) ([]byte, error) {
	err := tx.gorm.Exec(`insert into service_keys (name, wrapped_key) values (?, ?) on conflict (name) do nothing`, name, offered).Error
	if err != nil {
		return nil, translate(err)
	}
	row, err := one[models.ServiceKey](tx, "name = ?", name)
	if err != nil {
		return nil, err
	}
	return row.WrappedKey, nil
}

// AccessesTo lists what others did with what belongs to a person, newest first.
func (tx *Tx) AccessesTo(person string, page Page) ([]models.AuditEntry, error) {
	return newest[models.AuditEntry](tx, page, "subject_id = ? and actor_id is distinct from ?", person, person)
}
