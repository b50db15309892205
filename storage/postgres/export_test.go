package postgres

import "database/sql"

// SQL is the transaction itself, so that a test can try statements that this package never makes, as the production
// role and with the actor's settings.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// Std is the pool as database/sql has it.
func (db *DB) Std() *sql.DB { return db.sql }
