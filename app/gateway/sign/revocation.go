package sign

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/crypto/ocsp"

	"kosodate.example/onestop/app/fault"
)

// Component is the authority's name in a 503 and on /readyz.
const Component = "signature-authority"

// Status is what the authority says of a certificate.
type Status struct {
	Revoked   bool
	RevokedAt time.Time
	Source    string // ocsp, crl
}

// Revocation asks whether certificates were revoked: OCSP first, then the revocation list.
type Revocation struct {
	http   *http.Client
	policy Policy
}

// NewRevocation makes it; timeout bounds each request, 0 is 10 s.
func NewRevocation(timeout time.Duration, policy Policy) *Revocation {
	return &Revocation{http: client(timeout), policy: policy}
}

// client asks authorities; it follows nobody elsewhere.
func client(timeout time.Duration) *http.Client {
	if timeout <= 0 {
		timeout = 10 * time.Second
	}
	return &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Check asks for one certificate. Error: Unavailable (unavailable) if neither way gives an answer that its issuer signed
// and that is of today: nobody is taken for honest because the authority is silent.
func (r *Revocation) Check(ctx context.Context, certificate, issuer []byte) (Status, error) {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return Status{}, err
	}
	from, err := x509.ParseCertificate(issuer)
	if err != nil {
		return Status{}, err
	}
	var failed []error
	for _, url := range cert.OCSPServer {
		s, err := r.ocsp(ctx, url, cert, from)
		if err == nil {
			return s, nil
		}
		failed = append(failed, err)
	}
	for _, url := range cert.CRLDistributionPoints {
		s, err := r.list(ctx, url, cert, from)
		if err == nil {
			return s, nil
		}
		failed = append(failed, err)
	}
	return Status{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "authority-silent").
		Note("component", Component).Because(errors.Join(failed...))
}

func (r *Revocation) ocsp(ctx context.Context, url string, cert, issuer *x509.Certificate) (Status, error) {
	body, err := ocsp.CreateRequest(cert, issuer, nil)
	if err != nil {
		return Status{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return Status{}, err
	}
	req.Header.Set("Content-Type", "application/ocsp-request")
	raw, err := fetch(r.http, req, 1<<20)
	if err != nil {
		return Status{}, err
	}
	said, err := ocsp.ParseResponseForCert(raw, cert, issuer)
	if err != nil {
		return Status{}, err
	}
	if !r.policy.fresh(said.ThisUpdate, said.NextUpdate, time.Now()) {
		return Status{}, errors.New("an answer of another day")
	}
	switch said.Status {
	case ocsp.Good:
		return Status{Source: "ocsp"}, nil
	case ocsp.Revoked:
		return Status{Revoked: true, RevokedAt: said.RevokedAt, Source: "ocsp"}, nil
	}
	return Status{}, errors.New("the authority does not know the certificate")
}

func (r *Revocation) list(ctx context.Context, url string, cert, issuer *x509.Certificate) (Status, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Status{}, err
	}
	raw, err := fetch(r.http, req, 64<<20)
	if err != nil {
		return Status{}, err
	}
	list, err := x509.ParseRevocationList(raw)
	if err != nil {
		return Status{}, err
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return Status{}, err
	}
	if list.NextUpdate.IsZero() || !r.policy.fresh(list.ThisUpdate, list.NextUpdate, time.Now()) {
		return Status{}, errors.New("a list of another day")
	}
	for _, e := range list.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(cert.SerialNumber) == 0 {
			return Status{Revoked: true, RevokedAt: e.RevocationTime, Source: "crl"}, nil
		}
	}
	return Status{Source: "crl"}, nil
}

func fetch(by *http.Client, req *http.Request, most int64) ([]byte, error) {
	resp, err := by.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %d", req.URL.Host, resp.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err == nil && int64(len(raw)) > most {
		err = errors.New("an answer that is too long")
	}
	return raw, err
}
