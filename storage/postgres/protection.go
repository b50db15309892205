package postgres

import (
	"encoding/hex"
	"strings"
	"time"

	"kosodate.example/onestop/models"
)

// Protection (支援措置) is of people, and the database spreads it over their cases: what it knows of them lies in tables that are reached through
// functions alone (migrations/00092_protection.sql).

// Kinds of the marks of a case: from what its form says, and from what the directory answered.
const (
	MarksOfForm     = "form"
	MarksOfResident = "resident"
)

// Who protected somebody.
const (
	ProtectedByDirectory = "directory"
	ProtectedByStaff     = "staff"
)

// NamePeople says whom a case is about, of its form instead of what was said before, and gives how many marks are new to it.
func (tx *Tx) NamePeople(application string, marks [][]byte, kind string) (int, error) {
	return value[int](tx, `select name_people(?, ?::bytea[], ?)`, application, digests(marks), kind)
}

// BeginPeople queues that a case is about these people, by its form.
func (tx *Tx) BeginPeople(application string, marks [][]byte) {
	tx.queue(`select name_people($1, $2::bytea[], 'form')`, application, digests(marks))
}

// AwaitDirectory queues that a case is hidden until the directory has answered; from the commit on.
func (tx *Tx) AwaitDirectory(application string) { tx.queue(`select await_directory($1)`, application) }

// SettleDirectory queues that the directory has answered, for the program itself.
func (tx *Tx) SettleDirectory(application string) {
	tx.queue(`select settle_directory($1)`, application)
}

// HoldProtections keeps everybody else in the municipality from protecting somebody, or looking whether somebody is, until the transaction ends. It comes
// before a case is locked.
func (tx *Tx) HoldProtections() { tx.queue(`select hold_protections()`) }

// ProtectPeople protects whoever has one of these marks, over all cases of the municipality, and gives the cases that are hidden by it from now on.
func (tx *Tx) ProtectPeople(marks [][]byte, source string) ([]string, error) {
	return called[string](tx, `select protect_people(?, ?::bytea[], ?)`, models.NewID(), digests(marks), source)
}

// ProtectCase protects everybody whom a case is about.
func (tx *Tx) ProtectCase(application, source string) ([]string, error) {
	return called[string](tx, `select protect_people(?, people_of(?), ?)`, models.NewID(), application, source)
}

// UnprotectPeople ends the protection of the people of a case, and gives the cases that are open again.
func (tx *Tx) UnprotectPeople(application string) ([]string, error) {
	return called[string](tx, `select unprotect_people(?)`, application)
}

// Awaited says whether a case of the own municipality waits for the directory's answer, for who cannot see it because of that.
func (tx *Tx) Awaited(application string) (bool, error) {
	if !models.ValidID(application) {
		return false, nil
	}
	return value[bool](tx, `select awaited(?)`, application)
}

// HiddenCases are how many open cases of a municipality are hidden from staff who are not named.
type HiddenCases struct {
	Waiting   int        // for the directory's answer
	Since     *time.Time // the oldest of these
	Protected int
}

// HiddenCases counts them.
func (tx *Tx) HiddenCases() (HiddenCases, error) {
	return value[HiddenCases](tx, `select * from hidden_cases()`)
}

// SeesProtected says whether two persons have let the actor see protected persons, for now.
func (tx *Tx) SeesProtected() (bool, error) { return value[bool](tx, `select actor_sees_protected()`) }

// CaseOf names a case and its municipality.
type CaseOf struct{ ID, Municipality string }

// DirectoryChecks lists cases that have waited for the directory since before an instant, the oldest first, for the sweep role.
func (tx *Tx) DirectoryChecks(before time.Time, limit int) ([]CaseOf, error) {
	return query[CaseOf](tx, `select application_id as id, municipality from directory_checks where since < ? order by since limit ?`, before, limit)
}

// DirectoryUnasked lists the next cases of a release before, of which the directory was never asked, for the sweep role.
func (tx *Tx) DirectoryUnasked(limit int) ([]CaseOf, error) {
	return query[CaseOf](tx, `select id, municipality from applications where id > (select last_id from directory_backfill)
		and directory_asked_at is null and arrived_at is not null and not awaits_directory order by id limit ?`, limit)
}

// DirectoryAskedUpTo queues that those up to this one are done.
func (tx *Tx) DirectoryAskedUpTo(application string) {
	tx.queue(`update directory_backfill set last_id = greatest(last_id, $1::uuid)`, application)
}

// AddProtectionGrant queues a proposal; conflict at the flush while another is open for the same member of staff.
func (tx *Tx) AddProtectionGrant(g *models.ProtectionGrant) error { return add(tx, "", g) }

// LockProtectionGrant reads one of the own municipality, held until the transaction ends.
func (tx *Tx) LockProtectionGrant(id string) (*models.ProtectionGrant, error) {
	return heldByID[models.ProtectionGrant](tx, id)
}

// ProtectionGrants lists a municipality's, newest first.
func (tx *Tx) ProtectionGrants(municipality string, page Page) ([]models.ProtectionGrant, error) {
	return newest[models.ProtectionGrant](tx, page, "municipality = ?", municipality)
}

// ChangeProtectionGrant queues a guarded change of one that is still in the state shown.
func (tx *Tx) ChangeProtectionGrant(g *models.ProtectionGrant, changes ...Assignment) {
	change(tx, g, changes, &g.State)
}

// called runs a function that sees and does what is queued before it, and gives its rows.
func called[T any](tx *Tx, sql string, args ...any) ([]T, error) {
	if err := tx.Flush(); err != nil {
		return nil, err
	}
	return query[T](tx, sql, args...)
}

// value is called for a function of one row.
func value[T any](tx *Tx, sql string, args ...any) (out T, err error) {
	rows, err := called[T](tx, sql, args...)
	if err == nil && len(rows) > 0 {
		out = rows[0]
	}
	return out, err
}

// digests writes marks as the server reads an array.
func digests(marks [][]byte) string {
	texts := make([]string, len(marks))
	for i, m := range marks {
		texts[i] = `"\\x` + hex.EncodeToString(m) + `"`
	}
	return "{" + strings.Join(texts, ",") + "}"
}
