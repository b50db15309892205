package receipt

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"

	"github.com/go-jose/go-jose/v4"
)

// Keys sign statements and verify them: the newest private key signs, which is the first of its file, and every key in it
// verifies, so that a receipt outlives the key's rotation.
type Keys struct {
	private ed25519.PrivateKey
	signing string // its id
	public  []PublicKey
	trusted map[string]ed25519.PublicKey
}

// PublicKey is a public key as others read it: a JSON Web Key of Ed25519 (RFC 8037). Its id is its thumbprint (RFC 7638),
// so that nobody can give one key the id of another.
type PublicKey struct {
	KeyType   string `json:"kty" enum:"OKP"`
	Curve     string `json:"crv" enum:"Ed25519"`
	X         string `json:"x" doc:"The key, base64url."`
	KeyID     string `json:"kid" doc:"Its thumbprint (RFC 7638)."`
	Algorithm string `json:"alg" enum:"EdDSA"`
	Use       string `json:"use" enum:"sig"`
}

// KeySet is a JSON Web Key Set (RFC 7517): what the service gives out, and what `onestop receipt verify --keys` reads.
type KeySet struct {
	Keys []PublicKey `json:"keys" nullable:"false" doc:"The one that signs today comes first."`
}

const (
	pemPrivate = "PRIVATE" + " KEY"
	pemPublic  = "PUBLIC KEY"
)

// ParseKeys reads keys: PEM with private keys (PKCS 8) and public ones of Ed25519, or a JSON Web Key Set with public ones.
func ParseKeys(raw []byte) (*Keys, error) {
	k := &Keys{trusted: map[string]ed25519.PublicKey{}}
	var err error
	if trimmed := bytes.TrimSpace(raw); bytes.HasPrefix(trimmed, []byte("{")) {
		err = k.addSet(trimmed)
	} else {
		err = k.addPEM(raw)
	}
	if err != nil {
		return nil, err
	}
	if len(k.trusted) == 0 {
		return nil, errors.New("there is no key in it")
	}
	return k, nil
}

func (k *Keys) addPEM(raw []byte) error {
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case pemPrivate:
			parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
			private, ok := parsed.(ed25519.PrivateKey)
			if err != nil || !ok {
				return errors.New("a private key is not Ed25519 in PKCS 8")
			}
			if err := k.addPrivate(private); err != nil {
				return err
			}
		case pemPublic:
			parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
			public, ok := parsed.(ed25519.PublicKey)
			if err != nil || !ok {
				return errors.New("a public key is not Ed25519")
			}
			if _, err := k.trust(public); err != nil {
				return err
			}
		}
	}
	return nil
}

func (k *Keys) addPrivate(private ed25519.PrivateKey) error {
	id, err := k.trust(private.Public().(ed25519.PublicKey))
	if err != nil || k.private != nil {
		return err
	}
	k.private, k.signing = private, id
	return nil
}

func (k *Keys) addSet(raw []byte) error {
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(raw, &set); err != nil {
		return errors.New("it is no JSON Web Key Set")
	}
	for _, one := range set.Keys {
		public, ok := one.Key.(ed25519.PublicKey)
		if !ok {
			return errors.New("a key of the set is not a public one of Ed25519")
		}
		if _, err := k.trust(public); err != nil {
			return err
		}
	}
	return nil
}

// trust adds a key under its thumbprint, whatever id it came with.
func (k *Keys) trust(public ed25519.PublicKey) (string, error) {
	sum, err := (&jose.JSONWebKey{Key: public}).Thumbprint(crypto.SHA256)
	if err != nil {
		return "", err
	}
	id := base64.RawURLEncoding.EncodeToString(sum)
	if k.trusted[id] == nil {
		k.trusted[id] = public
		k.public = append(k.public, PublicKey{
			KeyType:   "OKP",
			Curve:     "Ed25519",
			X:         base64.RawURLEncoding.EncodeToString(public),
			KeyID:     id,
			Algorithm: string(jose.EdDSA),
			Use:       "sig",
		})
	}
	return id, nil
}

// CanSign says whether there is a private key among them. Nil keys cannot.
func (k *Keys) CanSign() bool { return k != nil && k.private != nil }

// SigningKey is the id of the key that signs; empty if none does.
func (k *Keys) SigningKey() string {
	if !k.CanSign() {
		return ""
	}
	return k.signing
}

// Public are the public keys in the order of their file, the newest first; an empty set of nil keys.
func (k *Keys) Public() KeySet {
	if k == nil {
		return KeySet{Keys: []PublicKey{}}
	}
	return KeySet{Keys: append([]PublicKey{}, k.public...)}
}
