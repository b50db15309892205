package postgres

import (
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
)

// AddHandover queues what a site hands over.
func (tx *Tx) AddHandover(h *models.Handover) error { return add(tx, "", h) }

// BindHandover binds the actor, as applicant, to a hand-over that nobody has opened, if the secret is its own. Whoever was
// first stays: for everybody else nothing happens, and the hand-over does not exist.
func (tx *Tx) BindHandover(id string, secretHash []byte) error {
	return tx.bind(`select bind_handover(?, ?)`, id, secretHash)
}

func (tx *Tx) bind(call, id string, secretHash []byte) error {
	if !models.ValidID(id) {
		return fault.ErrNotFound
	}
	return translate(tx.gorm.Exec(call, id, secretHash).Error)
}

// Handover reads one to which the person is bound, held until the transaction ends. Error: not-found, also for a malformed
// id.
func (tx *Tx) Handover(id string) (*models.Handover, error) {
	return heldByID[models.Handover](tx, id)
}

// EndHandover queues the end of a hand-over that is still in the state shown, and with it the erasure of its content.
func (tx *Tx) EndHandover(h *models.Handover, state models.HandoverState) {
	change(tx, h, []Assignment{Set(&h.State, state), Set(&h.Sealed, nil), Set(&h.WrappedKey, nil), Set(&h.EndedAt, &tx.Now)}, &h.State)
}

// AddShare queues what a site asks a person for.
func (tx *Tx) AddShare(s *models.Share) error { return add(tx, "", s) }

// BindShare binds the actor, as applicant, to a share that nobody has opened, as BindHandover does.
func (tx *Tx) BindShare(id string, secretHash []byte) error {
	return tx.bind(`select bind_share(?, ?)`, id, secretHash)
}

// Share reads one, held until the transaction ends: the person's own. Error: not-found, also for a malformed id.
func (tx *Tx) Share(id string) (*models.Share, error) {
	return heldByID[models.Share](tx, id)
}

// ShareOfSite reads one of the site that acts. It holds nothing: a site that asks all the time must not keep the person from
// taking the consent back. Error: not-found, also for a malformed id.
func (tx *Tx) ShareOfSite(id string) (*models.Share, error) {
	return byID[models.Share](tx, id)
}

// ChangeShare queues a guarded change of a share that is still in the state shown.
func (tx *Tx) ChangeShare(s *models.Share, changes ...Assignment) { change(tx, s, changes, &s.State) }

// SharesOf lists what a person has ever consented to, newest first.
func (tx *Tx) SharesOf(person string, page Page) ([]models.Share, error) {
	return newest[models.Share](tx, page, "person_id = ? and state in ?", person, []models.ShareState{models.ShareGranted, models.ShareRevoked})
}

// AddShareUse queues the record of a use, before it is made.
func (tx *Tx) AddShareUse(u *models.ShareUse) error { return add(tx, "", u) }

// FinishShareUse queues what came of a use.
func (tx *Tx) FinishShareUse(id, result string) {
	use := &models.ShareUse{ID: id, Result: models.UseAsked}
	change(tx, use, []Assignment{Set(&use.Result, result)}, &use.Result)
}

// Uses is how often a share was used, and when last.
type Uses struct {
	ShareID string
	Count   int64
	LastAt  time.Time
}

// UsesOf counts the uses of shares, by share; one that was never used is missing.
func (tx *Tx) UsesOf(shares []string) (map[string]Uses, error) {
	var rows []Uses
	err := tx.gorm.Raw(`select share_id, count(*) as count, max(at) as last_at from share_uses where share_id in ? group by share_id`, shares).Scan(&rows).Error
	out := make(map[string]Uses, len(rows))
	for _, u := range rows {
		out[u.ShareID] = u
	}
	return out, translate(err)
}

// SweepLinks ends the hand-overs and the requests to share whose time is over and erases what they held, as the sweep role;
// it says how many. What ended longer ago than kept, and was no consent, is forgotten.
func (tx *Tx) SweepLinks(kept time.Duration) (int64, error) {
	var n int64
	err := tx.gorm.Raw(`select links_sweep(?)`, tx.Now.Add(-kept)).Scan(&n).Error
	return n, translate(err)
}
