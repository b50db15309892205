package publish

import (
	"context"
	"time"

	"kosodate.example/onestop/app/rule/edition"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// Get reads one edition for those with the reach; not-found otherwise.
func (s *Service) Get(ctx context.Context, actor models.Actor, id string) (*Edition, error) {
	var out *Edition
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		e, err := find(tx, actor, id)
		if err != nil {
			return err
		}
		inForce, err := holding(tx, e.Scope)
		if err != nil {
			return err
		}
		if out, err = view(e, inForce, tx.Now); err != nil {
			return err
		}
		made, err := certifiedOf(tx, e.ID)
		out.Certificate = made[e.ID]
		return err
	})
	return out, err
}

// Bundle reads the files of an edition for those with the reach; not-found otherwise.
func (s *Service) Bundle(ctx context.Context, actor models.Actor, id string) (*edition.Bundle, error) {
	_, b, err := s.open(ctx, actor, id)
	return b, err
}

// List gives the editions that concern the actor, newest first.
func (s *Service) List(ctx context.Context, actor models.Actor, page postgres.Page) ([]Edition, error) {
	out := []Edition{}
	err := s.dossiers.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
		rows, err := tx.Editions(scopes(actor), page)
		if err != nil {
			return err
		}
		held := map[string]*edition.Row{}
		for i := range rows {
			e := &rows[i]
			if _, known := held[e.Scope]; !known {
				if held[e.Scope], err = holding(tx, e.Scope); err != nil {
					return err
				}
			}
			one, err := view(e, held[e.Scope], tx.Now)
			if err != nil {
				return err
			}
			out = append(out, *one)
		}
		return nil
	})
	return out, err
}

// scopes are those whose editions concern the actor; nil for all.
func scopes(actor models.Actor) []string {
	if actor.Role == models.RoleAdmin {
		return []string{National, actor.Municipality}
	}
	return nil
}

// Published is an edition as everybody sees it.
type Published struct {
	ID       string // of the row that put it in force
	Scope    string
	Digest   string // empty: the municipality has no edition of its own from then on
	From     time.Time
	Circular string
	Reason   string
	// Certificate says how two persons published it; nil for what was published before there were certificates, and if Installed.
	Certificate *Certified
	Installed   bool // it came with the program: no two persons published it
}

// History is what is, was and will be in force, the newest instant first: public (P2).
func (s *Service) History(ctx context.Context) ([]Published, error) {
	out := []Published{}
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "editions"}, func(tx *postgres.Tx) error {
		rows, err := tx.AllEditionRows()
		if err != nil {
			return err
		}
		editions, err := tx.ApprovedEditions()
		if err != nil {
			return err
		}
		of, ids := map[string]*models.Edition{}, make([]string, len(editions))
		for i := range editions {
			of[editions[i].ID], ids[i] = &editions[i], editions[i].ID
		}
		made, err := certifiedOf(tx, ids...)
		if err != nil {
			return err
		}
		for i := len(rows) - 1; i >= 0; i-- {
			r := &rows[i]
			if r.EditionID != nil && of[*r.EditionID] == nil {
				continue // it was cancelled before its instant, and never in force
			}
			one := Published{ID: r.ID, Scope: r.Scope, Digest: deref(r.Digest), From: r.EffectiveFrom, Installed: r.EditionID == nil}
			if r.EditionID != nil {
				one.Circular, one.Reason, one.Certificate = of[*r.EditionID].Circular, of[*r.EditionID].Reason, made[*r.EditionID]
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// Installed is the digest of the national edition that was installed with the program, which no person put in force.
func (s *Service) Installed(ctx context.Context) (string, error) {
	digest := s.dossiers.Editions.BuiltIn().Digest()
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "editions"}, func(tx *postgres.Tx) error {
		rows, err := tx.AllEditionRows()
		for _, r := range rows {
			if r.Scope == National && r.EditionID == nil {
				digest = deref(r.Digest)
			}
		}
		return err
	})
	return digest, err
}

// Contents are the files of an edition that is or was in force, as a zip file: public. Error: not-found.
func (s *Service) Contents(ctx context.Context, digest string) ([]byte, error) {
	var out []byte
	err := s.dossiers.DB.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "editions"}, func(tx *postgres.Tx) error {
		b, err := tx.EditionBundle(digest)
		if err == nil {
			out = b.Contents
		}
		return err
	})
	if builtIn := s.dossiers.Editions.BuiltIn(); err != nil && digest == builtIn.Digest() {
		return builtIn.Zip() // of a database that names no edition yet
	}
	return out, err
}
