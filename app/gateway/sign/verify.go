package sign

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/smallstep/pkcs7"

	"kosodate.example/onestop/app/fault"
)

// Signature is a verified one.
type Signature struct {
	Holder      Holder
	Certificate []byte // DER of the signer's certificate
	Issuer      []byte // DER of its issuer's, for the question whether it was revoked
	Serial      string // hexadecimal, for people who look it up
}

// Why a signature is refused: the reason of the error, and the code of its detail.
const (
	ReasonUnreadable fault.Reason = "signature-unreadable" // no CMS signature, or one that embeds another content
	ReasonChanged    fault.Reason = "signature-changed"    // what was signed is not this manifest: something was changed after signing
	ReasonUntrusted  fault.Reason = "signature-untrusted"  // no configured authority issued the certificate
	ReasonExpired    fault.Reason = "signature-expired"    // the certificate is not valid at the instant
	ReasonUsage      fault.Reason = "signature-usage"      // the certificate is not for signatures, the one for signing in for example
	ReasonWeak       fault.Reason = "signature-weak"       // an algorithm that is not accepted any more
)

// Verifier verifies against the configured authorities. It may be used from any number of goroutines.
type Verifier struct {
	roots  *x509.CertPool
	policy Policy
}

// Load reads the authorities from a PEM file.
func Load(path string, policy Policy) (*Verifier, error) {
	if err := policy.Check(); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", path)
	}
	return &Verifier{roots: roots, policy: policy}, nil
}

// longest bounds a signature in bytes: a few certificates and a signature.
const longest = 64 << 10

// signatureValue is what a time stamp is of: the value of the signature itself, without the certificates beside it.
func signatureValue(signature []byte) ([]byte, error) {
	if block, _ := pem.Decode(signature); block != nil {
		signature = block.Bytes
	}
	parsed, err := pkcs7.Parse(signature)
	if err != nil {
		return nil, err
	}
	if len(parsed.Signers) != 1 {
		return nil, errors.New("a signature by more than one")
	}
	return parsed.Signers[0].EncryptedDigest, nil
}

// Verify checks a signature in DER (or PEM) over content, for an instant of arrival. Error: Refused (invalid-signature)
// with Extra "reason", one of the codes above.
func (v *Verifier) Verify(content, signature []byte, at time.Time) (*Signature, error) {
	if block, _ := pem.Decode(signature); block != nil {
		signature = block.Bytes
	}
	if len(signature) > longest {
		return nil, refuse(ReasonUnreadable, nil)
	}
	parsed, err := pkcs7.Parse(signature)
	if err != nil {
		return nil, refuse(ReasonUnreadable, err)
	}
	signer := parsed.GetOnlySigner()
	if signer == nil || len(parsed.Content) > 0 {
		return nil, refuse(ReasonUnreadable, nil)
	}
	by := parsed.Signers[0]
	if !v.policy.digest(by.DigestAlgorithm.Algorithm, by.DigestEncryptionAlgorithm.Algorithm) || !v.policy.key(signer) || !v.policy.issued(signer) {
		return nil, refuse(ReasonWeak, nil)
	}
	parsed.Content = content
	if err := parsed.Verify(); err != nil { // the digest and the signature; the chain is below
		var mismatch *pkcs7.MessageDigestMismatchError
		var outside *pkcs7.SigningTimeNotValidError
		switch {
		case errors.As(err, &mismatch):
			return nil, refuse(ReasonChanged, err)
		case errors.As(err, &outside):
			return nil, refuse(ReasonExpired, err)
		}
		return nil, refuse(ReasonChanged, err)
	}
	return v.trusted(signer, parsed.Certificates, at)
}

// trusted checks the chain, the validity and the use of the signer's certificate.
func (v *Verifier) trusted(signer *x509.Certificate, others []*x509.Certificate, at time.Time) (*Signature, error) {
	if at.Before(signer.NotBefore) || at.After(signer.NotAfter) {
		return nil, refuse(ReasonExpired, nil)
	}
	if signer.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 || signer.IsCA {
		return nil, refuse(ReasonUsage, nil)
	}
	holder, err := holderOf(signer)
	if err != nil { // the certificate for signing in names nobody
		return nil, refuse(ReasonUsage, err)
	}
	between := x509.NewCertPool()
	for _, c := range others {
		between.AddCert(c)
	}
	chains, err := signer.Verify(x509.VerifyOptions{
		Roots:         v.roots,
		Intermediates: between,
		CurrentTime:   at,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, refuse(ReasonUntrusted, err)
	}
	accepted := slices.IndexFunc(chains, v.policy.chain)
	if accepted < 0 {
		return nil, refuse(ReasonWeak, nil)
	}
	return &Signature{
		Holder:      holder,
		Certificate: signer.Raw,
		Issuer:      chains[accepted][1].Raw,
		Serial:      signer.SerialNumber.Text(16),
	}, nil
}

func refuse(reason fault.Reason, cause error) error {
	err := fault.New(fault.Refused, fault.CodeInvalidSignature, reason).
		With(fault.Detail{Code: string(reason), Pointer: "/signature", Reason: reason})
	if cause != nil {
		return err.Because(cause)
	}
	return err
}
