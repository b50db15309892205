package postgres

import (
	"time"

	"kosodate.example/onestop/models"
)

// FiledIDs lists up to limit applications that arrived before an instant, after an id, in the order of ids, for the sweep role.
func (tx *Tx) FiledIDs(before time.Time, after string, limit int) ([]string, error) {
	if after == "" {
		after = "00000000-0000-0000-0000-000000000000"
	}
	rows, err := query[struct{ ID string }](tx, `select id from applications where arrived_at < ? and id > ? order by id limit ?`, before, after, limit)
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids, err
}

// LatestFiled gives the case of each municipality that was filed last, one with files before one without, for the sweep role.
func (tx *Tx) LatestFiled() ([]models.Application, error) {
	return query[models.Application](tx, `select distinct on (a.municipality) a.id, a.municipality, a.person_id, a.procedure, a.state,
		a.wrapped_key, a.filed_revision, a.arrived_at from applications a where a.arrived_at is not null
		order by a.municipality, exists (select from files f where f.application_id = a.id and f.state = 'stored') desc, a.arrived_at desc`)
}

// StoredFiles lists the files of a case that are there in full, for the sweep role.
func (tx *Tx) StoredFiles(application string) ([]models.File, error) {
	return query[models.File](tx, `select id, application_id, size, sha256 from files where application_id = ? and state <> 'receiving' order by id`, application)
}
