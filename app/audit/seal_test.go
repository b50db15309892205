package audit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// write adds entries one transaction each, as the application role.
func write(t *testing.T, db *pgtest.Database, actor models.Actor, n int) {
	t.Helper()
	for range n {
		err := db.App.InTx(context.Background(), actor, func(tx *postgres.Tx) error {
			return tx.AddAudit(&models.AuditEntry{Action: "open-file", ObjectKind: "file", ObjectID: models.NewID()})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

const origin = "onestop.example/audit"

func sealer(t *testing.T, db *pgtest.Database, keepers ...audit.Keeper) *audit.Sealer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(path); err != nil {
		t.Fatal(err)
	}
	if err := audit.CreateKeys(path); err == nil {
		t.Fatal("a key was replaced")
	}
	return sealerOf(t, db, path, keepers...)
}

func sealerOf(t *testing.T, db *pgtest.Database, keys string, keepers ...audit.Keeper) *audit.Sealer {
	t.Helper()
	loaded, err := audit.LoadKeys(keys)
	if err != nil {
		t.Fatal(err)
	}
	s, err := audit.NewSealer(db.Sweep, loaded, audit.Options{Origins: []string{origin}, Keepers: keepers, Lag: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// seal seals what was written, and want is how many entries that is.
func seal(t *testing.T, s *audit.Sealer, want int) {
	t.Helper()
	if n, err := s.Seal(t.Context()); err != nil || n != want {
		t.Fatalf("sealed %d %v, want %d", n, err, want)
	}
}

func verify(t *testing.T, s *audit.Sealer, anchors ...audit.Anchor) *audit.Verified {
	t.Helper()
	v, err := s.Verify(t.Context(), audit.Check{Anchors: anchors})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// kinds are what was found, each kind once.
func kinds(v *audit.Verified) []string {
	out := []string{}
	for _, f := range v.Findings {
		out = append(out, f.Kind)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// tamper does what the owner of the database alone can do: it switches the triggers off.
func tamper(t *testing.T, db *pgtest.Database, sql string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, `set session_replication_role = replica; `+sql); err != nil {
		t.Fatal(err)
	}
}

// place is the SQL of an entry's id by its place in a batch.
func place(batch, place int) string {
	return fmt.Sprintf(`(select entries[%d] from audit_batches where number = %d)`, place, batch)
}

// nowhere is an entry as whoever owns the database can write it, at the time of another.
const nowhere = `insert into audit_entries (id, at, role, purpose, action) select '0198b3f0-0000-7000-8000-000000000001', at, 'reviewer', 'p', 'open-case'
	from audit_entries where id = `

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	const wiped = `truncate audit_entries, audit_pending, audit_batches, audit_checkpoints`
	for name, c := range map[string]struct {
		sql  string
		want []string // kinds; the first names an entry if it is about one
	}{
		"nothing":          {`select 1`, nil},
		"an entry removed": {`delete from audit_entries where id = ` + place(1, 3), []string{"removed"}},
		"an entry changed": {`update audit_entries set action = 'nothing' where id = ` + place(1, 3), []string{"changed"}},
		"who, changed":     {`update audit_entries set actor_id = null where id = ` + place(2, 1), []string{"changed"}},
		"when, changed":    {`update audit_entries set at = at + interval '1 microsecond' where id = ` + place(2, 1), []string{"changed"}},
		"an entry put in":  {nowhere + place(1, 2), []string{"inserted"}},
		"an entry put in the place of one removed": {nowhere + place(1, 2) + `; delete from audit_entries where id = ` + place(1, 2),
			[]string{"inserted", "removed"}},
		"an entry put in after the last seal": {`insert into audit_entries (id, role, purpose, action) values (gen_random_uuid(), 'r', 'p', 'a')`,
			[]string{"inserted"}},
		"an entry of the past, with its place in the queue": {`with e as (insert into audit_entries (id, at, role, purpose, action)
			values (gen_random_uuid(), now() - interval '40 days', 'r', 'p', 'a') returning id, at) insert into audit_pending select * from e`,
			[]string{"misdated"}},
		"an entry removed before its seal": {`insert into audit_pending values (gen_random_uuid(), now())`, []string{"removed"}},
		"entry and digest gone": {`delete from audit_entries where id = ` + place(1, 7) + `;
			update audit_batches set entries = entries[1:6], leaves = substr(leaves, 1, 6 * 32) where number = 1`, []string{"seal-changed"}},
		"a batch removed":      {`delete from audit_batches where number = 1`, []string{"inserted", "seal-changed"}},
		"a checkpoint removed": {`delete from audit_checkpoints where number = 1`, []string{"seal-missing"}},
		"the last one removed": {`delete from audit_checkpoints where number = 2`, []string{"cut", "seal-missing"}},
		"a seal signed anew":   {`update audit_checkpoints set note = replace(note, 'onestop', 'another') where number = 2`, []string{"signature"}},
		"a root changed":       {`update audit_checkpoints set root = sha256('r') where number = 2`, []string{"seal-changed", "signature"}},
		"an edge changed":      {`update audit_checkpoints set edge = sha256('r') where number = 1`, []string{"seal-changed"}},
		"a digest made to fit": {`update audit_batches set leaves = overlay(leaves placing sha256('l') from 33) where number = 2`,
			[]string{"changed", "contradicted", "seal-changed"}},
		"a size changed":         {`update audit_batches set size = 6 where number = 1`, []string{"seal-changed"}},
		"the last batch removed": {`delete from audit_batches where number = 2`, []string{"cut", "inserted"}},
		"the end cut off": {`delete from audit_entries where id = any(array(select unnest(entries) from audit_batches where number = 2));
			delete from audit_batches where number = 2; delete from audit_checkpoints where number = 2`, []string{"cut"}},
		"everything emptied":    {wiped, []string{"cut", "not-sealed"}},
		"the entries emptied":   {`truncate audit_entries`, []string{"removed"}},
		"the seals emptied":     {`truncate audit_batches, audit_checkpoints`, []string{"cut", "inserted", "not-sealed"}},
		"a month taken away":    {`alter table audit_entries detach partition audit_entries_before`, []string{"removed"}},
		"the order turned over": {`update audit_batches set entries = entries[2:2] || entries[1:1] || entries[3:] where number = 1`, []string{"changed"}},
	} {
		t.Run(name, func(t *testing.T) {
			db := pgtest.New(t)
			actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
			s := sealer(t, db, audit.Folder{Root: t.TempDir()})
			write(t, db, actor, 7)
			seal(t, s, 7)
			write(t, db, actor, 5)
			seal(t, s, 5)
			seal(t, s, 0)
			tamper(t, db, c.sql)
			if slices.Equal(c.want, []string{"misdated"}) {
				seal(t, s, 1)
			}
			v := verify(t, s)
			if !slices.Equal(kinds(v), append([]string{}, c.want...)) || c.want == nil && (v.Seals != 2 || v.Entries != 12) {
				t.Errorf("found %v, want %q", v, c.want)
			}
			for _, f := range v.Findings {
				if slices.Contains([]string{"removed", "changed", "inserted", "misdated"}, f.Kind) && !models.ValidID(f.Entry) || f.Kind == "cut" && f.Entry == "" {
					t.Errorf("%v does not say which", f)
				}
			}
			part, err := s.VerifyPart(t.Context(), db.Person(t, "auditor", models.RoleAuditor, ""), audit.New(db.App), 0)
			if err != nil || !slices.Equal(part.Findings, v.Findings) || part.Seals != v.Seals || part.Next != 0 {
				t.Errorf("in parts: %+v %v, at once %+v", part, err, v)
			}
		})
	}
}

// A transaction that is still running holds nothing back: its entry waits, and is sealed once it has committed, in a later batch.
func TestARunningTransactionIsNotForgotten(t *testing.T) {
	db := pgtest.New(t)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	s := sealer(t, db)
	started, finish := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- db.App.InTx(context.Background(), actor, func(tx *postgres.Tx) error {
			if err := tx.AddAudit(&models.AuditEntry{Action: "slow"}); err != nil {
				return err
			}
			if err := tx.Flush(); err != nil {
				return err
			}
			close(started)
			<-finish
			return nil
		})
	}()
	<-started
	write(t, db, actor, 3)
	seal(t, s, 3)
	if v := verify(t, s); len(v.Findings) != 0 || v.Entries != 3 {
		t.Errorf("while it runs: %+v", v)
	}
	close(finish)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if v := verify(t, s); len(v.Findings) != 0 || v.Entries != 3 {
		t.Errorf("before its seal: %+v", v)
	}
	seal(t, s, 1)
	if v := verify(t, s); len(v.Findings) != 0 || v.Entries != 4 || v.Seals != 2 {
		t.Errorf("%+v", v)
	}
}
