package postgres_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// links are a hand-over and a consent that the family of b has from its own site.
type links struct {
	site     models.Actor
	handover *models.Handover
	share    *models.Share
}

var secretHash = func() []byte { sum := sha256.Sum256([]byte("secret")); return sum[:] }()

// addLinks hands a family's parent over from a site of its own and lets the site use a consent.
func addLinks(t testing.TB, d *pgtest.Database, f *family) *links {
	t.Helper()
	l := sendLinks(t, d, d.Person(t, "site of "+f.municipality, models.RolePartner, ""), f.municipality)
	must(t, d.App, f.parent, func(tx *postgres.Tx) error {
		if err := tx.BindHandover(l.handover.ID, secretHash); err != nil {
			return err
		}
		if err := tx.BindShare(l.share.ID, secretHash); err != nil {
			return err
		}
		tx.ChangeShare(l.share, postgres.Columns(l.share, postgres.Changes{"state": models.ShareGranted, "sealed_login": []byte("l"), "granted_at": tx.Now})...)
		return nil
	})
	must(t, d.App, l.site, func(tx *postgres.Tx) error {
		return tx.AddShareUse(&models.ShareUse{ID: models.NewID(), ShareID: l.share.ID, SiteID: l.site.Person, PersonID: f.parent.Person, Item: "tax",
			At: tx.Now, Result: models.UseAsked})
	})
	return l
}

// sendLinks are those of a site that nobody has opened.
func sendLinks(t testing.TB, d *pgtest.Database, site models.Actor, municipality string) *links {
	t.Helper()
	l := &links{site: site}
	must(t, d.App, site, func(tx *postgres.Tx) error {
		l.handover = &models.Handover{ID: models.NewID(), SiteID: site.Person, SiteName: "site", Municipality: municipality, Procedure: "child-allowance-new",
			State: models.HandoverOpen, SecretHash: secretHash, WrappedKey: []byte("k"), Sealed: []byte("s"), CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(time.Hour)}
		l.share = &models.Share{ID: models.NewID(), SiteID: site.Person, SiteName: "site", Item: "tax", State: models.ShareAsked, SecretHash: secretHash,
			WrappedKey: []byte("k"), SealedReason: []byte("s"), AskedAt: tx.Now, ExpiresAt: tx.Now.Add(time.Hour), Until: tx.Now.Add(time.Hour)}
		if err := tx.AddHandover(l.handover); err != nil {
			return err
		}
		return tx.AddShare(l.share)
	})
	return l
}

// A link is seen by the site that made it and by the person who opened it, and by nobody else; unopened, by no person.
func TestALinkIsTheSitesAndThePersons(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	site, other := d.Person(t, "site", models.RolePartner, ""), d.Person(t, "other site", models.RolePartner, "")
	parent, second := d.Person(t, "a", models.RoleApplicant, ""), d.Person(t, "b", models.RoleApplicant, "")
	l := sendLinks(t, d, site, hinata)
	sees := func(actor models.Actor) (n int64) {
		return one[int64](t, d.App, actor, `select (select count(*) from handovers) + (select count(*) from shares)`)
	}
	asSite, asParent := parent, site
	asSite.Role, asParent.Role = models.RolePartner, models.RoleApplicant
	check := func(when string, want map[string]int64) {
		t.Helper()
		for who, actor := range map[string]models.Actor{"site": site, "other site": other, "parent": parent, "second": second, "parent as a site": asSite,
			"site as a parent": asParent,
			"reviewer":         {Role: models.RoleReviewer, Person: parent.Person, Municipality: hinata}, "job": models.System(hinata, "test")} {
			if n := sees(actor); n != want[who] {
				t.Errorf("%s: %s sees %d rows, want %d", when, who, n, want[who])
			}
		}
	}
	check("unopened", map[string]int64{"site": 2})
	bind := func(actor models.Actor, hash []byte) {
		must(t, d.App, actor, func(tx *postgres.Tx) error {
			if err := tx.BindHandover(l.handover.ID, hash); err != nil {
				return err
			}
			return tx.BindShare(l.share.ID, hash)
		})
	}
	bind(parent, []byte("another secret"))
	bind(other, secretHash)  // a site is no person
	bind(asSite, secretHash) // nor is a person who acts as one
	bind(models.Actor{}, secretHash)
	check("after wrong openings", map[string]int64{"site": 2})
	bind(parent, secretHash)
	bind(second, secretHash) // too late
	check("opened", map[string]int64{"site": 2, "parent": 2})
}

// What the database itself refuses, whatever the program does.
func TestALinkThatEndedStays(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	f := &family{parent: parent, municipality: hinata}
	l := addLinks(t, d, f)
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		tx.EndHandover(l.handover, models.HandoverAccepted)
		granted := &models.Share{ID: l.share.ID, State: models.ShareGranted}
		tx.ChangeShare(granted, postgres.Columns(granted, postgres.Changes{"state": models.ShareRevoked, "sealed_login": nil, "ended_at": tx.Now})...)
		return nil
	})
	for _, statement := range []string{`update handovers set state = 'open', sealed = 's', wrapped_key = 'k', ended_at = null`,
		`update shares set state = 'granted', sealed_login = 'l', ended_at = null`} {
		must(t, d.App, parent, func(tx *postgres.Tx) error {
			if _, err := attempt(tx, statement); state(err) != "OS002" {
				t.Errorf("%s: %v", statement, err)
			}
			return nil
		})
	}
	must(t, d.App, l.site, func(tx *postgres.Tx) error {
		for _, statement := range []string{`update handovers set person_id = null`, `update shares set until = now()`, `update share_uses set at = now()`,
			`delete from share_uses`} {
			if _, err := attempt(tx, statement); !denied(err) {
				t.Errorf("%s: %v", statement, err)
			}
		}
		_, err := attempt(tx, `insert into share_uses select gen_random_uuid(), share_id, site_id, $1, item, now(), 'asked' from share_uses`, l.site.Person)
		if state(err) != "23503" {
			t.Errorf("a use of another person's consent: %v", err)
		}
		return nil
	})
}
