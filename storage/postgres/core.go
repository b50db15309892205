package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddCoreSystem queues a proposal.
func (tx *Tx) AddCoreSystem(s *models.CoreSystem) error { return add(tx, "", s) }

// LockCoreSystem reads one of the own municipality, held until the transaction ends.
func (tx *Tx) LockCoreSystem(id string) (*models.CoreSystem, error) {
	return heldByID[models.CoreSystem](tx, id)
}

// CoreSystems lists a municipality's, newest first.
func (tx *Tx) CoreSystems(municipality string, page Page) ([]models.CoreSystem, error) {
	return newest[models.CoreSystem](tx, page, "municipality = ?", municipality)
}

// ChangeCoreSystem queues a guarded change of one that is still in the state shown.
func (tx *Tx) ChangeCoreSystem(s *models.CoreSystem, changes ...Assignment) {
	change(tx, s, changes, &s.State)
}

// CoreClient is the approved core system of a client id, before anybody acts. Error: not-found.
func (tx *Tx) CoreClient(id string) (*models.CoreSystem, error) {
	if !models.ValidID(id) {
		return nil, fault.ErrNotFound
	}
	return oneOf[models.CoreSystem](tx, `select * from core_client(?)`, id)
}

// CoreToken is the approved core system of an access token's digest. Error: not-found, also for a token that is over.
func (tx *Tx) CoreToken(digest []byte) (*models.CoreSystem, error) {
	return oneOf[models.CoreSystem](tx, `select * from core_token(token => ?)`, digest)
}

// AddCoreToken keeps a token's digest for an assertion; false if the assertion was used before.
func (tx *Tx) AddCoreToken(system string, used []byte, usedUntil time.Time, token []byte, until time.Time) (bool, error) {
	return value[bool](tx, `select add_core_token(?, ?, ?, ?, ?)`, system, used, usedUntil, token, until)
}

// oneOf is the row that a query gives. Error: not-found.
func oneOf[T any](tx *Tx, sql string, args ...any) (*T, error) {
	rows, err := query[T](tx, sql, args...)
	if err != nil || len(rows) == 0 {
		return there[T](nil, err)
	}
	return &rows[0], nil
}

// CoreEvent is one event of a municipality's feed, as the core system that acts may know it.
type CoreEvent struct {
	Position      int64
	Kind          string
	At            time.Time
	State         models.ApplicationState
	Revision      int
	Detail        string
	ApplicationID *string // nil of a case that this system may not see
	ReceiptNumber *string
	Procedure     string
	Taken         *string // the case, if this system has said something of it
}

// PublishCoreEvents gives what was committed since then its places in the feed, for the core system that acts; the answer is the newest place that is not
// kept any more.
func (tx *Tx) PublishCoreEvents() (forgotten int64, err error) {
	return value[int64](tx, `select publish_core_events()`)
}

// CoreEvents reads the feed after a place.
func (tx *Tx) CoreEvents(after int64, limit int) ([]CoreEvent, error) {
	return query[CoreEvent](tx, `select e.position, e.kind, e.at, e.state, e.revision, e.detail, a.id as application_id, a.receipt_number, a.procedure,
			k.application_id as taken
		from core_events e left join applications a on a.id = e.application_id
			left join core_cases k on k.application_id = e.application_id and k.system_id = ?
		where e.municipality = ? and e.position > ? order by e.position limit ?`, tx.Actor.Person, tx.Actor.Municipality, after, limit)
}

// SweepCoreEvents takes away up to so many events that are older than a year, for the sweep role.
func (tx *Tx) SweepCoreEvents(limit int) (int64, error) {
	return value[int64](tx, `select sweep_core_events(?)`, limit)
}

// PutCoreCase queues what the core system that acts says of a case, instead of what it said before.
func (tx *Tx) PutCoreCase(c *models.CoreCase) error {
	return add(tx, ` on conflict (application_id, system_id) do update set state = excluded.state, sealed_reason = excluded.sealed_reason,
		revision = excluded.revision, at = excluded.at, payment_on = excluded.payment_on`, c)
}

// CoreCasesOf lists what core systems have said of a case, and who they are.
func (tx *Tx) CoreCasesOf(application string) (said []models.CoreCase, by []models.CoreSystem, err error) {
	said, err = listOf[models.CoreCase](tx, application, "at")
	if err != nil || len(said) == 0 {
		return nil, nil, err
	}
	ids := make([]string, len(said))
	for i := range said {
		ids[i] = said[i].SystemID
	}
	by, err = all[models.CoreSystem](tx, "id", "id in ?", ids)
	return said, by, err
}

// ApplicationNumbered reads the case of a receipt number, or by its id, as far as the actor may see it. Error: not-found.
func (tx *Tx) ApplicationNumbered(idOrNumber string) (*models.Application, error) {
	if models.ValidID(idOrNumber) {
		return tx.Application(idOrNumber)
	}
	return one[models.Application](tx, "receipt_number = ?", idOrNumber)
}
