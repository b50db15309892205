package partner

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"kosodate.example/onestop/app/dossier"
	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Sent is what a site hands over.
type Sent struct {
	Procedure, Municipality string
	Facts                   json.RawMessage // an object or empty
	Form                    map[string]any
	Source                  string        // what the site calls its record of the person; may be empty
	Lifetime                time.Duration // of the link; 0 for the usual
}

// content is what lies sealed in a hand-over.
type content struct {
	Facts  json.RawMessage `json:"facts"`
	Form   map[string]any  `json:"form"`
	Source string          `json:"source,omitempty"`
}

// shortest is the shortest life of a link.
const shortest = time.Minute

func handoverCell(id string) seal.Cell {
	return seal.Cell{Table: "handovers", Column: "sealed", Row: id}
}

// HandOver keeps what a site has prefilled for a person and gives the link that the site gives the person (R14). It is
// checked as a draft is, and nobody but who opens the link sees it. Errors: those of Checker; individual-number;
// invalid-request for a source or a lifetime that is not right.
func (s *Service) HandOver(ctx context.Context, actor models.Actor, req dossier.Request, site Site, in Sent) (*Link, error) {
	row, link, refusal := s.prepareHandover(ctx, actor, site, in)
	return dossier.Once(ctx, s.dossiers, actor, req, func(tx *postgres.Tx) (*Link, error) {
		if refusal != nil { // after the look whether it was answered before: the calendar may refuse today what it took yesterday
			return nil, refusal
		}
		row.CreatedAt, row.ExpiresAt = tx.Now, tx.Now.Add(s.lifetime(in.Lifetime))
		link.ExpiresAt = row.ExpiresAt
		if err := tx.AddHandover(row); err != nil {
			return nil, err
		}
		return link, audit(tx, "hand-over", "handover", row.ID, "", row.Municipality)
	})
}

func (s *Service) lifetime(wanted time.Duration) time.Duration {
	if wanted == 0 {
		return s.opt.Lifetime
	}
	return wanted
}

func (s *Service) prepareHandover(ctx context.Context, actor models.Actor, site Site, in Sent) (*models.Handover, *Link, error) {
	details := textFaults("/source", in.Source, false, mostSource)
	if in.Lifetime != 0 && (in.Lifetime < shortest || in.Lifetime > s.opt.MaxLifetime) {
		details = append(details, fault.Detail{Code: "out-of-range", Pointer: "/expires_in",
			Reason: "link-lifetime", Params: []fault.Param{fault.Number("days", int(s.opt.MaxLifetime.Hours()/24))}})
	}
	if err := refuse(details); err != nil {
		return nil, nil, err
	}
	h, err := s.checker.CheckHandover(ctx, dossier.HandedOver{
		Procedure:    in.Procedure,
		Municipality: in.Municipality,
		Facts:        in.Facts,
		Form:         in.Form,
	})
	if err != nil {
		return nil, nil, err
	}
	id := models.NewID()
	key, wrapped, err := s.dossiers.NewLinkKey(ctx, dossier.LinkHandover, id)
	if err != nil {
		return nil, nil, err
	}
	plain, err := json.Marshal(content{Facts: h.Facts, Form: h.Form, Source: in.Source})
	if err != nil {
		return nil, nil, err
	}
	sealed, err := key.Seal(plain, handoverCell(id))
	if err != nil {
		return nil, nil, err
	}
	text, hash := newSecret()
	row := &models.Handover{
		ID:           id,
		SiteID:       actor.Person,
		SiteName:     site.name(),
		Municipality: h.Municipality,
		Procedure:    h.Procedure,
		State:        models.HandoverOpen,
		SecretHash:   hash,
		WrappedKey:   wrapped,
		Sealed:       sealed,
	}
	return row, &Link{ID: id, URL: s.opt.PublicURL + "/handovers/" + id + "?secret=" + text}, nil
}

// Handover is a hand-over as the person sees it who opened its link.
type Handover struct {
	ID, Site, Source        string // Source: what the site calls its record of the person
	Procedure, Municipality string
	Facts                   json.RawMessage
	Form                    map[string]any
	Fields                  []string // JSON Pointers of what the site filled in, in the order of the content
	SentAt, ExpiresAt       time.Time
}

// OpenHandover shows the person who sent what. The first who opens it with its secret is bound to it; from then on the
// secret is not needed, and for everybody else it does not exist. Errors: not-found; not-allowed-now, with a reason, once it
// was used, declined, or its time was over.
func (s *Service) OpenHandover(ctx context.Context, actor models.Actor, id, secret string) (*Handover, error) {
	row, now, err := s.handover(ctx, actor, id, secret)
	if err != nil {
		return nil, err
	}
	if err := handoverEnded(row, now); err != nil {
		return nil, err
	}
	c, err := s.unseal(ctx, row)
	if err != nil {
		return nil, err
	}
	return &Handover{
		ID:           row.ID,
		Site:         row.SiteName,
		Source:       c.Source,
		Procedure:    row.Procedure,
		Municipality: row.Municipality,
		Facts:        c.Facts,
		Form:         c.Form,
		Fields:       c.fields(),
		SentAt:       row.CreatedAt,
		ExpiresAt:    row.ExpiresAt,
	}, nil
}

// handover reads one for the person, whom its secret binds to it, with the database's time.
func (s *Service) handover(ctx context.Context, actor models.Actor, id, secret string) (row *models.Handover, now time.Time, err error) {
	err = s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		if secret != "" {
			if err := tx.BindHandover(id, digest(secret)); err != nil {
				return err
			}
		}
		if row, err = tx.Handover(id); err != nil {
			return err
		}
		now = tx.Now
		return audit(tx, "open-handover", "handover", id, actor.Person, row.Municipality)
	})
	return row, now, err
}

// handoverEnded says why a hand-over cannot be taken over any more; nil while it can.
func handoverEnded(row *models.Handover, now time.Time) error {
	switch {
	case row.State == models.HandoverAccepted:
		return errUsed
	case row.State == models.HandoverDeclined:
		return errDeclined
	case row.State != models.HandoverOpen || !now.Before(row.ExpiresAt):
		return errExpired
	}
	return nil
}

func (s *Service) unseal(ctx context.Context, row *models.Handover) (*content, error) {
	key, err := s.dossiers.LinkKey(ctx, dossier.LinkHandover, row.ID, row.WrappedKey)
	if err != nil {
		return nil, err
	}
	plain, err := key.Open(row.Sealed, handoverCell(row.ID))
	if err != nil {
		return nil, err
	}
	var c content
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber() // 9.0 is not the integer 9
	return &c, d.Decode(&c)
}

// Accept takes a hand-over over: a draft of the person's own begins with what the site filled in, each field with where it
// comes from, and what was handed over is erased, all or nothing. Filing it is for the person to do. Errors: as OpenHandover;
// those of Drafts.
func Accept[V any](ctx context.Context, s *Service, drafts Drafts[V], actor models.Actor, req dossier.Request, id, secret, onDuplicate string) (V, error) {
	var none V
	row, now, err := s.handover(ctx, actor, id, secret)
	if err != nil {
		return none, err
	}
	var h dossier.HandedOver
	if handoverEnded(row, now) == nil { // else end refuses, after the look whether this request was answered before
		c, err := s.unseal(ctx, row)
		if err != nil {
			return none, err
		}
		h = dossier.HandedOver{
			Procedure:    row.Procedure,
			Municipality: row.Municipality,
			Facts:        c.Facts,
			Form:         c.Form,
			Origins:      map[string]string{},
			OnDuplicate:  onDuplicate,
		}
		for _, at := range c.fields() {
			h.Origins[at] = row.SiteName
		}
	}
	return drafts.TakeOver(ctx, actor, req, h, func(tx *postgres.Tx) error {
		return endHandover(tx, id, models.HandoverAccepted, "accept-handover")
	})
}

// DeclineHandover ends a hand-over without a draft and erases it. Errors: as OpenHandover.
func (s *Service) DeclineHandover(ctx context.Context, actor models.Actor, id, secret string) error {
	if _, _, err := s.handover(ctx, actor, id, secret); err != nil {
		return err
	}
	return s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		return endHandover(tx, id, models.HandoverDeclined, "decline-handover")
	})
}

func endHandover(tx *postgres.Tx, id, state, action string) error {
	row, err := tx.Handover(id)
	if err != nil {
		return err
	}
	if err := handoverEnded(row, tx.Now); err != nil {
		return err
	}
	tx.EndHandover(row, state)
	return audit(tx, action, "handover", id, tx.Actor.Person, row.Municipality)
}

// fields are the JSON Pointers of every value that the site filled in.
func (c *content) fields() []string {
	raw, err := json.Marshal(map[string]any{"facts": c.Facts, "form": c.Form})
	if err != nil {
		return nil // it was decoded from JSON
	}
	var all any
	_ = json.Unmarshal(raw, &all) // just encoded
	var out []string
	leaves("", all, &out)
	return out
}

func leaves(at string, value any, out *[]string) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			leaves(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), v[name], out)
		}
	case []any:
		for i := range v {
			leaves(at+"/"+strconv.Itoa(i), v[i], out)
		}
	case nil:
	default:
		*out = append(*out, at)
	}
}
