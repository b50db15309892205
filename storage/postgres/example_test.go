package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"slices"
	"testing"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/pgtest"
	"kosodate.example/onestop/storage/postgres"
)

// An actor, one clock, all or nothing: what a use case does with the database. Row security reads who acts, so that
// what is not the actor's is not found.
func ExampleDB_InTx() {
	databases := &standIn{}
	defer databases.drop()
	db := pgtest.New(databases).App
	ctx := context.Background()
	admin := models.Actor{Role: models.RoleNational, Purpose: "import-municipalities"}

	hinata := &models.Municipality{Code: "998010", NameJa: "ひなた市", NameEn: "Hinata", WrappedKey: []byte("wrapped")}
	minato := &models.Municipality{Code: "998028", NameJa: "みなと町", NameEn: "Minato", WrappedKey: []byte("wrapped")}

	err := db.InTx(ctx, admin, func(tx *postgres.Tx) error {
		hinata.UpdatedAt = tx.Now
		return tx.PutMunicipality(hinata)
	})
	fmt.Println("committed:", err)

	err = db.InTx(ctx, admin, func(tx *postgres.Tx) error {
		minato.UpdatedAt = tx.Now
		if err := tx.PutMunicipality(minato); err != nil {
			return err
		}
		return fault.ErrConflict // whatever fn returns takes all of it back
	})
	fmt.Println("taken back:", errors.Is(err, fault.ErrConflict))

	err = db.InTx(ctx, models.Actor{Role: models.RolePublic, Purpose: "list-municipalities"}, func(tx *postgres.Tx) error {
		all, err := tx.Municipalities()
		for _, m := range all {
			fmt.Println(m.Code, m.NameEn)
		}
		return err
	})
	fmt.Println("read:", err)
	// Output:
	// committed: <nil>
	// taken back: true
	// 998010 Hinata
	// read: <nil>
}

// standIn stands for the test that an example does not have: what has to be cleaned up is, in drop.
type standIn struct {
	testing.TB
	ends []func()
}

func (s *standIn) Helper()                      {}
func (s *standIn) Cleanup(end func())           { s.ends = append(s.ends, end) }
func (s *standIn) Fatal(args ...any)            { log.Fatal(args...) }
func (s *standIn) Fatalf(text string, a ...any) { log.Fatalf(text, a...) }
func (s *standIn) Errorf(text string, a ...any) { log.Printf(text, a...) }

func (s *standIn) drop() {
	for _, end := range slices.Backward(s.ends) {
		end()
	}
}
