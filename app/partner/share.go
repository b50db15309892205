package partner

import (
	"context"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Wish is what a site asks a person for: one item, for one purpose, until an instant.
type Wish struct {
	Item    string
	Purpose string // why, for the person to read
	Until   time.Time
}

func reasonCell(id string) seal.Cell {
	return seal.Cell{Table: "shares", Column: "sealed_reason", Row: id}
}

func loginCell(id string) seal.Cell {
	return seal.Cell{Table: "shares", Column: "sealed_login", Row: id}
}

// Ask keeps a site's wish and gives the link by which the person decides on it (R14). Errors: invalid-request, with every
// member at fault; individual-number.
func (s *Service) Ask(ctx context.Context, actor models.Actor, req dossier.Request, site Site, w Wish) (*Link, error) {
	row, link, refusal := s.prepareShare(ctx, actor, site, w)
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Link, error) {
		if refusal != nil {
			return nil, refusal
		}
		if !w.Until.After(tx.Now) || w.Until.After(tx.Now.Add(s.opt.MaxConsent)) {
			return nil, refuse([]fault.Detail{{Code: "out-of-range", Pointer: "/until", Reason: "consent-until"}})
		}
		row.AskedAt, row.ExpiresAt = tx.Now, tx.Now.Add(s.opt.Lifetime)
		link.ExpiresAt = row.ExpiresAt
		if err := tx.AddShare(row); err != nil {
			return nil, err
		}
		return link, audit(tx, "ask-to-share", "consent", row.ID, "", "")
	})
}

func (s *Service) prepareShare(ctx context.Context, actor models.Actor, site Site, w Wish) (*models.Share, *Link, error) {
	details := textFaults("/purpose", w.Purpose, true, mostPurpose)
	if _, known := s.Item(w.Item); !known {
		details = append(details, fault.Detail{Code: "unknown-item", Pointer: "/item"})
	}
	if err := refuse(details); err != nil {
		return nil, nil, err
	}
	id := models.NewID()
	key, wrapped, err := s.dossiers.NewLinkKey(ctx, dossier.LinkShare, id)
	if err != nil {
		return nil, nil, err
	}
	reason, err := key.Seal([]byte(w.Purpose), reasonCell(id))
	if err != nil {
		return nil, nil, err
	}
	text, hash := newSecret()
	row := &models.Share{
		ID:           id,
		SiteID:       actor.Person,
		SiteName:     site.name(),
		Item:         w.Item,
		State:        models.ShareAsked,
		SecretHash:   hash,
		WrappedKey:   wrapped,
		SealedReason: reason,
		Until:        w.Until.UTC(),
	}
	return row, &Link{ID: id, URL: s.opt.PublicURL + "/share-requests/" + id + "?secret=" + text}, nil
}

// Request is a site's wish as the person sees it who opened its link.
type Request struct {
	ID, Site, Item, Purpose   string
	Until, AskedAt, ExpiresAt time.Time
}

// OpenRequest shows the person who wants to know what, why and until when. The first who opens it with its secret is bound
// to it, as by OpenHandover. Errors: not-found; not-allowed-now, with a reason, once it was decided or its time was over.
func (s *Service) OpenRequest(ctx context.Context, actor models.Actor, id, secret string) (*Request, error) {
	row, now, err := s.share(ctx, actor, id, secret)
	if err != nil {
		return nil, err
	}
	if err := shareDecided(row, now); err != nil {
		return nil, err
	}
	_, purpose, err := s.reason(ctx, row)
	if err != nil {
		return nil, err
	}
	return &Request{
		ID:        row.ID,
		Site:      row.SiteName,
		Item:      row.Item,
		Purpose:   purpose,
		Until:     row.Until,
		AskedAt:   row.AskedAt,
		ExpiresAt: row.ExpiresAt,
	}, nil
}

func (s *Service) share(ctx context.Context, actor models.Actor, id, secret string) (row *models.Share, now time.Time, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if secret != "" {
			if err := tx.BindShare(id, digest(secret)); err != nil {
				return err
			}
		}
		if row, err = tx.Share(id); err != nil {
			return err
		}
		now = tx.Now
		return audit(tx, "open-share-request", "consent", id, actor.Person, "")
	})
	return row, now, err
}

// shareDecided says why nothing can be decided any more; nil while it can.
func shareDecided(row *models.Share, now time.Time) error {
	switch {
	case row.State == models.ShareDeclined:
		return errDeclined
	case row.State == models.ShareGranted, row.State == models.ShareRevoked:
		return errUsed
	case row.State != models.ShareAsked || !now.Before(row.ExpiresAt) || !now.Before(row.Until):
		return errExpired
	}
	return nil
}

// reason unwraps a share's key and says why the site asked.
func (s *Service) reason(ctx context.Context, row *models.Share) (seal.Key, string, error) {
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkShare, row.ID, row.WrappedKey)
	if err != nil {
		return key, "", err
	}
	plain, err := key.Open(row.SealedReason, reasonCell(row.ID))
	return key, string(plain), err
}

// Grant is the person's consent to one site, for one item and one purpose, until the instant that the site named. login is
// the person's own sign-in ("provider/subject"), by which the network knows whom it is about; it is kept sealed as long as
// the consent stands. Errors: as OpenRequest.
func (s *Service) Grant(ctx context.Context, actor models.Actor, req dossier.Request, id, secret, login string) (*Consent, error) {
	row, now, err := s.share(ctx, actor, id, secret)
	if err != nil {
		return nil, err
	}
	var sealed []byte
	var purpose string
	if shareDecided(row, now) == nil { // else refused below, after the look whether this request was answered before
		var key seal.Key
		if key, purpose, err = s.reason(ctx, row); err != nil {
			return nil, err
		}
		if sealed, err = key.Seal([]byte(login), loginCell(id)); err != nil {
			return nil, err
		}
	}
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Consent, error) {
		row, err := tx.Share(id)
		if err != nil {
			return nil, err
		}
		if err := shareDecided(row, tx.Now); err != nil {
			return nil, err
		}
		if sealed == nil {
			return nil, errExpired
		}
		tx.ChangeShare(row, postgres.Changes{"state": models.ShareGranted, "sealed_login": sealed, "granted_at": tx.Now})
		row.State, row.GrantedAt = models.ShareGranted, &tx.Now
		return consentOf(row, purpose, tx.Now), audit(tx, "grant-consent", "consent", id, actor.Person, "")
	})
}

// DeclineRequest refuses a site's wish and erases what it held. Errors: as OpenRequest.
func (s *Service) DeclineRequest(ctx context.Context, actor models.Actor, id, secret string) error {
	if _, _, err := s.share(ctx, actor, id, secret); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := tx.Share(id)
		if err != nil {
			return err
		}
		if err := shareDecided(row, tx.Now); err != nil {
			return err
		}
		tx.ChangeShare(row, postgres.Changes{"state": models.ShareDeclined, "sealed_reason": nil, "wrapped_key": nil, "ended_at": tx.Now})
		return audit(tx, "decline-consent", "consent", id, actor.Person, "")
	})
}
