package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"log/slog"

	aead "github.com/tink-crypto/tink-go/v2/aead/subtle"
	streaming "github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// Key is the data key of one owner. It may be copied and used from any number of goroutines. It prints as a
// placeholder wherever it is printed, logged or marshalled. The zero Key answers ErrNoKey.
type Key struct{ m *material }

// material holds one subkey a purpose, all derived from the 32 random bytes that are wrapped.
type material struct {
	column *aead.AESGCM          // AES-256-GCM, random nonce: up to 2³² columns a key
	stream *streaming.AESGCMHKDF // AES256_GCM_HKDF_4KB
	index  [sha256.Size]byte
	shelf  *Shelf // of the keyring that made it; nil without
}

const (
	secretSize = 32

	// keyVersion is the first byte of the wrapped secret. It names everything derived below, so that the algorithms
	// of new applications can change while old ones stay readable.
	keyVersion = 1

	sealOverhead = aead.AESGCMIVSize + aead.AESGCMTagSize
)

// Labels of the subkeys, and first bytes of the associated data.
const (
	labelColumn = "onestop seal 1 column"
	labelStream = "onestop seal 1 stream"
	labelIndex  = "onestop seal 1 index"

	purposeColumn byte = 'c'
	purposeStream byte = 's'
)

// newKey derives the subkeys. The secret is uniformly random, so HKDF's expand step alone is enough (RFC 5869, 3.3).
func newKey(secret []byte) (Key, error) {
	derive := func(label string) ([]byte, error) { return hkdf.Expand(sha256.New, secret, label, 32) }
	column, err := derive(labelColumn)
	if err != nil {
		return Key{}, err
	}
	stream, err := derive(labelStream)
	if err != nil {
		return Key{}, err
	}
	index, err := derive(labelIndex)
	if err != nil {
		return Key{}, err
	}
	m := &material{index: [sha256.Size]byte(index)}
	if m.column, err = aead.NewAESGCM(column); err != nil {
		return Key{}, err
	}
	if m.stream, err = streaming.NewAESGCMHKDF(stream, "SHA256", 32, segmentSize, 0); err != nil {
		return Key{}, err
	}
	return Key{m: m}, nil
}

// Seal encrypts one column's value. The result is 28 bytes longer than plain (a nonce of 12 bytes, a tag of 16), and
// differs each time.
func (k Key) Seal(plain []byte, cell Cell) ([]byte, error) {
	if k.m == nil {
		return nil, ErrNoKey
	}
	return k.m.column.Encrypt(plain, cell.ad(purposeColumn))
}

// Open decrypts what Seal made for the same cell; ErrBroken otherwise.
func (k Key) Open(sealed []byte, cell Cell) ([]byte, error) {
	if k.m == nil {
		return nil, ErrNoKey
	}
	plain, err := k.m.column.Decrypt(sealed, cell.ad(purposeColumn))
	if err != nil {
		return nil, fmt.Errorf("%w (%s.%s)", ErrBroken, cell.Table, cell.Column)
	}
	return plain, nil
}

// BlindIndex gives 32 bytes that are equal for equal values of one domain under one key, so that a sealed column can
// be searched for an exact match: HMAC-SHA256 under a subkey of its own. The caller normalises the value first (kana,
// width). Equal values can be seen to be equal by whoever reads the database; that is the price of the search. The
// zero Key gives nil.
func (k Key) BlindIndex(domain, value string) []byte {
	if k.m == nil {
		return nil
	}
	mac := hmac.New(sha256.New, k.m.index[:])
	mac.Write(appendPart(make([]byte, 0, 2+len(domain)), domain))
	mac.Write([]byte(value))
	return mac.Sum(nil)
}

const redacted = "seal.Key(redacted)"

// String hides the key.
func (k Key) String() string { return redacted }

// GoString hides the key from %#v.
func (k Key) GoString() string { return redacted }

// Format hides the key from every verb; without it %x would walk into the struct.
func (k Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the key from JSON, YAML and text encoders.
func (k Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the key from slog.
func (k Key) LogValue() slog.Value { return slog.StringValue(redacted) }
