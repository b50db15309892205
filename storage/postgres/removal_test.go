package postgres_test

import (
	"slices"
	"testing"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func sweeper() models.Actor { return models.System("", "sweep") }

func removals(t testing.TB, d *pgtest.Database) []string {
	t.Helper()
	var keys []string
	must(t, d.Sweep, sweeper(), func(tx *postgres.Tx) (err error) { keys, err = tx.QueuedRemovals(100); return err })
	slices.Sort(keys)
	return keys
}

func keyOf(f *models.File) string { return f.Municipality + "/" + f.ID + "/1" }

// No object is forgotten, whoever deletes the row and by whatever path.
func TestAnObjectIsQueuedWhenItsRowGoes(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	draft := addDraft(t, d, parent, hinata)
	var want []string
	gone := func(path string, files []*models.File, remove func()) {
		t.Helper()
		remove()
		for _, f := range files {
			want = append(want, keyOf(f))
		}
		slices.Sort(want)
		if got := removals(t, d); !slices.Equal(got, want) {
			t.Errorf("after %s: queued %v, want %v", path, got, want)
		}
	}
	if got := removals(t, d); len(got) != 0 {
		t.Fatalf("queued from the start: %v", got)
	}
	byOwner, bySweep, byHand := addFile(t, d, parent, draft, "clean"), addFile(t, d, parent, draft, ""), addFile(t, d, parent, draft, "infected")
	kept, stays := addFile(t, d, parent, draft, "pending"), addFile(t, d, parent, draft, "")
	gone("the owner's deletion", []*models.File{byOwner}, func() {
		must(t, d.App, parent, func(tx *postgres.Tx) error { tx.DeleteFile(byOwner); return nil })
	})
	gone("the sweep", []*models.File{bySweep}, func() {
		exec(t, d.OwnerDSN, `update files set expires_at = now() - interval '1 second' where id = $1`, bySweep.ID)
		must(t, d.Sweep, sweeper(), func(tx *postgres.Tx) error {
			n, err := tx.SweepAbandonedFiles(10)
			if n != 1 {
				t.Errorf("swept %d files", n)
			}
			return err
		})
	})
	gone("a deletion by hand", []*models.File{byHand}, func() { exec(t, d.OwnerDSN, `delete from file_parts where file_id = $1`, byHand.ID) })
	gone("the draft's deletion", []*models.File{kept, stays}, func() {
		must(t, d.App, parent, func(tx *postgres.Tx) error { return tx.DeleteDraft(draft) })
	})
	taken := []string{keyOf(byOwner), keyOf(kept)}
	must(t, d.Sweep, sweeper(), func(tx *postgres.Tx) error { return tx.ForgetRemovals(taken) })
	if got := removals(t, d); len(got) != len(want)-2 || slices.Contains(got, taken[0]) {
		t.Errorf("after forgetting %v: %v", taken, got)
	}
}

// A transaction that takes a row away and fails leaves no removal behind, or a living object would be removed.
func TestAFailedDeletionQueuesNothing(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	f := addFile(t, d, parent, addDraft(t, d, parent, hinata), "clean")
	err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		tx.DeleteFile(f)
		if err := tx.Flush(); err != nil {
			return err
		}
		return errTest
	})
	if err != errTest || len(removals(t, d)) != 0 {
		t.Errorf("%v, queued %v", err, removals(t, d))
	}
}

// An upload that ends while the sweep waits for its row has been acknowledged: it stays.
func TestSweepKeepsAFileThatIsStoredMeanwhile(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	f := addFile(t, d, parent, addDraft(t, d, parent, hinata), "")
	exec(t, d.OwnerDSN, `update files set expires_at = now() - interval '1 second'`)
	swept := make(chan int64, 1)
	must(t, d.App, parent, func(tx *postgres.Tx) error {
		tx.ChangeFile(f, postgres.Columns(f, postgres.Changes{"state": models.FileStored, "expires_at": nil, "sha256": []byte("d"), "size": 1,
			"media_type": "application/pdf", "stored_at": tx.Now})...)
		if err := tx.Flush(); err != nil {
			return err
		}
		go func() {
			var n int64
			_ = d.Sweep.InTx(bg, sweeper(), func(tx *postgres.Tx) (err error) { n, err = tx.SweepAbandonedFiles(10); return err })
			swept <- n
		}()
		waitBlocked(t, d, 1)
		return nil
	})
	if n := <-swept; n != 0 || len(removals(t, d)) != 0 {
		t.Errorf("swept %d, queued %v", n, removals(t, d))
	}
}

func TestFileConstraints(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	draft := addDraft(t, d, parent, hinata)
	f := addFile(t, d, parent, draft, "clean")
	for name, changes := range map[string]postgres.Changes{
		"stored without a digest": {"sha256": nil}, "stored and empty": {"size": 0}, "stored with an expiry": {"expires_at": time.Now()},
		"an unknown scan": {"scan": "fine"}, "an unknown state": {"state": "gone"}, "stored of no type": {"media_type": ""},
	} {
		copied := *f
		err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error { tx.ChangeFile(&copied, postgres.Columns(&copied, changes)...); return nil })
		if state(err) != "23514" {
			t.Errorf("%s: %v", name, err)
		}
	}
	again := addFile(t, d, parent, draft, "")
	err := d.App.InTx(bg, parent, func(tx *postgres.Tx) error {
		tx.ChangeFile(again, postgres.Columns(again, postgres.Changes{"state": models.FileStored, "expires_at": nil, "sha256": []byte("d"), "size": 1,
			"media_type": "application/pdf", "stored_at": tx.Now, "name_index": f.NameIndex})...)
		return nil
	})
	if !isConflict(err) || postgres.Violated(err) != "files_one_name" {
		t.Errorf("two stored files of a name: %v", err)
	}
}

func TestReconcileKnowsObjectsByRowOrByRemoval(t *testing.T) {
	d := pgtest.New(t)
	municipalities(t, d)
	parent := d.Person(t, "a", models.RoleApplicant, "")
	draft := addDraft(t, d, parent, hinata)
	stored, receiving := addFile(t, d, parent, draft, "clean"), addFile(t, d, parent, draft, "")
	must(t, d.Sweep, sweeper(), func(tx *postgres.Tx) error {
		tx.QueueRemoval(hinata, "orphan", "orphan")
		if err := tx.Flush(); err != nil {
			return err
		}
		known, err := tx.KnownObjects([]string{keyOf(stored), keyOf(receiving), "orphan", "unknown"})
		if len(known) != 3 || known["unknown"] {
			t.Errorf("known %v", known)
		}
		parts, partsErr := tx.StoredParts("", 10)
		if len(parts) != 1 || parts[0].ObjectKey != keyOf(stored) || parts[0].SealedSize != 19 {
			t.Errorf("stored parts %v, %v", parts, partsErr)
		}
		if n, _ := tx.CountRemovals(); n != 1 {
			t.Errorf("%d removals", n)
		}
		return err
	})
}
