package dossier

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"kosodate.example/onestop/app/fault"
	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
	"kosodate.example/onestop/storage/seal"
)

// Request is what makes a POST safe to repeat (api.md, Idempotency-Key).
type Request struct {
	Route    string // the route's pattern with the ids of this request
	Key      string // what the client sent; kept as its digest alone, for anything may stand in it (P4)
	BodyHash []byte // SHA-256 of the body
}

// Once runs fn in a transaction at most once per person, route and key: the answer is remembered in the transaction
// that it protects, and the same key with the same body gives it again. Errors: idempotency-key-reused when the body
// is another; whatever fn returns, and then nothing is remembered.
func Once[T any](ctx context.Context, d *Service, actor models.Actor, req Request, fn func(tx *postgres.Tx) (T, error)) (T, error) {
	return OnceAhead(ctx, d, actor, req, func(*postgres.Tx) {}, fn)
}

// OnceAhead is Once, with reads that travel with the beginning of the transaction.
func OnceAhead[T any](ctx context.Context, d *Service, actor models.Actor, req Request, ahead postgres.Ahead, fn func(tx *postgres.Tx) (T, error)) (T, error) {
	var none, out T
	keys, err := d.answerKeys(ctx)
	if err != nil {
		return none, err
	}
	m := memory{keys: keys, req: req, person: actor.Person}
	var found bool
	err = d.DB.InTxAhead(ctx, actor, func(tx *postgres.Tx) { m.ask(tx); ahead(tx) }, func(tx *postgres.Tx) (err error) {
		if found, err = m.recall(tx, &out); err != nil || found {
			return err
		}
		if out, err = fn(tx); err != nil {
			return err
		}
		return m.keep(tx, out)
	})
	if err == nil {
		return out, nil
	}
	// Perhaps the same request, sent twice at once, was first and is what stood in the way: a draft that is filed already,
	// an application that is there already. Then its answer is this one's too.
	if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.Stale {
		return none, err
	}
	var first T
	again := d.DB.Look(ctx, actor, m.ask, func(tx *postgres.Tx) (err error) {
		found, err = m.recall(tx, &first)
		return err
	})
	switch {
	case again != nil:
		return none, again
	case !found:
		return none, err
	}
	return first, nil
}

// Answered says whether a request with this key was answered before, whatever its body was: one whose body is large is not taken in again.
func Answered(tx *postgres.Tx, req Request) (bool, error) {
	earlier, err := tx.Remembered(tx.Actor.Person, req.Route, memory{req: req}.name())
	return earlier != nil, err
}

// memory is where the answer of one request is remembered.
type memory struct {
	keys   answerKeys
	req    Request
	person string
}

// name is under what the answer is remembered.
func (m memory) name() string {
	sum := sha256.Sum256([]byte(m.req.Key))
	return hex.EncodeToString(sum[:])
}

func (m memory) place() seal.Cell {
	return seal.Cell{Table: "idempotency_keys", Column: "sealed", Row: m.person + "|" + m.req.Route + "|" + m.name()}
}

// ask asks for the remembered answer ahead.
func (m memory) ask(tx *postgres.Tx) { _, _ = tx.Remembered(m.person, m.req.Route, m.name()) }

// recall reads the remembered answer into out, if there is one; idempotency-key-reused if it was another request's.
func (m memory) recall(tx *postgres.Tx, out any) (found bool, err error) {
	earlier, err := tx.Remembered(m.person, m.req.Route, m.name())
	if err != nil || earlier == nil {
		return false, err
	}
	if !bytes.Equal(earlier.BodyHash, m.req.BodyHash) {
		return false, fault.New(fault.Conflict, fault.CodeIdempotencyReused, "")
	}
	plain, err := m.keys.open(earlier.Sealed, m.place())
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(plain, out)
}

func (m memory) keep(tx *postgres.Tx, answer any) error {
	plain, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	sealed, err := m.keys.seal(plain, m.place())
	if err != nil {
		return err
	}
	return tx.Remember(&models.Idempotency{
		PersonID: m.person,
		Route:    m.req.Route,
		Key:      m.name(),
		BodyHash: m.req.BodyHash,
		Sealed:   sealed,
	})
}
