package audit_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kosodate.example/onestop/app/audit"
	"kosodate.example/onestop/app/fault"
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

func sealer(t *testing.T, db *pgtest.Database) *audit.Sealer {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.pem")
	if err := audit.CreateKeys(path); err != nil {
		t.Fatal(err)
	}
	if err := audit.CreateKeys(path); err == nil {
		t.Fatal("a key was replaced")
	}
	keys, err := audit.LoadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return audit.NewSealer(db.Sweep, keys)
}

// seal makes one seal of what was written, and want is how many entries that is. Other tests' transactions on the same
// server hold the horizon back too, for a moment: it waits until it is past everything that was written, so that one
// seal has it all.
func seal(t *testing.T, db *pgtest.Database, s *audit.Sealer, want int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for past := false; !past; {
		err := conn.QueryRow(ctx, `select not exists (select from audit_entries where xid >= pg_snapshot_xmin(pg_current_snapshot()))`).Scan(&past)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
			t.Fatal("the horizon stays behind what was written")
		case <-tick.C:
		}
	}
	if n, err := s.Seal(ctx); err != nil || n != want {
		t.Fatalf("sealed %d %v, want %d", n, err, want)
	}
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

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	for name, c := range map[string]struct{ sql, kind string }{
		"nothing":          {`select 1`, ""},
		"an entry removed": {`delete from audit_entries where id = (select entry_id from audit_leaves where position = 3 and seal = 1)`, "removed"},
		"an entry changed": {`update audit_entries set action = 'nothing' where id = (select entry_id from audit_leaves where position = 3 and seal = 1)`,
			"changed"},
		"who, changed": {`update audit_entries set actor_id = null where id = (select entry_id from audit_leaves where position = 0 and seal = 2)`,
			"changed"},
		"an entry put in": {`insert into audit_entries select gen_random_uuid(), xid, at, actor_id, role, municipality, purpose, action, object_kind, ` +
			`object_id, subject_id, request_id from audit_entries order by xid limit 1`, "inserted"},
		"entry and leaf gone": {`delete from audit_entries where id = (select entry_id from audit_leaves where position = 1 and seal = 1); delete from ` +
			`audit_leaves where position = 1 and seal = 1`, "seal-changed"},
		"a seal removed":       {`delete from audit_leaves where seal = 1; delete from audit_seals where number = 1`, "seal-missing"},
		"a seal signed anew":   {`update audit_seals set signature = decode('00', 'hex') where number = 2`, "signature"},
		"leaf made to fit":     {`update audit_leaves set leaf = decode('00', 'hex') where position = 2 and seal = 2`, "seal-changed"},
		"the horizon put back": {`update audit_seals set horizon = '3' where number = 2`, "seal-changed"},
	} {
		t.Run(name, func(t *testing.T) {
			db := pgtest.New(t)
			actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
			s := sealer(t, db)
			write(t, db, actor, 7)
			seal(t, db, s, 7)
			write(t, db, actor, 5)
			seal(t, db, s, 5)
			seal(t, db, s, 0)
			tamper(t, db, c.sql)
			v, err := s.Verify(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]bool{}
			for _, f := range v.Findings {
				found[f.Kind] = true
				if (f.Kind == "removed" || f.Kind == "changed" || f.Kind == "inserted") && f.Entry == "" {
					t.Errorf("%v does not say which", f)
				}
			}
			part, err := s.VerifyPart(t.Context(), db.Person(t, "auditor", models.RoleAuditor, ""), audit.New(db.App), 0)
			if err != nil || !slices.Equal(part.Findings, v.Findings) || part.Seals != v.Seals || part.Next != 0 {
				t.Errorf("in parts: %+v %v, at once %+v", part, err, v)
			}
			if c.kind == "" && (len(v.Findings) != 0 || v.Seals != 2 || v.Entries != 12) || c.kind != "" && !found[c.kind] {
				t.Errorf("found %v, want %q", v.Findings, c.kind)
			}
		})
	}
}

// A transaction that is still running holds the horizon back: its entry is sealed once it has committed, and is never
// taken for one that was put in.
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
	if n, err := s.Seal(context.Background()); err != nil || n != 0 {
		t.Fatalf("sealed %d %v while an older transaction was running", n, err)
	}
	close(finish)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	seal(t, db, s, 4)
	v, err := s.Verify(context.Background())
	if err != nil || len(v.Findings) != 0 || v.Entries != 4 {
		t.Errorf("%+v %v", v, err)
	}
}

// A long trail is verified step by step; each step is the auditor's alone and leaves an entry.
func TestALongTrailIsVerifiedInSteps(t *testing.T) {
	db := pgtest.New(t)
	actor, auditor := db.Person(t, "reviewer", models.RoleReviewer, "998010"), db.Person(t, "auditor", models.RoleAuditor, "")
	s, trail := sealer(t, db), audit.New(db.App)
	if p, err := s.VerifyPart(t.Context(), auditor, trail, 0); err != nil || p.Next != 0 || p.Seals != 0 || p.SealedAt != nil {
		t.Errorf("before the first seal: %+v %v", p, err)
	}
	const seals = 52
	for i := range seals {
		write(t, db, actor, 1)
		want := 1
		if i == 0 {
			want = 2 // with the entry of the step above
		}
		seal(t, db, s, want)
	}
	first, err := s.VerifyPart(t.Context(), auditor, trail, 0)
	if err != nil || first.First != 1 || first.Last != 50 || first.Next != 50 || first.Seals != 50 || len(first.Findings) != 0 || first.SealedAt == nil {
		t.Fatalf("the first step: %+v %v", first, err)
	}
	rest, err := s.VerifyPart(t.Context(), auditor, trail, first.Next)
	if err != nil || rest.First != 51 || rest.Last != seals || rest.Next != 0 || len(rest.Findings) != 0 {
		t.Errorf("the rest: %+v %v", rest, err)
	}
	if _, err := s.VerifyPart(t.Context(), auditor, trail, 99); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after a seal that there is not: %v", err)
	}
	if _, err := s.VerifyPart(t.Context(), actor, trail, 0); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a reviewer: %v", err)
	}
	newest, err := s.Newest(t.Context())
	if err != nil || newest.Number != seals {
		t.Errorf("the newest: %+v %v", newest, err)
	}
	found, err := trail.Search(t.Context(), auditor, postgres.AuditQuery{Action: "verify-audit", Limit: 10})
	if err != nil || len(found) != 4 || found[0].ActorID == nil || *found[0].ActorID != auditor.Person {
		t.Errorf("the steps left %d entries: %v", len(found), err)
	}
	one, err := trail.Search(t.Context(), auditor, postgres.AuditQuery{ID: found[1].ID, Limit: 10})
	if err != nil || len(one) != 1 || one[0].ID != found[1].ID {
		t.Errorf("one entry: %+v %v", one, err)
	}
}
