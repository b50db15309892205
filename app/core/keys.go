package core

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"kosodate.example/onestop/app/fault"
)

// minRSABits is the shortest RSA key that is taken.
const minRSABits = 2048

// mostKeys are enough for a key in use and its successor.
const mostKeys = 4

// algorithms of an assertion's signature.
var algorithms = []jose.SignatureAlgorithm{jose.ES256, jose.ES384, jose.EdDSA, jose.PS256, jose.RS256}

// readKeys reads public keys (RFC 7517), a set or one alone, and writes them as a set with nothing but the keys; or says what is wrong.
func readKeys(text string) (string, fault.Reason) {
	var set jose.JSONWebKeySet
	var one jose.JSONWebKey
	raw := []byte(text)
	if json.Unmarshal(raw, &set) != nil || len(set.Keys) == 0 {
		if json.Unmarshal(raw, &one) != nil {
			return "", "core-keys"
		}
		set.Keys = []jose.JSONWebKey{one}
	}
	if len(set.Keys) > mostKeys {
		return "", "core-keys"
	}
	var out jose.JSONWebKeySet
	for _, k := range set.Keys {
		switch {
		case !k.IsPublic() && k.Valid():
			return "", "core-keys-private"
		case !k.Valid() || !strong(k.Key):
			return "", "core-keys"
		}
		out.Keys = append(out.Keys, jose.JSONWebKey{Key: k.Key, KeyID: k.KeyID})
	}
	written, err := json.Marshal(out)
	if err != nil {
		return "", "core-keys"
	}
	return string(written), ""
}

func strong(key any) bool {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		bits := k.Curve.Params().BitSize
		return bits == 256 || bits == 384
	case *rsa.PublicKey:
		return k.N.BitLen() >= minRSABits
	case ed25519.PublicKey:
		return true
	}
	return false
}
