package postgres_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func certificateOf(e *models.Edition, contents string) *models.EditionCertificate {
	sum := sha256.Sum256([]byte(contents))
	return &models.EditionCertificate{Digest: hex.EncodeToString(sum[:]), EditionID: e.ID, Contents: contents}
}

// A certificate is of an approved edition, named by what it holds, and never changed; everybody sees it.
func TestCertificatesAreOnlyAdded(t *testing.T) {
	d := pgtest.New(t)
	own := d.Person(t, "q", models.RoleAdmin, hinata)
	e, proposed := edited(t, d, own, 1, models.EditionApproved), edited(t, d, own, 2, models.EditionProposed)
	add := func(actor models.Actor, c *models.EditionCertificate) error {
		return d.App.InTx(bg, actor, func(tx *postgres.Tx) error { return tx.AddEditionCertificate(c) })
	}
	good := certificateOf(e, "certificate")
	forged := certificateOf(e, "certificate")
	forged.Contents = "another"
	for name, c := range map[string]struct {
		actor models.Actor
		row   *models.EditionCertificate
		code  string
	}{
		"of a proposal":           {own, certificateOf(proposed, "c"), "42501"},
		"by another municipality": {d.Person(t, "r", models.RoleAdmin, minato), good, "42501"},
		"by a parent":             {d.Person(t, "u", models.RoleApplicant, ""), good, "42501"},
		"another digest":          {own, forged, "23514"},
	} {
		if err := add(c.actor, c.row); state(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := add(own, good); err != nil {
		t.Fatal(err)
	}
	if err := add(own, certificateOf(e, "a second one")); !isConflict(err) {
		t.Errorf("a second one: %v", err)
	}
	for _, statement := range []string{`update edition_certificates set contents = contents`, `delete from edition_certificates`} {
		if code := refusedBy(t, d.OwnerDSN, statement); code == "" {
			t.Errorf("%s is done", statement)
		}
	}
	for name, db := range map[string]*postgres.DB{"the public": d.App, "the sealer": d.Sweep} {
		must(t, db, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
			got, err := tx.CertificatesNamed([]string{good.Digest})
			if len(got) != 1 || got[0].Contents != "certificate" {
				t.Errorf("%s reads %+v", name, got)
			}
			return err
		})
	}
	must(t, d.App, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
		got, err := tx.CertificatesOf(e.ID, proposed.ID)
		if len(got) != 1 || got[0].Digest != good.Digest {
			t.Errorf("%+v", got)
		}
		return err
	})
	exec(t, d.OwnerDSN, `update editions set state = 'cancelled', ended_at = now(), ended_by = uploaded_by where id = $1`, e.ID)
	must(t, d.App, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
		if _, err := tx.EditionCertificate(good.Digest); !isNotFound(err) {
			t.Errorf("that of a cancelled edition: %v", err)
		}
		return nil
	})
}
