package postgres

import "kosodate.example/onestop/models"

// AddBriefing queues that the member of staff who acts has read the briefing in a version; again is no second row.
func (tx *Tx) AddBriefing(version string) error {
	return add(tx, " on conflict do nothing", &models.StaffBriefing{
		Municipality: tx.Actor.Municipality,
		StaffID:      tx.Actor.Person,
		Version:      version,
		ConfirmedAt:  tx.Now,
	})
}

// Briefed says whether the member of staff who acts has read the briefing in a version.
func (tx *Tx) Briefed(version string) (bool, error) {
	var n int64
	err := tx.gorm.Model(&models.StaffBriefing{}).
		Where("municipality = ? and staff_id = ? and version = ?", tx.Actor.Municipality, tx.Actor.Person, version).
		Count(&n).
		Error
	return n > 0, translate(err)
}

// Briefings lists who has read it in which version, as far as the actor may see it: newest first.
func (tx *Tx) Briefings(limit int) ([]models.StaffBriefing, error) {
	return upTo[models.StaffBriefing](tx, limit, "confirmed_at desc, staff_id", "true")
}
