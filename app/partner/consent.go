package partner

import (
	"context"
	"time"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Consent is what a person has consented to: who is told what, why and until when, and how often it was used.
type Consent struct {
	ID, Site, Item, Purpose string
	State                   string // active, ended, revoked
	GrantedAt, Until        time.Time
	RevokedAt               *time.Time
	Uses                    int64 // how often the site has asked
	LastUsedAt              *time.Time
}

// States of a consent for people.
const (
	ConsentActive  = "active"
	ConsentEnded   = "ended"
	ConsentRevoked = "revoked"
)

func consentOf(row *models.Share, purpose string, now time.Time) *Consent {
	c := &Consent{
		ID:        row.ID,
		Site:      row.SiteName,
		Item:      row.Item,
		Purpose:   purpose,
		State:     ConsentActive,
		GrantedAt: *row.GrantedAt,
		Until:     row.Until,
	}
	switch {
	case row.State == models.ShareRevoked:
		c.State, c.RevokedAt = ConsentRevoked, row.EndedAt
	case !now.Before(row.Until):
		c.State = ConsentEnded
	}
	return c
}

func (c *Consent) count(uses map[string]postgres.Uses) {
	if u, used := uses[c.ID]; used {
		at := u.LastAt
		c.Uses, c.LastUsedAt = u.Count, &at
	}
}

// Consents lists what the person has ever consented to, newest first, revoked and ended ones too.
func (s *Service) Consents(ctx context.Context, actor models.Actor, page postgres.Page) ([]Consent, error) {
	var rows []models.Share
	var uses map[string]postgres.Uses
	var now time.Time
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		now = tx.Now
		if rows, err = tx.SharesOf(actor.Person, page); err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i := range rows {
			ids[i] = rows[i].ID
		}
		uses, err = tx.UsesOf(ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Consent
	for i := range rows {
		_, purpose, err := s.reason(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		c := consentOf(&rows[i], purpose, now)
		c.count(uses)
		out = append(out, *c)
	}
	return out, nil
}

// Revoke takes a consent back: from its commit on the site is told nothing more, also on a request that is under way. One
// that was taken back already stays so. Errors: not-found; not-allowed-now for what was never granted.
func (s *Service) Revoke(ctx context.Context, actor models.Actor, id string) (*Consent, error) {
	var row *models.Share
	var uses map[string]postgres.Uses
	var now time.Time
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) (err error) {
		if row, err = tx.Share(id); err != nil {
			return err
		}
		now = tx.Now
		if uses, err = tx.UsesOf([]string{id}); err != nil {
			return err
		}
		switch row.State {
		case models.ShareRevoked:
			return nil
		case models.ShareGranted:
		default:
			return fault.New(fault.Conflict, fault.CodeNotAllowedNow, "nothing-consented")
		}
		tx.ChangeShare(row, postgres.Changes{"state": models.ShareRevoked, "sealed_login": nil, "ended_at": tx.Now})
		row.State, row.EndedAt = models.ShareRevoked, &now
		return audit(tx, "revoke-consent", "consent", id, actor.Person, "")
	})
	if err != nil {
		return nil, err
	}
	_, purpose, err := s.reason(ctx, row)
	if err != nil {
		return nil, err
	}
	c := consentOf(row, purpose, now)
	c.count(uses)
	return c, nil
}
