package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// digestOf is a digest of a test's bundle.
func digestOf(n int) string { return fmt.Sprintf("%064x", n) }

// edited stores a bundle and an edition of it in a state, as an admin with a colleague.
func edited(t testing.TB, d *pgtest.Database, actor models.Actor, n int, state models.EditionState) *models.Edition {
	t.Helper()
	colleague := d.Person(t, "colleague-"+digestOf(n), actor.Role, actor.Municipality)
	e := &models.Edition{
		ID:         models.NewID(),
		Scope:      reach(actor),
		Digest:     digestOf(n),
		State:      state,
		Findings:   []byte(`[]`),
		Cases:      []byte(`{}`),
		Diff:       []byte(`[]`),
		UploadedBy: actor.Person,
		Version:    1,
	}
	must(t, d.App, actor, func(tx *postgres.Tx) error {
		from := tx.Now.Add(time.Hour)
		e.UploadedAt = tx.Now
		if state != models.EditionDraft {
			e.ProposedBy, e.ProposedAt, e.EffectiveFrom = &actor.Person, &tx.Now, &from
		}
		if state == models.EditionApproved {
			e.DecidedBy, e.DecidedAt = &colleague.Person, &tx.Now
		}
		if err := tx.AddEditionBundle(&models.EditionBundle{Digest: e.Digest, Scope: e.Scope, Contents: []byte("zip")}); err != nil {
			return err
		}
		return tx.AddEdition(e)
	})
	return e
}

func editionRow(e *models.Edition, from time.Time) *models.EditionRow {
	return &models.EditionRow{ID: models.NewID(), Scope: e.Scope, Digest: &e.Digest, EffectiveFrom: from, EditionID: &e.ID}
}

func TestEditionRowMustBeCommittedBeforeItsInstant(t *testing.T) {
	d := pgtest.New(t)
	national := d.Person(t, "p", models.RoleNational, "")
	e := edited(t, d, national, 1, models.EditionApproved)
	for name, c := range map[string]struct {
		after time.Duration
		late  bool
	}{"past": {-time.Hour, true}, "within the margin": {200 * time.Millisecond, true}, "soon": {time.Minute, false}} {
		t.Run(name, func(t *testing.T) {
			err := d.App.InTx(bg, national, func(tx *postgres.Tx) error { return tx.AddEditionRow(editionRow(e, tx.Now.Add(c.after))) })
			if postgres.LatePhaseRow(err) != c.late || (err != nil) != c.late {
				t.Errorf("result %v", err)
			}
		})
	}
}

func TestEditionRowsNeedADecidedEdition(t *testing.T) {
	d := pgtest.New(t)
	national := d.Person(t, "p", models.RoleNational, "")
	later := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	add := func(r *models.EditionRow) error {
		return d.App.InTx(bg, national, func(tx *postgres.Tx) error { return tx.AddEditionRow(r) })
	}
	if err := add(editionRow(edited(t, d, national, 1, models.EditionProposed), later)); !isConflict(err) {
		t.Errorf("a row of a proposal: %v", err)
	}
	first, second := edited(t, d, national, 2, models.EditionApproved), edited(t, d, national, 3, models.EditionApproved)
	if err := add(editionRow(first, later)); err != nil {
		t.Fatal(err)
	}
	if err := add(editionRow(second, later)); !isConflict(err) {
		t.Errorf("two editions from one instant: %v", err)
	}
	if err := add(editionRow(second, later.Add(time.Second))); err != nil {
		t.Errorf("another instant: %v", err)
	}
	imported := editionRow(first, day(2017, 7, 18))
	imported.EditionID, imported.Imported = nil, true
	if err := add(imported); state(err) != "42501" {
		t.Errorf("history imported by the program: %v", err)
	}
	for _, statement := range []string{`update edition_rows set effective_from = now()`, `delete from edition_rows`, `delete from edition_bundles`} {
		if code := refusedBy(t, d.OwnerDSN, statement); code == "" {
			t.Errorf("%s is done", statement)
		}
	}
	must(t, d.App, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
		rows, err := tx.EditionRows(hinata)
		if len(rows) != 2 || *rows[0].Digest != first.Digest || !rows[0].EffectiveFrom.Equal(later) {
			t.Errorf("rows %+v", rows)
		}
		phases, editions, again := tx.Switches("child-allowance-claim", hinata)
		if again != nil || len(phases) != 0 || len(editions) != 2 || *editions[1].Digest != second.Digest || !editions[1].EffectiveFrom.Equal(rows[1].EffectiveFrom) {
			t.Errorf("%+v %+v %v", phases, editions, again)
		}
		return err
	})
}

// What is in force is everybody's to read; what is not yet is for those with the reach.
func TestWhoSeesAndWritesEditions(t *testing.T) {
	d := pgtest.New(t)
	national, own := d.Person(t, "p", models.RoleNational, ""), d.Person(t, "q", models.RoleAdmin, hinata)
	all, local := edited(t, d, national, 1, models.EditionProposed), edited(t, d, own, 2, models.EditionProposed)
	for _, c := range []struct {
		actor                             models.Actor
		seesNational, seesLocal, writesLo bool
	}{
		{national, true, true, true}, {own, true, true, true}, {d.Person(t, "r", models.RoleAdmin, minato), true, false, false},
		{d.Person(t, "a", models.RoleAuditor, ""), true, true, false}, {d.Person(t, "s", models.RoleReviewer, hinata), false, false, false},
		{d.Person(t, "u", models.RoleApplicant, ""), false, false, false}, {models.Actor{Role: models.RolePublic}, false, false, false},
	} {
		name := string(c.actor.Role) + "@" + c.actor.Municipality
		must(t, d.App, c.actor, func(tx *postgres.Tx) error {
			for e, sees := range map[*models.Edition]bool{all: c.seesNational, local: c.seesLocal} {
				_, err := tx.Edition(e.ID)
				_, bundleErr := tx.EditionBundle(e.Digest)
				if (err == nil) != sees || (bundleErr == nil) != sees {
					t.Errorf("%s reads an edition of %s: %v, %v", name, e.Scope, err, bundleErr)
				}
			}
			return nil
		})
		err := d.App.InTx(bg, c.actor, func(tx *postgres.Tx) error {
			return tx.AddEditionBundle(&models.EditionBundle{Digest: strings.Repeat("a", 63) + fmt.Sprint(len(name)%10), Scope: hinata, Contents: []byte("zip")})
		})
		if (err == nil) != c.writesLo {
			t.Errorf("%s writes a bundle of %s: %v", name, hinata, err)
		}
		err = d.App.InTx(bg, c.actor, func(tx *postgres.Tx) error { return tx.AddEditionRow(editionRow(local, tx.Now.Add(time.Hour))) })
		if c.writesLo && !isConflict(err) || !c.writesLo && state(err) != "42501" { // nobody has approved it
			t.Errorf("%s puts it in force: %v", name, err)
		}
	}
	exec(t, d.OwnerDSN, `insert into edition_rows (id, scope, digest, effective_from, imported) values ($1, $2, $3, '2017-07-18', true)`,
		models.NewID(), hinata, local.Digest)
	must(t, d.App, models.Actor{Role: models.RolePublic}, func(tx *postgres.Tx) error {
		_, err := tx.EditionBundle(local.Digest)
		return err
	})
}
