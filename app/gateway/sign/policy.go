package sign

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Policy says what of cryptography is accepted still. It is configuration, since it changes with the years (CRYPTREC's list of ciphers for
// government, and the policy of the authority): nothing that was accepted once is looked at again.
type Policy struct {
	Digests   []string      // sha256, sha384, sha512
	RSABits   int           // the shortest key
	Curves    []string      // P-256, P-384, P-521
	AnswerAge time.Duration // how old what the authority says of a certificate may be
}

// digests are the algorithms that a policy can name: of a content, and with what a signature says that it signed it. rsaEncryption and
// id-ecPublicKey leave the digest to its own field.
var digests = map[string]struct {
	digest     asn1.ObjectIdentifier
	signature  []asn1.ObjectIdentifier
	algorithms []x509.SignatureAlgorithm
}{
	"sha256": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1},
		[]asn1.ObjectIdentifier{{1, 2, 840, 113549, 1, 1, 11}, {1, 2, 840, 10045, 4, 3, 2}},
		[]x509.SignatureAlgorithm{x509.SHA256WithRSA, x509.SHA256WithRSAPSS, x509.ECDSAWithSHA256}},
	"sha384": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2},
		[]asn1.ObjectIdentifier{{1, 2, 840, 113549, 1, 1, 12}, {1, 2, 840, 10045, 4, 3, 3}},
		[]x509.SignatureAlgorithm{x509.SHA384WithRSA, x509.SHA384WithRSAPSS, x509.ECDSAWithSHA384}},
	"sha512": {asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3},
		[]asn1.ObjectIdentifier{{1, 2, 840, 113549, 1, 1, 13}, {1, 2, 840, 10045, 4, 3, 4}},
		[]x509.SignatureAlgorithm{x509.SHA512WithRSA, x509.SHA512WithRSAPSS, x509.ECDSAWithSHA512}},
}

var keyAlone = []asn1.ObjectIdentifier{{1, 2, 840, 113549, 1, 1, 1}, {1, 2, 840, 10045, 2, 1}}

// Check says what of a policy cannot be meant.
func (p Policy) Check() error {
	for _, name := range p.Digests {
		if _, ok := digests[name]; !ok {
			return fmt.Errorf("digests: %q is none of sha256, sha384, sha512", name)
		}
	}
	for _, name := range p.Curves {
		if !slices.Contains([]string{"P-256", "P-384", "P-521"}, name) {
			return fmt.Errorf("curves: %q is none of P-256, P-384, P-521", name)
		}
	}
	switch {
	case len(p.Digests) == 0:
		return errors.New("digests: none is accepted")
	case p.RSABits < 2048:
		return errors.New("rsa_bits: shorter keys than 2048 bits can be forged")
	case p.AnswerAge <= 0:
		return errors.New("answer_age: a length of time, 24h for example")
	}
	return nil
}

// digest says whether the algorithms of a signature over a content are accepted.
func (p Policy) digest(digest, signature asn1.ObjectIdentifier) bool {
	for _, name := range p.Digests {
		d := digests[name]
		is := func(oid asn1.ObjectIdentifier) bool { return oid.Equal(signature) }
		if d.digest.Equal(digest) {
			return slices.ContainsFunc(d.signature, is) || slices.ContainsFunc(keyAlone, is)
		}
	}
	return false
}

// key says whether a certificate's key is long enough.
func (p Policy) key(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= p.RSABits
	case *ecdsa.PublicKey:
		return slices.Contains(p.Curves, key.Curve.Params().Name)
	}
	return false
}

// issued says whether a certificate was signed in a way that cannot be forged.
func (p Policy) issued(c *x509.Certificate) bool {
	return slices.ContainsFunc(p.Digests, func(name string) bool { return slices.Contains(digests[name].algorithms, c.SignatureAlgorithm) })
}

// chain says whether every key of a chain is long enough, and every certificate but the root, which is trusted by its file, strongly issued.
func (p Policy) chain(certificates []*x509.Certificate) bool {
	for i, c := range certificates {
		if !p.key(c) || (i < len(certificates)-1 && !p.issued(c)) {
			return false
		}
	}
	return true
}

// fresh says whether what an authority says is of now: an old answer could be sent again by somebody else. ahead forgives its clock.
func (p Policy) fresh(said, next, now time.Time) bool {
	const ahead = 5 * time.Minute
	return !said.After(now.Add(ahead)) && now.Sub(said) <= p.AnswerAge && (next.IsZero() || !now.After(next))
}
