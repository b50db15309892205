package sign

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/smallstep/pkcs7"
)

// Stamp is a time stamp (タイムスタンプ, RFC 3161) over a signature: an authority's word that it existed at an instant.
type Stamp struct {
	Token     []byte // DER, as CAdES keeps it in a signature (ETSI EN 319 122-1, signature-time-stamp)
	At        time.Time
	Authority string // as its certificate names it
}

// StampFailure is why there is no time stamp yet. Its words are of this list alone.
type StampFailure string

// Why an authority's answer does not count.
const (
	StampDown      StampFailure = "down"      // no answer
	StampRefused   StampFailure = "refused"   // the authority says no, or nothing that can be read or holds
	StampAnother   StampFailure = "another"   // of another signature, or an answer to another question
	StampUntrusted StampFailure = "untrusted" // by nobody whom the configuration trusts, or with an expired certificate
	StampWeak      StampFailure = "weak"      // with what the policy does not accept any more
	StampClock     StampFailure = "clock"     // of a time that cannot be
)

// NoStamp is the error of Ask and Verify.
type NoStamp struct {
	Why   StampFailure
	Cause error
}

// Error says why, with nothing of the signature.
func (n *NoStamp) Error() string { return fmt.Sprintf("no time stamp: %s: %v", n.Why, n.Cause) }

// Unwrap is the cause.
func (n *NoStamp) Unwrap() error { return n.Cause }

func noStamp(why StampFailure, cause error) error { return &NoStamp{why, cause} }

// StampOptions say whom to ask for time stamps, and what is accepted.
type StampOptions struct {
	URL         string
	Authorities string        // PEM file of the roots
	Timeout     time.Duration // of a question
	Clock       time.Duration // how far the authority's clock may be from ours
	Policy      Policy        // of digests and keys
}

// Stamps asks an authority for time stamps, and verifies those that are kept. It may be used from any number of goroutines.
type Stamps struct {
	opt   StampOptions
	http  *http.Client
	roots *x509.CertPool
}

// LoadStamps reads the authorities.
func LoadStamps(opt StampOptions) (*Stamps, error) {
	if err := opt.Policy.Check(); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(opt.Authorities)
	if err != nil {
		return nil, err
	}
	s := &Stamps{opt: opt, http: client(opt.Timeout), roots: x509.NewCertPool()}
	if !s.roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("%s holds no certificate in PEM", opt.Authorities)
	}
	return s, nil
}

// hashes are the policy's digests as the library names them.
var hashes = map[string]crypto.Hash{"sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

// Ask asks for a time stamp of a signature (CMS in DER or PEM). Error: NoStamp, and whoever asked asks again.
func (s *Stamps) Ask(ctx context.Context, signature []byte) (*Stamp, error) {
	value, err := signatureValue(signature)
	if err != nil {
		return nil, err
	}
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, err
	}
	hash := hashes[s.opt.Policy.Digests[0]]
	question, err := timestamp.CreateRequest(bytes.NewReader(value), &timestamp.RequestOptions{Hash: hash, Certificates: true, Nonce: nonce})
	if err != nil {
		return nil, err
	}
	asked := time.Now()
	answer, err := s.post(ctx, question)
	if err != nil {
		return nil, noStamp(StampDown, err)
	}
	parsed, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, noStamp(StampRefused, err)
	}
	out, err := s.verify(value, parsed.RawToken)
	switch {
	case err != nil:
		return nil, err
	case parsed.Nonce == nil || parsed.Nonce.Cmp(nonce) != 0:
		return nil, noStamp(StampAnother, errors.New("the answer is to another question"))
	case out.At.Before(asked.Add(-s.opt.Clock)) || out.At.After(time.Now().Add(s.opt.Clock)):
		return nil, noStamp(StampClock, fmt.Errorf("the authority's clock says %s", out.At.Format(time.RFC3339)))
	}
	return out, nil
}

func (s *Stamps) post(ctx context.Context, question []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.opt.URL, bytes.NewReader(question))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	return fetch(s.http, req, 1<<20)
}

// Verify says whether a time stamp that was kept is of a signature, by an authority that is trusted, with a certificate that was valid at its time.
// Error: NoStamp.
func (s *Stamps) Verify(signature, token []byte) (*Stamp, error) {
	value, err := signatureValue(signature)
	if err != nil {
		return nil, err
	}
	return s.verify(value, token)
}

func (s *Stamps) verify(value, token []byte) (*Stamp, error) {
	signed, err := pkcs7.Parse(token)
	if err != nil {
		return nil, noStamp(StampRefused, err)
	}
	signer := signed.GetOnlySigner()
	if signer == nil {
		return nil, noStamp(StampUntrusted, errors.New("it does not name its signer"))
	}
	by := signed.Signers[0]
	if !s.opt.Policy.digest(by.DigestAlgorithm.Algorithm, by.DigestEncryptionAlgorithm.Algorithm) || !s.opt.Policy.key(signer) {
		return nil, noStamp(StampWeak, errors.New("signed with what is not accepted"))
	}
	if err := signed.Verify(); err != nil {
		return nil, noStamp(StampUntrusted, err)
	}
	said, err := timestamp.Parse(token)
	if err != nil {
		return nil, noStamp(StampRefused, err)
	}
	accepted := slices.ContainsFunc(s.opt.Policy.Digests, func(name string) bool { return hashes[name] == said.HashAlgorithm })
	if !accepted {
		return nil, noStamp(StampWeak, errors.New("a digest that is not accepted"))
	}
	h := said.HashAlgorithm.New()
	h.Write(value)
	if !bytes.Equal(h.Sum(nil), said.HashedMessage) {
		return nil, noStamp(StampAnother, errors.New("it is of something else"))
	}
	if err := s.trusted(signer, signed.Certificates, said.Time); err != nil {
		return nil, err
	}
	return &Stamp{Token: token, At: said.Time.UTC(), Authority: signer.Subject.CommonName}, nil
}

// trusted checks that a certificate is for time stamps alone (RFC 3161, 2.3), and its chain at the time of the stamp.
func (s *Stamps) trusted(signer *x509.Certificate, others []*x509.Certificate, at time.Time) error {
	if len(signer.ExtKeyUsage) != 1 || signer.ExtKeyUsage[0] != x509.ExtKeyUsageTimeStamping || len(signer.UnknownExtKeyUsage) > 0 {
		return noStamp(StampUntrusted, errors.New("the certificate is not for time stamps alone"))
	}
	between := x509.NewCertPool()
	for _, c := range others {
		between.AddCert(c)
	}
	chains, err := signer.Verify(x509.VerifyOptions{Roots: s.roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return noStamp(StampUntrusted, err)
	}
	if !slices.ContainsFunc(chains, s.opt.Policy.chain) {
		return noStamp(StampWeak, errors.New("a certificate that could be forged"))
	}
	return nil
}

// Ready asks whether the authority can be reached, as far as can be said without a question: it answers something.
func (s *Stamps) Ready(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, s.opt.URL, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode < http.StatusInternalServerError {
		return err
	}
	return fmt.Errorf("%s answers %d", req.URL.Host, resp.StatusCode)
}
