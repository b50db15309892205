package partner

import (
	"context"
	"errors"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/app/gateway/nws"
	"kosodate.example/onestop/app/individual"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Shared is what a site is told with a person's consent. It is asked for at that moment and never stored.
type Shared struct {
	Item     string
	Result   string // as of an inquiry
	Provider string // the body that holds it
	Facts    map[string]any
	At       time.Time
}

// Results of a use besides the network's own kinds of reply.
const (
	resultUnavailable = "unavailable" // the network gave no reply
	resultWithheld    = "withheld"    // the consent ended while the network was asked
)

// Tell tells a site one item about the person whose consent it names. The use is recorded before the network is asked, and
// the person sees it; if the consent is taken back while the network is asked, nothing is told. Errors: not-found for an
// unknown item and for what is no consent of this site; forbidden, with a reason, for a consent that does not cover this now;
// unavailable if the network gives no answer, whatever its cause, since it is neither the site's fault nor the person's.
func (s *Service) Tell(ctx context.Context, actor models.Actor, item, consent string) (*Shared, error) {
	known, there := s.Item(item)
	if !there {
		return nil, fault.ErrNotFound
	}
	use := &models.ShareUse{
		ID:      models.NewID(),
		ShareID: consent,
		SiteID:  actor.Person,
		Item:    item,
		Result:  models.UseAsked,
	}
	row, err := s.record(ctx, actor, use)
	if err != nil {
		return nil, err
	}
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkShare, row.ID, row.WrappedKey)
	if err != nil {
		return nil, err
	}
	login, err := key.Open(row.SealedLogin, loginCell(row.ID))
	if err != nil {
		return nil, err
	}
	out, asked := s.ask(ctx, nws.OwnRequest{Key: use.ID, Login: string(login), Item: item})
	result := string(out.Result)
	if asked != nil {
		result = resultUnavailable
	}
	if err := s.finishUse(ctx, actor, use, result); err != nil {
		return nil, err
	}
	if asked != nil {
		return nil, asked
	}
	told := &Shared{Item: item, Result: result, Provider: out.Provider, At: use.At}
	if out.Result == nws.Answered {
		told.Facts = known.facts(out.Facts)
	}
	return told, nil
}

// record looks whether the consent covers the use now, and records the use.
func (s *Service) record(ctx context.Context, actor models.Actor, use *models.ShareUse) (row *models.Share, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if row, err = tx.ShareOfSite(use.ShareID); err != nil {
			return err
		}
		if err := covers(row, use.Item, tx.Now); err != nil {
			return err
		}
		use.PersonID, use.At = *row.PersonID, tx.Now
		if err := tx.AddShareUse(use); err != nil {
			return err
		}
		return audit(tx, "use-consent", "consent", row.ID, *row.PersonID, "")
	})
	return row, err
}

// finishUse records what came of a use, and refuses if the consent ended meanwhile.
func (s *Service) finishUse(ctx context.Context, actor models.Actor, use *models.ShareUse, result string) error {
	var refusal error
	// A site that went away must not leave the record open.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		row, err := tx.ShareOfSite(use.ShareID)
		if err != nil {
			return err
		}
		if refusal = covers(row, use.Item, tx.Now); refusal != nil && result != resultUnavailable {
			result = resultWithheld
		}
		tx.FinishShareUse(use.ID, result)
		return nil
	})
	return errors.Join(err, refusal)
}

// covers says whether a consent lets its site ask for the item now.
func covers(row *models.Share, item string, now time.Time) error {
	no := func(reason fault.Reason) error { return fault.New(fault.Forbidden, fault.CodeForbidden, reason) }
	switch {
	case row.Item != item:
		return no("consent-other-item")
	case row.State == models.ShareRevoked, row.State == models.ShareDeclined:
		return no("consent-revoked")
	case !now.Before(row.Until), row.State == models.ShareLapsed:
		return no("consent-ended")
	case row.State != models.ShareGranted:
		return no("consent-not-given")
	}
	return nil
}

// ask asks the network and waits for its reply. Whatever keeps the reply away, the fault is unavailable.
func (s *Service) ask(ctx context.Context, r nws.OwnRequest) (nws.Outcome, error) {
	if s.network == nil {
		return nws.Outcome{}, unavailable("not-connected", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Answer)
	defer cancel()
	ticket, err := s.network.Own(ctx, r)
	for wait := atLeast(ticket.PollAfter); err == nil; {
		select {
		case <-ctx.Done():
			err = ctx.Err()
			continue
		case <-time.After(wait):
		}
		var out nws.Outcome
		out, err = s.network.Poll(ctx, ticket.Reference)
		if err == nil && !out.Pending {
			return out, nil
		}
		wait = atLeast(out.PollAfter)
	}
	return nws.Outcome{}, unavailable("network-silent", err)
}

func atLeast(d time.Duration) time.Duration { return max(d, 50*time.Millisecond) }

func unavailable(reason fault.Reason, cause error) error {
	if fault.KindOf(cause) == fault.Unavailable && cause != nil {
		return cause
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, reason).Note("component", nws.Component).Because(cause)
}

// facts keeps the fields that the item names, without anything that looks like an individual number (P4).
func (i Item) facts(all map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range i.Fields {
		v, there := all[name]
		if there && !individual.In(v) {
			out[name] = v
		}
	}
	return out
}
