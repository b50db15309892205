// Package simulator plays the authority of the certificates for signatures and the card reader: a test authority made at
// the start, cards with a PIN and five tries, OCSP and a revocation list over HTTP. It is a separate service; nothing of it
// is in a deployed program.
package simulator

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	"golang.org/x/crypto/ocsp"

	"kosodate.example/onestop/app/gateway/sign"
)

// Authority issues certificates for signatures, and says which were revoked.
type Authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	url  string // where its list and its answers are

	mu      sync.Mutex
	revoked map[string]time.Time // serial, hexadecimal
	old     time.Duration        // answers are as old, and name no next
}

// Replay lets answers be so old from now on, and name no time at which the next comes: as somebody would send them again.
func (a *Authority) Replay(old time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.old = old
}

var oidAltNames = asn1.ObjectIdentifier{2, 5, 29, 17}

// NewAuthority makes an authority whose certificates name url as the place of its list and its answers.
func NewAuthority(name, url string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-10 * 365 * 24 * time.Hour),
		NotAfter:              now.Add(365 * 24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Authority{key: key, cert: cert, url: url, revoked: map[string]time.Time{}}, err
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // crypto/rand does not fail on a system that runs at all
	}
	return n.Add(n, big.NewInt(1))
}

// PEM is the authority's certificate, for the program's configuration.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// Kind is what a certificate is for.
type Kind int

// The kinds of certificate on a card.
const (
	ForSignatures Kind = iota
	ForSignIn          // names nobody, and signs nothing that counts
)

// Issue makes a key and its certificate.
func (a *Authority) Issue(holder sign.Holder, kind Kind, from, until time.Time) (*x509.Certificate, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert, err := a.IssueFor(key, holder, kind, from, until)
	return cert, key, err
}

// IssueFor makes a certificate of a key, whatever it is worth.
func (a *Authority) IssueFor(key crypto.Signer, holder sign.Holder, kind Kind, from, until time.Time) (*x509.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: "card", Country: []string{"JP"}},
		NotBefore:             from,
		NotAfter:              until,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		OCSPServer:            []string{a.url + "/ocsp"},
		CRLDistributionPoints: []string{a.url + "/crl"},
	}
	if kind == ForSignatures {
		template.KeyUsage |= x509.KeyUsageContentCommitment
		names, err := sign.AltNames(holder)
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = []pkix.Extension{{Id: oidAltNames, Value: names}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// Revoke says from now on that a certificate is not valid any more.
func (a *Authority) Revoke(c *x509.Certificate) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.revoked[c.SerialNumber.Text(16)] = time.Now().Add(-time.Minute).Truncate(time.Second)
}

// list is the revocation list in DER.
func (a *Authority) list() ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var entries []x509.RevocationListEntry
	for text, at := range a.revoked {
		n, _ := new(big.Int).SetString(text, 16)
		entries = append(entries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: at})
	}
	now := time.Now()
	return x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number:                    big.NewInt(now.UnixMilli()),
		ThisUpdate:                now.Add(-time.Minute),
		NextUpdate:                now.Add(24 * time.Hour),
		RevokedCertificateEntries: entries,
	}, a.cert, a.key)
}

// answer answers one question of OCSP.
func (a *Authority) answer(question []byte) ([]byte, error) {
	asked, err := ocsp.ParseRequest(question)
	if err != nil {
		return ocsp.MalformedRequestErrorResponse, nil
	}
	a.mu.Lock()
	at, revoked := a.revoked[asked.SerialNumber.Text(16)]
	old := a.old
	a.mu.Unlock()
	now := time.Now()
	said := ocsp.Response{
		Status:       ocsp.Good,
		SerialNumber: asked.SerialNumber,
		ThisUpdate:   now.Add(-time.Minute),
		NextUpdate:   now.Add(time.Hour),
		IssuerHash:   crypto.SHA1,
	}
	if old > 0 {
		said.ThisUpdate, said.NextUpdate = now.Add(-old), time.Time{}
	}
	if revoked {
		said.Status, said.RevokedAt, said.RevocationReason = ocsp.Revoked, at, ocsp.Unspecified
	}
	return ocsp.CreateResponse(a.cert, a.cert, said, a.key)
}
