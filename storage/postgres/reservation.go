package postgres

import (
	"strings"
	"time"
)

// A reservation is the places in the object store of files whose case is not there yet. It is no model: nobody reads it but the sweep.

// Reserve queues a reservation of places for files with these ids, until an instant.
func (tx *Tx) Reserve(id, municipality string, files []string, until time.Time) {
	tx.queue(`insert into reservations (id, municipality, person_id, files, expires_at) values ($1, $2, $3, $4::uuid[], $5)`,
		id, municipality, tx.Actor.Person, array(files), until)
}

// ClaimReservation queues the end of a reservation whose files have rows of their own now. Conflict if its time is over: the sweep may be there.
func (tx *Tx) ClaimReservation(id string) {
	tx.guarded(`delete from reservations where id = $1 and expires_at > clock_timestamp()`, id)
}

// GiveReservationBack queues that a reservation's time is over now.
func (tx *Tx) GiveReservationBack(id string) {
	tx.queue(`update reservations set expires_at = now() where id = $1`, id)
}

// Expired is a reservation whose time is over.
type Expired struct {
	ID, Municipality, Files string
}

// FileIDs are the ids that its files may have.
func (e *Expired) FileIDs() []string { return strings.Split(e.Files, ",") }

// ExpiredReservations lists up to limit reservations whose time is over, for the sweep role.
func (tx *Tx) ExpiredReservations(limit int) ([]Expired, error) {
	return query[Expired](tx, `select id::text, municipality, array_to_string(files, ',') as files from reservations
		where expires_at <= ? order by expires_at limit ?`, tx.Now, limit)
}

// EndReservation queues the removal of what a reservation left in the object store, and its own; for the sweep role. Conflict, and nothing is removed, if
// it is gone: another sweep was here, or what lies there belongs to a case.
func (tx *Tx) EndReservation(e *Expired, objects []string) {
	tx.QueueRemoval(e.Municipality, objects...)
	tx.guarded(`delete from reservations where id = $1`, e.ID)
}
