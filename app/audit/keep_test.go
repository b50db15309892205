package audit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

func anchor(t *testing.T, s *audit.Sealer, kept string) audit.Anchor {
	t.Helper()
	a, err := s.Anchor([]byte(kept))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A folder that is not there was not mounted: nothing is made in its place, sealing says so, and no verification passes without it.
func TestAFolderThatIsNotThereIsNotMade(t *testing.T) {
	db := pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	keys := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(keys); err != nil {
		t.Fatal(err)
	}
	mount := filepath.Join(t.TempDir(), "mount")
	s := sealerOf(t, db, keys, audit.Folder{Root: mount, Name: "onestop.example/audit"})
	write(t, db, actor, 3)
	if n, err := s.Seal(t.Context()); n != 3 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("sealed %d: %v", n, err)
	}
	if _, err := s.Verify(t.Context(), audit.Check{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("verified without what was kept: %v", err)
	}
	if _, err := os.Stat(mount); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
	if err := os.Mkdir(mount, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Seal(t.Context()); err != nil {
		t.Error(err)
	}
	if kept, err := filepath.Glob(filepath.Join(mount, "onestop.example", "audit", "*-*")); err != nil || len(kept) != 1 {
		t.Errorf("kept: %v, %v", kept, err)
	}
}

// A checkpoint that somebody kept contradicts every trail that lacks what it had, however the database was made to agree with itself.
func TestAKeptCheckpointFindsACutEnd(t *testing.T) {
	db := pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	folder := audit.Folder{Root: t.TempDir(), Name: "kept"}
	keys := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(keys); err != nil {
		t.Fatal(err)
	}
	blind, s := sealerOf(t, db, keys), sealerOf(t, db, keys, folder)
	write(t, db, actor, 7)
	seal(t, s, 7)
	early, err := s.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, actor, 5)
	seal(t, s, 5)
	late, err := s.Newest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if v := verify(t, s, anchor(t, s, early.Note), anchor(t, s, late.Note)); len(v.Findings) != 0 {
		t.Errorf("a whole trail: %v", v)
	}
	tamper(t, db, `delete from audit_entries where id = any(array(select unnest(entries) from audit_batches where number = 2));
		delete from audit_batches where number = 2; delete from audit_checkpoints where number = 2`)
	if v := verify(t, blind); len(v.Findings) != 0 {
		t.Errorf("the database agrees with itself, and this test shows nothing otherwise: %v", v)
	}
	for name, v := range map[string]*audit.Verified{"kept in the folder": verify(t, s), "given": verify(t, blind, anchor(t, s, late.Note))} {
		if len(v.Findings) != 1 || v.Findings[0].Kind != "cut" || v.Findings[0].Entry != anchor(t, s, late.Note).String() {
			t.Errorf("%s: %v", name, v)
		}
	}
	// The worker goes on sealing, and says that what it seals is shorter than what it had.
	write(t, db, actor, 2)
	if n, err := s.Seal(t.Context()); n != 2 || err == nil || !strings.Contains(err.Error(), "shorter") {
		t.Errorf("sealed %d, %v", n, err)
	}
	write(t, db, actor, 3)
	seal(t, blind, 3) // now of the same size as before, with other entries
	if v := verify(t, s); !slices.Equal(kinds(v), []string{"contradicted"}) {
		t.Errorf("a rewritten end: %v", v)
	}
	begin := anchor(t, s, early.Note)
	v, err := s.Verify(t.Context(), audit.Check{Begin: &begin})
	if err != nil || !slices.Equal(kinds(v), []string{"contradicted"}) || v.Entries != 5 {
		t.Errorf("from an anchor: %v %v", v, err)
	}
	for size, want := range map[int64]string{12: "contradicted", 99: "cut"} {
		other := audit.Anchor{Size: size, Root: begin.Root}
		if v, err := s.Verify(t.Context(), audit.Check{Begin: &other}); err != nil || !slices.Equal(kinds(v), []string{want}) {
			t.Errorf("from an anchor that is none, %d: %v %v", size, v, err)
		}
	}
	between := audit.Anchor{Size: 3, Root: begin.Root}
	if _, err := s.Verify(t.Context(), audit.Check{Begin: &between}); err == nil {
		t.Error("verified from where no checkpoint is")
	}
	if v := verify(t, s, between); !slices.Equal(kinds(v), []string{"contradicted"}) || len(v.Findings) != 2 {
		t.Errorf("an anchor within a batch: %v", v)
	}
}

// Other programs read a checkpoint: it is a signed note, and its root is the one that a transparency log has over the same leaves.
func TestACheckpointIsOneOfATransparencyLog(t *testing.T) {
	db := pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	s := sealer(t, db)
	var stored []tlog.Hash
	for i, n := range []int{1, 4, 2, 9} {
		write(t, db, actor, n)
		seal(t, s, n)
		last, err := s.Newest(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(s.VerifierKeys()[0])
		if err != nil {
			t.Fatal(err)
		}
		opened, err := note.Open([]byte(last.Note), note.VerifierList(verifier))
		if err != nil || verifier.Name() != origin {
			t.Fatal(err)
		}
		var leaves [][]byte
		if err := db.Sweep.InTx(t.Context(), models.System("", "test"), func(tx *postgres.Tx) error {
			batches, err := tx.AuditBatches(int64(len(leaves)), last.Size, 10)
			if err == nil {
				for l := batches[i].Leaves; len(l) > 0; l = l[32:] {
					leaves = append(leaves, l[:32])
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
			for _, n := range at {
				out = append(out, stored[n])
			}
			return out, nil
		})
		for j, leaf := range leaves {
			more, err := tlog.StoredHashesForRecordHash(last.Size-int64(n-j), tlog.Hash(leaf), reader)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, more...)
		}
		root, err := tlog.TreeHash(last.Size, reader)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%s\n%d\n%s\n", origin, last.Size, root); opened.Text != want {
			t.Errorf("the note says %q, want %q", opened.Text, want)
		}
	}
	if _, err := s.Anchor([]byte(strings.Repeat("x\n", 4))); err == nil {
		t.Error("a text that is no checkpoint was taken")
	}
}

// A restored database counts transactions anew; the trail does not care. One that is older than a kept checkpoint shows what it lacks.
func TestARestoredTrailIsTheSame(t *testing.T) {
	dump, errDump := exec.LookPath("pg_dump")
	restore, errRestore := exec.LookPath("pg_restore")
	if errDump != nil || errRestore != nil {
		t.Fatal("pg_dump and pg_restore come with PostgreSQL", errDump, errRestore)
	}
	db, target := pgtest.New(t), pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	keys := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(keys); err != nil {
		t.Fatal(err)
	}
	folder := audit.Folder{Root: t.TempDir()}
	s := sealerOf(t, db, keys, folder)
	write(t, db, actor, 7)
	seal(t, s, 7)
	write(t, db, actor, 2) // these wait
	file := filepath.Join(t.TempDir(), "dump")
	tamper(t, target, `drop schema public cascade; create schema public authorization pg_database_owner; grant usage on schema public to public`)
	for _, c := range []*exec.Cmd{
		exec.Command(dump, "--format=custom", "--file="+file, db.SuperDSN),
		exec.Command(restore, "--exit-on-error", "--dbname="+target.SuperDSN, file),
	} {
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
	}
	restored := sealerOf(t, target, keys, folder)
	if v := verify(t, restored); len(v.Findings) != 0 || v.Entries != 7 {
		t.Errorf("restored: %v", v)
	}
	write(t, target, actor, 3)
	seal(t, restored, 5)
	if v := verify(t, restored); len(v.Findings) != 0 || v.Entries != 12 {
		t.Errorf("restored, and gone on: %v", v)
	}
	// What is written behind the seals' back is found there too: there is no hole between old and new order.
	tamper(t, target, nowhere+`(select entries[1] from audit_batches where number = 2)`)
	if v := verify(t, restored); !slices.Equal(kinds(v), []string{"inserted"}) {
		t.Errorf("forged in between: %v", v)
	}
	// The old one goes on too: two trails of one name contradict each other.
	write(t, db, actor, 4)
	if n, err := s.Seal(t.Context()); n != 6 || err != nil {
		t.Errorf("the old one: %d %v", n, err)
	}
	if v := verify(t, s); !slices.Equal(kinds(v), []string{"contradicted"}) {
		t.Errorf("two trails of one name: %v", v)
	}
}

// Names under which a trail was known before still verify; what no trail can be called is refused.
func TestATrailThatBeginsAnewHasAnotherName(t *testing.T) {
	db := pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	path := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(path); err != nil {
		t.Fatal(err)
	}
	keys, err := audit.LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, db, actor, 1)
	seal(t, sealerOf(t, db, path), 1)
	write(t, db, actor, 1)
	for origins, want := range map[string]string{origin + "/2 " + origin: "", origin + "/2": "signature", "": "no name", "A": "called", "../x": "called"} {
		s, err := audit.NewSealer(db.Sweep, keys, audit.Options{Origins: strings.Fields(origins)})
		if err != nil {
			if want == "" || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", origins, err)
			}
			continue
		}
		if _, err := s.Seal(context.Background()); err != nil {
			t.Fatal(err)
		}
		if v := verify(t, s); strings.Join(kinds(v), " ") != want {
			t.Errorf("%q: %v", origins, v)
		}
	}
}
