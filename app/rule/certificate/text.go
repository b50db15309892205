package certificate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"kosodate.example/onestop/app/rule/receipt"
	"kosodate.example/onestop/app/rule/strictjson"
)

// kind is the type in the signature's header. The key is that of receipts; a receipt can never pass for a certificate, nor a
// certificate for a receipt.
const kind = "onestop-certificate-1"

// MaxSize is the size in bytes that no certificate reaches: 64 KiB.
const MaxSize = 64 << 10

// What can be wrong with a text that should be a certificate, beside receipt.ErrUnknownKey. errors.Is finds them.
var (
	ErrNotACertificate = errors.New("this is not a publication certificate of the service")
	ErrAltered         = errors.New("the certificate was altered: its signature does not fit what it says")
)

// Issue gives a certificate as one text: signed if the keys can sign, else the bare statement in canonical JSON, which says so by
// its empty key_id. Error: what is not whole is not issued.
func Issue(k *receipt.Keys, c Certificate) (string, error) {
	c.KeyID = k.SigningKey()
	if err := c.check(); err != nil {
		return "", fmt.Errorf("certificate of %s: %w", c.Edition, err)
	}
	payload, err := c.Canonical()
	if err != nil {
		return "", err
	}
	if !c.Signed() {
		return string(payload), nil
	}
	return k.SignAs(kind, payload)
}

// Digest names a certificate: the SHA-256 of its text, signature and all, as the file has it that the service gives out.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Trim takes away what saving and mailing put around a text.
func Trim(raw []byte) string { return strings.TrimSpace(strings.TrimPrefix(string(raw), "\ufeff")) }

// Read reads a text that Issue gave, without its signature: for who keeps it. Error: ErrNotACertificate.
func Read(text string) (*Certificate, error) {
	if bare(text) {
		return decode([]byte(text), "")
	}
	payload, err := receipt.PayloadAs(kind, text)
	if err != nil {
		return nil, ErrNotACertificate
	}
	return decode(payload, signedWith)
}

// Verify checks a text that Issue gave and reads it. One that is not signed is believed only by who names its Digest; one that says
// that it is signed has to be. Errors: ErrNotACertificate, ErrAltered, receipt.ErrUnknownKey.
func Verify(k *receipt.Keys, text string) (*Certificate, error) {
	if bare(text) {
		return decode([]byte(text), "")
	}
	payload, key, err := k.VerifyAs(kind, text)
	switch {
	case errors.Is(err, receipt.ErrAltered):
		return nil, ErrAltered
	case errors.Is(err, receipt.ErrNotAReceipt):
		return nil, ErrNotACertificate
	case err != nil:
		return nil, err
	}
	return decode(payload, key)
}

func bare(text string) bool { return strings.HasPrefix(text, "{") }

// signedWith stands for any key.
const signedWith = "*"

// decode reads a statement that says that it was signed with a key, or with none.
func decode(raw []byte, key string) (*Certificate, error) {
	var c Certificate
	err := strictjson.ReadCanonical(raw, &c, func() ([]byte, error) { return c.Canonical() })
	if err == nil {
		err = c.check()
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNotACertificate, err)
	case key == signedWith && c.Signed(), c.KeyID == key:
		return &c, nil
	}
	return nil, fmt.Errorf("%w: it was signed with another key than it says, or its signature is missing", ErrAltered)
}
