package dossier

import (
	"bytes"
	"context"
	"encoding/json"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Request is what makes a POST safe to repeat (api.md, Idempotency-Key).
type Request struct {
	Route    string // the route's pattern with the ids of this request
	Key      string // what the client sent
	BodyHash []byte // SHA-256 of the body
}

// Once runs fn in a transaction at most once per person, route and key: the answer is remembered in the transaction
// that it protects, and the same key with the same body gives it again. Errors: idempotency-key-reused when the body
// is another; whatever fn returns, and then nothing is remembered.
func Once[T any](ctx context.Context, d *Desk, actor models.Actor, req Request, fn func(tx *postgres.Tx) (T, error)) (T, error) {
	var out T
	key, err := d.answerKey(ctx)
	if err != nil {
		return out, err
	}
	place := seal.Place{Table: "idempotency_keys", Column: "sealed", Row: actor.Person + "|" + req.Route + "|" + req.Key}
	for attempt := 0; ; attempt++ {
		err = d.DB.InTx(ctx, actor, func(tx *postgres.Tx) error {
			earlier, err := tx.Remembered(actor.Person, req.Route, req.Key)
			if err != nil {
				return err
			}
			if earlier != nil {
				return recall(key, place, earlier, req.BodyHash, &out)
			}
			if out, err = fn(tx); err != nil {
				return err
			}
			plain, err := json.Marshal(out)
			if err != nil {
				return err
			}
			sealed, err := key.Seal(plain, place)
			if err != nil {
				return err
			}
			return tx.Remember(&models.Idempotency{PersonID: actor.Person, Route: req.Route, Key: req.Key, BodyHash: req.BodyHash, Sealed: sealed})
		})
		// Another request with the key committed first: its answer is there now.
		if attempt == 0 && postgres.Violated(err) == "idempotency_keys_pkey" {
			continue
		}
		return out, err
	}
}

func recall(key seal.Key, place seal.Place, earlier *models.Idempotency, bodyHash []byte, out any) error {
	if !bytes.Equal(earlier.BodyHash, bodyHash) {
		return fault.New(fault.Conflict, fault.CodeIdempotencyReused, "This Idempotency-Key was used with another body. Take a new key for a new request.")
	}
	plain, err := key.Open(earlier.Sealed, place)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, out)
}
