package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// Municipalities lists all municipalities in the order of their codes.
func (tx *Tx) Municipalities() ([]models.Municipality, error) {
	return all[models.Municipality](tx, "code", "true")
}

// Municipality reads one; not-found if it does not use the service.
func (tx *Tx) Municipality(code string) (*models.Municipality, error) {
	return one[models.Municipality](tx, "code = ?", code)
}

// PutMunicipality adds a municipality or changes what is known of one; its key is kept once it has one.
func (tx *Tx) PutMunicipality(m *models.Municipality) error {
	m.UpdatedAt = tx.Now
	return add(tx, ` on conflict (code) do update set name_ja = excluded.name_ja, name_kana = excluded.name_kana, name_en = excluded.name_en,
		office_ja = excluded.office_ja, office_plain = excluded.office_plain, office_en = excluded.office_en, telephone = excluded.telephone,
		trial_note = excluded.trial_note, updated_at = excluded.updated_at, version = municipalities.version + 1`, m)
}

// ChangeMunicipality queues a change of a municipality's settings, guarded by its version.
func (tx *Tx) ChangeMunicipality(m *models.Municipality, changes ...Assignment) {
	change(tx, m, append(changes, Set(&m.Version, m.Version+1), Set(&m.UpdatedAt, tx.Now)), &m.Version)
}

// Offerings lists what a municipality offers, in the order of the codes.
func (tx *Tx) Offerings(municipality string) ([]models.Offering, error) {
	return all[models.Offering](tx, "procedure", "municipality = ?", municipality)
}

// Offering reads what a municipality says of one procedure; not-found if it does not offer it.
func (tx *Tx) Offering(municipality, procedure string) (*models.Offering, error) {
	return one[models.Offering](tx, "municipality = ? and procedure = ?", municipality, procedure)
}

// OfferingAlone is Offering, and holds until the end of the transaction what only one transaction at a time may hold for
// this person and procedure. What a later statement reads was committed by whoever held it before.
func (tx *Tx) OfferingAlone(person, municipality, procedure string) (*models.Offering, error) {
	out, err := query[models.Offering](tx, `with held as materialized (select pg_advisory_xact_lock(hashtextextended(?, 7030201721)))
		select o.* from held, offerings o where o.municipality = ? and o.procedure = ?`,
		person+"/"+municipality+"/"+procedure, municipality, procedure)
	if err == nil && len(out) == 0 {
		err = fault.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &out[0], nil
}

// PutOffering adds an offering or replaces what it says.
func (tx *Tx) PutOffering(o *models.Offering) error {
	return add(tx, ` on conflict (municipality, procedure) do update set opens_on = excluded.opens_on, closes_on = excluded.closes_on,
		signature = excluded.signature, guidance_ja = excluded.guidance_ja, guidance_plain = excluded.guidance_plain,
		guidance_en = excluded.guidance_en, deadline_on = excluded.deadline_on, weeks = excluded.weeks`, o)
}

// DeleteOffering takes a procedure out of what a municipality offers; what was filed stays.
func (tx *Tx) DeleteOffering(municipality, procedure string) {
	tx.queue(`delete from offerings where municipality = $1 and procedure = $2`, municipality, procedure)
}

// PutClosedDay adds a closed day.
func (tx *Tx) PutClosedDay(d *models.ClosedDay) error {
	return add(tx, ` on conflict (municipality, day) do update set name = excluded.name`, d)
}

// DeleteClosedDay takes one away.
func (tx *Tx) DeleteClosedDay(municipality string, day time.Time) {
	tx.queue(`delete from closed_days where municipality = $1 and day = $2`, municipality, day)
}

// ClosedDays lists a municipality's closed days from one day to another, both included.
func (tx *Tx) ClosedDays(municipality string, from, to time.Time) ([]models.ClosedDay, error) {
	return all[models.ClosedDay](tx, "day", "municipality = ? and day between ? and ?", municipality, from, to)
}
