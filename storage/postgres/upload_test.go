package postgres_test

import (
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// addUpload makes an open upload of a receiving file, with an attempt at its second part.
func addUpload(t testing.TB, d *pgtest.Database, parent models.Actor, f *models.File) *models.PartAttempt {
	t.Helper()
	a := &models.PartAttempt{ObjectKey: f.Municipality + "/" + f.ID + "/attempt", FileID: f.ID, Number: 2, ApplicationID: f.ApplicationID,
		Municipality: f.Municipality, PersonID: f.PersonID}
	exec(
		t,
		d.SuperDSN,
		`insert into uploads (file_id, application_id, municipality, person_id, size, part_size, touched_at) values ($1, $2, $3, $4, 20, 10, now())`,
		f.ID,
		f.ApplicationID,
		f.Municipality,
		f.PersonID,
	)
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		a.ExpiresAt = tx.Now.Add(time.Hour)
		return tx.AddAttempt(a)
	})
	return a
}

// The object of an attempt that becomes a part stays; that of one that ends otherwise, whoever ends it, is removed.
func TestAnAttemptsObjectIsRemovedUnlessItBecameAPart(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	app := addDraft(t, d, parent, hinata)
	attempt := func() *models.PartAttempt { return addUpload(t, d, parent, addFile(t, d, parent, app, "")) }
	claimed, failed, swept, cancelled := attempt(), attempt(), attempt(), attempt()
	part := &models.FilePart{FileID: claimed.FileID, Number: 2, ApplicationID: claimed.ApplicationID, Municipality: claimed.Municipality,
		PersonID: claimed.PersonID, ObjectKey: claimed.ObjectKey, Size: 10, SealedSize: 66, Sha256: []byte("d")}
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		tx.DeleteAttempt(failed.ObjectKey)
		return tx.ClaimPart(part)
	})
	exec(t, d.OwnerDSN, `update part_attempts set expires_at = now() - interval '1 second' where object_key = $1`, swept.ObjectKey)
	must(t, d.Sweep, sweeper(), func(tx *postgres.Tx) error {
		n, err := tx.SweepAttempts(10)
		if n != 1 {
			t.Errorf("swept %d attempts", n)
		}
		known, knownErr := tx.KnownObjects([]string{claimed.ObjectKey, cancelled.ObjectKey, "stranger"})
		if len(known) != 2 || known["stranger"] || knownErr != nil {
			t.Errorf("known: %v, %v", known, knownErr)
		}
		return err
	})
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		f, u, err := tx.Upload(app.ID, cancelled.FileID)
		if err == nil && (u.Size != 20 || u.Parts() != 2) {
			t.Errorf("the upload: %+v", u)
		}
		if err == nil {
			tx.DeleteFile(f)
		}
		return err
	})
	got := removals(t, d)
	for what, key := range map[string]string{"failed": failed.ObjectKey, "swept": swept.ObjectKey, "cancelled": cancelled.ObjectKey} {
		if !slices.Contains(got, key) {
			t.Errorf("the object of the %s attempt stays: %v", what, got)
		}
	}
	if slices.Contains(got, claimed.ObjectKey) {
		t.Error("the object of a part is removed")
	}
	// An attempt that the sweep has taken cannot become a part: its object goes.
	late := &models.FilePart{FileID: swept.FileID, Number: 2, ApplicationID: swept.ApplicationID, Municipality: swept.Municipality,
		PersonID: swept.PersonID, ObjectKey: swept.ObjectKey, Size: 10, SealedSize: 66, Sha256: []byte("d")}
	if err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error { return tx.ClaimPart(late) }); !isConflict(err) {
		t.Errorf("a swept attempt became a part: %v", err)
	}
}

func TestPartLengths(t *testing.T) {
	for _, c := range []struct {
		size  int64
		part  int
		parts []int64
	}{{1, 10, []int64{1}}, {10, 10, []int64{10}}, {11, 10, []int64{10, 1}}, {20, 10, []int64{10, 10}}, {25, 10, []int64{10, 10, 5}}} {
		u := models.Upload{Size: c.size, PartSize: c.part}
		for n := -1; n <= len(c.parts)+1; n++ {
			want := int64(0)
			if n >= 1 && n <= len(c.parts) {
				want = c.parts[n-1]
			}
			if got := u.PartLength(n); got != want || u.Parts() != len(c.parts) {
				t.Errorf("part %d of %d bytes: %d of %d parts, want %d", n, c.size, got, u.Parts(), want)
			}
		}
	}
}
