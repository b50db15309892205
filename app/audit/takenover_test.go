package audit_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// TestWhatWasSealedBeforeIsTakenOver: a trail that was sealed before there were checkpoints keeps its order and its digests, so that what was changed
// before the migration is found after it; what was not sealed then waits for its seal.
func TestWhatWasSealedBeforeIsTakenOver(t *testing.T) {
	ctx := context.Background()
	db := pgtest.New(t)
	s := sealer(t, db)
	actor := db.Person(t, "reviewer", models.RoleReviewer, "998010")
	write(t, db, actor, 7)
	seal(t, s, 7)
	write(t, db, actor, 2)
	pool, err := pgxpool.New(ctx, db.OwnerDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	std := stdlib.OpenDBFromPool(pool)
	defer func() { _ = std.Close() }()
	schema, err := goose.NewProvider(goose.DialectPostgres, std, postgres.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, db, `create table sealed as select entries[n] as id, substr(leaves, 1 + 32 * (n - 1), 32) as leaf, n from audit_batches, generate_series(1, 7) n`)
	if _, err := schema.DownTo(ctx, 91); err != nil {
		t.Fatal(err)
	}
	tamper(t, db, `insert into audit_seals (number, entries, root, chain, horizon, key_id, signature, sealed_at)
			values (1, 4, 'r', 'c', '9', 'k', 's', now()), (2, 3, 'r', 'c', '9', 'k', 's', now());
		insert into audit_leaves (entry_id, seal, position, leaf) select id, 1 + n / 5, n, leaf from sealed;
		update audit_entries set action = 'another' where id = (select id from sealed where n = 3);
		delete from audit_entries where id = (select id from sealed where n = 6);
		drop table sealed`)
	if _, err := schema.Up(ctx); err != nil {
		t.Fatal(err)
	}
	db.App.Pool().Reset()
	db.Sweep.Pool().Reset()
	write(t, db, actor, 1)
	seal(t, s, 3)
	v := verify(t, s)
	if !slices.Equal(kinds(v), []string{"changed", "removed"}) || len(v.Findings) != 2 || v.Entries != 10 || v.Seals != 2 {
		t.Errorf("%+v", v)
	}
}
