package simulator

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"sync"
	"time"

	"github.com/smallstep/pkcs7"

	"kosodate.example/onestop/app/gateway/sign"
)

// PIN of every card of the demo, and how often a wrong one may be entered in a row.
const (
	PIN   = "ABC123"
	Tries = 5
)

// Card is one card with its certificate for signatures.
type Card struct {
	Name   string
	Holder sign.Holder

	mu    sync.Mutex
	cert  *x509.Certificate
	key   crypto.Signer
	tries int
}

// Cards of the demo: the applicant of the catalogue's examples, and the personas. "expired" is parent-1's old card.
var people = map[string]sign.Holder{
	"example":  {Name: "日向 花子", BirthDate: "1992-04-10", Address: "ひなた市あおば町1丁目2番3号"},
	"parent-1": {Name: "若葉 みのり", BirthDate: "1993-05-14", Address: "あおば町2丁目2番2号"},
	"parent-2": {Name: "空野 大地", BirthDate: "1990-11-02", Address: "いずみ町3丁目3番3号"},
	"expired":  {Name: "日向 花子", BirthDate: "1992-04-10", Address: "ひなた市あおば町1丁目2番3号"},
}

// NewCard issues a card.
func (a *Authority) NewCard(name string, holder sign.Holder, from, until time.Time) (*Card, error) {
	cert, key, err := a.Issue(holder, ForSignatures, from, until)
	return &Card{Name: name, Holder: holder, cert: cert, key: key, tries: Tries}, err
}

// Certificate is the card's certificate for signatures.
func (c *Card) Certificate() *x509.Certificate { return c.cert }

// Sign signs content with the card: CMS, detached, in DER. left is how many tries the PIN has; 0 is a card that is locked.
func (c *Card) Sign(pin string, content []byte) (signature []byte, left int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tries == 0 {
		return nil, 0, nil
	}
	if pin != PIN {
		c.tries--
		return nil, c.tries, nil
	}
	c.tries = Tries
	signature, err = Sign(c.cert, c.key, content)
	return signature, c.tries, err
}

// Sign makes a detached CMS signature over content.
func Sign(cert *x509.Certificate, key crypto.Signer, content []byte) ([]byte, error) {
	return SignWith(pkcs7.OIDDigestAlgorithmSHA256, cert, key, content)
}

// SignWith signs with a digest of one's own choice, one that is not accepted any more for example.
func SignWith(digest asn1.ObjectIdentifier, cert *x509.Certificate, key crypto.Signer, content []byte) ([]byte, error) {
	signed, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	signed.SetDigestAlgorithm(digest)
	if err := signed.AddSigner(cert, key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	signed.Detach()
	return signed.Finish()
}

// unlock gives a locked card its tries back, as the counter does.
func (c *Card) unlock() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries = Tries
}
