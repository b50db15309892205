package postgres

import "kosodate.example/onestop/models"

// AddReplay queues a replay of an edition.
func (tx *Tx) AddReplay(r *models.EditionReplay) error { return add(tx, "", r) }

// Replay reads one replay; not-found for one that the actor may not see.
func (tx *Tx) Replay(id string) (*models.EditionReplay, error) {
	return byID[models.EditionReplay](tx, id)
}

// HoldReplay is Replay, and holds it until the transaction ends.
func (tx *Tx) HoldReplay(id string) (*models.EditionReplay, error) {
	return heldByID[models.EditionReplay](tx, id)
}

// LastReplay is the newest replay of an edition, nil if there is none.
func (tx *Tx) LastReplay(edition string) (*models.EditionReplay, error) {
	rows, err := upTo[models.EditionReplay](tx, 1, "id desc", "edition_id = ?", edition)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// ChangeReplay queues a guarded change of a replay that is still in the state shown.
func (tx *Tx) ChangeReplay(r *models.EditionReplay, changes ...Assignment) {
	change(tx, r, changes, &r.State)
}

// StopReplays stops those of an edition that are running: their jobs see it before they save anything more.
func (tx *Tx) StopReplays(edition string) error {
	return translate(tx.gorm.Exec(`update edition_replays set state = 'stopped' where edition_id = ? and state = 'running'`, edition).Error)
}

// NoteReplay queues what the last replay of an edition came to beside the edition itself, which stays the version that it was: nobody
// who looks at it has to look again.
func (tx *Tx) NoteReplay(edition string, totals []byte) {
	tx.queue(`update editions set replay = $1 where id = $2`, totals, edition)
}

// AddReplayCounts queues what one more batch of a replay counted, on top of what stands there.
func (tx *Tx) AddReplayCounts(rows ...*models.EditionReplayCount) error {
	return add(tx, ` on conflict (replay_id, procedure, municipality, document) do update set cases = edition_replay_counts.cases + excluded.cases,
		more = edition_replay_counts.more + excluded.more, fewer = edition_replay_counts.fewer + excluded.fewer,
		other = edition_replay_counts.other + excluded.other, unanswered = edition_replay_counts.unanswered + excluded.unanswered`, rows...)
}

// ReplayCounts reads what a replay counted, as far as the actor may see it, by procedure, municipality and document.
func (tx *Tx) ReplayCounts(replay string) ([]models.EditionReplayCount, error) {
	return all[models.EditionReplayCount](tx, `procedure collate "C", municipality, document collate "C"`, "replay_id = ?", replay)
}

// The next are for the sweep role, which reads the cases of every municipality.

// replayed are the cases that a replay reads: those that arrived in its period. Of a case that was passed on (移送) the office that
// has it now has a copy with the same arrival, so that it is read there, once.
const replayed = `arrived_at >= ? and arrived_at < ? and state <> 'transferred' and (? = '*' or municipality = ?)`

// CountReplayed counts them.
func (tx *Tx) CountReplayed(r *models.EditionReplay) (int, error) {
	var n int64
	err := tx.gorm.Model(&models.Application{}).Where(replayed, r.PeriodFrom, r.PeriodTo, r.Scope, r.Scope).Count(&n).Error
	return int(n), translate(err)
}

// ReplayPage lists the next of them behind the replay's cursor, by municipality and id, with what a replay has to know.
func (tx *Tx) ReplayPage(r *models.EditionReplay, limit int) ([]models.Application, error) {
	q := tx.gorm.Select("id", "municipality", "person_id", "procedure", "state", "channel", "protected", "wrapped_key", "filed_revision", "arrived_at",
		"national_edition", "local_edition").Where("arrived_at is not null and "+replayed, r.PeriodFrom, r.PeriodTo, r.Scope, r.Scope)
	if r.CursorID != nil {
		q = q.Where("(municipality, id) > (?, ?)", r.CursorMunicipality, *r.CursorID)
	}
	var out []models.Application
	err := q.Order("municipality, id").Limit(limit).Find(&out).Error
	return out, translate(err)
}

// Asked is a document that a case was asked for at its arrival.
type Asked struct{ ApplicationID, Document, Subject string }

// AskedOf lists the documents that had to be attached to each of these cases at its arrival, of each in the order of the plan.
func (tx *Tx) AskedOf(cases []models.Application) ([]Asked, error) {
	ids := make([]string, len(cases))
	for i := range cases {
		ids[i] = cases[i].ID
	}
	return query[Asked](tx, `select application_id, document, subject from plan_items where decision = 'attach' and application_id = any(?::uuid[])
		order by application_id, document collate "C", subject collate "C"`, array(ids))
}
