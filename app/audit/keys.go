package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Keys sign checkpoints and verify them: the first private key of the file signs, every key in it verifies.
type Keys struct {
	signer  ed25519.PrivateKey
	trusted []ed25519.PublicKey
}

const pemType = "PRIVATE" + " KEY"

// CreateKeys makes a file with a new signing key (mode 0600). It refuses to replace one.
func CreateKeys(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, &pem.Block{Type: pemType, Bytes: der}), f.Close())
}

// LoadKeys reads a file of PEM blocks: private keys (PKCS 8) and public ones of Ed25519.
func LoadKeys(path string) (*Keys, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	k := &Keys{}
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		if err := k.add(block); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if len(k.trusted) == 0 {
		return nil, fmt.Errorf("%s holds no key", path)
	}
	return k, nil
}

func (k *Keys) add(block *pem.Block) error {
	if block.Type == pemType {
		parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		private, ok := parsed.(ed25519.PrivateKey)
		if err != nil || !ok {
			return errors.New("a private key is not Ed25519 in PKCS 8")
		}
		if k.signer == nil {
			k.signer = private
		}
		k.trusted = append(k.trusted, private.Public().(ed25519.PublicKey))
		return nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return errors.New("a public key is not Ed25519")
	}
	k.trusted = append(k.trusted, public)
	return nil
}
