package postgres

import "context"

// ClaimShelf records the shelf of erasable keys as the service's if none is recorded yet, and gives the one that is (seal.Registry).
func (db *DB) ClaimShelf(ctx context.Context, id string) (recorded string, err error) {
	err = db.pool.QueryRow(ctx, `select claim_shelf($1)`, id).Scan(&recorded)
	return recorded, translate(err)
}

// NewestKey gives the key of the application that was begun last, nil if there is none since the shelf was adopted (seal.Registry).
func (db *DB) NewestKey(ctx context.Context) (wrapped []byte, err error) {
	err = db.pool.QueryRow(ctx, `select newest_key()`).Scan(&wrapped)
	return wrapped, translate(err)
}

// AdoptShelf records another shelf as the service's, as the database's owner: the old one was lost, or this one was brought back
// from a copy that lacks the newest keys. Keys made before are not looked at when a node is asked whether it is ready.
func (db *DB) AdoptShelf(ctx context.Context, id string) error {
	_, err := db.pool.Exec(ctx, `insert into key_shelf (id) values ($1) on conflict (one) do update set id = excluded.id, adopted_at = clock_timestamp()`, id)
	return translate(err)
}
