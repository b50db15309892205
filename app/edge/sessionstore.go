package edge

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"time"

	"kosodate.example/onestop/models"
	"kosodate.example/onestop/storage/postgres"
)

// sessionStore keeps browser sessions in the database. Whoever reads the database learns nothing: a session is found by
// the SHA-256 of its token and sealed under a key made from the token, which only the browser has.
type sessionStore struct{ db *postgres.DB }

// sessionActor: a session is read before anyone is known.
var sessionActor = models.Actor{Role: models.RolePublic, Purpose: "session"}

// FindCtx reads a session; one that cannot be opened does not exist.
func (s sessionStore) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	digest := sha256.Sum256([]byte(token))
	var sealed []byte
	err = s.db.InTx(ctx, sessionActor, func(tx *postgres.Tx) error {
		sealed, err = tx.SessionLoad(digest[:])
		return err
	})
	if err != nil || sealed == nil {
		return nil, false, err
	}
	aead, err := sessionKey(token)
	if err != nil {
		return nil, false, err
	}
	data, openErr := aead.Open(nil, nil, sealed, digest[:])
	return data, openErr == nil, nil
}

// CommitCtx writes a session.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, until time.Time) error {
	return s.write(ctx, token, data, until, (*postgres.Tx).SessionStore)
}

// renew writes a session only if it is still there: one that ended meanwhile must not come back.
func (s sessionStore) renew(ctx context.Context, token string, data []byte, until time.Time) error {
	return s.write(ctx, token, data, until, (*postgres.Tx).SessionRenew)
}

func (s sessionStore) write(
	ctx context.Context,
	token string,
	data []byte,
	until time.Time,
	how func(tx *postgres.Tx, digest, data []byte, until time.Time),
) error {
	aead, err := sessionKey(token)
	if err != nil {
		return err
	}
	digest := sha256.Sum256([]byte(token))
	sealed := aead.Seal(nil, nil, data, digest[:]) //nolint:gosec // this AEAD puts a random nonce before what it seals
	return s.db.InTx(ctx, sessionActor, func(tx *postgres.Tx) error {
		how(tx, digest[:], sealed, until)
		return nil
	})
}

// own says whose a stored session is.
func (s sessionStore) own(ctx context.Context, token string, owner postgres.SessionOwner) error {
	digest := sha256.Sum256([]byte(token))
	return s.db.InTx(ctx, sessionActor, func(tx *postgres.Tx) error {
		tx.SessionOwn(digest[:], owner)
		return nil
	})
}

// claim says whether this request is the one that asks the provider about a session.
func (s sessionStore) claim(ctx context.Context, token string) (won bool, err error) {
	digest := sha256.Sum256([]byte(token))
	err = s.db.InTx(ctx, sessionActor, func(tx *postgres.Tx) (err error) {
		won, err = tx.SessionClaim(digest[:])
		return err
	})
	return won, err
}

// DeleteCtx ends a session.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	digest := sha256.Sum256([]byte(token))
	return s.db.InTx(ctx, sessionActor, func(tx *postgres.Tx) error {
		tx.SessionDrop(digest[:])
		return nil
	})
}

// Find, Commit and Delete are for the library's interface; it calls those with a context.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx.
func (s sessionStore) Commit(token string, data []byte, until time.Time) error {
	return s.CommitCtx(context.Background(), token, data, until)
}

// Delete is DeleteCtx.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// sessionKey is the key of one session. The token has 256 random bits.
func sessionKey(token string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(token), nil, "onestop browser session", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
