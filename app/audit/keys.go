package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// Keys sign seals and verify them: the first private key of the file signs, every key in it verifies.
type Keys struct {
	signer   ed25519.PrivateKey
	signerID string
	trusted  map[string]ed25519.PublicKey
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
	k := &Keys{trusted: map[string]ed25519.PublicKey{}}
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
		id := k.trust(private.Public().(ed25519.PublicKey))
		if k.signer == nil {
			k.signer, k.signerID = private, id
		}
		return nil
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, ok := parsed.(ed25519.PublicKey)
	if err != nil || !ok {
		return errors.New("a public key is not Ed25519")
	}
	k.trust(public)
	return nil
}

func (k *Keys) trust(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	id := hex.EncodeToString(sum[:8])
	k.trusted[id] = public
	return id
}
